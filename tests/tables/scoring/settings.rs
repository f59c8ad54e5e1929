//! Settings: what is read, what is refused and how it is told.

use crate::rows::each;
use kyc_gate::scoring::settings::Thresholds;
use kyc_gate::scoring::{AddressCheck, Decision, IdentityCheck, Settings};
use serde_json::{Value, json};

const AGES: &str = "identityProof.minimumAgeSettings";

tables![
    reads_both_editions,
    fills_in,
    ships_a_sound_default,
    refuses,
    tells_all_problems,
    revises,
    decides_at_the_thresholds
];

fn reads_both_editions() {
    let identity: Value =
        IdentityCheck::ALL.iter().zip(1..).map(|(check, weight)| (check.as_str().to_owned(), json!(weight))).collect();
    let address: Value =
        AddressCheck::ALL.iter().zip(21..).map(|(check, weight)| (check.as_str().to_owned(), json!(weight))).collect();
    assert!(identity.get("matchesDateOfBirth").is_some() && identity.get("mrzChecksum").is_some());
    let settings = read(&json!({
        "uiVersion": "1",
        "identityProof": {
            "weights": identity,
            "thresholds": { "rejectBelow": 55.0, "acceptAbove": 8.5e1 },
            "minimumAgeSettings": { "defaultMinimumAge": 16, "locationOverrides": [
                { "country": "US", "minimumAge": 21 },
                { "country": "US", "state": " AL ", "minimumAge": 19.0 },
                { "country": "JP", "state": "", "minimumAge": 100 },
                { "country": "XK", "state": "é".repeat(45), "minimumAge": 1 }
            ] }
        },
        "addressProof": { "weights": address, "thresholds": { "rejectBelow": 0, "acceptAbove": 100 } }
    }));
    for (check, weight) in IdentityCheck::ALL.into_iter().zip(1..) {
        assert_eq!(settings.identity_weight(check), weight);
    }
    for (check, weight) in AddressCheck::ALL.into_iter().zip(21..) {
        assert_eq!(settings.address_weight(check), weight);
    }
    assert_eq!(settings.identity_thresholds, Thresholds { reject_below: 55, accept_above: 85 });
    assert_eq!(settings.address_thresholds, Thresholds { reject_below: 0, accept_above: 100 });
    assert_eq!(settings.default_minimum_age, 16);
    let overrides: Vec<_> = settings
        .age_overrides
        .iter()
        .map(|entry| (entry.country.as_str(), entry.state.as_deref(), entry.minimum_age))
        .collect();
    let long = "é".repeat(45);
    assert_eq!(
        overrides,
        [("US", None, 21), ("US", Some("AL"), 19), ("JP", None, 100), ("XK", Some(long.as_str()), 1)]
    );
}

fn fills_in() {
    let rows = [
        json!({}),
        json!({ "uiVersion": null, "identityProof": {}, "addressProof": {} }),
        json!({ "identityProof": { "weights": {}, "thresholds": {}, "minimumAgeSettings": { "locationOverrides": [] } } }),
    ];
    each(rows, |document| {
        let settings = read(&document);
        let shipped = Settings::default();
        assert_eq!(settings.identity_thresholds, Thresholds { reject_below: 50, accept_above: 80 });
        assert_eq!(settings.address_thresholds, Thresholds { reject_below: 50, accept_above: 80 });
        for check in IdentityCheck::ALL {
            assert_eq!(settings.identity_weight(check), shipped.identity_weight(check));
        }
        for check in AddressCheck::ALL {
            assert_eq!(settings.address_weight(check), shipped.address_weight(check));
        }
        assert_eq!((settings.default_minimum_age, settings.age_overrides.len()), (18, 0));
    });
    let settings = read(&json!({ "identityProof": { "thresholds": { "acceptAbove": 50 } } }));
    assert_eq!(settings.identity_thresholds, Thresholds { reject_below: 50, accept_above: 50 });
}

