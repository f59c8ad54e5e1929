//! The age, and the limit that holds for it.

use jiff::civil::date;
use kyc_gate::scoring::evidence::AgeCountry;
use kyc_gate::scoring::{CheckOutcome, IdentityCheck};
use serde_json::json;

use super::identity::{Row, table};
use super::post::Post;

use CheckOutcome::{Fail, Pass};

tables![has_minimal_age];

fn has_minimal_age() {
    table(IdentityCheck::HasMinimalAge, AGE);
}

fn born(post: &mut Post, birth: &str) {
    post.field("Date of birth", birth);
}

fn overridden(post: &mut Post, issuer: &str) {
    let overrides = json!([
        { "country": "US", "minimumAge": 21 },
        { "country": "US", "state": "Alabama", "minimumAge": 19 },
        { "country": "CA", "state": "ON", "minimumAge": 40 },
        { "country": "DE", "minimumAge": 30 }
    ]);
    post.setting("/identityProof/minimumAgeSettings/locationOverrides", overrides);
    for field in ["Issuing state code", "Issuing state name"] {
        post.without(field);
    }
    post.field("Issuing state code", issuer);
}

const AGE: &[Row] = &[
    ("on the birthday", |post| born(post, "2008-11-21"), Pass),
    ("the day before", |post| born(post, "2008-11-22"), Fail),
    ("born today", |post| born(post, "2026-11-21"), Fail),
    ("born tomorrow", |post| born(post, "2026-11-22"), Fail),
    ("a year, on its last day", |post| born(post, "2007"), Pass),
    ("a year of which the last day is to come", |post| born(post, "2008-XX-XX"), Fail),
    ("a month, on its last day", |post| born(post, "2008-10"), Pass),
    ("a month of which the last day is to come", |post| born(post, "2008-11-00"), Fail),
    ("this year", |post| born(post, "2026"), Fail),
    ("in another calendar", |post| born(post, "1387/12/26"), Fail),
    ("of another type", |post| post.document("/identity_data/Date of birth", json!(19910317)), Fail),
    (
        "29 February, on 28 February",
        |post| {
            born(post, "2008-02-29");
            post.today = date(2026, 2, 28);
        },
        Fail,
    ),
    (
        "29 February, on 1 March",
        |post| {
            born(post, "2008-02-29");
            post.today = date(2026, 3, 1);
        },
        Pass,
    ),
    (
        "29 February, in a leap year",
        |post| {
            born(post, "2012-02-29");
            post.setting("/identityProof/minimumAgeSettings/defaultMinimumAge", json!(16));
            post.today = date(2028, 2, 29);
        },
        Pass,
    ),
    (
        "another default",
        |post| {
            born(post, "2008-11-21");
            post.setting("/identityProof/minimumAgeSettings/defaultMinimumAge", json!(19));
        },
        Fail,
    ),
    (
        "20 in the USA",
        |post| {
            overridden(post, "USA");
            born(post, "2006-11-21");
        },
        Fail,
    ),
    (
        "21 in the USA",
        |post| {
            overridden(post, "USA");
            born(post, "2005-11-21");
        },
        Pass,
    ),
    (
        "19 in Alabama, by code",
        |post| {
            overridden(post, "US");
            post.field("Address: jurisdiction code", "al");
            born(post, "2007-11-21");
        },
        Pass,
    ),
    (
        "19 in Alabama, by name",
        |post| {
            overridden(post, "United States of America");
            post.field("Address: state", "ALABAMA");
            born(post, "2007-11-21");
        },
        Pass,
    ),
    (
        "18 in Alabama",
        |post| {
            overridden(post, "USA");
            post.field("Address: state", "Alabama");
            born(post, "2007-11-22");
        },
        Fail,
    ),
    (
        "19 in Texas",
        |post| {
            overridden(post, "USA");
            post.field("Address: state", "TX");
            born(post, "2007-11-21");
        },
        Fail,
    ),
    (
        "18 in Canada: only Ontario has a limit",
        |post| {
            overridden(post, "CAN");
            born(post, "2008-11-21");
        },
        Pass,
    ),
    (
        "18 in Canada's Ontario",
        |post| {
            overridden(post, "CAN");
            post.field("Address: state", "Ontario");
            born(post, "2008-11-21");
        },
        Fail,
    ),
    (
        "29 in Germany, by its ICAO code",
        |post| {
            overridden(post, "D<<");
            born(post, "1997-11-21");
        },
        Fail,
    ),
    (
        "the code says nothing, alpha-2 does",
        |post| {
            overridden(post, "???");
            post.field("Issuing state code (Alpha-2)", "DE");
            born(post, "1997-11-21");
        },
        Fail,
    ),
    (
        "only the name tells",
        |post| {
            overridden(post, "???");
            post.field("Issuing state name", "Germany");
            born(post, "1997-11-21");
        },
        Fail,
    ),
    (
        "no country: the default",
        |post| {
            overridden(post, "???");
            post.without("Issuing state code");
            born(post, "2008-11-21");
        },
        Pass,
    ),
    (
        "the code of no country: the default",
        |post| {
            overridden(post, "UNO");
            born(post, "2008-11-21");
        },
        Pass,
    ),
    (
        "an unknown country: the highest of all",
        |post| {
            overridden(post, "???");
            born(post, "1986-11-22");
        },
        Fail,
    ),
    (
        "an unknown country, old enough anywhere",
        |post| {
            overridden(post, "???");
            born(post, "1986-11-21");
        },
        Pass,
    ),
    (
        "a country of another type",
        |post| {
            overridden(post, "LVA");
            post.document("/identity_data/Issuing state code", json!(["LVA"]));
            born(post, "1986-11-22");
        },
        Fail,
    ),
    (
        "an unknown country, the default is the highest",
        |post| {
            overridden(post, "???");
            post.setting("/identityProof/minimumAgeSettings/defaultMinimumAge", json!(50));
            born(post, "1986-11-21");
        },
        Fail,
    ),
    (
        "an unknown country, without overrides",
        |post| {
            post.field("Issuing state code", "???");
            born(post, "2008-11-21");
        },
        Pass,
    ),
    (
        "an unknown state: the highest of the country",
        |post| {
            overridden(post, "CAN");
            post.field("Address: state", "0ntario");
            born(post, "2008-11-21");
        },
        Fail,
    ),
    (
        "a state of another type",
        |post| {
            overridden(post, "CAN");
            post.document("/identity_data/Address: state", json!({ "": "Manitoba" }));
            born(post, "2008-11-21");
        },
        Fail,
    ),
    (
        "another state of the country",
        |post| {
            overridden(post, "CAN");
            post.field("Address: state", "Manitoba");
            born(post, "2008-11-21");
        },
        Pass,
    ),
    (
        "an unknown state beside a known one",
        |post| {
            overridden(post, "CAN");
            post.field("Address: state", "MT0BA");
            post.field("Address: jurisdiction code", "MB");
            born(post, "2008-11-21");
        },
        Pass,
    ),
    (
        "an unknown state of a country without states",
        |post| {
            overridden(post, "D");
            post.field("Address: state", "0ntario");
            born(post, "1996-11-21");
        },
        Pass,
    ),
    (
        "by nationality, not issuer",
        |post| {
            overridden(post, "USA");
            post.evidence.age_country = AgeCountry::Nationality;
            born(post, "2008-11-21");
        },
        Pass,
    ),
    (
        "by nationality",
        |post| {
            overridden(post, "LVA");
            post.evidence.age_country = AgeCountry::Nationality;
            post.field("Nationality code", "D");
            born(post, "1997-11-21");
        },
        Fail,
    ),
    (
        "the printed age counts for nothing (missing)",
        |post| {
            post.without("Date of birth");
            post.field("Age", "35");
        },
        Fail,
    ),
    ("unreadable", |post| born(post, "spring"), Fail),
];
