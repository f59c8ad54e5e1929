//! The JSON scanner: its tables of cases, and its agreement with `serde_json`.
//!
//! The two are meant to differ in this only: numbers beyond `f64` are refused by `serde_json` (without its
//! `arbitrary_precision`) and kept as text by the scanner; duplicate keys are refused by the scanner and merged by
//! `serde_json`; the limits of the one are not those of the other, so that they are out of the way here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Tests may fail loudly.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::HashSet;
use std::fmt;

use kyc_gate::payload::{Document, Kind, Limits, ScanError, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::de::{self, Deserialize, Deserializer};
use serde_json::Value as Json;

#[path = "tables/document.rs"]
mod document;
#[path = "strategies/json.rs"]
mod json;
#[path = "tables/scanner.rs"]
mod scanner;

const PASSPORT: &[u8] = include_bytes!("data/relid-v3-passport.json");
const UNLIMITED: Limits = Limits { max_depth: usize::MAX, max_fields: usize::MAX };

#[test]
fn judges() {
    scanner::run();
}

#[test]
fn tells() {
    document::run();
}

#[test]
fn agrees_with_serde_json_on_the_table() {
    for (_, document) in scanner::documents() {
        agree(&document);
    }
}

#[test]
fn refuses_every_beginning_of_a_document() {
    let whole = PASSPORT.trim_ascii();
    assert!(Document::scan(whole, Limits::default()).is_ok());
    for end in 1..whole.len() {
        let found = Document::scan(&whole[..end], Limits::default()).err();
        // The latter two where the end is inside a number or a character.
        let early = [ScanError::UnexpectedEnd, ScanError::BadNumber, ScanError::Utf8];
        assert!(found.is_some_and(|why| early.contains(&why)), "{end}: {found:?}");
    }
}

#[test]
#[cfg(target_pointer_width = "64")]
fn refuses_what_spans_cannot_reach() {
    // Refused before it is read: the pages of these zeros are never touched.
    let text = vec![0; u32::MAX as usize + 1];
    assert_eq!(Document::scan(&text, UNLIMITED).err(), Some(ScanError::TooLong));
}

proptest! {
    #[test]
    fn tells_all_of_a_document(tree in json::tree(), before in json::gap(), after in json::gap()) {
        let text = format!("{before}{}{after}", tree.source);
        let document = Document::scan(text.as_bytes(), UNLIMITED).unwrap();
        tree.check(document.root(), document.root(), String::new());
        agree(text.as_bytes());
    }

    #[test]
    fn agrees_with_serde_json_on_damage(
        text in prop_oneof![4 => json::tree().prop_map(|tree| tree.source.into_bytes()), 1 => Just(PASSPORT.to_vec())],
        damages in vec(json::damage(), 1..4),
    ) {
        agree(&damages.iter().fold(text, |text, damage| damage.done_to(text)));
    }

    #[test]
    fn agrees_with_serde_json_on_fragments(fragments in vec(prop::sample::select(json::FRAGMENTS), 0..12)) {
        agree(&fragments.concat());
    }
}

#[track_caller]
fn agree(text: &[u8]) {
    let ours = Document::scan(text, UNLIMITED);
    match (ours, serde_json::from_slice::<Json>(text)) {
        (Ok(document), Ok(json)) => {
            assert_eq!(rebuilt(document.root()), json);
            assert!(!has_duplicate(text), "{}", text.escape_ascii());
        }
        (Ok(_), Err(why)) => {
            let why = why.to_string();
            assert!(why.starts_with("number out of range"), "{why}: {}", text.escape_ascii());
        }
        (Err(why), Ok(_)) => {
            assert_eq!(why, ScanError::DuplicateKey, "{}", text.escape_ascii());
            assert!(has_duplicate(text), "{}", text.escape_ascii());
        }
        (Err(_), Err(_)) => {}
    }
}

fn rebuilt(value: Value<'_>) -> Json {
    match value.kind() {
        Kind::Null => Json::Null,
        Kind::Bool => value.as_bool().unwrap().into(),
        Kind::Number => serde_json::from_str(value.raw()).unwrap(),
        Kind::String => value.as_str().unwrap().into(),
        Kind::Array => value.elements().map(rebuilt).collect(),
        Kind::Object => value.members().map(|(name, value)| (name, rebuilt(value))).collect(),
    }
}

fn has_duplicate(text: &[u8]) -> bool {
    serde_json::from_slice::<Duplicates>(text).unwrap().found
}

/// Whether any object has a name twice, told by `serde_json`'s parser.
struct Duplicates {
    found: bool,
}

impl<'de> Deserialize<'de> for Duplicates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Search)
    }
}

struct Search;

impl<'de> de::Visitor<'de> for Search {
    type Value = Duplicates;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E: de::Error>(self) -> Result<Duplicates, E> {
        Ok(Duplicates { found: false })
    }
    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Duplicates, E> {
        self.visit_unit()
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Duplicates, E> {
        self.visit_unit()
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Duplicates, E> {
        self.visit_unit()
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Duplicates, E> {
        self.visit_unit()
    }
    fn visit_str<E: de::Error>(self, _: &str) -> Result<Duplicates, E> {
        self.visit_unit()
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, mut elements: A) -> Result<Duplicates, A::Error> {
        let mut found = false;
        while let Some(element) = elements.next_element::<Duplicates>()? {
            found |= element.found;
        }
        Ok(Duplicates { found })
    }
    fn visit_map<A: de::MapAccess<'de>>(self, mut members: A) -> Result<Duplicates, A::Error> {
        let mut found = false;
        let mut names = HashSet::new();
        while let Some((name, value)) = members.next_entry::<String, Duplicates>()? {
            found |= value.found | !names.insert(name);
        }
        Ok(Duplicates { found })
    }
}