fn ships_a_sound_default() {
    let settings = Settings::default();
    assert_eq!((settings.identity_thresholds, settings.address_thresholds), Default::default());
    assert_eq!(settings.default_minimum_age, 18);
    let document: Value = serde_json::from_str(settings.document()).unwrap();
    assert_eq!(read(&document), settings);
    let alone = |check| settings.identity_thresholds.decide(100 - settings.identity_weight(check));
    for check in IdentityCheck::ALL {
        use IdentityCheck::*;
        let expected = match check {
            IsIdentityDocument | IsPublishedOnline | IsPhotocopy | IsTampered | HasMinimalAge => Decision::Reject,
            IssueDate | ExpirationDate | Nationality => Decision::Accept,
            _ => Decision::Review,
        };
        assert_eq!(alone(check), expected, "{check:?}");
    }
    let small = [IdentityCheck::IssueDate, IdentityCheck::ExpirationDate, IdentityCheck::Nationality];
    let lost: u8 = small.into_iter().map(|check| settings.identity_weight(check)).sum();
    assert_eq!(settings.identity_thresholds.decide(100 - lost), Decision::Accept);
}

fn refuses() {
    let weight = |value: Value| json!({ "identityProof": { "weights": { "isTampered": value } } });
    let ages = |value: Value| json!({ "identityProof": { "minimumAgeSettings": value } });
    let one = |value: Value| ages(json!({ "locationOverrides": [value] }));
    let thresholds = |value: Value| json!({ "addressProof": { "thresholds": value } });
    let tampered = "identityProof.weights.isTampered".to_owned();
    let of = |key: &str| format!("{AGES}.locationOverrides.0{key}");
    let rows: Vec<(Value, String, &str)> = vec![
        (json!([]), String::new(), "must be an object"),
        (json!(null), String::new(), "must be an object"),
        (json!({ "kind": 1 }), "kind".to_owned(), "is not a setting"),
        (json!({ "uiVersion": "3" }), "uiVersion".to_owned(), "must be \"1\", \"2\" or null"),
        (json!({ "uiVersion": 2 }), "uiVersion".to_owned(), "must be \"1\", \"2\" or null"),
        (json!({ "identityProof": null }), "identityProof".to_owned(), "must be an object"),
        (json!({ "identityProof": { "weights": 5 } }), "identityProof.weights".to_owned(), "must be an object"),
        (
            json!({ "identityProof": { "weights": { "line1": 5 } } }),
            "identityProof.weights.line1".to_owned(),
            "is not a setting",
        ),
        (
            json!({ "addressProof": { "minimumAgeSettings": {} } }),
            "addressProof.minimumAgeSettings".to_owned(),
            "is not a setting",
        ),
        (weight(json!(101)), tampered.clone(), "must be between 0 and 100"),
        (weight(json!(-1)), tampered.clone(), "must be between 0 and 100"),
        (weight(json!(1e300)), tampered.clone(), "must be between 0 and 100"),
        (weight(json!(u64::MAX)), tampered.clone(), "must be between 0 and 100"),
        (weight(json!(20.5)), tampered.clone(), "must be an integer"),
        (weight(json!("20")), tampered.clone(), "must be an integer"),
        (weight(json!(true)), tampered.clone(), "must be an integer"),
        (weight(json!(null)), tampered, "must be an integer"),
        (
            thresholds(json!({ "rejectBelow": 101 })),
            "addressProof.thresholds.rejectBelow".to_owned(),
            "must be between 0 and 100",
        ),
        (
            thresholds(json!({ "rejectBelow": 61, "acceptAbove": 60 })),
            "addressProof.thresholds.rejectBelow".to_owned(),
            "must not be greater than acceptAbove (80 when omitted)",
        ),
        (
            thresholds(json!({ "rejectBelow": 81 })),
            "addressProof.thresholds.rejectBelow".to_owned(),
            "must not be greater than acceptAbove (80 when omitted)",
        ),
        (
            thresholds(json!({ "acceptAbove": 49 })),
            "addressProof.thresholds.acceptAbove".to_owned(),
            "must not be less than rejectBelow (50 when omitted)",
        ),
        (ages(json!({ "defaultMinimumAge": 0 })), format!("{AGES}.defaultMinimumAge"), "must be between 1 and 100"),
        (ages(json!({ "defaultMinimumAge": 101 })), format!("{AGES}.defaultMinimumAge"), "must be between 1 and 100"),
        (ages(json!({ "locationOverrides": {} })), format!("{AGES}.locationOverrides"), "must be an array"),
        (one(json!("US")), of(""), "must be an object"),
        (one(json!({ "minimumAge": 20 })), of(".country"), "is required"),
        (one(json!({ "country": "US" })), of(".minimumAge"), "is required"),
        (one(json!({ "country": 1, "minimumAge": 20 })), of(".country"), "must be a string"),
        (one(json!({ "country": "US", "minimumAge": 0 })), of(".minimumAge"), "must be between 1 and 100"),
        (one(json!({ "country": "US", "state": 5, "minimumAge": 20 })), of(".state"), "must be a string"),
        (one(json!({ "country": "US", "state": null, "minimumAge": 20 })), of(".state"), "must be a string"),
        (
            one(json!({ "country": "US", "state": "é".repeat(46), "minimumAge": 20 })),
            of(".state"),
            "must be at most 45 characters",
        ),
        (one(json!({ "country": "US", "minimumAge": 20, "age": 1 })), of(".age"), "is not a setting"),
    ];
    each(rows, |(document, field, message)| {
        assert_eq!(problems(&document), [(field, message.to_owned())], "{document}");
    });
    let countries = [
        ("us", "; US is meant"),
        ("USA", "; US is meant"),
        ("UK", "; GB is meant"),
        ("EL", "; GR is meant"),
        ("Latvia", "; LV is meant"),
        ("EU", ""),
        ("AN", ""),
        ("YU", ""),
        ("ÄÖ", ""),
        ("", ""),
    ];
    each(countries, |(country, meant)| {
        let found = problems(&one(json!({ "country": country, "minimumAge": 20 })));
        assert_eq!(
            found,
            [(of(".country"), format!("must be an assigned ISO 3166-1 alpha-2 code{meant}"))],
            "{country}"
        );
    });
    each(["identityProof", "addressProof"], |proof| {
        let checks: Vec<_> = if proof == "identityProof" {
            IdentityCheck::ALL.iter().map(|check| check.as_str()).collect()
        } else {
            AddressCheck::ALL.iter().map(|check| check.as_str()).collect()
        };
        let mut weights: Value = checks.iter().map(|check| ((*check).to_owned(), json!(0))).collect();
        let found = problems(&json!({ proof: { "weights": weights } }));
        let message = "must not all be 0: the proof would always score 100";
        assert_eq!(found, [(format!("{proof}.weights"), message.to_owned())]);
        // One that is left out keeps its shipped weight.
        weights.as_object_mut().unwrap().shift_remove(checks[0]);
        assert!(Settings::from_json(&json!({ proof: { "weights": weights } })).is_ok());
    });
    let rows = [
        json!([{ "country": "US", "state": "AL", "minimumAge": 20 }, { "country": "US", "state": "Alabama", "minimumAge": 20 }]),
        json!([{ "country": "US", "state": "US-AL", "minimumAge": 20 }, { "country": "US", "state": "AL", "minimumAge": 19 }]),
        json!([{ "country": "US", "minimumAge": 20 }, { "country": "US", "minimumAge": 21 }]),
        json!([{ "country": "US", "state": "AL", "minimumAge": 20 }, { "country": "US", "state": "al ", "minimumAge": 20 }]),
    ];
    each(rows, |repeated| {
        let expected = (format!("{AGES}.locationOverrides.1"), "repeats the country and state of an earlier override");
        let found = problems(&ages(json!({ "locationOverrides": repeated })));
        assert_eq!(found, [(expected.0, expected.1.to_owned())]);
    });
}

