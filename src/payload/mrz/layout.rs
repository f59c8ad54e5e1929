//! Where the fields of the machine readable zones are, as ranges in the joined lines: travel documents by ICAO 9303,
//! driving licences by ISO/IEC 18013, and what two countries made before.
#![allow(clippy::single_range_in_vec_init, reason = "most check digits are over a single range")]

use std::ops::Range;

pub(super) const MOST_LINES: usize = 3;
pub(super) const MOST_CHARACTERS: usize = 90;

/// One kind of zone.
pub(super) struct Layout {
    /// Characters of each line.
    pub lines: &'static [usize],
    /// Surname and given names, or the surname where the given names have their own field.
    pub name: Range<usize>,
    pub given_names: Option<Range<usize>>,
    /// The document number, where it has a check digit, which follows.
    pub number: Option<Range<usize>>,
    /// Where a number too long for its field goes on; empty where that isn't foreseen.
    pub number_goes_on: Range<usize>,
    /// All check digits but the document number's.
    pub checked: &'static [Checked],
}

/// A check digit and what it is over.
pub(super) struct Checked {
    pub over: &'static [Range<usize>],
    pub digit: usize,
}

const fn digit(digit: usize, over: &'static [Range<usize>]) -> Checked {
    Checked { over, digit }
}

/// Part 5: 3 lines of 30, an identity card.
const TD1: Layout = Layout {
    lines: &[30, 30, 30],
    name: 60..90,
    given_names: None,
    number: Some(5..14),
    number_goes_on: 15..30,
    checked: &[digit(36, &[30..36]), digit(44, &[38..44]), digit(59, &[5..30, 30..37, 38..45, 48..59])],
};

/// Part 6: 2 lines of 36, a larger identity card.
const TD2: Layout = Layout {
    lines: &[36, 36],
    name: 5..36,
    given_names: None,
    number: Some(36..45),
    number_goes_on: 64..71,
    checked: &[digit(55, &[49..55]), digit(63, &[57..63]), digit(71, &[36..46, 49..56, 57..71])],
};

/// Part 4: 2 lines of 44, a passport.
const TD3: Layout = Layout {
    lines: &[44, 44],
    name: 5..44,
    given_names: None,
    number: Some(44..53),
    number_goes_on: 0..0,
    checked: &[digit(63, &[57..63]), digit(71, &[65..71]), digit(86, &[72..86]), digit(87, &[44..54, 57..64, 65..87])],
};

/// Part 7: a full-page visa, without a check digit over all.
const MRV_A: Layout = Layout { checked: &[digit(63, &[57..63]), digit(71, &[65..71])], ..TD3 };

/// Part 7: a smaller visa.
const MRV_B: Layout = Layout { number_goes_on: 0..0, checked: &[digit(55, &[49..55]), digit(63, &[57..63])], ..TD2 };

/// The French identity card of 1994 to 2021: the size of a TD2, the fields its own.
const FRENCH_CARD: Layout = Layout {
    lines: &[36, 36],
    name: 5..30,
    given_names: Some(49..63),
    number: Some(36..48),
    number_goes_on: 0..0,
    checked: &[digit(69, &[63..69]), digit(71, &[0..71])],
};

/// ISO/IEC 18013: one line of 30, a driving licence. Issuers fill it as they like between the country and the check
/// digit at its end.
const DRIVING_LICENCE: Layout = Layout {
    lines: &[30],
    name: 0..0,
    given_names: None,
    number: None,
    number_goes_on: 0..0,
    checked: &[digit(29, &[0..29])],
};

/// The driving licence of Switzerland and Liechtenstein: lines of 9, 30 and 30, without any check digit.
const SWISS_LICENCE: Layout =
    Layout { lines: &[9, 30, 30], name: 39..69, given_names: None, number: None, number_goes_on: 0..0, checked: &[] };

impl Layout {
    /// Returns the layout of joined lines, told by their size and document code.
    pub(super) fn of(text: &[u8]) -> Option<&'static Self> {
        match text.len() {
            90 => Some(&TD1),
            30 if text.starts_with(b"D") => Some(&DRIVING_LICENCE),
            69 if text.get(11..14).is_some_and(|country| matches!(country, b"CHE" | b"LIE")) => Some(&SWISS_LICENCE),
            88 if text.starts_with(b"V") => Some(&MRV_A),
            88 => Some(&TD3),
            72 if text.starts_with(b"V") => Some(&MRV_B),
            72 if text.starts_with(b"IDFRA") => Some(&FRENCH_CARD),
            72 => Some(&TD2),
            _ => None,
        }
    }
}
