//! Names and date of birth: against claims, and between the sources of one document.

use kyc_gate::scoring::{CheckOutcome, Claim, IdentityCheck};
use serde_json::json;

use super::identity::{Row, table};
use super::post::Post;

use CheckOutcome::{Fail, Pass, Skip};
use IdentityCheck::*;

tables![first_name, last_name, date_of_birth, matches_date_of_birth];

fn first_name() {
    table(FirstName, FIRST);
}

fn last_name() {
    table(LastName, LAST);
}

fn date_of_birth() {
    table(DateOfBirth, BIRTH);
}

fn matches_date_of_birth() {
    table(MatchesDateOfBirth, MATCHING_BIRTH);
}

fn claim(post: &mut Post, claim: Claim, text: &str) {
    post.claim(claim, text);
}

const FIRST: &[Row] = &[
    ("claimed in full", |post| claim(post, Claim::FirstName, "Maira Elza"), Pass),
    ("claimed without the middle name", |post| claim(post, Claim::FirstName, "maira"), Pass),
    ("claimed in another order", |post| claim(post, Claim::FirstName, "Elza Maira"), Pass),
    ("claimed with a name more", |post| claim(post, Claim::FirstName, "Maira Elza Anna"), Fail),
    ("another claimed", |post| claim(post, Claim::FirstName, "Gustavo"), Fail),
    ("nothing that is a name claimed", |post| claim(post, Claim::FirstName, "-"), Fail),
    (
        "a claim against one source",
        |post| {
            post.sources("Given name(s)", json!({ "V": "MAIRA ELZA" }));
            claim(post, Claim::FirstName, "Maira");
        },
        Pass,
    ),
    (
        "a claim against sources that differ",
        |post| {
            post.sources("Given name(s)", json!({ "V": "MAIRA ELZA", "M": "ANNA" }));
            claim(post, Claim::FirstName, "Maira");
        },
        Pass,
    ),
    (
        "the middle name apart",
        |post| {
            post.field("Given name(s)", "MAIRA");
            post.field("Middle name", "ELZA");
            claim(post, Claim::FirstName, "Maira Elza");
        },
        Pass,
    ),
    ("a letter twice, at 0.92", |post| claim(post, Claim::FirstName, "Mairra"), Pass),
    (
        "a letter twice, exact",
        |post| {
            post.evidence.name_similarity = 1.0;
            claim(post, Claim::FirstName, "Mairra");
        },
        Fail,
    ),
    ("the last name says nothing", |post| claim(post, Claim::LastName, "Gustavo"), Pass),
    (
        "a claim and no field (missing)",
        |post| {
            post.without("Given name(s)");
            claim(post, Claim::FirstName, "Maira");
        },
        Fail,
    ),
    ("one source", |post| post.sources("Given name(s)", json!({ "V": "MAIRA ELZA" })), Skip),
    ("one source and an empty one", |post| post.sources("Given name(s)", json!({ "V": "MAIRA ELZA", "M": "" })), Skip),
    ("no sources", |post| post.sources("Given name(s)", json!({})), Skip),
    ("sources that differ", |post| post.sources("Given name(s)", json!({ "V": "MAIRA", "M": "ANNA" })), Fail),
    (
        "one of three differs",
        |post| {
            post.sources("Given name(s)", json!({ "V": "MAIRA", "M": "MAIRA", "R": "ANNA" }));
        },
        Fail,
    ),
    ("folded alike", |post| post.sources("Given name(s)", json!({ "V": "Māira-Elza", "M": "MAIRA ELZA" })), Pass),
    (
        "two that the zone's cut name both fit",
        |post| {
            post.sources("Given name(s)", json!({ "V": "MAIRA ELZA", "R": "MAIRA ANNA", "M": "MAIRA" }));
        },
        Fail,
    ),
    (
        "left out of the zone, which had room",
        |post| {
            post.field("MRZ strings", &zone("BRIVKALNE<<MAIRA"));
            post.sources("Given name(s)", json!({ "V": "MAIRA ELZA", "M": "MAIRA" }));
        },
        Fail,
    ),
    (
        "left out of a zone that nobody sees",
        |post| post.sources("Given name(s)", json!({ "V": "MAIRA ELZA", "M": "MAIRA" })),
        Fail,
    ),
    (
        "left out of the zone, which is full",
        |post| {
            post.field("MRZ strings", &zone("PAPADIMITROPOULOUKONSTANTINIDOUA<<MAIRA"));
            post.sources("Given name(s)", json!({ "V": "MAIRA ELZA", "M": "MAIRA" }));
        },
        Pass,
    ),
    (
        "the beginning of another name, in a zone that is full",
        |post| {
            post.field("MRZ strings", &zone("PAPADIMITROPOULOUKONSTANTINIDOUA<<MAIRA"));
            post.sources("Given name(s)", json!({ "V": "MAIRA ELZA", "M": "MAIR" }));
        },
        Fail,
    ),
    ("left out of the chip", |post| post.sources("Given name(s)", json!({ "V": "MAIRA ELZA", "R": "MAIRA" })), Fail),
    (
        "left out of the zone, and so of the chip",
        |post| {
            post.field("MRZ strings", &zone("PAPADIMITROPOULOUKONSTANTINIDOUA<<MAIRA"));
            post.sources("Given name(s)", json!({ "V": "MAIRA ELZA", "M": "MAIRA", "R": "Maira" }));
        },
        Pass,
    ),
    (
        "left out of the chip, not of the zone",
        |post| post.sources("Given name(s)", json!({ "V": "MAIRA ELZA", "M": "MAIRA ELZA", "R": "MAIRA" })),
        Fail,
    ),
    (
        "left out of zone and barcode",
        |post| post.sources("Given name(s)", json!({ "V": "MAIRA ELZA", "M": "MAIRA", "B": "MAIRA" })),
        Fail,
    ),
    ("more in the zone", |post| post.sources("Given name(s)", json!({ "V": "MAIRA", "M": "MAIRA ELZA" })), Fail),
    ("joined in the zone", |post| post.sources("Given name(s)", json!({ "V": "MAIRA ELZA", "M": "MAIRAELZA" })), Pass),
    ("a single name (missing)", |post| post.without("Given name(s)"), Skip),
    ("unknown (missing)", |post| post.field("Given name(s)", "FNU"), Skip),
    ("nothing but punctuation (missing)", |post| post.field("Given name(s)", "-"), Skip),
    (
        "unknown, and claimed (missing)",
        |post| {
            post.field("Given name(s)", "FNU");
            claim(post, Claim::FirstName, "Maira");
        },
        Fail,
    ),
    (
        "unknown, and claimed as that (missing)",
        |post| {
            post.field("Given name(s)", "FNU");
            claim(post, Claim::FirstName, "FNU");
        },
        Skip,
    ),
    (
        "neither name (missing)",
        |post| {
            post.without("Given name(s)");
            post.field("Surname", "LNU");
        },
        Fail,
    ),
];

