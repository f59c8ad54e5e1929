//! The dates of a document.

use crate::rows::each;
use jiff::civil::{Date, date};
use kyc_gate::payload::date::DateOrder;
use kyc_gate::payload::field::{Field, FieldName};
use kyc_gate::payload::v3::DateReading;
use kyc_gate::payload::{Proof, UnreadableFact};
use serde_json::{Value as Json, json};

use super::v3::with_proof;

tables![reads_dates_of_documents, takes_the_worst_of_several_spellings, counts_unreadable_facts];

const TODAY: Date = date(2026, 11, 29);

/// A reading as text: `-` for absent, `?` for unreadable, `!` for implausible.
fn text<T: ToString>(reading: DateReading<T>) -> String {
    match reading {
        DateReading::Absent => "-".to_owned(),
        DateReading::Readable(date) => date.to_string(),
        DateReading::Implausible => "!".to_owned(),
        DateReading::Unreadable => "?".to_owned(),
    }
}

/// Birth, expiry and issue.
fn read(proof: &Proof<'_>) -> [String; 3] {
    let dates = proof.dates(DateOrder::Dmy, TODAY);
    [text(dates.birth), text(dates.expiry), text(dates.issue)]
}

fn reads_dates_of_documents() {
    let rows = [
        ("1988-06-14", "2033-05-20", "2023-05-21", ["1988-06-14", "2033-05-20", "2023-05-21"]),
        ("", "", "", ["-", "-", "-"]),
        ("soon", "soon", "soon", ["?", "?", "?"]),
        // Only births may be partly known.
        ("1963-XX-XX", "2033", "2023-05", ["1963", "?", "?"]),
        ("00.05.1985", "05.2033", "00.00.2023", ["1985-05", "?", "?"]),
        // The writings of sources are for sources.
        ("880614", "330520", "20230521", ["?", "?", "?"]),
        ("1390/12/26", "2560-05-01", "2032-01-01", ["!", "!", "!"]),
        ("2026-11-30", "9999-12-31", "2026-11-30", ["!", "9999-12-31", "!"]),
        // An issue before the birth or behind the expiry; against dates that can't be true it isn't compared.
        ("1988-06-14", "2033-05-20", "1988-06-13", ["1988-06-14", "2033-05-20", "!"]),
        ("1988-06-14", "2019-05-20", "2019-05-21", ["1988-06-14", "2019-05-20", "!"]),
        ("1988", "2033-05-20", "1988-01-01", ["1988", "2033-05-20", "1988-01-01"]),
        ("2560-01-01", "2033-05-20", "2023-05-21", ["!", "2033-05-20", "2023-05-21"]),
        ("1988-06-14", "2560-05-20", "2023-05-21", ["1988-06-14", "!", "2023-05-21"]),
        ("soon", "soon", "2023-05-21", ["?", "?", "2023-05-21"]),
    ];
    each(rows, |(birth, expiry, issue, wanted)| {
        let data = json!({ "Date of birth": birth, "Date of expiry": expiry, "Date of issue": issue });
        with_proof(&json!({ "identity_data": data }), |proof| assert_eq!(read(&proof), wanted, "{data}"));
    });
    with_proof(&json!({ "identity_data": { "Date of birth": 1963, "Expiry date": true } }), |proof| {
        assert_eq!(read(&proof), ["1963", "?", "-"]);
    });
}

