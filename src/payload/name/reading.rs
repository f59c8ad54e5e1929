//! How a letter is written in the 26 letters of a machine readable zone: ICAO 9303 part 3 section 6.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// One consistent way to write a name without marks. A further script or table becomes a case of [`Reading::letter`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Letters lose their marks: `Ö` is `O`.
    Plain,
    /// What ICAO recommends: `Ö` is `OE`, `Å` is `AA`.
    Expanded,
    /// ICAO's alternative for `Ñ` and `Ü`: `NXX`, `UXX`; otherwise as [`Reading::Expanded`].
    Marked,
}

/// What an apostrophe does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Apostrophe {
    /// `O'NEIL` is two words.
    Parts,
    /// `O'NEIL` is `ONEIL`.
    LeftOut,
}

impl Reading {
    pub(super) const ALL: [Self; 3] = [Self::Plain, Self::Expanded, Self::Marked];

    /// How this reading writes an upper-case letter that isn't simply its base letter without the mark.
    fn letter(self, letter: char) -> Option<&'static str> {
        let text = match (letter, self) {
            ('Ä', Self::Expanded | Self::Marked) => "AE",
            ('Å', Self::Expanded | Self::Marked) => "AA",
            ('Ö' | 'Ø', Self::Expanded | Self::Marked) => "OE",
            ('Ü', Self::Expanded) => "UE",
            ('Ü', Self::Marked) => "UXX",
            ('Ñ', Self::Marked) => "NXX",
            ('Ø', Self::Plain) => "O",
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
            _ => return None,
        };
        Some(text)
    }
}

/// Upper-case letters and digits of `name` without marks; white space, punctuation and fillers become spaces.
pub(super) fn read(name: &str, reading: Reading, apostrophe: Apostrophe) -> String {
    let mut text = String::with_capacity(name.len());
    // The acute accent that people type for an apostrophe would become a space with a mark.
    let typed = name.chars().map(|c| if c == '´' { '\'' } else { c });
    // Composed, so that a letter and its mark meet the table as one.
    for c in typed.nfkc().flat_map(char::to_uppercase) {
        if let Some(written) = reading.letter(c) {
            text.push_str(written);
            continue;
        }
        decompose_compatible(c, |c| match c {
            '\'' | '`' | '’' | '‘' | 'ʼ' | '′' if apostrophe == Apostrophe::LeftOut => {}
            '\'' | '`' | '’' | '‘' | 'ʼ' | '′' | '-' | '‐' | '‑' | '–' | '.' | ',' | '<' => text.push(' '),
            c if is_combining_mark(c) => {}
            // Some letters of the table come out only now: `Ǽ` is `Æ` with a mark.
            c => match reading.letter(c) {
                Some(written) => text.push_str(written),
                None => text.push(c),
            },
        });
    }
    text
}
