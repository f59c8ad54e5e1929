//! The fields of a document.
#![allow(clippy::unwrap_used)] // Tests may fail loudly.

use crate::rows::each;
use kyc_gate::payload::field::Field;
use kyc_gate::payload::v3::{DocumentRole, field_text};
use kyc_gate::payload::{Fact, Proof, Value};
use serde_json::{Value as Json, json};

use super::v3::{scan, sources, with_proof};

tables![
    looks_fields_up_in_order,
    finds_fields_by_any_name,
    tells_unreadable_values,
    knows_several_spellings,
    keeps_scripts_apart,
    reads_all_sources_of_a_locale,
    joins_the_lines_of_zones,
    bounds_the_cost_of_look_ups
];

fn entry(name: &str, value: &str, sources: Json) -> Json {
    let details = json!({ "field_value": value, "field_status": "OK", "field_source_and_values": sources });
    json!({ "field_name": name, "field_details": details })
}

fn looks_fields_up_in_order() {
    let mut document = json!({
        "identity_data": { "Sex": "F", "Last name": " \t", "Surname": "PLAIN" },
        "identity_data_details": {
            "1062": [entry("Surname", "OTHER", json!({}))],
            "0": [entry("Family name", "LATIN", json!({}))],
        },
    });
    let rows = [
        (Some("PLAIN"), "/identity_data"),
        (Some("LATIN"), "/identity_data_details/0"),
        (Some("OTHER"), "/identity_data_details/1062"),
    ];
    each(rows, |(wanted, removed)| {
        with_proof(&document, |proof| {
            assert_eq!(proof.field(Field::Surname), wanted);
            let named = proof.field_named("Surname").and_then(Value::as_str);
            assert_eq!(named.as_deref(), wanted);
        });
        document.pointer_mut(removed).unwrap().take();
    });
    with_proof(&document, |proof| assert!(proof.field(Field::Surname).is_none()));
}

fn finds_fields_by_any_name() {
    let document = json!({
        "identity_data": {
            "GIVEN NAMES": "MAIRA", "Blood type": "0+", "Nationality code (Alpha-2)": "LV", "Personal number": 120491,
            "Surname & Given Names": "A B", "Eyes & hair": "BROWN", "Height": [180], "Weight": " ", "Weight:": 70,
        },
        "identity_data_details": { "0": [entry("Eye color(s)", "BLUE", json!({})), entry("Height", "180", json!({}))] },
    });
    with_proof(&document, |proof| {
        for (name, wanted) in [
            ("First name", Some("\"MAIRA\"")),
            ("given name(s)", Some("\"MAIRA\"")),
            ("nationality code alpha-2", Some("\"LV\"")),
            ("BLOOD  TYPE", Some("\"0+\"")),
            ("Eye color", Some("\"BLUE\"")),
            ("Personal  number", Some("120491")),
            ("surname and given name(s)", Some("\"A B\"")),
            ("Eyes and hair", Some("\"BROWN\"")),
            ("EYES&HAIR", Some("\"BROWN\"")),
            ("WEIGHT", Some("70")),
            // What can't be read isn't looked for elsewhere.
            ("Height", None),
            ("Nationality", None),
            ("Hair color", None),
            ("(s)", None),
            ("", None),
        ] {
            assert_eq!(proof.field_named(name).map(Value::raw), wanted, "{name}");
        }
    });
}

fn tells_unreadable_values() {
    let details =
        json!({ "0": [entry("Surname", "LATIN", json!({}))], "1062": [entry("Surname", "OTHER", json!({}))] });
    let rows = [
        (json!("A"), Fact::Readable("A")),
        (json!(1991), Fact::Readable("1991")),
        (json!(19.10), Fact::Readable("19.1")),
        (json!(null), Fact::Readable("LATIN")),
        (json!(""), Fact::Readable("LATIN")),
        (json!(true), Fact::Unreadable),
        (json!(["A"]), Fact::Unreadable),
        (json!({}), Fact::Unreadable),
    ];
    each(rows, |(value, wanted)| {
        let document = json!({ "identity_data": { "Surname": value }, "identity_data_details": details });
        with_proof(&document, |proof| {
            let fact = proof.fact(Field::Surname);
            assert!(fact.as_ref().map(|text| &**text) == wanted, "{document}");
            assert_eq!(proof.field_named("Surname").map(field_text).as_deref(), fact.readable(), "{document}");
        });
    });
    let rows = [
        (json!({ "field_value": ["A"] }), Fact::Unreadable),
        (json!({ "field_value": 7 }), Fact::Readable("7")),
        (json!({ "field_value": null }), Fact::Readable("OTHER")),
        (json!({}), Fact::Readable("OTHER")),
        (json!([]), Fact::Unreadable),
        (json!(null), Fact::Readable("OTHER")),
    ];
    each(rows, |(value, wanted)| {
        let mut document = json!({ "identity_data_details": details });
        *document.pointer_mut("/identity_data_details/0/0/field_details").unwrap() = value;
        with_proof(&document, |proof| {
            assert!(proof.fact(Field::Surname).as_ref().map(|text| &**text) == wanted, "{document}");
        });
    });
}

