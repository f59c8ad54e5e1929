//! What `serde_json` makes of a text that the scanner reads.
//!
//! The two are meant to differ in this only: numbers beyond `f64` are refused by `serde_json` (without its
//! `arbitrary_precision`) and kept as text by the scanner; keys that are equal, or equal but for case, are refused by
//! the scanner, and the former merged by `serde_json`; the limits of the one are not those of the other, so that they
//! are out of the way here.

use std::collections::HashSet;
use std::fmt;

use kyc_gate::payload::{Document, Kind, Limits, ScanError, Value};
use serde::de::{self, DeserializeSeed, Deserializer};
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
            assert!(!has_duplicate(text, str::to_ascii_lowercase), "{}", text.escape_ascii());
        }
        (Ok(_), Err(why)) => {
            let why = why.to_string();
            assert!(why.starts_with("number out of range"), "{why}: {}", text.escape_ascii());
        }
        (Err(ScanError::TooDeep), _) => {}
        (Err(ScanError::DuplicateKey), Ok(_)) => {
            assert!(has_duplicate(text, str::to_owned), "{}", text.escape_ascii());
        }
        (Err(ScanError::CaseVariantKey), Ok(_)) => {
            // Full mappings know no fewer equals than simple folding does.
            let without_case = |name: &str| name.to_lowercase().to_uppercase().to_lowercase();
            assert!(has_duplicate(text, without_case), "{}", text.escape_ascii());
        }
        (Err(why), Ok(_)) => assert_eq!(why, ScanError::DuplicateKey, "{}", text.escape_ascii()),
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

/// Whether any object has two names that are the same once `folded`, told by `serde_json`'s parser.
fn has_duplicate(text: &[u8], folded: fn(&str) -> String) -> bool {
    let mut json = serde_json::Deserializer::from_slice(text);
    Search { folded }.deserialize(&mut json).unwrap()
}

#[derive(Clone, Copy)]
struct Search {
    folded: fn(&str) -> String,
}

impl<'de> de::DeserializeSeed<'de> for Search {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for Search {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E: de::Error>(self) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_bool<E: de::Error>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_str<E: de::Error>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, mut elements: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some(inside) = elements.next_element_seed(self)? {
            found |= inside;
        }
        Ok(found)
    }
    fn visit_map<A: de::MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        let mut found = false;
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            found |= !names.insert((self.folded)(&name)) | members.next_value_seed(self)?;
        }
        Ok(found)
    }
}
