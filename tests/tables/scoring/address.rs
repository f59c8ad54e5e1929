//! Each check of the address proof.

use kyc_gate::payload::Pointer;
use kyc_gate::scoring::{AddressCheck, CheckId, CheckOutcome, Claim, IdentityCheck};
use serde_json::json;

use super::post::{ADDRESS, Post};

use crate::rows::each;
use AddressCheck::*;
use CheckOutcome::{Fail, Pass, Skip};

type Row = (AddressCheck, &'static str, fn(&mut Post), CheckOutcome);

tables![starts_sound, ends_as_it_should, is_scored_where_there_is_one];

fn ends_as_it_should() {
    each(ROWS, |(check, what, change, expected)| {
        let mut post = Post::with_address();
        change(&mut post);
        let id = CheckId::Address(*check);
        assert_eq!(post.outcome(id), *expected, "{id}: {what}");
        if *expected == Skip {
            post.evidence.on_missing = vec![(id, Fail)];
            assert_eq!(post.outcome(id), Fail, "{id}: {what}");
        }
        if what.ends_with("(missing)") {
            post.evidence.on_missing = vec![(id, Skip)];
            assert_eq!(post.outcome(id), Skip, "{id}: {what}");
        }
    });
}

fn starts_sound() {
    let verdict = Post::with_address().judge();
    assert_eq!(verdict.failed().map(|check| check.to_string()).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(verdict.skipped().collect::<Vec<_>>(), [CheckId::Identity(IdentityCheck::IsPublishedOnline)]);
    assert_eq!(verdict.checks.iter().map(|made| made.check).collect::<Vec<_>>(), CheckId::all().collect::<Vec<_>>());
    assert_eq!(verdict.address.unwrap().score, 100);
}

fn is_scored_where_there_is_one() {
    each([json!(null), json!(""), json!(" ")], |none| {
        let mut post = Post::with_address();
        post.set(ADDRESS, none);
        let verdict = post.judge();
        assert_eq!((verdict.address, verdict.checks.len()), (None, 16));
    });
    let mut post = Post::with_address();
    post.set(ADDRESS, json!({}));
    assert_eq!(post.judge().address.unwrap().score, 10);
    post.evidence.address_document = Pointer::parse("/kyc_info/elsewhere").unwrap();
    assert_eq!(post.judge().address, None);
}

fn bill(post: &mut Post, name: &str) {
    post.document("/document_info", json!({ "document_type": [name] }));
}

/// Leaves the whole `Address` alone.
fn only_whole(post: &mut Post, address: &str) {
    for part in ["Address: street", "Address: city", "Address: state", "Address: postal code"] {
        post.without(part);
    }
    post.field("Address", address);
}

fn nowhere(post: &mut Post) {
    only_whole(post, "");
}

/// Leaves the whole `Address` alone, and claims a postal code.
fn code(post: &mut Post, address: &str, code: &str) {
    only_whole(post, address);
    post.claim(Claim::PostalCode, code);
}

fn city(post: &mut Post, printed: &str, claimed: &str) {
    post.field("Address: city", printed);
    post.field("Address", "");
    post.claim(Claim::City, claimed);
}

fn status(post: &mut Post, status: serde_json::Value) {
    let detail = json!({ "element": "Photo area", "status": status });
    post.document("/document_status/checks_performed", json!([{ "check_detail": [detail] }]));
}

fn unclaimed(post: &mut Post) {
    post.claims.clear();
}

const ROWS: &[Row] = &[
    (FirstName, "another claimed", |post| post.claim(Claim::FirstName, "Gustavo"), Fail),
    (FirstName, "no claim, no sources", unclaimed, Skip),
    (
        FirstName,
        "its own sources",
        |post| {
            unclaimed(post);
            post.sources("Given name", json!({ "V": "MAIRA", "B": "ANNA" }));
        },
        Fail,
    ),
    (FirstName, "absent (missing)", |post| post.without("Given name"), Fail),
    (LastName, "another claimed", |post| post.claim(Claim::LastName, "Ozola"), Fail),
    (LastName, "absent (missing)", |post| post.without("Surname"), Fail),
    (Line1, "another number", |post| post.claim(Claim::Line1, "Brivibas iela 13-5"), Fail),
    (
        Line1,
        "a number that differs little",
        |post| {
            post.field("Address: street", "Brivibas iela 12345");
            post.field("Address", "Brivibas iela 12345");
            post.claim(Claim::Line1, "Brivibas iela 12346");
        },
        Fail,
    ),
    (Line1, "a number twice", |post| post.claim(Claim::Line1, "Brivibas iela 12-12"), Fail),
    (Line1, "another street", |post| post.claim(Claim::Line1, "Elizabetes iela 12-5"), Fail),
    (Line1, "less of it", |post| post.claim(Claim::Line1, "BRIVIBAS 12"), Pass),
    (Line1, "a number alone", |post| post.claim(Claim::Line1, "12"), Pass),
    (Line1, "nothing comparable", |post| post.claim(Claim::Line1, "#"), Fail),
    (Line1, "in the whole address", |post| only_whole(post, "LV-1010 RĪGA, BRĪVĪBAS IELA 12/5"), Pass),
    (Line1, "in the street alone", |post| post.without("Address"), Pass),
    (Line1, "too long for an address", |post| post.claim(Claim::Line1, &"12 ".repeat(334)), Fail),
    (Line1, "no claim", unclaimed, Skip),
    (Line1, "no address (missing)", nowhere, Fail),
    (City, "another", |post| post.claim(Claim::City, "Liepaja"), Fail),
    (City, "in the whole address", |post| only_whole(post, "Brivibas iela 12, Riga"), Pass),
    (City, "in the letters of the zone", |post| city(post, "MUENCHEN", "München"), Pass),
    (City, "claimed in the letters of the zone", |post| city(post, "MÜNCHEN", "Muenchen"), Pass),
    (City, "without its mark", |post| city(post, "MUNCHEN", "München"), Pass),
    (City, "with its mark apart", |post| city(post, "Mu\u{308}nchen", "Muenchen"), Pass),
    (City, "a sharp s", |post| city(post, "GIESSEN", "Gießen"), Pass),
    (City, "no claim", unclaimed, Skip),
    (City, "no address (missing)", nowhere, Fail),
    (Region, "another", |post| post.claim(Claim::Region, "Kurzeme"), Fail),
    (
        Region,
        "by code",
        |post| {
            post.field("Issuing state code", "USA");
            post.field("Address: state", "Alabama");
            post.claim(Claim::Region, "AL");
        },
        Pass,
    ),
    (
        Region,
        "by its jurisdiction code",
        |post| {
            post.field("Issuing state code", "USA");
            post.field("Address: jurisdiction code", "AL");
            post.claim(Claim::Region, "Alabama");
        },
        Pass,
    ),
    (Region, "in the whole address", |post| only_whole(post, "Riga, Latvia"), Pass),
    (Region, "no claim", unclaimed, Skip),
    (Region, "no address (missing)", nowhere, Fail),
    (PostalCode, "grouped otherwise", |post| post.claim(Claim::PostalCode, "LV 10 10"), Pass),
    (PostalCode, "another", |post| post.claim(Claim::PostalCode, "LV-1011"), Fail),
    (
        PostalCode,
        "the end of another",
        |post| {
            only_whole(post, "Riga LV-21010");
            post.claim(Claim::PostalCode, "1010");
        },
        Fail,
    ),
    (
        PostalCode,
        "in the whole address",
        |post| {
            only_whole(post, "12 Lane, London SW1A 1AA, UK");
            post.claim(Claim::PostalCode, "sw1a1aa");
        },
        Pass,
    ),
    (PostalCode, "without its country", |post| post.claim(Claim::PostalCode, "1010"), Pass),
    (PostalCode, "a part too short", |post| post.claim(Claim::PostalCode, "LV"), Fail),
    (PostalCode, "nothing comparable", |post| post.claim(Claim::PostalCode, "--"), Fail),
    (PostalCode, "one of two groups", |post| code(post, "12 Lane, London SW1A 1AA", "SW1A"), Pass),
    (PostalCode, "its groups parted", |post| code(post, "12 Lane, SW1A London 1AA", "SW1A 1AA"), Fail),
    (PostalCode, "its groups the other way round", |post| code(post, "12 Lane, London 1AA SW1A", "SW1A 1AA"), Fail),
    (PostalCode, "a short group of a longer code", |post| code(post, "ul. Dluga 5, 00-950 Warszawa", "00950"), Pass),
    (PostalCode, "the house number", |post| code(post, "1010 Brivibas iela, Riga LV-1050", "1010"), Fail),
    (PostalCode, "the house number and the flat", |post| code(post, "10-10 Brivibas iela, Riga", "1010"), Fail),
    (PostalCode, "what follows the house number", |post| code(post, "12 1010 Riga", "1010"), Pass),
    (PostalCode, "a first group that is no number", |post| code(post, "LV1010 Riga, Brivibas iela 1", "lv-1010"), Pass),
    (PostalCode, "a number of two digits", |post| code(post, "Brivibas iela 12, Riga", "12"), Fail),
    (PostalCode, "no claim", unclaimed, Skip),
    (PostalCode, "no address (missing)", nowhere, Fail),
    (Date, "no date", |post| post.field("Date of issue", "October"), Fail),
    (Date, "tomorrow", |post| post.field("Date of issue", "2026-11-22"), Fail),
    (Date, "of another type", |post| post.document("/identity_data/Date of issue", json!(false)), Fail),
    (Phone, "of another type", |post| post.document("/identity_data/Phone", json!([])), Fail),
    (Phone, "a number", |post| post.document("/identity_data/Phone", json!(37167000000_u64)), Pass),
    (FirstName, "of another type", |post| post.document("/identity_data/Given name", json!({})), Fail),
    (
        City,
        "of another type",
        |post| {
            nowhere(post);
            post.document("/identity_data/Address: city", json!(["Riga"]));
        },
        Fail,
    ),
    (IsTampered, "a status of another type", |post| status(post, json!([])), Fail),
    (IsTampered, "no status", |post| status(post, json!(null)), Fail),
    (DocumentSubtype, "of another type", |post| post.document("/document_info", json!({ "document_type": 5 })), Fail),
    (Date, "absent (missing)", |post| post.without("Date of issue"), Fail),
    (Phone, "absent (missing)", |post| post.without("Phone"), Fail),
    (DocumentSubtype, "a statement", |post| bill(post, "BANK STATEMENT"), Pass),
    (DocumentSubtype, "an identity card", |post| bill(post, "Identity card"), Pass),
    (DocumentSubtype, "a passport", |post| bill(post, "Passport"), Fail),
    (DocumentSubtype, "another list", |post| post.evidence.address_subtypes = vec!["tax-return".to_owned()], Fail),
    (DocumentSubtype, "nothing (missing)", |post| post.document("/document_info", json!({})), Fail),
    (IsTampered, "failed", |post| post.element("Photo area", "ERROR"), Fail),
    (IsTampered, "nothing", |post| post.elements(&[]), Skip),
];