fn tells_all_problems() {
    let found = problems(&json!({
        "uiVersion": "9",
        "extra": {},
        "identityProof": {
            "weights": { "isTampered": 500, "firstName": "a secret" },
            "thresholds": { "rejectBelow": 90, "acceptAbove": -1 },
            "minimumAgeSettings": { "locationOverrides": [
                { "country": "usa", "minimumAge": 0 },
                { "country": "US", "minimumAge": 20 }
            ] }
        },
        "addressProof": { "weights": [], "thresholds": { "rejectBelow": 90 } }
    }));
    let mut fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "addressProof.thresholds.rejectBelow",
            "addressProof.weights",
            "extra",
            "identityProof.minimumAgeSettings.locationOverrides.0.country",
            "identityProof.minimumAgeSettings.locationOverrides.0.minimumAge",
            "identityProof.thresholds.acceptAbove",
            "identityProof.weights.firstName",
            "identityProof.weights.isTampered",
            "uiVersion",
        ]
    );
    assert!(found.iter().all(|(_, message)| !message.contains("secret") && !message.contains("500")));
}

fn revises() {
    let parse = |text: &str| read(&serde_json::from_str(text).unwrap());
    let settings = parse(r#"{"uiVersion":"2","identityProof":{"weights":{"isTampered":20,"firstName":5}}}"#);
    // Every value that is in force, written out.
    let document = concat!(
        r#"{"addressProof":{"thresholds":{"acceptAbove":80,"rejectBelow":50},"weights":{"city":25,"date":25,"#,
        r#""documentSubtype":25,"firstName":25,"isTampered":100,"lastName":30,"line1":25,"phone":5,"postalCode":25,"#,
        r#""region":10}},"identityProof":{"minimumAgeSettings":{"defaultMinimumAge":18,"locationOverrides":[]},"#,
        r#""thresholds":{"acceptAbove":80,"rejectBelow":50},"weights":{"containsImage":25,"dateOfBirth":25,"#,
        r#""documentSubtype":25,"expirationDate":10,"firstName":5,"hasMatchingFaceProof":45,"hasMinimalAge":60,"#,
        r#""isIdentityDocument":60,"isPhotocopy":60,"isPublishedOnline":60,"isTampered":20,"issueDate":5,"lastName":30,"#,
        r#""matchesDateOfBirth":40,"mrzChecksum":40,"nationality":5}},"uiVersion":"2"}"#
    );
    assert_eq!(settings.document(), document);
    // printf '%s' '<the document above>' | sha256sum | cut -c-16
    assert_eq!(settings.revision(), "78ca202e303199e4");
    let rows = [
        r#"{"identityProof":{"weights":{"firstName":5.0,"isTampered":2e1,"nationality":5}},"uiVersion":"2"}"#,
        "{ \"uiVersion\" : \"\\u0032\",\n\"identityProof\":{\"weights\":{\"isTampered\":20.0,\"firstName\":5}},\"addressProof\":{}}",
        document,
    ];
    each(rows, |same| {
        assert_eq!(parse(same), settings);
    });
    let other = parse(r#"{"uiVersion":"2","identityProof":{"weights":{"isTampered":21,"firstName":5}}}"#);
    assert_ne!(other.revision(), settings.revision());
    // The version of Rebilly's pages stays as it was given, and absent where it was omitted.
    assert!(parse(r#"{"uiVersion":null}"#).document().ends_with(r#","uiVersion":null}"#));
    assert!(!parse("{}").document().contains("uiVersion"));
    assert_eq!(parse("{}"), Settings::default());
    let overrides = r#"{"identityProof":{"minimumAgeSettings":{"locationOverrides":[{"state":" AL ","country":"US","minimumAge":19}]}}}"#;
    let written = r#""locationOverrides":[{"country":"US","minimumAge":19,"state":"AL"}]"#;
    assert!(parse(overrides).document().contains(written));
}

fn decides_at_the_thresholds() {
    let cases = [
        (50, 80, 80, Decision::Accept),
        (50, 80, 79, Decision::Review),
        (50, 80, 50, Decision::Review),
        (50, 80, 49, Decision::Reject),
        (60, 60, 60, Decision::Accept),
        (60, 60, 59, Decision::Reject),
        (0, 0, 0, Decision::Accept),
        (0, 100, 0, Decision::Review),
        (0, 100, 99, Decision::Review),
        (100, 100, 100, Decision::Accept),
        (100, 100, 99, Decision::Reject),
    ];
    each(cases, |(reject_below, accept_above, score, decision)| {
        let thresholds = Thresholds { reject_below, accept_above };
        assert_eq!(thresholds.decide(score), decision, "{score} under {thresholds:?}");
    });
}

fn read(document: &Value) -> Settings {
    Settings::from_json(document).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn problems(document: &Value) -> Vec<(String, String)> {
    let problems = Settings::from_json(document).expect_err("refused");
    problems.into_iter().map(|problem| (problem.field, problem.message)).collect()
}
