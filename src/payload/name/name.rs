//! A name of a person: its readings, and whether two names agree.

use std::cell::OnceCell;

use super::joining::{self, Joined};
use super::latin::{self, Style};
use super::pairing::{self, MAX_TOKENS};
#[cfg(test)]
use super::token;
use super::token::Token;
use super::words::{self, Apostrophe};
use super::{arabic, binding};

/// Longest text that is compared as a name, in bytes.
pub const MAX_BYTES: usize = 512;

/// Most words on either side whose likeness is asked, and that are joined: each is compared with each. Words of longer
/// names must be equal.
const MAX_COMPARED: usize = 12;

/// Most letters of them together: each is compared with each.
const MAX_LETTERS: usize = 100;

/// Folds a name to its comparable tokens: NFKD, no marks, upper case, `'` `-` `.` `,` to space.
#[must_use]
pub fn fold(name: &str) -> Vec<String> {
    let words = words::split(name, Apostrophe::Parts).words;
    words.iter().map(|word| latin::write(word, Style::Plain)).filter(|word| !word.is_empty()).collect()
}

/// Returns whether a name folds to letters of the machine readable zone's alphabet, so that no other script is needed
/// for it.
#[must_use]
pub fn is_latin(name: &str) -> bool {
    name.is_ascii() || words::is_long_latin(name) || fold(name).iter().all(|token| token.is_ascii())
}

/// Returns whether a name says nothing: nothing but punctuation, or what passports have for a name that is unknown,
/// `FNU` and `LNU`.
#[must_use]
pub fn is_absent(name: &str) -> bool {
    let is_placeholder = |word: &str| word.eq_ignore_ascii_case("FNU") || word.eq_ignore_ascii_case("LNU");
    if let Some(mut words) = words::in_ascii(name) {
        return words.next().is_none_or(|first| is_placeholder(first) && words.next().is_none());
    }
    if words::is_long_latin(name) {
        return false;
    }
    match fold(name).as_slice() {
        [] => true,
        [word] => is_placeholder(word),
        _ => false,
    }
}

/// A name, whose readings are made when they are first compared and kept for the next comparison: making them costs far
/// more than comparing. No `Debug`, it is identity data.
pub struct Name<'t> {
    text: &'t str,
    /// With apostrophes parting tokens.
    apart: OnceCell<Words>,
    /// With apostrophes left out, as ICAO 9303 part 3 does in machine readable zones.
    left_out: OnceCell<Words>,
}

/// The words of a name in one reading of its apostrophes.
struct Words {
    /// `None` for a text that is too long to be a name, or has too many words.
    reading: Option<Reading>,
    has_apostrophe: bool,
}

struct Reading {
    apart: Vec<Token>,
    is_arabic: bool,
    bound: OnceCell<Vec<Token>>,
}

