//! Scores, rules, reasons and the decision.

use kyc_gate::scoring::{
    AddressCheck, CheckId, CheckOutcome, Claim, Condition, Decision, IdentityCheck, Reason, Rule, RuleAction, Verdict,
};
use serde_json::json;

use super::post::Post;

use crate::rows::each;
use Decision::{Accept, Reject, Review};
use IdentityCheck::{IsPhotocopy, IsPublishedOnline, IsTampered, MrzChecksum};

/// What it is, what is changed in a sound post, and what comes of it.
type Row = (&'static str, fn(&mut Post), &'static [&'static str]);

tables![
    scores,
    scores_both_proofs,
    fires_the_shipped_rules,
    weighs_rules,
    gives_reasons,
    keeps_identity_data_to_itself
];

fn weigh(post: &mut Post, check: IdentityCheck, weight: u8) {
    post.setting(&format!("/identityProof/weights/{}", check.as_str()), json!(weight));
}

fn scores() {
    let mut post = Post::default();
    assert_eq!(ended(&post.judge()), (Accept, 100));
    post.without("Nationality");
    post.without("Nationality code");
    let rows = [
        (0, (Accept, 100)),
        (20, (Accept, 80)),
        (21, (Review, 79)),
        (50, (Review, 50)),
        (51, (Reject, 49)),
        (100, (Reject, 0)),
    ];
    each(rows, |(weight, expected)| {
        weigh(&mut post, IdentityCheck::Nationality, weight);
        assert_eq!(ended(&post.judge()), expected, "{weight}");
    });
    // Sums beyond 100 stop at 0.
    post.claim(Claim::LastName, "Othername");
    weigh(&mut post, IdentityCheck::LastName, 100);
    assert_eq!(ended(&post.judge()), (Reject, 0));
    post.setting("/identityProof/thresholds", json!({ "rejectBelow": 0, "acceptAbove": 1 }));
    assert_eq!(ended(&post.judge()), (Review, 0));
    post.setting("/identityProof/thresholds", json!({ "rejectBelow": 0, "acceptAbove": 0 }));
    assert_eq!(ended(&post.judge()), (Accept, 0));
    // No weight, no points; the check has failed all the same.
    post.weightless();
    let verdict = post.judge();
    assert_eq!((ended(&verdict), verdict.failed().count(), verdict.reasons.len()), ((Accept, 100), 2, 0));
}

fn scores_both_proofs() {
    let mut post = Post::with_address();
    post.without("Phone");
    post.setting("/addressProof/weights/phone", json!(25));
    let verdict = post.judge();
    assert_eq!((ended(&verdict), verdict.identity.score), ((Review, 75), 100));
    assert_eq!(verdict.address.map(|address| (address.decision, address.score)), Some((Review, 75)));
    post.setting("/addressProof/thresholds", json!({ "rejectBelow": 76, "acceptAbove": 76 }));
    let verdict = post.judge();
    assert_eq!((ended(&verdict), verdict.identity.decision), ((Reject, 75), Accept));
    post.set("/kyc_info/face_matcher_result", json!({ "score": 0 }));
    weigh(&mut post, IdentityCheck::HasMatchingFaceProof, 40);
    let verdict = post.judge();
    assert_eq!((ended(&verdict), verdict.identity.decision), ((Reject, 60), Review));
    weigh(&mut post, IdentityCheck::HasMatchingFaceProof, 60);
    post.setting("/addressProof/thresholds", json!({ "rejectBelow": 50, "acceptAbove": 80 }));
    let verdict = post.judge();
    let address = verdict.address.as_ref().map(|address| address.decision);
    assert_eq!((ended(&verdict), address), ((Reject, 40), Some(Review)));
    let failed: Vec<_> = verdict.failed().map(|check| check.to_string()).collect();
    assert_eq!(failed, ["hasMatchingFaceProof", "address.phone"]);
}

fn fires_the_shipped_rules() {
    let names: Vec<_> = Rule::shipped().into_iter().map(|rule| (rule.name, rule.then)).collect();
    let expected = [
        ("expired-document", Reject),
        ("liveness-spoof", Reject),
        ("underage", Reject),
        ("document-status-error", Review),
        ("sources-disagree", Review),
    ];
    assert_eq!(names, expected.map(|(name, then)| (name.to_owned(), RuleAction::from(then))));

    let rows: &[Row] = &[
        ("nothing", |_| (), &[]),
        ("expired yesterday", |post| post.field("Date of expiry", "2026-11-20"), &["expired-document"]),
        ("expires today", |post| post.field("Date of expiry", "21.11.2026"), &[]),
        ("no date of expiry", |post| post.without("Date of expiry"), &[]),
        ("an unreadable one", |post| post.field("Date of expiry", "2020"), &[]),
        (
            "the earliest of two expiries",
            |post| post.document("/identity_data/Expiry date", json!("2026-11-20")),
            &["expired-document", "sources-disagree"],
        ),
        (
            "the latest of two births",
            |post| post.document("/identity_data/Birth date", json!("2010-01-01")),
            &["underage", "sources-disagree"],
        ),
        (
            "an expiry that a source contradicts",
            |post| post.sources("Date of expiry", json!({ "V": "2031-08-02", "M": "190802" })),
            &["sources-disagree"],
        ),
        (
            "an expiry that the only source contradicts",
            |post| {
                post.sources("Date of expiry", json!({ "R": "20190802" }));
                post.document("/identity_data/Date of expiry", json!("2031-08-02"));
            },
            &["sources-disagree"],
        ),
        (
            "a birth that a source contradicts",
            |post| post.sources("Date of birth", json!({ "V": "1991-03-17", "M": "910318" })),
            &["sources-disagree"],
        ),
        (
            "an issue that a source contradicts",
            |post| post.sources("Date of issue", json!({ "V": "2021-08-03", "R": "20210804" })),
            &[],
        ),
        (
            "a source that is no date",
            |post| post.sources("Date of expiry", json!({ "V": "2031-08-02", "M": "soon" })),
            &[],
        ),
        ("the scanner says expired", |post| post.errors(&["EXPIRED document"]), &["expired-document"]),
        ("separators", |post| post.errors(&["document_is_expired"]), &["expired-document"]),
        ("an expiry that was not read", |post| post.errors(&["Expiry date not read", "Expiration: ERROR"]), &[]),
        ("an element is no error", |post| post.element("Expiration", "ERROR"), &[]),
        (
            "a spoof",
            |post| post.set("/kyc_info/liveness_check/video/liveness_result/score", json!(0)),
            &["liveness-spoof"],
        ),
        (
            "a spoof as 0.0",
            |post| post.set("/kyc_info/liveness_check/video/liveness_result/score", json!(0.0)),
            &["liveness-spoof"],
        ),
        ("hardly live", |post| post.set("/kyc_info/liveness_check/video/liveness_result/score", json!(0.1)), &[]),
        ("liveness not told", |post| post.set("/kyc_info/liveness_check/video/liveness_result/score", json!(-1)), &[]),
        ("no liveness", |post| post.remove("/kyc_info/liveness_check"), &[]),
        ("18 today", |post| post.field("Date of birth", "2008-11-21"), &[]),
        ("18 tomorrow", |post| post.field("Date of birth", "2008-11-22"), &["underage"]),
        ("born tomorrow, which can't be", |post| post.field("Date of birth", "2026-11-22"), &[]),
        ("born this year", |post| post.field("Date of birth", "2026"), &["underage"]),
        ("no date of birth", |post| post.without("Date of birth"), &[]),
        ("an unreadable date of birth", |post| post.field("Date of birth", "spring"), &[]),
        (
            "an error",
            |post| post.document("/document_status/overall_document_status", json!(" Error ")),
            &["document-status-error"],
        ),
        ("a warning", |post| post.document("/document_status/overall_document_status", json!("WARNING")), &[]),
        (
            "all but one",
            |post| {
                post.field("Date of expiry", "2000-01-01");
                post.field("Date of birth", "2010-01-01");
                post.document("/document_status/overall_document_status", json!("ERROR"));
            },
            &["expired-document", "underage", "document-status-error"],
        ),
    ];
    each(rows, |(what, change, expected)| {
        let mut post = Post::default();
        post.weightless();
        change(&mut post);
        let verdict = post.judge();
        assert_eq!(verdict.rule_names().collect::<Vec<_>>(), *expected, "{what}");
        let worst = verdict.rules.iter().map(|rule| rule.then).max();
        assert_eq!(verdict.decision, worst.unwrap_or(Accept), "{what}");
        post.rules.clear();
        assert_eq!((post.judge().decision, post.judge().rules.len()), (Accept, 0), "{what}");
    });
    underage_knows_the_limit();
}

fn underage_knows_the_limit() {
    let mut post = Post::default();
    post.field("Date of birth", "2006-11-22");
    assert!(post.judge().rules.is_empty());
    let overrides = json!([{ "country": "LV", "minimumAge": 20 }]);
    post.setting("/identityProof/minimumAgeSettings/locationOverrides", overrides);
    assert_eq!(post.judge().rule_names().collect::<Vec<_>>(), ["underage"]);
}

fn weighs_rules() {
    // Every condition below holds.
    let rule = |name: &str, then: Decision| Rule {
        name: name.to_owned(),
        when: Condition::DocumentStatusError,
        then: then.into(),
        reason: None,
    };
    let rows: &[(u8, &[Decision], Decision)] = &[
        (0, &[], Accept),
        (0, &[Accept], Accept),
        (0, &[Review], Review),
        (0, &[Review, Accept], Review),
        (0, &[Accept, Reject, Review], Reject),
        (30, &[], Review),
        (30, &[Accept], Accept),
        (30, &[Review], Review),
        (30, &[Accept, Review], Review),
        (30, &[Reject, Accept], Reject),
        (60, &[], Reject),
        (60, &[Accept], Reject),
        (60, &[Review, Accept], Reject),
    ];
    each(rows, |(weight, then, expected)| {
        let mut post = Post::default();
        post.document("/document_status/overall_document_status", json!("ERROR"));
        post.without("Date of issue");
        weigh(&mut post, IdentityCheck::IssueDate, *weight);
        post.rules = then.iter().map(|then| rule(then.as_str(), *then)).collect();
        let verdict = post.judge();
        assert_eq!((verdict.decision, verdict.score), (*expected, 100 - weight), "{weight} {then:?}");
        assert!(verdict.rule_names().eq(then.iter().map(|then| then.as_str())));
    });
    // A rule that doesn't fire changes nothing.
    let mut post = Post { rules: vec![rule("r", Reject)], ..Post::default() };
    assert_eq!(post.judge().decision, Accept);
    post.without("Date of issue");
    weigh(&mut post, IdentityCheck::IssueDate, 30);
    post.rules = vec![rule("a", Accept)];
    assert_eq!(post.judge().decision, Review);
}

/// Takes away what the scanner's checks and the zone could tell.
fn without_evidence(post: &mut Post, check: IdentityCheck) {
    post.elements(&[]);
    post.without("MRZ strings");
    assert_eq!(post.outcome(CheckId::Identity(check)), CheckOutcome::Skip);
}

fn not_checked(post: &mut Post, check: IdentityCheck) {
    without_evidence(post, check);
    post.evidence.on_missing = vec![(CheckId::Identity(check), CheckOutcome::Fail)];
}

fn gives_reasons() {
    let rows: &[Row] = &[
        ("nothing", |_| (), &[]),
        (
            "no image",
            |post| post.remove("/kyc_info/document/document_info/document_images"),
            &["critical-info-missing"],
        ),
        ("no identity document", |post| post.document("/document_info/document_type", json!(["Other"])), &[]),
        (
            "a bill",
            |post| {
                post.document(
                    "/document_info",
                    json!({ "document_type": ["Utility bill"], "document_images": { "portrait_image": "AA" } }),
                )
            },
            &["document-invalid", "subtype-missing"],
        ),
        ("copied and tampered", |post| post.errors(&["photocopy", "tampered"]), &["tampered-document"]),
        ("the zone", |post| post.errors(&["checksum"]), &["document-invalid"]),
        ("tampering not looked for, which may be missing", |post| without_evidence(post, IsTampered), &[]),
        ("tampering not looked for", |post| not_checked(post, IsTampered), &["critical-info-missing"]),
        ("copying not looked for", |post| not_checked(post, IsPhotocopy), &["critical-info-missing"]),
        ("not looked for online", |post| not_checked(post, IsPublishedOnline), &["critical-info-missing"]),
        ("no zone", |post| not_checked(post, MrzChecksum), &["critical-info-missing"]),
        ("the name", |post| post.claim(Claim::FirstName, "Gustavo"), &["name-mismatch"]),
        (
            "both names",
            |post| {
                post.claim(Claim::FirstName, "Gustavo");
                post.claim(Claim::LastName, "Othername");
            },
            &["name-mismatch"],
        ),
        ("the birth", |post| post.claim(Claim::DateOfBirth, "1990-01-01"), &["dob-mismatch"]),
        (
            "name and birth",
            |post| {
                post.claim(Claim::LastName, "Othername");
                post.claim(Claim::DateOfBirth, "1990-01-01");
            },
            &["name-and-dob-mismatch"],
        ),
        (
            "no name, no birth",
            |post| {
                post.without("Surname");
                post.without("Date of birth");
            },
            &["critical-info-missing"],
        ),
        (
            "neither date",
            |post| {
                post.without("Date of issue");
                post.without("Date of expiry");
            },
            &["expiration-date-missing", "issue-date-missing"],
        ),
        (
            "another face",
            |post| post.set("/kyc_info/face_matcher_result", json!({ "score": 1 })),
            &["third-party-or-mismatch"],
        ),
        ("no face", |post| post.remove("/kyc_info/face_matcher_result"), &["critical-info-missing"]),
        (
            "too young, expired",
            |post| {
                post.field("Date of birth", "2010-01-01");
                post.sources("Date of birth", json!({}));
                post.field("Date of expiry", "2010-01-01");
            },
            &["document-expired", "underage-person", "issue-date-missing"],
        ),
        (
            "an error",
            |post| post.document("/document_status/overall_document_status", json!("ERROR")),
            &["document-invalid"],
        ),
        (
            "spoof",
            |post| post.set("/kyc_info/liveness_check/video/liveness_result/score", json!(0)),
            &["third-party-or-mismatch"],
        ),
        (
            "weightless",
            |post| {
                post.without("Date of issue");
                weigh(post, IdentityCheck::IssueDate, 0);
            },
            &[],
        ),
    ];
    each(rows, |(what, change, expected)| {
        let mut post = Post::default();
        change(&mut post);
        let reasons: Vec<_> = post.judge().reasons.iter().map(Reason::to_string).collect();
        assert_eq!(reasons, *expected, "{what}");
    });
    let mut post = Post::with_address();
    post.claim(Claim::City, "Liepaja");
    post.without("Date of issue");
    post.without("Phone");
    post.document("/document_info", json!({ "document_type": ["Passport"] }));
    assert_eq!(
        post.judge().reasons,
        [Reason::DocumentNotMatching, Reason::IssueDateMissing, Reason::SubtypeMissing, Reason::CriticalInfoMissing]
    );
}

fn keeps_identity_data_to_itself() {
    let mut post = Post::with_address();
    post.claim(Claim::LastName, "Othername");
    post.field("Date of expiry", "2000-01-01");
    let told = format!("{:?}", post.judge()).to_lowercase();
    for secret in
        ["brivkalne", "brīvkalne", "maira", "othername", "1991", "lv7440218", "1010", "riga", "latvia", "example.test"]
    {
        assert!(!told.contains(secret), "{secret}");
    }
    let verdict = post.judge();
    let name = CheckId::Address(AddressCheck::LastName);
    assert!(verdict.checks.iter().any(|made| made.check == name && made.outcome == CheckOutcome::Fail));
}

fn ended(verdict: &Verdict) -> (Decision, u8) {
    (verdict.decision, verdict.score)
}
