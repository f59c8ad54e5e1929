//! Where the sources of one document disagree, field by field.

use serde_json::{Value, json};

use super::post::Post;
use crate::rows::each;

type Row = (&'static str, Value, Option<(&'static str, &'static str)>);

tables![compares_the_value_that_counts, finds_disagreements, is_explained];

fn finds_disagreements() {
    assert!(Post::default().judge().disagreements.is_empty());
    each(rows(), |(field, sources, expected)| {
        let mut post = Post::default();
        post.sources(field, sources.clone());
        let found: Vec<_> = post
            .judge()
            .disagreements
            .into_iter()
            .map(|found| (found.field, found.sources.into_iter().collect::<String>()))
            .collect();
        let expected: Vec<_> = expected.into_iter().map(|(name, letters)| (name, letters.to_owned())).collect();
        assert_eq!(found, expected, "{field}: {sources}");
    });
}

fn rows() -> Vec<Row> {
    vec![
        ("Surname", json!({ "M": "BRIVKALNE", "V": "BRĪVKALNE", "R": "BRIVKALNE" }), None),
        ("Surname", json!({ "M": "BRIVKALNE", "V": "BERZINA" }), Some(("surname", "MV"))),
        ("Given name(s)", json!({ "M": "MAIRA", "R": "MARIA" }), Some(("givenNames", "MR"))),
        ("Date of birth", json!({ "M": "1991-03-17", "V": "17.03.1991" }), None),
        (
            "Date of birth",
            json!({ "M": "1991-03-17", "V": "1991-03-18", "R": "1991-03-17" }),
            Some(("dateOfBirth", "MVR")),
        ),
        ("Date of expiry", json!({ "M": "2031-08-02", "B": "2032-08-02" }), Some(("dateOfExpiry", "MB"))),
        ("Date of birth", json!({ "M": "910317", "V": "17 MAR 1991", "R": "19910317", "B": "1991-03-17" }), None),
        ("Date of birth", json!({ "M": "910317", "V": "18 Mar 1991" }), Some(("dateOfBirth", "MV"))),
        ("Date of birth", json!({ "M": "910317", "": "19910318" }), Some(("dateOfBirth", "M"))),
        ("Date of birth", json!({ "M": "91<<<<", "V": "1991-03-17" }), None),
        ("Date of birth", json!({ "M": "91<<<<", "V": "1991-03-17", "R": "19910416" }), Some(("dateOfBirth", "MVR"))),
        ("Date of birth", json!({ "V": "1991-03-17", "R": "1791-03-17" }), Some(("dateOfBirth", "VR"))),
        ("Date of birth", json!({ "M": "no date", "V": "no date" }), None),
        ("Date of expiry", json!({ "M": "310802", "V": "02/08/2031" }), None),
        ("Date of issue", json!({ "V": "2021-08-03", "R": "soon" }), None),
        ("Date of issue", json!({ "V": "2021-08-03", "R": "20210804" }), Some(("dateOfIssue", "VR"))),
        ("Document number", json!({ "M": "LV7440218", "V": "LV 7440218" }), None),
        ("Document number", json!({ "M": "LV7440218", "V": "LV744021899" }), None),
        ("Document number", json!({ "M": "LV7440218", "R": "LV7440218", "V": "LV744021899" }), None),
        ("Document number", json!({ "R": "LV7440218", "V": "LV744021899" }), Some(("documentNumber", "VR"))),
        ("Document number", json!({ "M": "LV744", "V": "LV7440218" }), Some(("documentNumber", "MV"))),
        ("Nationality", json!({ "M": "LVA", "V": "Latvia", "R": "LV" }), None),
        ("Nationality", json!({ "V": "Estonia" }), Some(("nationality", "V"))),
        ("Nationality", json!({ "V": "Latvian" }), None),
        ("Issuing state code", json!({ "M": "LVA", "V": "LV" }), None),
        ("Issuing state name", json!({ "V": "Estonia" }), Some(("issuingState", "V"))),
        ("Nationality code", json!({ "M": "LVA", "V": "LTU" }), Some(("nationality", "MV"))),
        ("Issuing state code", json!({ "M": "UTO", "V": "UTX" }), Some(("issuingState", "MV"))),
        ("Sex", json!({ "M": "<", "V": "X" }), None),
        ("Sex", json!({ "M": "F", "V": "Female" }), None),
        ("Sex", json!({ "M": "F", "V": "M" }), Some(("sex", "MV"))),
        ("Sex", json!({ "M": "F", "BRIVKALNE": "M" }), Some(("sex", "M"))),
        ("Sex", json!({ "M": "F" }), None),
    ]
}

/// A change that is a disagreement, or none.
type Change = (&'static str, fn(&mut Post), &'static [&'static str]);

const BIRTH: &str = "Date of birth";

/// Adds an entry of a field in a locale.
fn entry(post: &mut Post, locale: &str, name: &str, sources: Value) {
    let details = json!({ "field_name": name, "field_details": { "field_source_and_values": sources } });
    let locales = post.payload.pointer_mut("/kyc_info/document/identity_data_details").unwrap();
    let entries = locales.as_object_mut().unwrap().entry(locale).or_insert(json!([]));
    entries.as_array_mut().unwrap().push(details);
}

fn stated(post: &mut Post, name: &str, value: &str) {
    post.document(&format!("/identity_data/{name}"), json!(value));
}

const CHANGES: &[Change] = &[
    ("the value that counts is of a source", |post| stated(post, BIRTH, "17.03.1991"), &[]),
    ("the value that counts is another", |post| stated(post, BIRTH, "1991-03-18"), &["dateOfBirth"]),
    ("the value that counts is known to the year", |post| stated(post, BIRTH, "1991"), &[]),
    ("the value that counts is no date", |post| stated(post, BIRTH, "spring"), &[]),
    (
        "the value that counts against one source",
        |post| {
            post.sources("Date of issue", json!({ "V": "2021-08-03" }));
            stated(post, "Date of issue", "2021-08-04");
        },
        &["dateOfIssue"],
    ),
    ("the name that counts is another", |post| stated(post, "Surname", "BERZINA"), &["surname"]),
    ("the number that counts is that of the zone", |post| number(post, "LV7440218"), &[]),
    ("the number that counts is another", |post| number(post, "LV7440219"), &["documentNumber"]),
    ("two entries of one field", |post| entry(post, "0", BIRTH, json!({ "B": "1991-03-18" })), &["dateOfBirth"]),
    (
        "one source twice",
        |post| {
            post.sources("Sex", json!({ "M": "F" }));
            entry(post, "0", "Sex", json!({ "m": "M" }));
        },
        &["sex"],
    ),
    ("two spellings of a field", |post| stated(post, "Birth date", "1991-03-18"), &["dateOfBirth"]),
    ("two spellings that say the same", |post| stated(post, "Birth date", "17.03.1991"), &[]),
    ("two spellings, one blank", |post| stated(post, "Birth date", " "), &[]),
    (
        "two spellings of a field without sources",
        |post| {
            post.without("Document number");
            stated(post, "Document number", "A1");
            stated(post, "Document-number", "A2");
        },
        &["documentNumber"],
    ),
    ("as many sources as are read", |post| entry(post, "0", "Sex", numbered(16, "F")), &[]),
    ("more sources than are read", |post| entry(post, "0", "Sex", numbered(17, "F")), &["sex"]),
    (
        "more sources than are read, in several locales",
        |post| {
            entry(post, "0", "Sex", numbered(9, "F"));
            entry(post, "1062", "Sex", numbered(8, "F"));
        },
        &["sex"],
    ),
    (
        "one source again and again",
        |post| (0..20).for_each(|_| entry(post, "0", "Sex", json!({ "M": "F", "V": "F" }))),
        &[],
    ),
    ("as many spellings as are read", |post| spellings(post, 16), &[]),
    ("more spellings than are read", |post| spellings(post, 17), &["sex"]),
    (
        "another locale has another spelling",
        |post| {
            post.sources("Surname", json!({ "M": "YAMADA", "V": "YAMADA" }));
            entry(post, "1041", "Surname", json!({ "V": "山田", "R": "山田" }));
        },
        &[],
    ),
    (
        "another locale disagrees with itself",
        |post| {
            post.sources("Surname", json!({ "M": "YAMADA", "V": "YAMADA" }));
            entry(post, "1041", "Surname", json!({ "V": "山田", "R": "田中" }));
        },
        &["surname"],
    ),
];

/// So many sources that say the same.
fn numbered(count: usize, value: &str) -> Value {
    (0..count).map(|at| (format!("S{at}"), json!(value))).collect::<serde_json::Map<_, _>>().into()
}

/// One value under so many spellings of its name.
fn spellings(post: &mut Post, count: usize) {
    post.without("Sex");
    (1..=count).for_each(|length| post.document(&format!("/identity_data/Sex{}", "-".repeat(length)), json!("F")));
}

fn number(post: &mut Post, number: &str) {
    post.sources("Document number", json!({ "M": "LV7440218", "V": "LV744021899" }));
    stated(post, "Document number", number);
}

fn compares_the_value_that_counts() {
    each(CHANGES, |(what, change, expected)| {
        let mut post = Post::default();
        change(&mut post);
        let found: Vec<_> = post.judge().disagreements.iter().map(|found| found.field).collect();
        assert_eq!(found, *expected, "{what}");
    });
}

fn is_explained() {
    let mut post = Post::default();
    post.sources("Sex", json!({ "M": "F", "V": "M" }));
    let explanation: Value = serde_json::from_str(&post.judge().explanation()).unwrap();
    let told = explanation.as_array().unwrap().iter().find(|step| step.get("disagreement").is_some());
    assert_eq!(told, Some(&json!({ "disagreement": "sex", "sources": ["M", "V"] })));
}