fn knows_several_spellings() {
    let details = json!({ "0": [entry("Surname", "E", json!({})), entry("Last name", "F", json!({}))] });
    let rows = [
        (json!({ "Surname": "A", "Family name": "B", "Last name": "C" }), &["A", "B", "C"][..]),
        (json!({ "Family name": "B", "Surname": "A" }), &["B", "A"]),
        (json!({ "Surname": "A", "Family name": " " }), &["A"]),
        (json!({ "Surname": {}, "Family name": "B" }), &["B"]),
        (json!({ "Surname": {}, "Family name": [] }), &[]),
        (json!({}), &["E", "F"]),
    ];
    each(rows, |(data, wanted)| {
        let document = json!({ "identity_data": data, "identity_data_details": details });
        with_proof(&document, |proof| {
            assert!(proof.spellings(Field::Surname).eq(wanted.iter().copied()), "{document}");
            assert_eq!(proof.field(Field::Surname), wanted.first().copied(), "{document}");
        });
    });
}

fn keeps_scripts_apart() {
    let latvian = entry("Surname", "BRĪVKALNE", json!({ "V": "BRĪVKALNE", "R": "KALNE" }));
    let latin = entry("Surname", "BRIVKALNE", json!({ "M": "BRIVKALNE", "V": " ", "R": {}, "B": "" }));
    let again = entry("Last name", "SECOND", json!({ "M": "SECOND" }));
    let none = entry("Surname", "NONE", json!({ "M": "" }));
    let rows = [
        (json!({ "1062": [latvian], "0": [none, latin] }), "M=BRIVKALNE"),
        (json!({ "1062": [latvian], "0": [again, latin] }), "M=SECOND M=BRIVKALNE"),
        (json!({ "1062": [latvian], "0": [none] }), "V=BRĪVKALNE R=KALNE"),
        (json!({ "1062": [latvian], "1049": [latin] }), "V=BRĪVKALNE R=KALNE"),
        (json!({ "0": [none] }), ""),
        (json!({ "0": { "Surname": latin } }), ""),
    ];
    each(rows, |(details, wanted)| {
        with_proof(&json!({ "identity_data_details": details }), |proof| {
            assert_eq!(sources(&proof, Field::Surname), wanted, "{details}");
        });
    });
}

fn reads_all_sources_of_a_locale() {
    let details = json!({
        "1062": [entry("Surname", "K", json!({ "V": "K" }))],
        "1049": [entry("Surname", "", json!({ "V": "" }))],
        "0": [
            entry("Surname", "A", json!({ "M": "A", "V": 7, "R": [] })),
            entry("Last name", "B", json!({ "M": "B", "V": "7" })),
            entry("Surname", "A", json!({ "M": "A" })),
        ],
    });
    with_proof(&json!({ "identity_data_details": details }), |proof| {
        let locales = proof.sources_by_locale(Field::Surname);
        let locales = locales.map(|sources| {
            sources.iter().map(|(letter, value)| format!("{letter}={value}")).collect::<Vec<_>>().join(" ")
        });
        assert!(locales.eq(["M=A V=7 M=B", "V=K"]));
    });
}

fn joins_the_lines_of_zones() {
    let long = "<".repeat(300);
    let rows = [
        (json!(["P<UTO", "L898"]), Fact::Readable("P<UTO^L898")),
        (json!("P<UTO\nL898"), Fact::Readable("P<UTO\nL898")),
        (json!([]), Fact::Absent),
        (json!(["", " "]), Fact::Absent),
        (json!(["P<UTO", 7]), Fact::Unreadable),
        (json!(["P<UTO", ["L898"]]), Fact::Unreadable),
        (json!(["a", "b", "c", "d", "e", "f", "g", "h", "i"]), Fact::Unreadable),
        (json!([long]), Fact::Unreadable),
        (json!({ "1": "P<UTO" }), Fact::Unreadable),
    ];
    each(rows, |(lines, wanted)| {
        for document in [
            json!({ "identity_data": { "MRZ strings": lines } }),
            json!({ "identity_data_details": { "0": [{ "field_name": "MRZ", "field_details": { "field_value": lines } }] } }),
        ] {
            with_proof(&document, |proof| {
                let fact = proof.fact(Field::MrzStrings);
                assert!(fact.as_ref().map(|text| &**text) == wanted, "{document}");
            });
        }
    });
}

fn bounds_the_cost_of_look_ups() {
    // A name that would take seconds to decode for every look-up, and as many fields as a document may have.
    let escapes = "\\n".repeat(4 << 20);
    let fields: String = (0..9_000).map(|i| format!("\"Surname {i}\":\"x\",")).collect();
    let text =
        format!("{{\"identity_data\":{{\"{escapes}\":\"x\",{fields}\"{escapes}Sex\":\"F\",\"Surname\":\"S\"}}}}");
    let document = scan(text.as_bytes());
    let proof = Proof::read(document.root(), DocumentRole::Identity).unwrap();
    for _ in 0..25 {
        assert_eq!(proof.field(Field::Surname), Some("S"));
        assert_eq!(proof.field(Field::Sex), None);
    }
    let many: serde_json::Map<_, _> = (0..100).map(|i| (format!("S{i}"), json!("x"))).collect();
    let details = json!({ "identity_data_details": { "0": [entry("Surname", "x", Json::Object(many))] } });
    with_proof(&details, |proof| assert_eq!(proof.sources(Field::Surname).len(), 16));
}
