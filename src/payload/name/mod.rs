//! Names of people: folding and comparison.
//!
//! A name has several readings: the machine readable zone writes `Ö` as `O` or `OE` and leaves apostrophes out, the
//! visual zone keeps them; Cyrillic, Greek and Arabic have several spellings in Latin letters. Two tokens are equal
//! when any reading of one is any reading of the other. Other scripts compare with themselves only. A text of more
//! than 512 bytes or 32 words is no name and matches nothing, which bounds the cost.

mod abjad;
mod arabic;
mod binding;
mod cyrillic;
mod distance;
mod greek;
mod joining;
mod known;
mod latin;
mod likeness;
#[allow(clippy::module_inception, reason = "the file of the type that the room is named for")]
mod name;
mod pairing;
mod pinyin;
mod respelling;
mod token;
mod variants;
mod words;

#[cfg(test)]
pub(crate) use name::words_read;
pub use name::{
    MAX_BYTES, Name, are_plainly_same, claim_matches, fold, is_absent, is_latin, is_truncation, sources_agree,
};
