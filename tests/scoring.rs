//! Scoring: its tables of cases, and what holds of every post.
#![allow(clippy::indexing_slicing)] // Tests may fail loudly.
#![cfg(not(target_arch = "wasm32"))]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/scoring.rs"]
mod scoring;

use kyc_gate::scoring::{Claim, Condition, Decision, Expression, IdentityCheck, Rule};
use proptest::prelude::*;
use scoring::post::Post;
use serde_json::json;

type Harm = (IdentityCheck, fn(&mut Post));

/// Each makes one more check of a sound post fail, without a rule.
const HARMS: [Harm; 6] = [
    (IdentityCheck::ContainsImage, |post| post.remove("/kyc_info/document/document_info/document_images")),
    (IdentityCheck::IssueDate, |post| post.without("Date of issue")),
    (IdentityCheck::ExpirationDate, |post| post.without("Date of expiry")),
    (IdentityCheck::LastName, |post| post.claim(Claim::LastName, "Othername")),
    (IdentityCheck::IsPhotocopy, |post| post.element("Photocopy", "ERROR")),
    (IdentityCheck::HasMatchingFaceProof, |post| post.remove("/kyc_info/face_matcher_result")),
];

fn weights() -> impl Strategy<Value = [u8; 16]> {
    prop::array::uniform16(0..=100_u8)
}

fn thresholds() -> impl Strategy<Value = (u8, u8)> {
    (0..=100_u8, 0..=100_u8).prop_map(|(a, b)| (a.min(b), a.max(b)))
}

fn post(weights: [u8; 16], (reject_below, accept_above): (u8, u8), harms: &[bool]) -> Post {
    let mut post = Post::default();
    for (check, weight) in IdentityCheck::ALL.into_iter().zip(weights) {
        post.setting(&format!("/identityProof/weights/{}", check.as_str()), json!(weight));
    }
    let thresholds = json!({ "rejectBelow": reject_below, "acceptAbove": accept_above });
    post.setting("/identityProof/thresholds", thresholds);
    for ((_, harm), _) in HARMS.iter().zip(harms).filter(|(_, done)| **done) {
        harm(&mut post);
    }
    post
}

proptest! {
    #[test]
    fn the_score_is_what_the_failed_checks_leave(
        weights in weights(), limits in thresholds(), harms in prop::array::uniform6(any::<bool>()),
    ) {
        let verdict = post(weights, limits, &harms).judge();
        let failed: Vec<_> = HARMS.iter().zip(harms).filter(|(_, done)| *done).map(|((check, _), _)| *check).collect();
        let lost: u32 = failed.iter().map(|check| u32::from(weights[*check as usize])).sum();
        prop_assert_eq!(u32::from(verdict.score), 100_u32.saturating_sub(lost));
        prop_assert_eq!(verdict.failed().count(), failed.len());
        prop_assert_eq!(verdict.skipped().count(), 1);
    }

    #[test]
    fn one_more_failure_never_helps(
        weights in weights(), limits in thresholds(), harms in prop::array::uniform6(any::<bool>()), more in 0..HARMS.len(),
    ) {
        let mut worse = harms;
        worse[more] = true;
        let (before, after) = (post(weights, limits, &harms).judge(), post(weights, limits, &worse).judge());
        prop_assert!(after.score <= before.score);
        prop_assert!(after.decision >= before.decision);
    }

    #[test]
    fn stricter_thresholds_never_help(
        weights in weights(), a in thresholds(), b in thresholds(), harms in prop::array::uniform6(any::<bool>()),
    ) {
        let mild = (a.0.min(b.0), a.1.min(b.1));
        let strict = (a.0.max(b.0), a.1.max(b.1));
        let (mild, strict) = (post(weights, mild, &harms).judge(), post(weights, strict, &harms).judge());
        prop_assert_eq!(mild.score, strict.score);
        prop_assert!(strict.decision >= mild.decision);
        prop_assert!(!(mild.decision == Decision::Reject && strict.decision == Decision::Accept));
    }

    #[test]
    fn the_same_post_is_judged_the_same(
        weights in weights(), limits in thresholds(), harms in prop::array::uniform6(any::<bool>()),
    ) {
        prop_assert_eq!(post(weights, limits, &harms).judge(), post(weights, limits, &harms).judge());
    }
}

