//! Rules that operators write: what compiles, what holds, what fails, and what the decision makes of it.

use std::fmt::Write;

use kyc_gate::scoring::{
    CheckCode, Condition, Decision, Expression, FiredRule, IdentityCheck, Reason, Rule, RuleAction,
};
use serde_json::{Value, json};

use super::post::{ADDRESS, Post};

use crate::rows::each;
use Decision::{Accept, Reject, Review};

const REFERENCE: &str = include_str!("../../../docs/rules.md");

tables![
    holds,
    fails,
    refuses,
    bounds_what_it_is_given,
    bounds_what_it_evaluates,
    decides,
    counts,
    refuses_constants,
    sees_the_request,
    the_reference_compiles,
    the_reference_gives_examples,
    shipped_rules_are_expressions,
    tells_nothing_of_the_person
];

pub fn rule(name: &str, when: &str, then: impl Into<RuleAction>) -> Rule {
    let when = Expression::compile(when).unwrap_or_else(|error| panic!("{when}: {error}"));
    Rule {
        name: name.to_owned(),
        when: Condition::Expression(Box::new(when)),
        then: then.into(),
        reason: Some(Reason::Other),
    }
}

/// How a rule ends on a post: whether it fired, or that it failed.
fn evaluate(post: &mut Post, when: &str) -> Option<bool> {
    post.rules = vec![rule("r", when, Reject)];
    match post.judge().rules.as_slice() {
        [] => Some(false),
        [FiredRule { then: Reject, reason: Some(Reason::Other), code: CheckCode::RuleFired, .. }] => Some(true),
        [FiredRule { then: Reject, reason: None, code: CheckCode::RuleFailed, .. }] => None,
        other => panic!("{when}: {other:?}"),
    }
}

fn refusal(when: &str) -> String {
    Expression::compile(when).expect_err(when).to_string()
}

/// A passport of Latvia, valid from 2018-02-13 to 2028-02-12, on 2026-11-21, and an address proof of 2026-10-01.
fn holds() {
    let rows = [
        "true",
        "document.type_codes == [11]",
        "11 in document.type_codes && !(12 in document.type_codes)",
        "document.type_names[0] == 'Passport'",
        "size(document.template_names) == 1 && document.template_names[0].size() > 5",
        "document.subtype == \"passport\"",
        "document.issuing_state == 'LV' && document.nationality == 'LV'",
        "document.status == 'OK'",
        "document.errors == [] && size(document.errors) == 0",
        "document.failed_elements.all(element, element != '')",
        "document.disagreements == []",
        "document.has_portrait && !document.expired",
        "document.days_to_expiry > 0 && document.days_since_issue > 0",
        "document.fields.Surname.lowerAscii() == document.fields['Surname'].lowerAscii()",
        "document['fields']['Surname'].startsWith('BR')",
        "'Surname' in document.fields && !('Profession' in document.fields)",
        "has(document.fields.Surname) && !has(document.fields.Profession)",
        "person.has_date_of_birth && !person.underage",
        "person.age >= person.minimum_age && person.minimum_age == 18",
        "person.age * 2 - 1 > 18 && person.age / 2 < 36 && person.age % 2 < 2 && -person.age < 0",
        "face.score > 1 && face.score >= 1.6 && face.score * 1.0 + 1.0 > 2.6",
        "face.percent > 80.0",
        "liveness.score >= 50",
        "checks.containsImage == 'pass' && checks[\"isPublishedOnline\"] == 'skip'",
        "checks.containsImage in ['pass', 'fail'] && checks.containsImage != 'fail'",
        "checks['address.city'] == 'pass' && 'address.city' in checks && has(checks.lastName)",
        "failed_checks == [] && skipped_checks == ['isPublishedOnline']",
        "score == 100 && scores.identity == 100 && scores.address == 100",
        "address.subtype == 'utility-bill' && address.days_since_issue == 51 && !has(address.days_to_expiry)",
        "address.fields[\"Address: city\"] == 'Riga'",
        "request.authority == 'kyc.example.com' && request.path == '/kyc'",
        "score > 50 ? document.has_portrait : false",
        "[1, 2, 3].map(n, n * 2).exists(n, n == 6) && [1, 2, 3].filter(n, n > 1) == [2, 3]",
        "[1, 2, 3].exists_one(n, n > 2) && [1, 2] + [3] == [1, 2, 3]",
        "['a', 'b'].all(a, ['b', 'c'].exists(b, a != b))",
        "int('12') == 12 && int(1.9) == 1 && double('1.5') == 1.5 && string(12) == '12' && string(true) == 'true'",
        "'abc'.contains('b') && 'abc'.endsWith('c') && 'abc'.upperAscii() == 'ABC' && 'a' + 'b' == 'ab' && 'a' < 'b'",
        "1 == 1.0 && 1 < 1.5 && 1.5 > 1 && 2 in [1.0, 2.0]",
        // The side that decides makes up for the one that fails.
        "true || document.days_since_issue / 0 > 1",
        "has(document.fields.Profession) && document.fields.Profession == 'none' || true",
        "!(document.fields.Profession == 'none' && false)",
        "document // a comment\n  .has_portrait",
    ];
    each(rows, |when| {
        assert_eq!(evaluate(&mut Post::with_address(), when), Some(true), "{when}");
        assert_eq!(evaluate(&mut Post::with_address(), &format!("!({when}\n)")), Some(false), "{when}");
    });
}