fn in_japanese(post: &mut Post, field: &str, value: &str) {
    let details = json!([{ "field_name": field, "field_details": { "field_value": value } }]);
    post.document("/identity_data_details/1041", details);
}

/// A passport's zone with this name.
fn zone(name: &str) -> String {
    assert!(name.len() <= 39, "{name}");
    format!("P<UTO{name:<<39}^L898902C36UTO7408122F1204159ZE184226B<<<<<10")
}

const SURNAME: &str = "PAPADIMITROPOULOU KONSTANTINIDOU ALEXAN";
const CUT_SURNAME: &str = "PAPADIMITROPOULOU<KONSTANTINIDOU<ALEXAN";
const CLAIMED_SURNAME: &str = "Papadimitropoulou-Konstantinidou Alexandratou";

const LAST: &[Row] = &[
    ("claimed", |post| claim(post, Claim::LastName, "Brīvkalne"), Pass),
    ("another claimed", |post| claim(post, Claim::LastName, "Othername"), Fail),
    (
        "claimed as another script has it",
        |post| {
            in_japanese(post, "Surname", "佐藤");
            claim(post, Claim::LastName, "佐藤");
        },
        Pass,
    ),
    (
        "claimed as no script has it",
        |post| {
            in_japanese(post, "Surname", "佐藤");
            claim(post, Claim::LastName, "高橋");
        },
        Fail,
    ),
    (
        "a Latin claim is compared with the Latin name",
        |post| {
            in_japanese(post, "Surname", "Othername");
            claim(post, Claim::LastName, "Othername");
        },
        Fail,
    ),
    ("claimed in Cyrillic", |post| claim(post, Claim::LastName, "Бривкалне"), Pass),
    (
        "a second surname apart",
        |post| {
            post.field("Second surname", "Ozola");
            claim(post, Claim::LastName, "Brivkalne-Ozola");
        },
        Pass,
    ),
    (
        "three spellings of one",
        |post| post.sources("Surname", json!({ "V": "MÜLLER", "M": "MUELLER", "R": "MULLER" })),
        Pass,
    ),
    ("Ü as UE", |post| post.sources("Surname", json!({ "V": "MÜLLER", "M": "MUELLER" })), Pass),
    ("Ü as U", |post| post.sources("Surname", json!({ "V": "MÜLLER", "M": "MULLER" })), Pass),
    ("another in the zone", |post| post.sources("Surname", json!({ "V": "MÜLLER", "M": "OTHERNAME" })), Fail),
    (
        "cut by a full zone",
        |post| {
            post.field("MRZ strings", &zone(CUT_SURNAME));
            post.field("Surname", SURNAME);
            post.sources("Surname", json!({ "M": SURNAME }));
            claim(post, Claim::LastName, CLAIMED_SURNAME);
        },
        Pass,
    ),
    (
        "cut by a full zone, and so by the chip",
        |post| {
            post.field("MRZ strings", &zone(CUT_SURNAME));
            post.field("Surname", SURNAME);
            post.sources("Surname", json!({ "M": SURNAME, "R": SURNAME }));
            claim(post, Claim::LastName, CLAIMED_SURNAME);
        },
        Pass,
    ),
    (
        "cut by a full zone, in full on the chip",
        |post| {
            post.field("MRZ strings", &zone(CUT_SURNAME));
            post.field("Surname", SURNAME);
            post.sources("Surname", json!({ "M": SURNAME, "R": CLAIMED_SURNAME }));
            claim(post, Claim::LastName, CLAIMED_SURNAME);
        },
        Pass,
    ),
    (
        "cut by a full zone, another on the chip",
        |post| {
            post.field("MRZ strings", &zone(CUT_SURNAME));
            post.field("Surname", SURNAME);
            post.sources("Surname", json!({ "M": SURNAME, "R": "Papadimitropoulou Konstantinidou Alexandrou" }));
            claim(post, Claim::LastName, CLAIMED_SURNAME);
        },
        Fail,
    ),
    (
        "not cut: nobody sees the zone",
        |post| {
            post.field("Surname", SURNAME);
            post.sources("Surname", json!({ "M": SURNAME }));
            claim(post, Claim::LastName, CLAIMED_SURNAME);
        },
        Fail,
    ),
    (
        "not cut: the zone has another name",
        |post| {
            post.field("MRZ strings", &zone("PAPADIMITROPOULOU<KONSTANTINIDOU<OTHERN"));
            post.field("Surname", SURNAME);
            post.sources("Surname", json!({ "M": SURNAME }));
            claim(post, Claim::LastName, CLAIMED_SURNAME);
        },
        Fail,
    ),
    (
        "not cut: the given names fill the zone",
        |post| {
            post.field("MRZ strings", &zone("MARTIN<<MAXIMILIAN<ALEXANDER<CHRISTOPHE"));
            post.field("Surname", "MARTIN");
            post.sources("Surname", json!({ "M": "MARTIN" }));
            claim(post, Claim::LastName, "Martinez");
        },
        Fail,
    ),
    (
        "not cut: there was room",
        |post| {
            post.field("MRZ strings", &zone("PAPADI<<ELENI"));
            post.field("Surname", "PAPADI");
            post.sources("Surname", json!({ "M": "PAPADI" }));
            claim(post, Claim::LastName, "Papadimitropoulou");
        },
        Fail,
    ),
    (
        "not cut: the visual zone has it too",
        |post| {
            post.field("MRZ strings", &zone(CUT_SURNAME));
            post.field("Surname", SURNAME);
            post.sources("Surname", json!({ "M": SURNAME, "V": SURNAME }));
            claim(post, Claim::LastName, CLAIMED_SURNAME);
        },
        Fail,
    ),
    (
        "none like another",
        |post| {
            let sources =
                ["A", "B", "C", "D", "E", "F", "G", "H", "I"].map(|at| (at.to_owned(), json!(format!("{at}{at}"))));
            post.sources("Surname", sources.into_iter().collect());
        },
        Fail,
    ),
    ("the beginning of the print", |post| post.sources("Surname", json!({ "V": "MARTINEZ", "M": "MARTIN" })), Fail),
    ("a single name (missing)", |post| post.without("Surname"), Skip),
    (
        "a single name, and another claimed (missing)",
        |post| {
            post.without("Surname");
            claim(post, Claim::LastName, "Brivkalne");
        },
        Fail,
    ),
];

