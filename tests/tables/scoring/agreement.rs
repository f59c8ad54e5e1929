//! Where the sources of one document disagree, field by field.

use serde_json::{Value, json};

use super::post::Post;
use crate::rows::each;

type Row = (&'static str, Value, Option<(&'static str, &'static str)>);

tables![finds_disagreements, is_explained];

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
        ("Date of issue", json!({ "V": "2021-08-03", "R": "soon" }), Some(("dateOfIssue", "VR"))),
        ("Document number", json!({ "M": "LV7440218", "V": "LV 7440218" }), None),
        ("Document number", json!({ "M": "LV7440218", "V": "LV744021899" }), None),
        ("Document number", json!({ "M": "LV7440218", "R": "LV7440218", "V": "LV744021899" }), None),
        ("Document number", json!({ "R": "LV7440218", "V": "LV744021899" }), Some(("documentNumber", "VR"))),
        ("Document number", json!({ "M": "LV744", "V": "LV7440218" }), Some(("documentNumber", "MV"))),
        ("Nationality code", json!({ "M": "D<<", "V": "DEU" }), None),
        ("Nationality code", json!({ "M": "LVA", "V": "LTU" }), Some(("nationality", "MV"))),
        ("Issuing state code", json!({ "M": "UTO", "V": "UTX" }), Some(("issuingState", "MV"))),
        ("Sex", json!({ "M": "<", "V": "X" }), None),
        ("Sex", json!({ "M": "F", "V": "Female" }), None),
        ("Sex", json!({ "M": "F", "V": "M" }), Some(("sex", "MV"))),
        ("Sex", json!({ "M": "F", "BRIVKALNE": "M" }), Some(("sex", "M"))),
        ("Sex", json!({ "M": "F" }), None),
    ]
}

fn is_explained() {
    let mut post = Post::default();
    post.sources("Sex", json!({ "M": "F", "V": "M" }));
    let explanation: Value = serde_json::from_str(&post.judge().explanation()).unwrap();
    let told = explanation.as_array().unwrap().iter().find(|step| step.get("disagreement").is_some());
    assert_eq!(told, Some(&json!({ "disagreement": "sex", "sources": ["M", "V"] })));
}
