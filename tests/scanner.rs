//! The JSON scanner: its tables of cases, and its agreement with `serde_json`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Tests may fail loudly.
#![cfg(not(target_arch = "wasm32"))]

use kyc_gate::payload::{Document, Limits, ScanError};
use oracle::agree;
use proptest::collection::vec;
use proptest::prelude::*;

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/document.rs"]
mod document;
#[path = "strategies/json.rs"]
mod json;
#[path = "oracles/json.rs"]
mod oracle;
#[path = "tables/scanner.rs"]
mod scanner;

const PASSPORT: &[u8] = include_bytes!("data/relid-v3-passport.json");
const UNLIMITED: Limits = Limits { max_depth: usize::MAX, max_fields: usize::MAX };

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
