//! What a backend's answer becomes, by locators and by what came.

use crate::rows::each;
use kyc_gate::confirmation::{Confirmed, Expectation, Locators, OnMismatch, ResponseError};
use kyc_gate::payload::{Document, Kyc, Limits};
use kyc_gate::payload::{Locator, LocatorError};

const LIMITS: Limits = Limits { max_depth: 8, max_fields: 50 };

tables![parses_locators, reads_answers, follows_locators, treats_other_users, sends_the_very_text_back];

/// A post by the user `ann`, whose id is written with an escape.
const POSTED: &str = r#"{"request_info":{"user_id":"\u0061nn","requester_id":"r-1"},
    "kyc_info":{"document":{"version":"3.0"}}}"#;

fn expectation(post: &str) -> Expectation {
    let document = Document::scan(post.as_bytes(), Limits::default()).unwrap();
    Expectation::of(&Kyc::read(document.root()).unwrap())
}

fn locators(result: &str, reference_number: &str, user_id: &str, on_mismatch: OnMismatch) -> Locators {
    let optional = |text: &str| (!text.is_empty()).then(|| Locator::parse(text).unwrap());
    Locators {
        result: Locator::parse(result).unwrap(),
        reference_number: optional(reference_number),
        user_id: optional(user_id),
        on_mismatch,
    }
}

pub fn flat(on_mismatch: OnMismatch) -> Locators {
    locators("result", "reference_number", "user_id", on_mismatch)
}

pub fn read(locators: &Locators, answer: &str) -> Result<(String, Confirmed), ResponseError> {
    let (json, confirmed) = expectation(POSTED).confirm(locators, answer.as_bytes(), LIMITS)?;
    Ok((String::from_utf8(json).unwrap(), confirmed))
}

fn parses_locators() {
    each(["result", "data.result", "/data/result", "/a.b", "ok?", "übrig", "a.0.b", "/"], |text| {
        assert!(Locator::parse(text).is_ok(), "{text}");
    });
    each(["", ".", "a.", ".a", "a..b", "$.result", "$", "data[0]", "data.*"], |text| {
        assert_eq!(Locator::parse(text), Err(LocatorError::Path), "{text}");
    });
    assert!(matches!(Locator::parse("/a~2"), Err(LocatorError::Pointer(_))));
}

