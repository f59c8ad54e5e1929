//! Machine readable zones: check digits by ICAO 9303 part 3 section 4.9, layouts by parts 4 to 7.

mod layout;

use std::ops::Range;

use layout::{Checked, Layout};

/// Whether all check digits of the `MRZ strings` field recompute; `None` when the text is not a TD1, TD2 or TD3 zone.
///
/// Visas (MRV-A, MRV-B) and the two-line French identity card, which has a TD2's size but not its fields, are told
/// apart and checked by their own layouts.
#[must_use]
pub fn check_digits(mrz: &str) -> Option<bool> {
    Zone::read(mrz).map(|zone| zone.check_digits_agree())
}

/// A machine readable zone: its lines, joined. No `Debug`, it is all identity data.
pub struct Zone {
    layout: &'static Layout,
    text: Vec<u8>,
}

/// The name in a machine readable zone: words without fillers.
#[derive(PartialEq, Eq, Default)]
pub struct MrzName {
    /// Primary identifier.
    pub surname: String,
    /// Secondary identifier, empty where there is none.
    pub given_names: String,
    /// Whether the surname reaches the end of its field, so that something of it may be missing.
    pub is_surname_cut: bool,
    /// Whether the given names do.
    pub are_given_names_cut: bool,
}

impl Zone {
    /// Reads the `MRZ strings` field: lines parted by `^`, `|`, white space or nothing; `None` when their size is
    /// none of the known ones, or a character isn't one of a machine readable zone.
    #[must_use]
    pub fn read(mrz: &str) -> Option<Self> {
        let parts = |c: char| c == '^' || c == '|' || c.is_ascii_whitespace();
        let lines: Vec<&str> = mrz.split(parts).filter(|line| !line.is_empty()).take(layout::MOST_LINES + 1).collect();
        let length: usize = lines.iter().map(|line| line.len()).sum();
        if length > layout::MOST_CHARACTERS {
            return None;
        }
        let text = lines.concat().to_ascii_uppercase().into_bytes();
        if !text.iter().all(|c| value(*c).is_some()) {
            return None;
        }
        let layout = Layout::of(&text)?;
        let whole_lines = lines.iter().all(|line| line.len() == layout.line);
        (whole_lines || lines.len() == 1).then_some(Self { layout, text })
    }

    /// Whether every check digit of the zone recomputes.
    #[must_use]
    pub fn check_digits_agree(&self) -> bool {
        self.number_agrees() && self.layout.checked.iter().all(|checked| self.agrees(checked))
    }

    /// The holder's name.
    #[must_use]
    pub fn name(&self) -> MrzName {
        let name = self.letters(&self.layout.name);
        let is_full = |field: &str| !field.ends_with('<');
        let (surname, given_names, is_surname_cut, are_given_names_cut) = match &self.layout.given_names {
            Some(given_names) => {
                let given_names = self.letters(given_names);
                let (is_surname_cut, are_given_names_cut) = (is_full(&name), is_full(&given_names));
                (name, given_names, is_surname_cut, are_given_names_cut)
            }
            // Of two in one field only the last one can reach its end.
            None => match name.split_once("<<") {
                Some((surname, given_names)) => {
                    (surname.to_owned(), given_names.to_owned(), false, is_full(given_names) && !given_names.is_empty())
                }
                None => {
                    let is_cut = is_full(&name);
                    (name, String::new(), is_cut, false)
                }
            },
        };
        MrzName { surname: words(&surname), given_names: words(&given_names), is_surname_cut, are_given_names_cut }
    }

    fn letters(&self, range: &Range<usize>) -> String {
        self.part(range).iter().map(|c| char::from(*c)).collect()
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Whether a check digit is the one of the characters it stands for. A filler stands for the check digit of an
    /// empty field only, where the layout allows it.
    fn agrees(&self, checked: &Checked) -> bool {
        let Some(digit) = self.text.get(checked.digit) else { return false };
        let over: Vec<u8> = checked.over.iter().flat_map(|range| self.part(range)).copied().collect();
        let is_empty = over.iter().all(|c| *c == b'<');
        check_digit(&over) == Some(*digit) || (checked.may_be_filler && *digit == b'<' && is_empty)
    }

    /// The document number's check digit. A number too long for its field has a filler in the digit's place and goes
    /// on in the optional data, with its check digit behind it (parts 5 and 6, data structure of the zone).
    fn number_agrees(&self) -> bool {
        let number = self.part(&self.layout.number);
        let digit = self.text.get(self.layout.number.end).copied();
        if digit != Some(b'<') || self.layout.number_goes_on.is_empty() {
            return check_digit(number) == digit;
        }
        let rest = self.part(&self.layout.number_goes_on);
        let rest = rest.split(|c| *c == b'<').next().unwrap_or_default();
        match rest.split_last() {
            Some((digit, rest)) => check_digit(&[number, rest].concat()) == Some(*digit),
            None => number.iter().all(|c| *c == b'<'),
        }
    }
}

fn words(letters: &str) -> String {
    letters.split('<').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The value of a character: digits their own, letters from 10 on, the filler none; `None` for any other character.
fn value(c: u8) -> Option<u32> {
    match c {
        b'<' => Some(0),
        b'0'..=b'9' | b'A'..=b'Z' => char::from(c).to_digit(36),
        _ => None,
    }
}

/// The check digit, as a character: the sum of the values, weighted 7, 3, 1 and again, modulo 10.
fn check_digit(over: &[u8]) -> Option<u8> {
    let weighted = over.iter().zip([7, 3, 1].into_iter().cycle()).map(|(c, weight)| value(*c).map(|v| v * weight));
    let sum: u32 = weighted.sum::<Option<u32>>()?;
    char::from_digit(sum % 10, 10).and_then(|digit| u8::try_from(digit).ok())
}
