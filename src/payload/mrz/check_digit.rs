//! Check digits: ICAO 9303 part 3, section 4.9.

use std::ops::Range;

use super::character::{FILLER, value};
use super::layout::Checked;
use super::zone::Zone;

/// What the check digits of a zone say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckDigits {
    /// At least one is there, and all that are there are right.
    Right,
    /// One of them is wrong.
    Wrong,
    /// A filler stands in the place of each, or the layout has none.
    Absent,
}

/// What one check digit says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verified {
    Right,
    Wrong,
    /// A filler stands in its place: some issuers leave check digits out.
    Unverified,
}

impl Verified {
    fn of(digit: Option<u8>, over: impl Iterator<Item = u8>) -> Self {
        match digit {
            Some(FILLER) => Self::Unverified,
            digit if digit == check_digit(over) => Self::Right,
            _ => Self::Wrong,
        }
    }
}

/// Returns whether the check digits of the `MRZ strings` field are right; `None` when the text is no zone, or a filler
/// stands in the place of each digit.
///
/// The lines of a TD1, TD2 or TD3 zone are told apart by their size. Visas (MRV-A, MRV-B), the two-line French
/// identity card, which has a TD2's size but not its fields, and driving licences are checked by their own layouts.
///
/// ```
/// use kyc_gate::payload::mrz::check_digits;
///
/// let specimen = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<^L898902C36UTO7408122F1204159ZE184226B<<<<<10";
/// assert_eq!(check_digits(specimen), Some(true));
/// assert_eq!(check_digits(&specimen.replace("740812", "750812")), Some(false));
/// assert_eq!(check_digits("no zone"), None);
/// ```
#[must_use]
pub fn check_digits(mrz: &str) -> Option<bool> {
    Zone::read(mrz)?.check_digits().are_right()
}

impl CheckDigits {
    /// Returns whether they are right; `None` where there are none.
    #[must_use]
    pub fn are_right(self) -> Option<bool> {
        match self {
            Self::Right => Some(true),
            Self::Wrong => Some(false),
            Self::Absent => None,
        }
    }
}

impl Zone {
    /// Recomputes every check digit that is there.
    #[must_use]
    pub fn check_digits(&self) -> CheckDigits {
        let others = self.layout().checked.iter().map(|checked| self.verify(checked));
        let number = self.layout().number.as_ref().map(|number| self.verify_number(number));
        number.into_iter().chain(others).fold(CheckDigits::Absent, |all, one| match (all, one) {
            (CheckDigits::Wrong, _) | (_, Verified::Wrong) => CheckDigits::Wrong,
            (CheckDigits::Right, _) | (_, Verified::Right) => CheckDigits::Right,
            (CheckDigits::Absent, Verified::Unverified) => CheckDigits::Absent,
        })
    }

    fn verify(&self, checked: &Checked) -> Verified {
        let over = checked.over.iter().flat_map(|range| self.part(range)).copied();
        Verified::of(self.character(checked.digit), over)
    }

    /// Verifies the document number. One too long for its field has a filler in the check digit's place and goes on in
    /// the optional data, with its check digit behind it (parts 5 and 6, data structure of the zone).
    fn verify_number(&self, number: &Range<usize>) -> Verified {
        let digit = self.character(number.end);
        let number = self.part(number);
        let rest = self.part(&self.layout().number_goes_on);
        let rest = rest.split(|c| *c == FILLER).next().unwrap_or_default();
        match rest.split_last() {
            Some((last, rest)) if digit == Some(FILLER) && last.is_ascii_digit() => {
                Verified::of(Some(*last), number.iter().chain(rest).copied())
            }
            _ => Verified::of(digit, number.iter().copied()),
        }
    }
}

/// Computes a check digit, as a character: the sum of the values, weighted 7, 3, 1 and again, modulo 10.
fn check_digit(over: impl Iterator<Item = u8>) -> Option<u8> {
    let weighted = over.zip([7, 3, 1].into_iter().cycle()).map(|(c, weight)| value(c).map(|v| v * weight));
    let sum: u32 = weighted.sum::<Option<u32>>()?;
    char::from_digit(sum % 10, 10).and_then(|digit| u8::try_from(digit).ok())
}