/// A rule that uses what isn't there is no rule that doesn't fire.
fn fails() {
    type Row<'r> = (&'r str, fn(&mut Post));
    let rows: &[Row] = &[
        ("document.days_to_expiry < 30", |post| post.without("Date of expiry")),
        ("document.days_to_expiry < 30", |post| post.field("Date of expiry", "soon")),
        ("person.age < 21", |post| post.without("Date of birth")),
        ("!document.expired", |post| post.without("Date of expiry")),
        ("!document.expired", |post| post.field("Date of expiry", "soon")),
        ("!person.underage", |post| post.without("Date of birth")),
        ("document.fields.Profession == 'x'", |_| ()),
        ("document.fields['Profession'] == 'x'", |_| ()),
        ("document.type_codes[1] == 11", |_| ()),
        ("document.type_codes[0 - 1] == 11", |_| ()),
        ("checks['address.city'] == 'fail'", |_| ()),
        ("scores.address < 50", |_| ()),
        ("address.subtype == 'utility-bill'", |_| ()),
        ("face.score < 1.0", |post| post.remove("/kyc_info/face_matcher_result")),
        ("liveness.score < 1.0", |post| post.set("/kyc_info/liveness_check", json!({}))),
        ("int(document.fields.Surname) == 1", |_| ()),
        ("score / (score - 100) == 1", |_| ()),
        ("score % (score - 100) == 1", |_| ()),
        ("score * 9223372036854775807 == 1", |_| ()),
        ("document.type_codes.all(code, code / 0 == 1)", |_| ()),
        ("has(document.fields.Surname) && document.fields.Surname == 'x'", |post| {
            post.field("Surname", &"x".repeat(1025));
        }),
        ("has(document.fields.Surname)", |post| post.field("Surname", &"x".repeat(1025))),
        ("'Surname' in document.fields", |post| post.field("Surname", &"x".repeat(1025))),
        ("size(document.errors) > 0", |post| post.errors(&["e"; 65])),
        ("size(document.errors) == 0", |post| post.document("/document_status/error_list", json!([82]))),
        ("size(document.errors) == 1", |post| {
            post.document("/document_status/error_list", json!(["Glare", { "code": 82 }]))
        }),
        ("size(document.failed_elements) == 0", |post| {
            let detail = json!({ "element": ["Image patterns"], "status": "ERROR" });
            post.document("/document_status/checks_performed", json!([{ "check_detail": [detail] }]));
        }),
        ("size(document.errors) > 0", |post| post.errors(&["x".repeat(1025).as_str()])),
        ("11 in document.type_codes", |post| {
            post.document("/document_info/document_type_code", json!(vec![11; 65]));
        }),
    ];
    each(rows, |(when, change)| {
        let mut post = Post::default();
        change(&mut post);
        assert_eq!(evaluate(&mut post, when), None, "{when}");
    });
    let mut post = Post::default();
    post.errors(&["e"; 64]);
    post.field("Surname", &"x".repeat(1024));
    assert_eq!(evaluate(&mut post, "size(document.errors) == 64 && size(document.fields.Surname) == 1024"), Some(true));
}