const BIRTH: &[Row] = &[
    ("readable", |post| post.field("Date of birth", "17.03.1991"), Pass),
    ("unreadable", |post| post.field("Date of birth", "17 March 1991"), Fail),
    ("today", |post| post.field("Date of birth", "2026-11-21"), Pass),
    ("tomorrow", |post| post.field("Date of birth", "2026-11-22"), Fail),
    ("130 years ago", |post| post.field("Date of birth", "1896-11-21"), Pass),
    ("131 years ago", |post| post.field("Date of birth", "1895-11-21"), Fail),
    ("in another calendar", |post| post.field("Date of birth", "1390/12/26"), Fail),
    ("a year", |post| post.field("Date of birth", "1963"), Pass),
    ("a year and a month", |post| post.field("Date of birth", "1963-05-XX"), Pass),
    ("a year of zeros", |post| post.field("Date of birth", "1985-00-00"), Pass),
    ("of another type", |post| post.document("/identity_data/Date of birth", json!([1991, 3, 17])), Fail),
    (
        "of another type, and right in the details",
        |post| post.document("/identity_data/Date of birth", json!(true)),
        Fail,
    ),
    ("absent (missing)", |post| post.without("Date of birth"), Fail),
];

fn born(post: &mut Post, claimed: &str) {
    post.claim(Claim::DateOfBirth, claimed);
}