impl<'t> Name<'t> {
    /// Returns a name as it is written.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Self { text: text.trim(), apart: OnceCell::new(), left_out: OnceCell::new() }
    }

    /// Returns whether every token of this claim finds its own token of the document, equal to it or as alike as
    /// `similarity` asks, from 0, where every word will do, to 1, where it must be equal.
    ///
    /// The document may have more tokens, and the order doesn't matter. Consecutive tokens of either side also count as
    /// one. A claim without a token never matches.
    #[must_use]
    pub fn is_in(&self, document: &Name<'_>, similarity: f64) -> bool {
        // What most claims are, told without reading either.
        if self.plain_words().zip(document.plain_words()).is_some_and(|(claimed, words)| are_among(claimed, words)) {
            return true;
        }
        self.in_any_reading(document, |claimed, document| {
            if pairing::each_finds_its_own(claimed, document, Token::equals) {
                return true;
            }
            let letters = |words: &[Token]| words.iter().map(Token::len).sum::<usize>();
            if claimed.len().max(document.len()) > MAX_COMPARED || letters(claimed).max(letters(document)) > MAX_LETTERS
            {
                return false;
            }
            let similar = |a: &Token, b: &Token| a.equals(b) || a.likeness(b, similarity) >= similarity;
            // Another spelling, but no slip: of a long word much is left when a short one in it is another.
            let respelt = |a: &Token, b: &Token| a.equals(b) || a.respells(b);
            let joined = |(claimed, document): (Vec<Joined<'_>>, Vec<Joined<'_>>)| {
                pairing::each_finds_its_own(&claimed, &document, |a, b| similar(a.token(), b.token()))
            };
            pairing::each_finds_its_own(claimed, document, similar)
                || joining::join(claimed, document, Token::equals).is_some_and(joined)
                || joining::join(claimed, document, respelt).is_some_and(joined)
        })
    }

    /// Returns whether both are the same name after folding: the same tokens in the same order, however they are
    /// spaced.
    #[must_use]
    pub fn agrees(&self, other: &Name<'_>) -> bool {
        self.is_plainly(other)
            || self.in_any_reading(other, |a, b| {
                let equal = |a: &[Token], b: &[Token]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b));
                let joined = || Token::join(a).zip(Token::join(b)).is_some_and(|(a, b)| a.equals(&b));
                equal(a, b) || (a.len() != b.len() && joined())
            })
    }

    /// Returns whether this is `full` as a machine readable zone cuts it: the last token whole or cut to its beginning,
    /// the tokens before it whole, those behind it missing (ICAO 9303 part 4, names longer than their field).
    #[must_use]
    pub fn is_truncation_of(&self, full: &Name<'_>) -> bool {
        self.in_any_reading(full, |short, full| {
            let Some((last, whole)) = short.split_last() else { return false };
            let is_whole = full.len() > whole.len() && whole.iter().zip(full).all(|(short, full)| short.equals(full));
            is_whole && full.get(whole.len()).is_some_and(|full| last.begins(full))
        })
    }

    /// Returns whether `same` holds in either reading of the apostrophe; and for names in Arabic also with the words
    /// joined that spelling joins or parts at will.
    fn in_any_reading(&self, other: &Name<'_>, same: impl Fn(&[Token], &[Token]) -> bool) -> bool {
        let holds = |a: &[Token], b: &[Token]| !a.is_empty() && !b.is_empty() && same(a, b);
        let in_reading = |apostrophe| {
            let readings = self.reading(apostrophe).zip(other.reading(apostrophe));
            readings.is_some_and(|(a, b)| {
                let bound = || holds(self.bound(a, apostrophe), other.bound(b, apostrophe));
                holds(&a.apart, &b.apart) || ((a.is_arabic || b.is_arabic) && bound())
            })
        };
        in_reading(Apostrophe::Parts)
            || ((self.has_apostrophe() || other.has_apostrophe()) && in_reading(Apostrophe::LeftOut))
    }

    fn is_plainly(&self, other: &Name<'_>) -> bool {
        self.plain_words().zip(other.plain_words()).is_some_and(|(a, b)| are_same(a, b))
    }

    /// Returns the words of a text in ASCII that is short enough to be a name.
    fn plain_words(&self) -> Option<impl Iterator<Item = &'t str> + Clone + use<'t>> {
        words::in_ascii(self.text).filter(|_| self.text.len() <= MAX_BYTES)
    }

    fn has_apostrophe(&self) -> bool {
        self.words(Apostrophe::Parts).has_apostrophe
    }

    fn reading(&self, apostrophe: Apostrophe) -> Option<&Reading> {
        // Without an apostrophe there is nothing to read in another way.
        let read = if self.has_apostrophe() { apostrophe } else { Apostrophe::Parts };
        self.words(read).reading.as_ref()
    }

    fn words(&self, apostrophe: Apostrophe) -> &Words {
        let words = if apostrophe == Apostrophe::Parts { &self.apart } else { &self.left_out };
        words.get_or_init(|| Words::read(self.text, apostrophe))
    }

    fn bound<'r>(&self, reading: &'r Reading, apostrophe: Apostrophe) -> &'r [Token] {
        let read = if self.has_apostrophe() { apostrophe } else { Apostrophe::Parts };
        reading.bound.get_or_init(|| {
            let words = words::split(self.text, read).words;
            tokens(binding::bind(&words, |word| latin::write(word, Style::Plain)))
        })
    }
}

impl Words {
    fn read(text: &str, apostrophe: Apostrophe) -> Self {
        if text.len() > MAX_BYTES {
            return Self { reading: None, has_apostrophe: false };
        }
        let split = words::split(text, apostrophe);
        let is_name = split.words.len() <= MAX_TOKENS;
        let reading = is_name.then(|| Reading {
            is_arabic: split.words.iter().any(|word| arabic::is_arabic(word)),
            apart: tokens(split.words),
            bound: OnceCell::new(),
        });
        Self { reading, has_apostrophe: split.has_apostrophe }
    }
}

/// Returns whether each of these words is one of the others', each its own, but for case.
fn are_among<'t>(claimed: impl Iterator<Item = &'t str>, mut words: impl Iterator<Item = &'t str> + Clone) -> bool {
    let (mut taken, mut is_any) = ([false; MAX_TOKENS], false);
    let mut claimed = claimed.inspect(|_| is_any = true);
    let are_found = claimed.all(|claim| {
        let mut free = words.clone().zip(&mut taken).filter(|(_, is_taken)| !**is_taken);
        let found = free.find(|(word, _)| word.eq_ignore_ascii_case(claim));
        found.map(|(_, is_taken)| *is_taken = true).is_some()
    });
    are_found && is_any && words.nth(MAX_TOKENS).is_none()
}

