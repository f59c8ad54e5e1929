//! The facts of a payload: tables of cases, and properties of reading what anybody may send.
#![allow(clippy::unwrap_used)] // Tests may fail loudly.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::Path;

use jiff::civil::Date;
use kyc_gate::payload::date::{self, DateKind, DateOrder, PartialDate};
use kyc_gate::payload::field::{self, Field};
use kyc_gate::payload::{Document, Kyc, Limits, country, mrz, name};
use proptest::prelude::*;
use proptest::sample::select;

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/facts.rs"]
mod facts;

/// In the 40 scoring cases everything is readable, and all zones but one recompute.
#[test]
fn reads_the_cases() {
    let (mut zones, mut wrong) = (0, Vec::new());
    for case in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases")).unwrap() {
        let path = case.unwrap().path();
        let case: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let payload = case["payload"].to_string();
        let document = Document::scan(payload.as_bytes(), Limits::default()).unwrap();
        let kyc = Kyc::read(document.root()).unwrap();
        let identity = kyc.identity();
        for field in [Field::DateOfBirth, Field::DateOfIssue, Field::DateOfExpiry] {
            if let Some(text) = identity.field(field) {
                assert!(date::parse(text, DateOrder::Dmy).is_some(), "{}: {text}", path.display());
            }
        }
        let state = identity.field(Field::IssuingStateCode).unwrap();
        let name = identity.field(Field::IssuingStateName).unwrap();
        assert_eq!(country::resolve(state), country::resolve(name), "{state} {name}");
        assert!(country::resolve(state).is_some(), "{state}");
        assert!(identity.field(Field::Surname).is_some() && identity.field(Field::GivenNames).is_some());
        if let Some(zone) = identity.field(Field::MrzStrings) {
            zones += 1;
            let fails = case["expect"]["failed"].as_array().unwrap().contains(&"mrzChecksum".into());
            assert_eq!(mrz::check_digits(zone), Some(!fails), "{}: {zone}", path.display());
            if fails {
                wrong.push(path.file_stem().unwrap().to_owned());
            }
        }
    }
    assert_eq!((zones, wrong), (10, vec!["case-032".into()]));
}

