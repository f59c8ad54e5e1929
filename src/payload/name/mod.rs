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
mod greek;
mod latin;
mod pairing;
mod token;
mod words;

use latin::Style;
use pairing::MAX_TOKENS;
use token::Token;
use words::Apostrophe;

/// Longest text that is compared as a name.
const MAX_BYTES: usize = 512;

/// Folds a name to its comparable tokens: NFKD, no marks, upper case, `'` `-` `.` `,` to space.
#[must_use]
pub fn fold(name: &str) -> Vec<String> {
    let words = words::split(name, Apostrophe::Parts);
    words.iter().map(|word| latin::write(word, Style::Plain)).filter(|word| !word.is_empty()).collect()
}

/// Whether a name folds to letters of the machine readable zone's alphabet, so that no other script is needed for it.
#[must_use]
pub fn is_latin(name: &str) -> bool {
    fold(name).iter().all(|token| token.is_ascii())
}

/// Whether every claimed token finds its own document token with Jaro-Winkler similarity ≥ `similarity`.
///
/// The document may have more tokens, and the order doesn't matter. A claim without a token never matches.
#[must_use]
pub fn claim_matches(claimed: &str, document: &str, similarity: f64) -> bool {
    in_any_reading(claimed, document, |claimed, document| {
        let similar = |a: &Token, b: &Token| a.equals(b) || a.similarity(b) >= similarity;
        pairing::each_finds_its_own(claimed, document, similar)
    })
}

/// Whether two sources of one document carry the same name after folding: the same tokens in the same order.
#[must_use]
pub fn sources_agree(a: &str, b: &str) -> bool {
    in_any_reading(a, b, |a, b| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b)))
}

/// Whether `short` is `full` as a machine readable zone cuts it: trailing tokens missing, the others whole or cut to
/// their beginnings (ICAO 9303 part 4, names longer than their field).
#[must_use]
pub fn is_truncation(short: &str, full: &str) -> bool {
    in_any_reading(short, full, |short, full| {
        short.len() <= full.len() && short.iter().zip(full).all(|(short, full)| short.begins(full))
    })
}

/// Whether `same` holds with apostrophes parting tokens, or with apostrophes left out, as ICAO 9303 part 3 does in
/// machine readable zones; and for names in Arabic also with the words joined that spelling joins or parts at will.
fn in_any_reading(a: &str, b: &str, same: impl Fn(&[Token], &[Token]) -> bool) -> bool {
    [Apostrophe::Parts, Apostrophe::LeftOut].into_iter().any(|apostrophe| {
        let (Some(a), Some(b)) = (words(a, apostrophe), words(b, apostrophe)) else { return false };
        let is_arabic = a.iter().chain(&b).any(|word| arabic::is_arabic(word));
        let bound = is_arabic.then(|| (bind(&a), bind(&b)));
        std::iter::once((a, b)).chain(bound).any(|(a, b)| {
            let (a, b) = (tokens(a), tokens(b));
            !a.is_empty() && !b.is_empty() && same(&a, &b)
        })
    })
}

/// The words of a name; `None` where the text is too long or has too many words to be one.
fn words(name: &str, apostrophe: Apostrophe) -> Option<Vec<String>> {
    let name = name.trim();
    if name.len() > MAX_BYTES {
        return None;
    }
    let words = words::split(name, apostrophe);
    (words.len() <= MAX_TOKENS).then_some(words)
}

fn bind(words: &[String]) -> Vec<String> {
    binding::bind(words, |word| latin::write(word, Style::Plain))
}

fn tokens(words: Vec<String>) -> Vec<Token> {
    words.into_iter().filter_map(Token::new).collect()
}