fn partly_known(post: &mut Post, birth: &str, claimed: Option<&str>) {
    post.document("/identity_data/Date of birth", json!(birth));
    if let Some(claimed) = claimed {
        born(post, claimed);
    }
}

fn without_birth(post: &mut Post, claimed: &str) {
    post.without("Date of birth");
    born(post, claimed);
}

const MATCHING_BIRTH: &[Row] = &[
    ("claimed", |post| born(post, "1991-03-17"), Pass),
    ("claimed in another spelling", |post| born(post, " 17/03/1991 "), Pass),
    ("another claimed", |post| born(post, "1991-03-18"), Fail),
    ("something unreadable claimed", |post| born(post, "17 March"), Fail),
    (
        "a claim against sources that differ",
        |post| {
            post.sources("Date of birth", json!({ "V": "1991-03-17", "M": "1990-01-01" }));
            born(post, "1991-03-17");
        },
        Pass,
    ),
    (
        "a claim and no date: dateOfBirth has failed",
        |post| {
            post.without("Date of birth");
            born(post, "1991-03-17");
        },
        Skip,
    ),
    (
        "a claim and an unreadable date",
        |post| {
            post.field("Date of birth", "spring");
            born(post, "spring");
        },
        Fail,
    ),
    ("a claim that fits the year", |post| partly_known(post, "1991", Some("1991-03-17")), Pass),
    ("a claim of another year", |post| partly_known(post, "1991", Some("1990-03-17")), Fail),
    ("a claim of another month", |post| partly_known(post, "1991-04", Some("1991-03-17")), Fail),
    ("a claim of a year", |post| partly_known(post, "1991", Some("1991")), Fail),
    ("a claim of a year and no date", |post| without_birth(post, "1991"), Fail),
    ("known to the year in one source", |post| partly_known(post, "1991-XX-XX", None), Pass),
    ("an unreadable date and no claim", |post| post.document("/identity_data/Date of birth", json!("spring")), Fail),
    ("a date of another type and no claim", |post| post.document("/identity_data/Date of birth", json!({})), Fail),
    (
        "sources that agree, the date another",
        |post| post.document("/identity_data/Date of birth", json!("1991-03-18")),
        Fail,
    ),
    ("no date", |post| post.without("Date of birth"), Skip),
    ("one source", |post| post.sources("Date of birth", json!({ "V": "1991-03-17" })), Skip),
    (
        "two that agree in two spellings",
        |post| {
            post.sources("Date of birth", json!({ "M": "1991-03-17", "V": "17.03.1991" }));
        },
        Pass,
    ),
    (
        "two that differ",
        |post| {
            post.sources("Date of birth", json!({ "M": "1991-03-17", "V": "1991-03-18" }));
        },
        Fail,
    ),
    ("each in its writing", |post| post.sources("Date of birth", json!({ "V": "1991-03-17", "M": "910317" })), Pass),
    ("one unreadable", |post| post.sources("Date of birth", json!({ "V": "1991-03-17", "M": "91031" })), Skip),
    (
        "both unreadable",
        |post| {
            post.sources("Date of birth", json!({ "M": "91031", "V": "91031" }));
            post.document("/identity_data/Date of birth", json!("1991-03-17"));
        },
        Skip,
    ),
    (
        "one source twice",
        |post| {
            post.sources("Date of birth", json!({ "M": "1991-03-17" }));
            let details = json!({ "field_source_and_values": { "m": "910317" } });
            let entry = json!({ "field_name": "Birth date", "field_details": details });
            let entries = post.payload.pointer_mut("/kyc_info/document/identity_data_details/0").unwrap();
            entries.as_array_mut().unwrap().push(entry);
        },
        Skip,
    ),
];
