//! The writings of dates that are read wherever a document has a date.

use jiff::civil::Date;

use super::partial::PartialDate;

/// Bytes of the longest date.
const LONGEST: usize = "YYYY-MM-DD".len();

/// How a slashed date with the year last is read (`evidence.dateOrder`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// `DD/MM/YYYY`
    #[default]
    Dmy,
    /// `MM/DD/YYYY`
    Mdy,
}

/// Parses a date that is known to the day: `YYYY-MM-DD`, `YYYY/MM/DD`, `DD.MM.YYYY`, and `DD/MM/YYYY` or `MM/DD/YYYY`
/// as `order` says.
///
/// The year has four digits and is not 0000; day and month may leave out a leading zero. Surrounding white space is
/// ignored; anything else beside the date, a time say, is no date.
///
/// ```
/// use kyc_gate::payload::date::{DateOrder, parse};
///
/// assert_eq!(parse("7.3.1991", DateOrder::Dmy), parse("1991-03-07", DateOrder::Dmy));
/// assert_eq!(parse("1991", DateOrder::Dmy), None);
/// ```
#[must_use]
pub fn parse(text: &str, order: DateOrder) -> Option<Date> {
    PartialDate::parse(text, order)?.full()
}

impl PartialDate {
    /// Parses what [`parse`] does, and dates without a day, or without day and month.
    ///
    /// What isn't known is left out (`1963`, `1963-05`, `05.1963`) or filled with `X`, `0` or `<` (`1963-XX-XX`,
    /// `00.00.1963`, `00/05/1963`).
    #[must_use]
    pub fn parse(text: &str, order: DateOrder) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST {
            return None;
        }
        let Some(separator) = text.chars().find(|c| matches!(c, '-' | '/' | '.')) else {
            return from_parts(text, None, None);
        };
        let mut parts = text.splitn(3, separator);
        let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
        match (separator, order) {
            ('-', _) => from_parts(first, Some(second), third),
            ('/', _) if first.len() == 4 => from_parts(first, Some(second), third),
            ('.', _) | ('/', DateOrder::Dmy) => match third {
                Some(year) => from_parts(year, Some(second), Some(first)),
                None => from_parts(second, Some(first), None),
            },
            ('/', DateOrder::Mdy) => match third {
                Some(year) => from_parts(year, Some(first), Some(second)),
                None => from_parts(second, Some(first), None),
            },
            _ => None,
        }
    }
}

/// Puts together what stands for year, month and day. A day without its month is no date.
fn from_parts(year: &str, month: Option<&str>, day: Option<&str>) -> Option<PartialDate> {
    let year = number(year).filter(|_| year.len() == 4)?;
    PartialDate::new(year, part(month)?, part(day)?)
}

/// Reads a month or a day: `Some(None)` where it isn't known, `None` where it is neither number nor filler.
pub(super) fn part(text: Option<&str>) -> Option<Option<i8>> {
    let Some(text) = text else { return Some(None) };
    if !(1..=2).contains(&text.len()) {
        return None;
    }
    let filler = text.as_bytes().first().filter(|first| matches!(first, b'0' | b'X' | b'x' | b'<'));
    if filler.is_some_and(|filler| text.bytes().all(|byte| byte.eq_ignore_ascii_case(filler))) {
        return Some(None);
    }
    number(text).and_then(|number| i8::try_from(number).ok()).map(Some)
}

/// Parses digits alone: no sign, no white space.
pub(super) fn number(text: &str) -> Option<i16> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i16::from(byte - b'0'));
    let number = text.bytes().try_fold(0_i16, |number, byte| number.checked_mul(10)?.checked_add(digit(byte)?));
    number.filter(|_| !text.is_empty())
}
