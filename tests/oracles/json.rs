//! What `serde_json` makes of a text that the scanner reads.
//!
//! The two are meant to differ in this only: numbers beyond `f64` are refused by `serde_json` (without its
//! `arbitrary_precision`) and kept as text by the scanner; duplicate keys are refused by the scanner and merged by
//! `serde_json`; the limits of the one are not those of the other, so that they are out of the way here.

use std::collections::HashSet;
use std::fmt;

use kyc_gate::payload::{Document, Kind, Limits, ScanError, Value};
use serde::de::{self, Deserialize, Deserializer};
use serde_json::Value as Json;

/// Within what `serde_json` itself can nest, which is 127.
const LIMITS: Limits = Limits { max_depth: 120, max_fields: usize::MAX };

/// Whether both take the text, and for the same; panics where they differ other than as told above.
#[track_caller]
pub fn agree(text: &[u8]) {
    let ours = Document::scan(text, LIMITS);
    match (ours, serde_json::from_slice::<Json>(text)) {
        (Ok(document), Ok(json)) => {
            assert_eq!(rebuilt(document.root()), json);
            assert!(!has_duplicate(text), "{}", text.escape_ascii());
        }
        (Ok(_), Err(why)) => {
            let why = why.to_string();
            assert!(why.starts_with("number out of range"), "{why}: {}", text.escape_ascii());
        }
        (Err(ScanError::TooDeep), _) => {}
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
