//! How single sources write dates: the machine readable zone, the chip and the barcode, and the print.

use jiff::civil::Date;

use super::partial::PartialDate;
use super::writing::{DateOrder, number, part};

/// Bytes of the longest date that a source writes.
const LONGEST: usize = "DD SEPTEMBER YYYY".len();

/// How far from today the century of a date without one is looked for, in years.
const CENTURY: i16 = 100;

const MONTHS: [&str; 12] = [
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
];

/// What a date is of. It tells the century of a date without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateKind {
    /// A birth: the latest that isn't in the future.
    Birth,
    /// An expiry: the nearest to today.
    Expiry,
    /// An issue: the nearest to today.
    Issue,
}

impl PartialDate {
    /// Parses a date of a single source (`field_source_and_values`): what [`PartialDate::parse`] does, `YYMMDD` as the
    /// machine readable zone has it, `YYYYMMDD` as chips and barcodes do, and `DD MMM YYYY` with an English month, in
    /// any case. Each of them may be partly known: `850000`, `85<<<<`, `XX MAY 1985`.
    #[must_use]
    pub fn parse_source(text: &str, order: DateOrder, kind: DateKind, today: Date) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST {
            return None;
        }
        Self::parse(text, order).or_else(|| short(text, kind, today)).or_else(|| compact(text)).or_else(|| worded(text))
    }
}

/// Reads `YYMMDD`.
fn short(text: &str, kind: DateKind, today: Date) -> Option<PartialDate> {
    if text.len() != 6 {
        return None;
    }
    let (year, month, day) = (number(text.get(..2)?)?, part(text.get(2..4))?, part(text.get(4..))?);
    let this_century = today.year() - today.year() % CENTURY;
    let centuries = [this_century + CENTURY, this_century, this_century - CENTURY];
    let mut candidates = centuries.into_iter().filter_map(|century| PartialDate::new(century + year, month, day));
    let distance = |date: &PartialDate| today.duration_until(date.earliest_day()).unsigned_abs();
    match kind {
        DateKind::Birth => candidates.find(|date| date.earliest_day() <= today),
        DateKind::Expiry | DateKind::Issue => candidates.min_by_key(distance),
    }
}

/// Reads `YYYYMMDD`.
fn compact(text: &str) -> Option<PartialDate> {
    if text.len() != 8 {
        return None;
    }
    PartialDate::new(number(text.get(..4)?)?, part(text.get(4..6))?, part(text.get(6..))?)
}

/// Reads `DD MMM YYYY`, the month in three letters or more.
fn worded(text: &str) -> Option<PartialDate> {
    let mut words = text.split_ascii_whitespace();
    let (day, month, year) = (words.next()?, words.next()?.to_ascii_uppercase(), words.next()?);
    if words.next().is_some() || month.len() < 3 || year.len() != 4 {
        return None;
    }
    let month = MONTHS.iter().zip(1..).find(|(name, _)| name.starts_with(&month)).map(|(_, number)| number)?;
    PartialDate::new(number(year)?, Some(month), part(Some(day))?)
}
