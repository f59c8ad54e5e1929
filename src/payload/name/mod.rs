//! Names of people: folding and comparison.
//!
//! A name has several readings: the machine readable zone writes `Ö` as `O` or `OE` and leaves apostrophes out, the
//! visual zone keeps them. Two tokens are equal when any reading of one is any reading of the other. A text of more
//! than 512 bytes or 32 words is no name and matches nothing, which bounds the cost.

mod pairing;
mod reading;

use pairing::MAX_TOKENS;
use reading::{Apostrophe, Reading};

/// Longest text that is compared as a name.
const MAX_BYTES: usize = 512;

/// Folds a name to its comparable tokens: NFKD, no marks, upper case, `'` `-` `.` `,` to space.
#[must_use]
pub fn fold(name: &str) -> Vec<String> {
    let folded = reading::read(name, Reading::Plain, Apostrophe::Parts);
    folded.split_whitespace().map(str::to_owned).collect()
}

/// Whether every claimed token finds its own document token with Jaro-Winkler similarity ≥ `similarity`.
///
/// The document may have more tokens, and the order doesn't matter. A claim without a token never matches.
#[must_use]
pub fn claim_matches(claimed: &str, document: &str, similarity: f64) -> bool {
    in_either_reading(claimed, document, |claimed, document| {
        let similar = |a: &Token, b: &Token| a.equals(b) || a.similarity(b) >= similarity;
        pairing::each_finds_its_own(claimed, document, similar)
    })
}

/// Whether two sources of one document carry the same name after folding: the same tokens in the same order.
#[must_use]
pub fn sources_agree(a: &str, b: &str) -> bool {
    in_either_reading(a, b, |a, b| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b)))
}

/// Whether `short` is `full` as a machine readable zone cuts it: trailing tokens missing, the others whole or cut to
/// their beginnings (ICAO 9303 part 4, names longer than their field).
#[must_use]
pub fn is_truncation(short: &str, full: &str) -> bool {
    in_either_reading(short, full, |short, full| {
        short.len() <= full.len() && short.iter().zip(full).all(|(short, full)| short.begins(full))
    })
}

/// Whether `same` holds with apostrophes parting tokens, or with apostrophes left out, as ICAO 9303 part 3 does in
/// machine readable zones.
fn in_either_reading(a: &str, b: &str, same: impl Fn(&[Token], &[Token]) -> bool) -> bool {
    [Apostrophe::Parts, Apostrophe::LeftOut].into_iter().any(|apostrophe| {
        let tokens = tokens(a, apostrophe).zip(tokens(b, apostrophe));
        tokens.is_some_and(|(a, b)| !a.is_empty() && !b.is_empty() && same(&a, &b))
    })
}

/// One word of a name in all its readings, the plain one first.
struct Token {
    readings: [String; Reading::ALL.len()],
}

impl Token {
    /// The different readings.
    fn different(&self) -> impl Iterator<Item = &str> {
        let [plain, others @ ..] = &self.readings;
        std::iter::once(plain.as_str()).chain(others.iter().filter(move |other| *other != plain).map(String::as_str))
    }

    fn any(&self, other: &Self, related: impl Fn(&str, &str) -> bool) -> bool {
        self.different().any(|a| other.different().any(|b| related(a, b)))
    }

    fn equals(&self, other: &Self) -> bool {
        self.any(other, |a, b| a == b)
    }

    fn begins(&self, full: &Self) -> bool {
        self.any(full, |short, full| full.starts_with(short))
    }

    fn similarity(&self, other: &Self) -> f64 {
        let pairs = self.different().flat_map(|a| other.different().map(move |b| strsim::jaro_winkler(a, b)));
        pairs.fold(0.0, f64::max)
    }
}

/// The tokens of a name; `None` where the text is too long or has too many words to be one.
fn tokens(name: &str, apostrophe: Apostrophe) -> Option<Vec<Token>> {
    let name = name.trim();
    if name.len() > MAX_BYTES {
        return None;
    }
    let texts = Reading::ALL.map(|reading| reading::read(name, reading, apostrophe));
    // Where words end doesn't depend on the reading, so the readings of one word stand at the same place.
    let mut words = texts.each_ref().map(|text| text.split_whitespace());
    let mut tokens = Vec::new();
    loop {
        let readings = words.each_mut().map(|words| words.next().map(str::to_owned));
        let [Some(plain), Some(expanded), Some(marked)] = readings else { break };
        tokens.push(Token { readings: [plain, expanded, marked] });
    }
    (tokens.len() <= MAX_TOKENS).then_some(tokens)
}
