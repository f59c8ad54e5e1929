//! Latin letters in a machine readable zone: ICAO 9303 part 3 section 6, table A.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// One consistent way to write a word without marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Letters lose their marks: `Ö` is `O`.
    Plain,
    /// What ICAO recommends: `Ö` is `OE`, `Å` is `AA`.
    Expanded,
    /// ICAO's alternative for `Ñ` and `Ü`: `NXX`, `UXX`; otherwise as [`Style::Expanded`].
    Marked,
    /// By their sound, as a neighbour would write them: `Š` is `SH`; and the Chinese `Ü` as passports have it, `YU`.
    Sounded,
    /// The Chinese `Ü` as it is typed, `V`; otherwise as [`Style::Plain`].
    Typed,
}

impl Style {
    /// The styles that may write a word in another way than [`Style::Plain`].
    pub(super) const BESIDE_PLAIN: [Self; 4] = [Self::Expanded, Self::Marked, Self::Sounded, Self::Typed];

    /// Returns how an upper-case letter is written that isn't simply its base letter without the mark.
    fn letter(self, letter: char) -> Option<&'static str> {
        let text = match (letter, self) {
            ('Ä', Self::Expanded | Self::Marked) => "AE",
            ('Å', Self::Expanded | Self::Marked) => "AA",
            // Hungary's long ones as its short ones, which ICAO's table writes `O` and `U`.
            ('Ö' | 'Ø' | 'Ő', Self::Expanded | Self::Marked) => "OE",
            ('Ü' | 'Ű', Self::Expanded) => "UE",
            ('Ü', Self::Marked) => "UXX",
            ('Ñ', Self::Marked) => "NXX",
            ('Š' | 'Ş' | 'Ș', Self::Sounded) => "SH",
            ('Č' | 'Ç', Self::Sounded) => "CH",
            ('Ž', Self::Sounded) => "ZH",
            ('Đ', Self::Sounded) => "DJ",
            // Japan's long vowel.
            ('Ō', Self::Sounded) => "OU",
            ('Ț' | 'Ţ', Self::Sounded) => "TS",
            ('Ü' | 'Ǖ' | 'Ǘ' | 'Ǚ' | 'Ǜ', Self::Sounded) => "YU",
            ('Ü' | 'Ǖ' | 'Ǘ' | 'Ǚ' | 'Ǜ', Self::Typed) => "V",
            ('Ø', _) => "O",
            ('Æ', _) => "AE",
            ('Œ', _) => "OE",
            ('ẞ', _) => "SS",
            ('Þ', _) => "TH",
            ('Đ' | 'Ð', _) => "D",
            ('Ħ', _) => "H",
            ('Ł', _) => "L",
            ('Ŋ', _) => "N",
            ('Ŧ', _) => "T",
            ('Ə' | 'Ǝ', _) => "E",
            // One letter in two guises, in Arabic and Persian hands.
            ('\u{6a9}', _) => "\u{643}",
            ('\u{649}' | '\u{6cc}', _) => "\u{64a}",
            ('\u{629}' | '\u{6c1}' | '\u{6d5}', _) => "\u{647}",
            _ => return None,
        };
        Some(text)
    }
}

/// Returns a word of [`super::words::split`] without marks.
pub(super) fn write(word: &str, style: Style) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let mut text = String::with_capacity(word.len());
    for c in word.chars() {
        push(&mut text, c, style);
    }
    // Only letters that are written in parts compose again, Korean syllables above all: their parts are no letters.
    if text.is_ascii() { text } else { text.nfc().collect() }
}

/// Writes one letter.
pub(super) fn push(text: &mut String, letter: char, style: Style) {
    if let Some(written) = style.letter(letter) {
        text.push_str(written);
        return;
    }
    decompose_canonical(letter, |c| match style.letter(c) {
        // Some letters of the table come out only now: `Ǽ` is `Æ` with a mark.
        Some(written) => text.push_str(written),
        None if is_mark(c) => {}
        None => text.push(c),
    });
}

/// Returns whether this is a mark on a letter. The vowel signs of India and its neighbours and the Japanese voicing
/// marks are called marks too, but without them another name would be left.
fn is_mark(c: char) -> bool {
    is_combining_mark(c)
        && !matches!(c, '\u{900}'..='\u{1aaf}' | '\u{3099}' | '\u{309a}' | '\u{a800}'..='\u{abff}' | '\u{11000}'..)
}

/// Digits where a name has letters are letters misread: `J0NES`. `one` is what a 1 stands for.
pub(super) fn without_digits(plain: &str, one: char) -> Option<String> {
    let is_word = plain.chars().any(|c| c.is_ascii_alphabetic()) && plain.chars().any(|c| c.is_ascii_digit());
    is_word.then(|| plain.chars().map(|c| letter_like(c, one)).collect())
}

fn letter_like(digit: char, one: char) -> char {
    match digit {
        '0' => 'O',
        '1' => one,
        '2' => 'Z',
        '5' => 'S',
        '6' => 'G',
        '8' => 'B',
        c => c,
    }
}