/// Words of rules, put together at random.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "document",
        "address",
        "checks",
        "person",
        "score",
        "scores",
        "errors",
        "fields",
        "type_codes",
        "isTampered",
        "days_to_expiry",
        "age",
        "subtype",
        "x",
        ".",
        ".",
        ".",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "?",
        "!",
        "-",
        "+",
        "*",
        "/",
        "%",
        "&&",
        "||",
        "==",
        "!=",
        "<",
        ">=",
        " in ",
        "'a'",
        "\"fail\"",
        "'",
        "1",
        "0",
        "2.5",
        "1u",
        "9223372036854775807",
        "true",
        "null",
        "all",
        "exists",
        "map",
        "filter",
        "has",
        "size",
        "int",
        "string",
        "contains",
        "\\",
        "`",
        "ä",
        "\n",
        "//",
        "r'",
        "b\"",
        "'''",
    ]);
    prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

/// Conditions that have the right types, but may fail.
fn conditions() -> impl Strategy<Value = String> {
    let number = prop::sample::select(vec![
        "score",
        "scores.address",
        "person.age",
        "document.days_to_expiry",
        "document.type_codes[0]",
        "document.type_codes[1]",
        "size(document.errors)",
        "int(document.fields.Surname)",
        "-1",
        "0",
        "9223372036854775807",
    ]);
    let number = number.prop_map(str::to_owned).prop_recursive(3, 8, 2, |inner| {
        (inner.clone(), prop::sample::select(vec!["+", "-", "*", "/", "%"]), inner)
            .prop_map(|(left, sign, right)| format!("({left} {sign} {right})"))
    });
    let compared = (number.clone(), prop::sample::select(vec!["==", "!=", "<", ">="]), number)
        .prop_map(|(left, sign, right)| format!("{left} {sign} {right}"));
    let plain = prop::sample::select(vec![
        "document.expired",
        "has(person.age)",
        "checks.isTampered == 'fail'",
        "'Surname' in document.fields",
        "document.errors.exists(e, e.contains('copy'))",
        "document.type_codes.all(c, c / score > 0)",
        "checks['address.city'] in ['pass', 'skip']",
        "document.fields.Surname + 'x' > 'm'",
        "document.errors.filter(e, size(e) > 3).map(e, e + e) == []",
        "(face.score > 2 || liveness.score < 50.0)",
    ]);
    let leaf = prop_oneof![compared, plain.prop_map(str::to_owned)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} && {right})")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} || {right})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            inner.prop_map(|one| format!("!({one})")),
        ]
    })
}

fn only(when: Expression, then: Decision) -> Vec<Rule> {
    vec![Rule { name: "r".to_owned(), when: Condition::Expression(Box::new(when)), then: then.into(), reason: None }]
}

proptest! {
    #[test]
    fn any_text_is_a_rule_or_refused(
        text in prop_oneof![any::<String>(), ".{0,300}", r"[!(\[{.'a1?:-]{0,2500}", words()],
    ) {
        if let Err(error) = Expression::compile(&text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn what_compiles_is_evaluated(text in words(), harms in prop::array::uniform6(any::<bool>())) {
        if let Ok(when) = Expression::compile(&text) {
            let mut post = post([10; 16], (50, 80), &harms);
            post.rules = only(when, Decision::Review);
            post.judge();
        }
    }

    #[test]
    fn conditions_hold_or_fail(when in conditions(), harms in prop::array::uniform6(any::<bool>())) {
        // A comparison with what can never be is refused.
        let never_or_always = Expression::compile(&when).is_err_and(|error| error.cause.contains("the value is always"));
        prop_assume!(!never_or_always);
        let mut post = post([10; 16], (0, 0), &harms);
        let mut evaluate = |text: &str| {
            let when = Expression::compile(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            post.rules = only(when, Decision::Reject);
            let verdict = post.judge();
            (verdict.decision, verdict.failed_rules().count())
        };
        // It holds, its contrary does, or neither can be told.
        match (evaluate(&when), evaluate(&format!("!({when})"))) {
            ((Decision::Reject, 0), (Decision::Accept, 0))
            | ((Decision::Accept, 0), (Decision::Reject, 0))
            | ((Decision::Reject, 1), (Decision::Reject, 1)) => {}
            other => prop_assert!(false, "{} {:?}", when, other),
        }
    }
}