prop_compose! {
    fn day()(days in 0..3_652_000) -> Date {
        Date::constant(1, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap()
    }
}

/// Each letter that Unicode has, also before a mark that it may be composed with.
#[test]
fn folds_each_letter_once_and_for_all() {
    for letter in '\0'..=char::MAX {
        for mark in ["", "\u{301}", "\u{338}"] {
            let folded = name::fold(&format!("A{letter}{mark}")).join(" ");
            assert_eq!(name::fold(&folded).join(" "), folded, "{letter:?}{mark}");
        }
    }
}

proptest! {
    #[test]
    fn takes_any_text(text in any::<String>(), other in any::<String>(), pieces in vec_of_pieces()) {
        for text in [&text, &pieces] {
            let _ = date::parse(text, DateOrder::Mdy);
            for kind in [DateKind::Birth, DateKind::Expiry] {
                let read = PartialDate::parse_source(text, DateOrder::Mdy, kind, Date::constant(2026, 11, 21));
                prop_assert!(read.is_some() || PartialDate::parse(text, DateOrder::Mdy).is_none());
            }
            let _ = country::resolve(text);
            let _ = country::same_state(country::Alpha2::parse("US").unwrap(), text, &other);
            let _ = mrz::Zone::read(text).map(|zone| (zone.check_digits(), zone.name()));
            let _ = name::claim_matches(text, &other, 0.9);
            let _ = name::is_truncation(text, &other);
            // The apostrophe says nothing, but takes another way than ASCII.
            prop_assert_eq!(Field::named(text), Field::named(&format!("{text}’")));
            let folded = field::fold(text);
            prop_assert!(field::folds_to(text, &folded));
            prop_assert_eq!(field::fold(&folded), folded);
        }
    }

    #[test]
    fn reads_dates_back(day in day(), order in select(vec![DateOrder::Dmy, DateOrder::Mdy])) {
        let slashed = if order == DateOrder::Dmy { "%d/%m/%Y" } else { "%m/%d/%Y" };
        for format in ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", slashed] {
            prop_assert_eq!(date::parse(&day.strftime(format).to_string(), order), Some(day));
        }
    }

    /// Every writing of a day gives that day, in `identity_data` or in a source.
    #[test]
    fn reads_the_writings_of_sources_back(day in day(), ahead in 0..18_000) {
        let today = day.checked_add(jiff::Span::new().days(ahead)).unwrap_or(day);
        let kinds = [DateKind::Birth, DateKind::Expiry, DateKind::Issue];
        for (format, kind) in ["%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%d %b %Y", "%d %B %Y", "%y%m%d"].into_iter().zip(kinds.into_iter().cycle()) {
            let text = day.strftime(format).to_string();
            let read = PartialDate::parse_source(&text, DateOrder::Dmy, kind, today);
            prop_assert_eq!(read.and_then(PartialDate::full), Some(day), "{}", text);
        }
    }

    /// Less may be known of a day, and nothing else: the latest day isn't before the one that was meant, and no part
    /// contradicts it.
    #[test]
    fn knows_no_more_of_a_day_than_is_written(day in day(), later in 0..400) {
        let today = day.checked_add(jiff::Span::new().days(later)).unwrap_or(day);
        for format in ["%Y", "%Y-XX-XX", "00.00.%Y", "%Y-%m", "%Y-%m-00", "XX/%m/%Y", "%Y/%m/<<"] {
            let text = day.strftime(format).to_string();
            let read = PartialDate::parse(&text, DateOrder::Dmy).unwrap();
            prop_assert!(read.earliest_day() <= day && day <= read.latest_day(today) && read.latest_day(today) <= today);
            prop_assert!(read.agrees_with(day.into()) && read.full().is_none());
            prop_assert_eq!(PartialDate::parse(&read.to_string(), DateOrder::Mdy), Some(read));
        }
        for format in ["%y<<<<", "%y0000", "%y%m<<", "%y%m00", "%Y0000", "%Y%mXX", "XX %b %Y"] {
            let text = day.strftime(format).to_string();
            let read = PartialDate::parse_source(&text, DateOrder::Dmy, DateKind::Birth, today).unwrap();
            prop_assert!(read.agrees_with(day.into()) && day <= read.latest_day(today), "{}", text);
        }
    }

    #[test]
    fn ages_by_one_on_birthdays_only(birth in day(), later in 0..40_000) {
        let Ok(today) = birth.checked_add(jiff::Span::new().days(later)) else { return Ok(()) };
        let Ok(tomorrow) = today.tomorrow() else { return Ok(()) };
        let (before, after) = (date::age(birth, today).unwrap(), date::age(birth, tomorrow).unwrap());
        let leap_day = (birth.month(), birth.day()) == (2, 29);
        let birthday = if leap_day && !tomorrow.in_leap_year() { (3, 1) } else { (birth.month(), birth.day()) };
        prop_assert_eq!(after - before, u16::from((tomorrow.month(), tomorrow.day()) == birthday));
        if later > 0 {
            prop_assert_eq!(date::age(today, birth), None);
        }
    }

    #[test]
    fn folds_names_once_and_for_all(name in any::<String>()) {
        let folded = name::fold(&name).join(" ");
        prop_assert_eq!(name::fold(&folded).join(" "), folded);
    }

    #[test]
    fn every_name_is_its_own(name in "[\\PC]{1,40}") {
        let is_name = !name::fold(&name).is_empty();
        prop_assert_eq!(name::sources_agree(&name, &name), is_name);
        prop_assert_eq!(name::sources_agree(&name, &name.to_uppercase()), is_name);
        prop_assert_eq!(name::claim_matches(&name, &name, 1.0), is_name);
        prop_assert_eq!(name::is_truncation(&name, &name), is_name);
    }

    /// Against trying all ways of giving each claimed word a word of its own.
    #[test]
    fn pairs_as_trying_all_ways_does(
        // All of one length, so that nothing joined equals another word.
        claimed in prop::collection::vec("[AB]{3}", 1..5),
        document in prop::collection::vec("[AB]{3}", 1..5),
        similarity in select(vec![0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
    ) {
        let wanted = any_way(&claimed, &document, similarity);
        let matches = name::claim_matches(&claimed.join(" "), &document.join(" "), similarity);
        // Joined words may be alike where the single ones aren't.
        prop_assert!(matches == wanted || (matches && similarity < 1.0));
    }

    /// Words are as alike from either side, and a stricter setting never accepts what a laxer one refuses.
    #[test]
    fn names_are_alike_from_either_side((one, other) in alike(), strict in 0.0..=1.0, lax in 0.0..=1.0) {
        let (lax, strict) = if lax < strict { (lax, strict) } else { (strict, lax) };
        let accepted = name::claim_matches(&one, &other, strict);
        prop_assert_eq!(accepted, name::claim_matches(&other, &one, strict));
        prop_assert!(!accepted || name::claim_matches(&one, &other, lax));
    }

    /// The same of whole names, which are claimed in part.
    #[test]
    fn a_laxer_setting_accepts_more(
        claimed in prop::collection::vec(alike(), 1..4),
        order in any::<prop::sample::Index>(),
        joined in any::<bool>(),
        strict in 0.9..=1.0,
        lax in 0.9..=1.0,
    ) {
        let (lax, strict): (f64, f64) = if lax < strict { (lax, strict) } else { (strict, lax) };
        let mut document: Vec<_> = claimed.iter().map(|(_, other)| other.clone()).collect();
        document.rotate_left(order.index(claimed.len()));
        let claimed: Vec<_> = claimed.into_iter().map(|(one, _)| one).collect();
        let document = document.join(if joined { "" } else { " " });
        let claimed = claimed.join(" ");
        prop_assert!(!name::claim_matches(&claimed, &document, strict) || name::claim_matches(&claimed, &document, lax));
        if name::sources_agree(&claimed, &document) {
            prop_assert!(name::claim_matches(&claimed, &document, 1.0));
        }
    }
}

/// A word, and what a few changes make of it.
fn alike() -> impl Strategy<Value = (String, String)> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8), 0..3);
    ("[A-Z]{2,12}|(SHCH|KH|RN|CL|YA|OU|AI|TH|[AEIOU]){2,5}|MARTIN|MUHAMMAD|ALEKSANDR", changes).prop_map(
        |(word, changes)| {
            let mut other: Vec<char> = word.chars().collect();
            for (at, letter, kind) in changes {
                let at = at.index(other.len());
                let letter = char::from(b'A' + u8::try_from(letter.index(26)).unwrap());
                match kind {
                    0 => other.splice(at..=at, [letter]).for_each(drop),
                    1 => other.insert(at, letter),
                    2 if other.len() > 1 => drop(other.remove(at)),
                    _ => other.swap(at.saturating_sub(1), at),
                }
            }
            (word, other.into_iter().collect())
        },
    )
}

fn any_way(claimed: &[String], document: &[String], similarity: f64) -> bool {
    let Some((first, others)) = claimed.split_first() else { return true };
    (0..document.len()).any(|at| {
        let mut rest = document.to_vec();
        let word = rest.remove(at);
        name::claim_matches(first, &word, similarity) && any_way(others, &rest, similarity)
    })
}

/// Texts that come close to what is understood.
fn vec_of_pieces() -> impl Strategy<Value = String> {
    let pieces = vec![
        "<",
        "^",
        "/",
        "-",
        ".",
        "0",
        "9",
        "2024",
        "02",
        "P<UTO",
        "(s)",
        "(S",
        ")",
        "'",
        " ",
        "Ö",
        "ß",
        "\u{308}",
        "Given name",
        "US-",
        "AL",
        "D",
        "İ",
        "ŉ",
        "ﷺ",
    ];
    prop::collection::vec(select(pieces), 0..60).prop_map(|pieces| pieces.concat())
}