/// The members of `identity_data`, the date, the value that macros see, and whether something couldn't be read.
fn takes_the_worst_of_several_spellings() {
    let rows = [
        (
            Field::DateOfBirth,
            r#""Date of birth":"1988-06-14","Birth date":"2015-01-01""#,
            "2015-01-01",
            "2015-01-01",
            false,
        ),
        (
            Field::DateOfBirth,
            r#""Date of birth":"2015-01-01","Birth date":"14.06.1988""#,
            "2015-01-01",
            "2015-01-01",
            false,
        ),
        (
            Field::DateOfBirth,
            r#""Date of birth":"1988-06-14","Birth date":"14.06.1988""#,
            "1988-06-14",
            "1988-06-14",
            false,
        ),
        (Field::DateOfBirth, r#""Date of birth":"1988-06-14","Birth date":"1988""#, "1988", "1988", false),
        (Field::DateOfBirth, r#""Date of birth":"soon","Birth date":"1.1.2015""#, "2015-01-01", "1.1.2015", true),
        (Field::DateOfBirth, r#""Date of birth":["2015"],"Birth date":"1.1.2015""#, "2015-01-01", "1.1.2015", true),
        (Field::DateOfBirth, r#""Date of birth":"1390-12-26","Birth date":"1.1.2015""#, "2015-01-01", "1.1.2015", true),
        (Field::DateOfBirth, r#""Date of birth":"1390-12-26","Birth date":"soon""#, "!", "", true),
        (
            Field::DateOfExpiry,
            r#""Date of expiry":"2033-05-20","Expiry date":"2019-08-02""#,
            "2019-08-02",
            "2019-08-02",
            false,
        ),
        (
            Field::DateOfExpiry,
            r#""Date of expiry":"2019-08-02","Expiry date":"2033-05-20""#,
            "2019-08-02",
            "2019-08-02",
            false,
        ),
        (Field::DateOfExpiry, r#""Date of expiry":"2033-05-20","Expiry date":" ""#, "2033-05-20", "2033-05-20", false),
        (
            Field::DateOfExpiry,
            r#""Date of expiry":"2560-05-20","Expiry date":"2.8.2019""#,
            "2019-08-02",
            "2.8.2019",
            true,
        ),
        (Field::DateOfExpiry, r#""Date of expiry":"soon","Expiry date":"later""#, "?", "", true),
        (
            Field::DateOfIssue,
            r#""Date of issue":"2023-05-21","Issue date":"2020-01-01""#,
            "2023-05-21",
            "2023-05-21",
            false,
        ),
        (
            Field::DateOfIssue,
            r#""Date of issue":"2032-05-21","Issue date":"2020-01-01""#,
            "2020-01-01",
            "2020-01-01",
            true,
        ),
        (Field::Surname, r#""Surname":"A","Last name":"B""#, "", "", false),
    ];
    each(rows, |(field, data, wanted, counted, unreadable)| {
        let document: Json = serde_json::from_str(&format!(r#"{{"identity_data":{{{data}}}}}"#)).unwrap_or_default();
        with_proof(&document, |proof| {
            let dates = proof.dates(DateOrder::Dmy, TODAY);
            let found = match field {
                Field::DateOfBirth => text(dates.birth),
                Field::DateOfExpiry => text(dates.expiry),
                Field::DateOfIssue => text(dates.issue),
                _ => String::new(),
            };
            let value = proof.date_that_counts(field, &dates).and_then(|value| value.as_str()).unwrap_or_default();
            assert_eq!((&*found, &*value, dates.has_unreadable(field)), (wanted, counted, unreadable), "{data}");
            if !value.is_empty() {
                let name = if field == Field::DateOfBirth { "Birth date" } else { "Date of expiry" };
                let named = proof.field_that_counts(&FieldName::of(name), &dates).and_then(|value| value.as_str());
                assert!(field == Field::DateOfIssue || named.as_deref() == Some(&*value), "{data}");
            }
        });
    });
    with_proof(&json!({ "identity_data": { "Surname": "A" } }), |proof| {
        let dates = proof.dates(DateOrder::Dmy, TODAY);
        let named = proof.field_that_counts(&FieldName::of("Last name"), &dates).and_then(|value| value.as_str());
        assert_eq!(named.as_deref(), Some("A"));
    });
}

/// A field with these sources.
fn details(name: &str, sources: Json) -> Json {
    let details = json!({ "field_source_and_values": sources });
    json!({ "identity_data_details": { "0": [{ "field_name": name, "field_details": details }] } })
}

/// So many sources.
fn numbered(count: usize) -> Json {
    (0..count).map(|at| (format!("S{at}"), json!("1988-06-14"))).collect::<serde_json::Map<_, _>>().into()
}

/// One field under so many spellings.
fn spellings(count: usize) -> Json {
    (1..=count).map(|length| ("-".repeat(length) + "Sex", json!("F"))).collect::<serde_json::Map<_, _>>().into()
}

fn counts_unreadable_facts() {
    let status =
        |status: Json| json!({ "checks_performed": [{ "check_detail": [{ "element": "a", "status": status }] }] });
    let sources =
        json!({ "0": [{ "field_name": "Sex", "field_details": { "field_source_and_values": { "M": [] } } }] });
    let rows = [
        (json!({}), &[][..]),
        (json!({ "identity_data": { "Date of birth": "soon" } }), &[UnreadableFact::DateOfBirth]),
        (json!({ "identity_data": { "Date of birth": "1390-12-26" } }), &[UnreadableFact::DateOfBirth]),
        (json!({ "identity_data": { "Date of expiry": [] } }), &[UnreadableFact::DateOfExpiry]),
        (json!({ "identity_data": { "Date of issue": "2032-01-01" } }), &[UnreadableFact::DateOfIssue]),
        (json!({ "identity_data": { "MRZ strings": [7] } }), &[UnreadableFact::Mrz]),
        (json!({ "identity_data": { "MRZ strings": "no zone" } }), &[UnreadableFact::Mrz]),
        (json!({ "identity_data": { "MRZ strings": "" } }), &[]),
        (json!({ "identity_data": { "Sex": {}, "Surname": [], "Height": [] } }), &[UnreadableFact::Field]),
        (json!({ "identity_data_details": sources }), &[UnreadableFact::Field]),
        (json!({ "identity_data_details": { "0": {} } }), &[UnreadableFact::Field]),
        (json!({ "identity_data_details": { "0": [], "1062": null } }), &[]),
        (json!({ "identity_data_details": { "0": ["Surname"] } }), &[UnreadableFact::Field]),
        (
            json!({ "identity_data_details": { "0": [{ "field_name": 8, "field_details": {} }] } }),
            &[UnreadableFact::Field],
        ),
        (details("Date of birth", json!(["1988-06-14"])), &[UnreadableFact::DateOfBirth]),
        (details("Sex", json!("F")), &[UnreadableFact::Field]),
        (details("Sex", json!(null)), &[]),
        (details("Date of birth", json!({ "M": "880614", "V": "spring" })), &[UnreadableFact::DateOfBirth]),
        (details("Date of expiry", json!({ "M": "330520", "V": "20 MAY 2033", "R": "20330520", "B": "" })), &[]),
        (details("Date of issue", json!({ "R": true })), &[UnreadableFact::DateOfIssue]),
        (details("Sex", numbered(16)), &[]),
        (details("Sex", numbered(17)), &[UnreadableFact::Field]),
        (details("Date of birth", numbered(17)), &[UnreadableFact::DateOfBirth]),
        (details("Sex", json!({ "S".repeat(257): "F" })), &[UnreadableFact::Field]),
        (json!({ "identity_data": { "Sex".repeat(100): "F" } }), &[UnreadableFact::Field]),
        (
            json!({ "identity_data": { format!("Date of birth{}", " ".repeat(300)): "1990-01-01" } }),
            &[UnreadableFact::Field],
        ),
        (json!({ "identity_data_details": { "1".repeat(257): [] } }), &[UnreadableFact::Field]),
        (
            json!({ "identity_data_details": { "0": [{ "field_name": "S".repeat(257), "field_details": {} }] } }),
            &[UnreadableFact::Field],
        ),
        (json!({ "identity_data": spellings(16) }), &[]),
        (json!({ "identity_data": spellings(17) }), &[UnreadableFact::Field]),
        (
            json!({ "identity_data": { "MRZ strings": "D1NLD15094962111659VW87Z78NB84", "MRZ": "no zone" } }),
            &[UnreadableFact::Mrz],
        ),
        (json!({ "identity_data": { "MRZ strings": "D1NLD15094962111659VW87Z78NB84" } }), &[]),
        (json!({ "document_status": status(json!(true)) }), &[UnreadableFact::CheckStatus]),
        (json!({ "document_status": { "error_list": [{ "code": 7 }] } }), &[UnreadableFact::CheckStatus]),
        (json!({ "document_status": { "error_list": [{ "code": 7, "text": "Glare" }, {}, null, "" ] } }), &[]),
        (
            json!({ "document_status": { "checks_performed": [{ "check_detail": [{ "element": 7, "status": 0 }] }] } }),
            &[UnreadableFact::CheckStatus],
        ),
        (json!({ "document_status": status(json!(null)) }), &[]),
        (
            json!({ "identity_data": { "Sex": {}, "Birth date": "x" }, "document_status": status(json!([])) }),
            &[UnreadableFact::DateOfBirth, UnreadableFact::CheckStatus, UnreadableFact::Field],
        ),
    ];
    each(rows, |(document, wanted)| {
        with_proof(&document, |proof| {
            assert_eq!(proof.unreadable_facts(&proof.dates(DateOrder::Dmy, TODAY)), wanted, "{document}");
        });
    });
}