fn reads_answers() {
    let told = |result, reference: &str| {
        Ok(format!(r#"{{"result": {result}, "reference_number": {reference}, "user_id": "\u0061nn"}}"#))
    };
    let deep = format!("{}1{}", "[".repeat(9), "]".repeat(9));
    let many = format!("[{}1]", "1,".repeat(60));
    let cases = [
        (r#"{"result":true,"reference_number":"k-7","user_id":"ann"}"#, told(true, r#""k-7""#)),
        (r#"{"result":false,"reference_number":"k-7","user_id":"ann"}"#, told(false, r#""k-7""#)),
        (r#" { "user_id" : "a\u006en" , "result" : true } "#, told(true, r#""r-1""#)),
        (r#"{"result":true}"#, told(true, r#""r-1""#)),
        (r#"{"result":true,"reference_number":null,"user_id":null}"#, told(true, r#""r-1""#)),
        (r#"{"result":true,"reference_number":4711}"#, told(true, r#""4711""#)),
        (r#"{"result":true,"reference_number":1.50e2}"#, told(true, r#""1.50e2""#)),
        (r#"{"result":true,"reference_number":"k\"\\7"}"#, told(true, r#""k\"\\7""#)),
        (r#"{"result":true,"reference_number":""}"#, told(true, r#""""#)),
        (r#"{"result":true,"more":{"result":false}}"#, told(true, r#""r-1""#)),
        // REL-ID documents a boolean; nothing else is one.
        (r#"{"result":"true"}"#, Err(ResponseError::Result)),
        (r#"{"result":1}"#, Err(ResponseError::Result)),
        (r#"{"result":"accepted"}"#, Err(ResponseError::Result)),
        (r#"{"result":null}"#, Err(ResponseError::Result)),
        (r#"{"Result":true}"#, Err(ResponseError::Result)),
        ("{}", Err(ResponseError::Result)),
        ("true", Err(ResponseError::Result)),
        ("[true]", Err(ResponseError::Result)),
        (r#"{"result":true,"reference_number":{}}"#, Err(ResponseError::ReferenceNumber)),
        (r#"{"result":true,"reference_number":false}"#, Err(ResponseError::ReferenceNumber)),
        (r#"{"result":true,"user_id":["ann"]}"#, Err(ResponseError::UserId)),
        (r#"{"result":true,"user_id":true}"#, Err(ResponseError::UserId)),
        ("", Err(ResponseError::Empty)),
        (" \r\n", Err(ResponseError::Empty)),
        ("<!doctype html><title>502</title>", Err(ResponseError::NotJson)),
        ("OK", Err(ResponseError::NotJson)),
        (r#"{"result":true,"result":false}"#, Err(ResponseError::NotJson)),
        (r#"{"result":false,"r\u0065sult":true}"#, Err(ResponseError::NotJson)),
        (r#"{"result":true"#, Err(ResponseError::NotJson)),
        (r#"{"result":true}{}"#, Err(ResponseError::NotJson)),
        ("\u{feff}{\"result\":true}", Err(ResponseError::NotJson)),
        (&deep, Err(ResponseError::NotJson)),
        (&many, Err(ResponseError::NotJson)),
    ];
    each(cases, |(answer, expected)| {
        let read = read(&flat(OnMismatch::Block), answer);
        assert_eq!(read, expected.map(|json| (json, Confirmed::AsPosted)), "{answer}");
    });
}

fn follows_locators() {
    let answer = r#"{"data":{"kyc":[{"ok":true,"no":"k-1","who.id":"ann"}]},"data.kyc":0}"#;
    for (result, reference, user) in
        [("data.kyc.0.ok", "data.kyc.0.no", "/data/kyc/0/who.id"), ("/data/kyc/0/ok", "/data/kyc/0/no", "")]
    {
        let found = read(&locators(result, reference, user, OnMismatch::Block), answer).unwrap().0;
        assert!(found.starts_with(r#"{"result": true, "reference_number": "k-1","#), "{found}");
    }
    each(["ok", "data", "data.kyc", "data.kyc.1.ok", "/data/kyc/00/ok", "data.kyc.0.ok.more"], |result| {
        assert_eq!(read(&locators(result, "", "", OnMismatch::Block), answer), Err(ResponseError::Result), "{result}");
    });
}

/// REL-ID renames the account to whatever goes back.
fn treats_other_users() {
    each([r#""bob""#, r#""Ann""#, r#""ann ""#, r#""""#, r#""аnn""#, "7", r#""b\u006fb""#], |other| {
        let answer = format!(r#"{{"result":true,"user_id":{other}}}"#);
        assert_eq!(read(&flat(OnMismatch::Block), &answer), Err(ResponseError::OtherUser), "{other}");
        let (flagged, how) = read(&flat(OnMismatch::Flag), &answer).unwrap();
        assert!(flagged.ends_with(r#""user_id": "\u0061nn"}"#), "{flagged}");
        assert_eq!(how, Confirmed::Flagged);
        let (renamed, how) = read(&flat(OnMismatch::Allow), &answer).unwrap();
        let text = if other == "7" { r#""7""# } else { other };
        assert!(renamed.ends_with(&format!(r#""user_id": {text}}}"#)), "{renamed}");
        assert_eq!(how, Confirmed::Renamed);
        // Nobody looks where no locator points.
        let blind = locators("result", "", "", OnMismatch::Block);
        assert!(read(&blind, &answer).unwrap().0.ends_with(r#""user_id": "\u0061nn"}"#));
    });
}

fn sends_the_very_text_back() {
    let written = r#""ann\/\"\u00e9\ud83d\ude00""#;
    let post = POSTED.replace(r#""\u0061nn""#, written);
    let number = POSTED.replace(r#""\u0061nn""#, r#""4711""#);
    let rows = [
        (&post, r#""ann/\"é😀""#, written),
        (&post, written, written),
        (&number, "4711", r#""4711""#),
        (&number, r#""4711""#, r#""4711""#),
    ];
    each(rows, |(post, told, back)| {
        let answer = format!(r#"{{"result":true,"user_id":{told}}}"#);
        let (json, how) = expectation(post).confirm(&flat(OnMismatch::Allow), answer.as_bytes(), LIMITS).unwrap();
        assert_eq!(how, Confirmed::AsPosted, "{told}");
        assert!(String::from_utf8(json).unwrap().ends_with(&format!(r#""user_id": {back}}}"#)), "{told}");
    });
}