fn refuses() {
    let rows = [
        // No CEL.
        ("score <", "at 1:8: not CEL, expected expression"),
        ("score 1", "at 1:7: not CEL, expected <EOF>"),
        ("score < 1)", "at 1:10: not CEL, expected <EOF>"),
        ("(score < 1", "at 1:11: not CEL, expected ')'"),
        ("'ä' == 'ä' && 'ö", "at 1:15: not CEL, unterminated string literal"),
        ("score = 1", "at 1:7: not CEL, expected <EOF>"),
        ("score < 1\n && §", "at 2:5: not CEL, unexpected character"),
        ("document.?expired", "at 1:9: not CEL, unsupported syntax '.?'"),
        ("if (true)", "at 1:1: not CEL, reserved identifier"),
        ("has(score)", "at 1:5: not CEL, invalid argument to has() macro"),
        ("99999999999999999999 > 1", "at 1:1: not CEL, invalid int literal"),
        // Unknown names.
        ("documnt.expired", "at 1:1: unknown variable; document is probably meant"),
        ("true && documnt.expired", "at 1:9: unknown variable; document is probably meant"),
        ("failedChecks == []", "at 1:1: unknown variable; failed_checks is probably meant"),
        ("'ä' == 'ä' ||\n  x.y", "at 2:3: unknown variable"),
        ("document.expird", "at 1:9: unknown member; expired is probably meant"),
        ("has(document.expird)", "at 1:1: unknown member; expired is probably meant"),
        ("'expird' in document", "at 1:10: unknown member; expired is probably meant"),
        ("document['expird']", "at 1:9: unknown member; expired is probably meant"),
        ("score.identity == 1", "at 1:6: unknown member"),
        ("checks.isTamperd == 'fail'", "at 1:7: no such check; isTampered is probably meant"),
        ("checks.mrz_checksum == 'fail'", "at 1:7: no such check; mrzChecksum is probably meant"),
        ("checks['address.line'] == 'fail'", "at 1:7: no such check; address.line1 is probably meant"),
        ("checks.faceMatch == 'fail'", "at 1:7: no such check"),
        ("person.hasDateOfBirth", "at 1:7: unknown member; has_date_of_birth is probably meant"),
        (
            "document.subtype.startswith('a')",
            "at 1:28: unknown function, or not for these arguments; startsWith is probably meant",
        ),
        ("checks['address.isPhotocopy'] == 'fail'", "at 1:7: no such check"),
        ("matches(document.subtype, 'a')", "at 1:1: unknown function, or not for these arguments"),
        ("document.subtype.matches('a')", "at 1:25: unknown function, or not for these arguments"),
        ("size(score) == 1", "at 1:1: unknown function, or not for these arguments"),
        ("contains('a', 'b')", "at 1:1: unknown function, or not for these arguments"),
        ("optional.of(1) == 1", "at 1:1: unknown variable"),
        ("timestamp('2020-01-01T00:00:00Z') < 1", "at 1:1: unknown function, or not for these arguments"),
        ("type(1) == int", "at 1:1: unknown function, or not for these arguments"),
        // No condition.
        ("score", "at 1:1: must be a condition: true or false, not int"),
        ("\"a\" + \"b\"", "at 1:5: must be a condition: true or false, not string"),
        ("document", "at 1:1: has members; name one of them"),
        ("document.errors", "at 1:9: must be a condition: true or false, not list of string"),
        ("true ? 1 : 2", "at 1:6: must be a condition: true or false, not int"),
        ("[true]", "at 1:1: must be a condition: true or false, not list of bool"),
        // Types.
        ("score && true", "at 1:1: && can't be used with int"),
        ("!score", "at 1:2: ! can't be used with int"),
        ("score == '1'", "at 1:7: == can't be used with int and string"),
        ("score < '1'", "at 1:7: < can't be used with int and string"),
        ("true < false", "at 1:6: < can't be used with bool and bool"),
        ("score + 1.0 > 1.0", "at 1:7: + can't be used with int and double"),
        ("face.score % 2.0 == 1.0", "at 1:12: % can't be used with double and double"),
        ("-'a' == 'a'", "at 1:1: - can't be used with string"),
        ("document == document", "at 1:1: has members; name one of them"),
        ("score in document.errors", "at 1:7: in can't be used with int and list of string"),
        ("'a' in 'abc'", "at 1:5: in can't be used with string and string"),
        ("document.errors['a'] == 'b'", "at 1:16: [ ] can't be used with list of string and string"),
        ("document.fields[document.subtype] == 'a'", "at 1:16: needs the name in quotes between the brackets"),
        ("score ? true : false", "at 1:1: ? can't be used with int"),
        ("(true ? 1 : 'a') == 1", "at 1:7: the two sides of : must have the same type, not int and string"),
        ("1 in [1, 'a']", "at 1:6: a list holds values of one type, not of int and string"),
        ("[[1]] == []", "at 1:2: a list can't hold list of int"),
        ("[1].map(n, [n]) == []", "at 1:12: a list can't hold list of int"),
        ("score.all(n, true)", "at 1:10: a macro over a list can't be used with int"),
        ("checks.exists(c, true)", "at 1:1: has members; name one of them"),
        ("[1].exists(n, n)", "at 1:15: || can't be used with int"),
        ("[1].exists(score, score == 1)", "at 1:11: names a variable of the gate; take another name"),
        ("[1].exists(n, n == 1) && n == 1", "at 1:26: unknown variable"),
        ("checks.isTampered == 'failed'", "at 1:22: never so: a check ends as \"pass\", \"fail\" or \"skip\""),
        ("'failed' == checks.isTampered", "at 1:1: never so: a check ends as \"pass\", \"fail\" or \"skip\""),
        ("checks.isTampered in ['Fail']", "at 1:23: never so: a check ends as \"pass\", \"fail\" or \"skip\""),
        // What rules have no use for.
        ("{'a': 1}['a'] == 1", "at 1:1: a map can't be used in rules"),
        ("a.B{c: 1} == 1", "at 1:2: a message can't be used in rules"),
        ("b'a' == b'a'", "at 1:1: a byte string can't be used in rules"),
        ("1u == 1u", "at 1:1: an unsigned integer can't be used in rules"),
        ("document.subtype == null", "at 1:21: null can't be used in rules"),
    ];
    let mut wrong = String::new();
    for (when, expected) in rows {
        let told = refusal(when);
        if told != expected {
            let _ = writeln!(wrong, "{when}: {told} (not: {expected})");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn bounds_what_it_is_given() {
    let commented = |length: usize| format!("{:/<length$}", "score == 1 ");
    assert!(Expression::compile(&commented(2048)).is_ok());
    assert_eq!(refusal(&commented(2049)), "longer than 2048 bytes");
    let too_many = "more than 400 words and signs, or than 32 times '?'";
    assert_eq!(refusal(&format!("score{} == 1", "+1".repeat(200))), too_many);
    assert_eq!(refusal(&"!-".repeat(1000)), too_many);
    assert_eq!(refusal(&"(".repeat(2000)), too_many);
    assert_eq!(refusal(&format!("{}true", "true?true:".repeat(33))), too_many);
    each([("(1+", ")"), ("[", "]"), ("size([", "])"), ("{1:", "}")], |(open, close)| {
        let nested = format!("{}1{} == 1", open.repeat(40), close.repeat(40));
        assert!(refusal(&nested).contains("recursion limit"), "{nested}: {}", refusal(&nested));
    });
    assert!(refusal(&format!("score{} == 1", "+1".repeat(100))).ends_with("nested too deep"));
    assert!(Expression::compile(&format!("score{} == 1", "+1".repeat(20))).is_ok());
    assert!(Expression::compile(&format!("{}true", "score == 1 || ".repeat(60))).is_ok());
    assert!(Expression::compile(&format!("{}score == 1{}", "(".repeat(40), ")".repeat(40))).is_ok());
    // The motif that takes gigabytes elsewhere.
    assert!(!refusal(&format!("{}1", "!!(!!!!!!(!!!!(((((!!(!!(!!!!((".repeat(10))).is_empty());
}

fn bounds_what_it_evaluates() {
    let over = |lists: &[&str]| {
        let names: Vec<_> = (0..lists.len()).map(|at| format!("v{at}")).collect();
        let macros: String = lists.iter().zip(&names).map(|(list, name)| format!("{list}.all({name}, ")).collect();
        format!("{macros}{}{}", "v0 != ''", ")".repeat(lists.len()))
    };
    let errors = "document.errors";
    assert!(Expression::compile(&over(&[errors])).is_ok());
    let words = "['a', 'b', 'c']";
    assert!(Expression::compile(&over(&[errors, words])).is_ok());
    let refused = [
        over(&[errors, errors, errors]),
        over(&[words; 12]),
        over(&["(document.errors + document.errors + document.errors + document.errors)"; 2]),
        over(&["document.errors.map(e, e + e)", "document.errors.filter(e, e != '')", words]),
    ];
    each(refused, |when| {
        assert!(refusal(&when).ends_with("fewer or smaller lists inside each other"), "{when}");
    });
    // The largest post that rules may see is no obstacle.
    let mut post = Post::default();
    post.errors(&["x".repeat(1024).as_str(); 64]);
    assert_eq!(evaluate(&mut post, &over(&[errors, words])), Some(true));
}

fn decides() {
    // Rules by what they ask for, then what is decided at scores of 100, 70 and 40.
    let (fires, fails) = ("true", "document.fields.Profession == 'x'");
    type Row<'r> = (&'r [(&'r str, Decision)], [Decision; 3]);
    let rows: &[Row] = &[
        (&[], [Accept, Review, Reject]),
        (&[("false", Reject)], [Accept, Review, Reject]),
        (&[(fires, Accept)], [Accept, Accept, Reject]),
        (&[(fires, Review)], [Review, Review, Reject]),
        (&[(fires, Reject)], [Reject, Reject, Reject]),
        (&[(fires, Accept), (fires, Review)], [Review, Review, Reject]),
        (&[(fires, Reject), (fires, Accept)], [Reject, Reject, Reject]),
        (&[(fails, Accept)], [Review, Review, Reject]),
        (&[(fails, Review)], [Review, Review, Reject]),
        (&[(fails, Reject)], [Reject, Reject, Reject]),
        (&[(fails, Reject), (fires, Accept)], [Reject, Reject, Reject]),
        (&[(fires, Accept), (fails, Accept)], [Review, Review, Reject]),
    ];
    each(rows, |(rules, expected)| {
        for (weight, expected) in [0, 30, 60].into_iter().zip(expected) {
            let mut post = Post::default();
            post.without("Date of issue");
            post.setting("/identityProof/weights/issueDate", json!(weight));
            post.rules = rules.iter().map(|(when, then)| rule(then.as_str(), when, *then)).collect();
            let verdict = post.judge();
            assert_eq!(verdict.decision, *expected, "{rules:?} at {}", verdict.score);
            let failed = rules.iter().filter(|(when, _)| *when == fails).map(|(_, then)| then.as_str());
            assert!(verdict.failed_rules().eq(failed), "{rules:?}");
        }
    });
    // Rules see what the checks gave.
    let mut post = Post::default();
    post.without("Date of issue");
    let when = "score == 90 && failed_checks == ['issueDate'] && checks.issueDate == 'fail'";
    assert_eq!(evaluate(&mut post, when), Some(true));
    assert_eq!(post.judge().reasons, [Reason::IssueDateMissing, Reason::Other]);
}

/// A rule that only counts decides nothing, gives no reason and stands in no header.
fn counts() {
    let mut post = Post::default();
    let count = RuleAction::Count;
    post.rules = vec![
        rule("holds", "true", count),
        rule("doesnt", "false", count),
        rule("fails", "document.fields.Profession == 'x'", count),
    ];
    let verdict = post.judge();
    assert_eq!((verdict.decision, verdict.rules.len(), verdict.reasons.len()), (Accept, 0, 0));
    assert_eq!(verdict.counted_rule_names().collect::<Vec<_>>(), ["holds"]);
    assert_eq!(verdict.failed_rules().collect::<Vec<_>>(), ["fails"]);
}

/// A comparison with what a variable can never be says what was meant.
fn refuses_constants() {
    let never = "never so: ";
    let country = "a country is an assigned ISO 3166-1 alpha-2 code";
    let small = "these texts are in small letters";
    let rows = [
        ("document.issuing_state == 'LVA'", 27, format!("{never}{country}; \"LV\" is meant")),
        ("'uk' != document.nationality", 1, format!("{never}{country}; \"GB\" is meant")),
        ("address.issuing_state in ['LV', 'EU']", 33, format!("{never}{country}")),
        (
            "(score > 1 ? document.issuing_state : document.nationality) == 'Latvia'",
            64,
            format!("{never}{country}; \"LV\" is meant"),
        ),
        (
            "document.subtype == 'drivers-licence'",
            21,
            format!("{never}no document subtype of Rebilly's; \"driver-license\" is meant"),
        ),
        ("document.subtype in ['passport', 'visa']", 34, format!("{never}no document subtype of Rebilly's")),
        ("'isTamperd' in failed_checks", 1, format!("{never}no such check; \"isTampered\" is meant")),
        ("skipped_checks == ['line1']", 20, format!("{never}no such check")),
        ("failed_checks[0] == 'issuedate'", 21, format!("{never}no such check; \"issueDate\" is meant")),
        ("failed_checks.all(check, check in ['issueDate', 'image'])", 49, format!("{never}no such check")),
        (
            "'date_of_birth' in document.disagreements",
            1,
            format!("{never}no field that sources are compared on; \"dateOfBirth\" is meant"),
        ),
        ("document.status == 'Error'", 20, format!("{never}these texts are in capital letters; \"ERROR\" is meant")),
        ("'Photocopy' in document.errors", 1, format!("{never}{small}; \"photocopy\" is meant")),
        ("document.errors.exists(e, e.contains('Glare'))", 38, format!("{never}{small}; \"glare\" is meant")),
        (
            "document.failed_elements[0] == 'mrz '",
            32,
            format!("{never}there is no white space around these texts; \"mrz\" is meant"),
        ),
        ("document.issuing_state.startsWith('LVA')", 35, format!("{never}{country}; \"LV\" is meant")),
        ("document.nationality.contains('lv')", 31, format!("{never}{country}; \"LV\" is meant")),
        ("document.nationality.endsWith('1')", 31, format!("{never}{country}")),
        ("document.subtype.startsWith('drivers')", 29, format!("{never}no document subtype of Rebilly's")),
        ("document.subtype.endsWith('licence')", 27, format!("{never}no document subtype of Rebilly's")),
        ("failed_checks.exists(check, check.contains('Name '))", 44, format!("{never}no such check")),
        (
            "document.disagreements.exists(field, field.startsWith('date_of'))",
            55,
            format!("{never}no field that sources are compared on"),
        ),
        (
            "document.fields.Sex.lowerAscii() == 'F'",
            37,
            format!("{never}lowerAscii() leaves no capital letters; \"f\" is meant"),
        ),
        (
            "document.errors.map(e, e.upperAscii()).exists(e, e.contains('x') || e.upperAscii().endsWith('glare'))",
            93,
            format!("{never}upperAscii() leaves no small letters; \"GLARE\" is meant"),
        ),
        ("score == 101", 10, format!("{never}the value is always from 0 to 100")),
        ("person.age in [18, 181]", 20, format!("{never}the value is always from 0 to 130")),
        ("score >= 850", 10, "never or always so: the value is always from 0 to 100".to_owned()),
        ("-1 < scores.address", 1, "never or always so: the value is always from 0 to 100".to_owned()),
        ("person.minimum_age < 0.5", 22, "never or always so: the value is always from 1 to 100".to_owned()),
    ];
    each(rows, |(when, column, expected)| {
        assert_eq!(refusal(when), format!("at 1:{column}: {expected}"), "{when}");
    });
    let possible = [
        "document.issuing_state == 'XK' && document.subtype != 'other'",
        "document.issuing_state.lowerAscii() == 'lv' && document.status == 'NOT_A_WORD'",
        "document.errors.map(e, e.upperAscii()).exists(e, e == 'GLARE')",
        "document.issuing_state.startsWith('L') && document.nationality.contains('LV') && document.subtype.endsWith('card')",
        "failed_checks.exists(check, check.startsWith('address.') || check.contains('Name'))",
        "document.fields.Surname.lowerAscii().startsWith('ä') && document.fields.Surname.upperAscii() == 'Ä 1é'",
        "score == 0 || score == 100 || score + 1 == 101 || score < 0.5",
        "document.fields.Sex == 'X' && request.path == '/Any' && face.percent > 500.0",
    ];
    each(possible, |when| assert!(Expression::compile(when).is_ok(), "{when}"));
}

fn sees_the_request() {
    let mut post = Post::default();
    post.payload["request_info"]["app_id"] = json!("app");
    assert_eq!(evaluate(&mut post, "request.app_id == 'app'"), Some(true));
    post.payload["request_info"].as_object_mut().unwrap().remove("app_id");
    assert_eq!(evaluate(&mut post, "has(request.app_id)"), Some(false));
    assert_eq!(evaluate(&mut post, "request.app_id == 'app'"), None);
}

/// The blocks of a language in the reference.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    REFERENCE.split(opening.as_str()).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

fn the_reference_compiles() {
    let examples = blocks("cel");
    assert!(examples.len() >= 10, "{}", examples.len());
    for when in &examples {
        evaluate(&mut Post::with_address(), when);
    }
    let rules: Vec<Value> = blocks("json").into_iter().map(|json| serde_json::from_str(json).unwrap()).collect();
    let rules = rules[0]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 2);
    rules.iter().for_each(|entry| assert!(Expression::compile(entry["when"].as_str().unwrap()).is_ok()));
}

/// The examples in the table of variables are values that the variables can be compared with.
fn the_reference_gives_examples() {
    let section = REFERENCE.split("## What rules can see").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|line| {
        let mut cells = line.split(" | ");
        Some((cells.next()?.trim_end_matches('`'), cells.next()?, cells.next()?.trim_matches('`')))
    });
    let mut tried = 0;
    for (name, kind, example) in rows {
        if name.ends_with('…') || kind == "object" {
            continue;
        }
        let when = format!("{name} == {example}");
        assert!(Expression::compile(&when).is_ok(), "{when}: {}", refusal(&when));
        tried += 1;
    }
    assert_eq!(tried, 29);
}

/// What the reference says the shipped rules are as expressions decides as they do.
fn shipped_rules_are_expressions() {
    let rows = REFERENCE.split("## The shipped rules").nth(1).unwrap().lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.trim_end_matches("` |").split("` | `").collect();
        <[&str; 4]>::try_from(cells).ok()
    });
    let restated: Vec<[&str; 4]> = rows.collect();
    let shipped = Rule::shipped();
    let told: Vec<_> = shipped
        .iter()
        .map(|rule| [rule.name.as_str(), rule.then.as_str(), rule.reason.map_or("", Reason::as_str)])
        .collect();
    assert_eq!(restated.iter().map(|[name, then, reason, _]| [*name, then, reason]).collect::<Vec<_>>(), told);
    let expressions: Vec<_> =
        restated.iter().map(|[.., when]| Expression::compile(&when.replace("\\|", "|")).unwrap()).collect();
    let restated = shipped
        .iter()
        .zip(expressions)
        .map(|(rule, when)| Rule { when: Condition::Expression(Box::new(when)), ..rule.clone() });
    let restated: Vec<Rule> = restated.collect();
    let score = "/kyc_info/liveness_check/video/liveness_result/score";
    let changes: &[fn(&mut Post)] = &[
        |_| (),
        |post| post.field("Date of expiry", "2026-11-20"),
        |post| post.field("Date of expiry", "2026-11-21"),
        |post| post.field("Date of expiry", "never"),
        |post| post.without("Date of expiry"),
        |post| post.errors(&["EXPIRED document"]),
        |post| post.field("Date of birth", "2008-11-21"),
        |post| post.field("Date of birth", "2008-11-22"),
        |post| post.field("Date of birth", "2026-11-22"),
        |post| post.without("Date of birth"),
        |post| post.document("/identity_data/Date of birth", json!("1991-03-18")),
        |post| post.document("/identity_data/Date of expiry", json!("2031-08-03")),
        |post| post.document("/identity_data/Sex", json!("M")),
        |post| post.document("/identity_data_details", json!({})),
        |post| post.remove("/kyc_info/liveness_check"),
        |post| post.document("/document_status/overall_document_status", json!(" Error ")),
        |post| post.document("/document_status/overall_document_status", json!("WARNING")),
        |post| post.document("/document_status/overall_document_status", json!(1)),
    ];
    let scores = [json!(0), json!(0.0), json!(-1), json!(0.1), json!("0")].map(|value| {
        let mut post = Post::default();
        post.set(score, value);
        post
    });
    let posts = changes.iter().map(|change| {
        let mut post = Post::default();
        change(&mut post);
        post
    });
    for mut post in posts.chain(scores) {
        let by_shipped = post.judge();
        post.rules.clone_from(&restated);
        assert_eq!(post.judge(), by_shipped);
    }
}

fn tells_nothing_of_the_person() {
    let mut post = Post::with_address();
    post.rules = vec![
        rule("a", "document.fields.Surname.startsWith('BR')", Review),
        rule("b", "int(document.fields.Surname) == 1", Review),
        rule("c", "address.fields['Address: city'] + document.fields.Profession == 'x'", Review),
    ];
    let verdict = post.judge();
    assert_eq!((verdict.rules.len(), verdict.failed_rules().count()), (3, 2));
    let told = format!("{verdict:?} {}", verdict.explanation()).to_lowercase();
    each(["brivkalne", "riga", "surname", "profession", "'br'"], |secret| {
        assert!(!told.contains(secret), "{secret}");
    });
    assert!(post.payload.pointer(ADDRESS).is_some());
    assert_eq!(verdict.checks[0].check.to_string(), IdentityCheck::ContainsImage.as_str());
}