/// Returns whether both are the same words in the same order, but for case.
fn are_same<'t>(mut one: impl Iterator<Item = &'t str>, mut other: impl Iterator<Item = &'t str>) -> bool {
    for at in 0..=MAX_TOKENS {
        match (one.next(), other.next()) {
            (Some(word), Some(same)) if word.eq_ignore_ascii_case(same) => {}
            (None, None) => return at > 0,
            _ => return false,
        }
    }
    false
}

/// Returns whether a claimed name is the document's ([`Name::is_in`] of two texts). `similarity` is `nameSimilarity`,
/// from 0 (lax) to 1 (exact).
///
/// ```
/// use kyc_gate::payload::name::claim_matches;
///
/// assert!(claim_matches("Jörg Müller", "JOERG MUELLER", 0.92), "transliterated by ICAO 9303");
/// assert!(claim_matches("Anna-Lena", "ANNALENA MARIA", 0.92), "joined words, and a middle name more");
/// assert!(!claim_matches("Mario", "MARIA", 0.92), "another person's name");
/// ```
#[must_use]
pub fn claim_matches(claimed: &str, document: &str, similarity: f64) -> bool {
    Name::new(claimed).is_in(&Name::new(document), similarity)
}

/// Returns whether two texts in ASCII are the same words in the same order, in any case, told without a look at their
/// readings. Others may still agree.
#[must_use]
pub fn are_plainly_same(a: &str, b: &str) -> bool {
    Name::new(a).is_plainly(&Name::new(b))
}

/// [`Name::agrees`] of two texts.
#[must_use]
pub fn sources_agree(a: &str, b: &str) -> bool {
    Name::new(a).agrees(&Name::new(b))
}

/// [`Name::is_truncation_of`] of two texts.
#[must_use]
pub fn is_truncation(short: &str, full: &str) -> bool {
    Name::new(short).is_truncation_of(&Name::new(full))
}

fn tokens(words: Vec<String>) -> Vec<Token> {
    words.into_iter().filter_map(Token::new).collect()
}

/// Returns how many words have been read on this thread, for tests that bound the work.
#[cfg(test)]
pub(crate) fn words_read() -> usize {
    token::READ.get()
}

#[cfg(test)]
mod tests {
    use super::super::distance;
    use super::*;

    /// Whatever the names are, comparing them costs no more than that.
    const MOST_CELLS: usize = 400_000;

    /// What is told without writing a name is what writing it tells.
    #[test]
    fn tells_latin_letters_as_writing_them_does() {
        for c in ('\0'..='\u{250}').filter(|c| words::is_long_latin(&c.to_string().repeat(4))) {
            let folded = fold(&c.to_string());
            assert!(folded.concat().is_ascii() && !folded.concat().is_empty(), "{c:?}");
        }
        assert!(!words::is_long_latin("FÑU") && is_absent("FÑU"));
        assert!(is_latin("BRĪVKALNE") && !is_latin("ĸĸĸĸ") && !is_latin("山田太郎山田"));
    }

    #[test]
    fn bounds_the_letters_compared() {
        let words = |word: &str, count: usize| {
            let letters = ('A'..='Z').cycle().take(count);
            letters.map(|letter| format!("{word}{letter}")).collect::<Vec<_>>().join(" ")
        };
        for (one, other, count) in [
            ("ABDULRA", "ABDELRA", 12),
            ("ŠČŽ", "SHCHZH", 12),
            ("ЩЮЯ", "SHCHIUI", 12),
            ("MARTINAMARTINAMARTINAMARTINAMAR", "MARTINEMARTINEMARTINEMARTINEMAR", 3),
            ("KHKHKHKHKHKHKHKHKHKHKHKHKHKHKHK", "HKHHKHKHHKHKHHKHKHHKHKHHKHKHHKH", 3),
            ("KHKHKHKHKHKHKHKHKHKHKHKHKHKHKHK", "HKHHKHKHHKHKHHKHKHHKHKHHKHKHHKH", 16),
        ] {
            for similarity in [0.01, 0.5, 0.92, 1.0] {
                let before = distance::CELLS.get();
                let _ = claim_matches(&words(one, count), &words(other, count), similarity);
                let cells = distance::CELLS.get() - before;
                assert!(cells <= MOST_CELLS, "{one} / {other} at {similarity}: {cells}");
            }
        }
    }
}
