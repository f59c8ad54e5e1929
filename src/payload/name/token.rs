//! One word of a name in all its readings.

use super::{abjad, arabic, cyrillic, greek, latin};
use latin::Style;

/// Longest word that is read in more than one way. Longer ones are nobody's name, and readings multiply the cost.
const MAX_READ_BYTES: usize = 128;

#[cfg(test)]
thread_local! {
    pub(super) static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// A word as a document or a person may write it.
pub(super) struct Token {
    /// As it came, in upper case.
    word: String,
    /// Without marks.
    plain: String,
    /// The other readings that differ from the plain one and from each other.
    others: Vec<String>,
    is_arabic: bool,
}

impl Token {
    /// `None` for a word that has nothing but marks.
    pub(super) fn new(word: String) -> Option<Self> {
        #[cfg(test)]
        READ.set(READ.get() + 1);
        let plain = latin::write(&word, Style::Plain);
        if plain.is_empty() {
            return None;
        }
        let mut others: Vec<String> = Vec::new();
        for other in readings(&word, &plain) {
            if !other.is_empty() && other != plain && !others.contains(&other) {
                others.push(other);
            }
        }
        let is_arabic = arabic::is_arabic(&word);
        Some(Self { word, plain, others, is_arabic })
    }

    /// Whether a reading of one is a reading of the other.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.pairs(other).iter().any(|(a, b)| a == b) || self.is_spelling_of(other) || other.is_spelling_of(self)
    }

    /// Whether this is the beginning of `full`.
    pub(super) fn begins(&self, full: &Self) -> bool {
        self.pairs(full).iter().any(|(short, full)| full.starts_with(*short))
    }

    /// The Jaro-Winkler similarity of the most similar readings. Arabic in Latin letters has too few vowels for it:
    /// those words are equal or they aren't.
    pub(super) fn similarity(&self, other: &Self) -> f64 {
        if self.is_arabic != other.is_arabic {
            return 0.0;
        }
        self.pairs(other).iter().map(|(a, b)| strsim::jaro_winkler(a, b)).fold(0.0, f64::max)
    }

    /// The readings to compare. Words that both aren't Latin are compared as they are: different letters may have the
    /// same Latin spelling in different countries, and longer spellings look more alike.
    fn pairs<'t>(&'t self, other: &'t Self) -> Vec<(&'t str, &'t str)> {
        if !self.plain.is_ascii() && !other.plain.is_ascii() {
            return vec![(&self.plain, &other.plain)];
        }
        self.readings().flat_map(|a| other.readings().map(move |b| (a, b))).collect()
    }

    fn readings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.plain.as_str()).chain(self.others.iter().map(String::as_str))
    }

    fn is_spelling_of(&self, other: &Self) -> bool {
        !self.is_arabic && other.is_arabic && self.readings().any(|latin| abjad::spells(latin, &other.word))
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
    let latin = [Style::Expanded, Style::Marked].into_iter().map(|style| latin::write(word, style));
    latin
        .chain(misread)
        .chain(cyrillic::spellings(word))
        .chain(greek::spellings(word))
        .chain(arabic::in_zone(word))
        .collect()
}
