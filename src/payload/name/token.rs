//! One word of a name in all its readings.

use std::cell::OnceCell;

use super::variants::{self, Listed};
use super::{abjad, arabic, cyrillic, greek, latin, likeness};
use latin::Style;

/// Longest word that is read in more than one way. Longer ones are nobody's name, and readings multiply the cost.
const MAX_READ_BYTES: usize = 128;

/// Most readings of a word that are compared letter by letter with another word.
const MAX_ALIKE_READINGS: usize = 4;

#[cfg(test)]
thread_local! {
    pub(super) static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// A word as a document or a person may write it.
pub(super) struct Token {
    /// As it came, in upper case.
    word: String,
    /// Without marks, where it has letters beyond ASCII.
    plain: Option<String>,
    /// The other readings that differ from the plain one and from each other.
    others: OnceCell<Vec<String>>,
    is_arabic: bool,
    listed: OnceCell<Listed>,
}

impl Token {
    /// Returns `None` for a word that has nothing but marks.
    pub(super) fn new(word: String) -> Option<Self> {
        #[cfg(test)]
        READ.set(READ.get() + 1);
        let plain = (!word.is_ascii()).then(|| latin::write(&word, Style::Plain));
        if plain.as_ref().unwrap_or(&word).is_empty() {
            return None;
        }
        let is_arabic = plain.is_some() && arabic::is_arabic(&word);
        Some(Self { word, plain, others: OnceCell::new(), is_arabic, listed: OnceCell::new() })
    }

    fn plain(&self) -> &str {
        self.plain.as_ref().unwrap_or(&self.word)
    }

    fn others(&self) -> &[String] {
        self.others.get_or_init(|| {
            let mut others: Vec<String> = Vec::new();
            for other in readings(&self.word, self.plain()) {
                if !other.is_empty() && other != self.plain() && !others.contains(&other) {
                    others.push(other);
                }
            }
            others
        })
    }

    /// Returns several words as one; `None` where one is a number, which would read as letters beside letters.
    pub(super) fn join(words: &[Self]) -> Option<Self> {
        let is_number = |word: &Self| !word.word.is_empty() && word.word.bytes().all(|c| c.is_ascii_digit());
        if words.iter().any(is_number) {
            return None;
        }
        Self::new(words.iter().map(|word| word.word.as_str()).collect())
    }

    /// Returns whether this could be `words` joined, as far as their length tells: scripts need up to four letters for
    /// one.
    pub(super) fn may_be(&self, words: &[Self]) -> bool {
        let letters = |word: &Self| word.plain().chars().count();
        let (one, all) = (letters(self), words.iter().map(letters).sum::<usize>());
        let most_apart =
            if self.plain().is_ascii() && words.iter().all(|word| word.plain().is_ascii()) { 4 } else { 16 };
        one.abs_diff(all) <= most_apart
    }

    /// Returns whether a reading of one is a reading of the other.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.plain() == other.plain()
            || self.any_pair(other, |a, b| a == b)
            || self.is_spelling_of(other)
            || other.is_spelling_of(self)
    }

    /// Returns whether this is the beginning of `full`.
    pub(super) fn begins(&self, full: &Self) -> bool {
        self.any_pair(full, |short, full| full.starts_with(short))
    }

    /// Returns how alike the most similar readings are, from 0 to 1; 0 below `least`. Arabic in Latin letters has too
    /// few vowels for it: those words are equal or they aren't.
    pub(super) fn likeness(&self, other: &Self, least: f64) -> f64 {
        if self.is_arabic != other.is_arabic {
            return 0.0;
        }
        if self.is_listed_with(other) {
            return likeness::ONE_NAME;
        }
        let are_listed = self.is_listed() && other.is_listed();
        let mut most = 0.0;
        self.any_first_pair(other, |a, b| {
            most = f64::max(most, likeness::of(a, b, are_listed, least));
            false
        });
        most
    }

    /// Returns whether this is another spelling of the same name.
    pub(super) fn respells(&self, other: &Self) -> bool {
        self.is_arabic == other.is_arabic
            && (self.is_listed_with(other) || self.any_first_pair(other, likeness::is_respelling))
    }

    fn is_listed(&self) -> bool {
        !self.listed().is_empty()
    }

    /// Returns whether both words spell one listed name.
    fn is_listed_with(&self, other: &Self) -> bool {
        self.is_listed() && self.listed().meets(other.listed())
    }

    /// Returns the listed names that this word spells.
    fn listed(&self) -> &Listed {
        self.listed.get_or_init(|| variants::listed(self.readings()))
    }

    /// Returns whether something holds for a reading of each. Words that both aren't Latin are compared as they are:
    /// different letters may have the same Latin spelling in different countries, and longer spellings look more alike.
    fn any_pair(&self, other: &Self, holds: impl FnMut(&str, &str) -> bool) -> bool {
        let as_they_are = !self.plain().is_ascii() && !other.plain().is_ascii();
        let most = if as_they_are { 1 } else { usize::MAX };
        self.any_of_first(other, most, holds)
    }

    /// Returns whether something holds for readings that are compared letter by letter, which takes longer: what
    /// differs between the others, rules know.
    fn any_first_pair(&self, other: &Self, holds: impl FnMut(&str, &str) -> bool) -> bool {
        let most = if self.others().is_empty() || other.others().is_empty() { MAX_ALIKE_READINGS } else { 1 };
        self.any_of_first(other, most, holds)
    }

    /// Returns whether something holds for one of the first `most` readings of each.
    fn any_of_first(&self, other: &Self, most: usize, mut holds: impl FnMut(&str, &str) -> bool) -> bool {
        self.readings().take(most).any(|a| other.readings().take(most).any(|b| holds(a, b)))
    }

    /// Letters of the longest reading in Latin letters, or of the word as it is.
    pub(super) fn len(&self) -> usize {
        let latin = self.readings().filter(|reading| reading.is_ascii()).map(str::len).max();
        latin.unwrap_or_else(|| self.plain().chars().count())
    }

    fn readings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.plain()).chain(self.others().iter().map(String::as_str))
    }

    fn is_spelling_of(&self, other: &Self) -> bool {
        let spells = |latin: &str| abjad::spells(latin, &other.word) && !variants::is_another(latin, &other.word);
        !self.is_arabic && other.is_arabic && self.readings().any(spells)
    }
}

fn readings(word: &str, plain: &str) -> Vec<String> {
    if word.len() > MAX_READ_BYTES {
        return Vec::new();
    }
    let misread = ['I', 'L'].into_iter().filter_map(|one| latin::without_digits(plain, one));
    if word.is_ascii() {
        return misread.collect();
    }
    let latin = Style::BESIDE_PLAIN.into_iter().map(|style| latin::write(word, style));
    latin
        .chain(misread)
        .chain(cyrillic::spellings(word))
        .chain(greek::spellings(word))
        .chain(arabic::in_zone(word))
        .collect()
}
