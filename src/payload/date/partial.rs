//! Dates of which the year, the month or the day is known.

use std::fmt;

use jiff::civil::Date;

/// A date known to the year, to the month or to the day.
///
/// Some people's documents have no more than the year of birth: `1963-XX-XX`, or `63<<<<` in a machine readable zone
/// (ICAO 9303 part 3, section 4.8).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PartialDate {
    /// The first day that it can mean.
    first: Date,
    known_to: Precision,
}

/// What is known of a date, from least to most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Precision {
    Year,
    Month,
    Day,
}

impl PartialDate {
    /// Returns the date of a year, 1 to 9999, of its month and of its day, as far as they are given; `None` when the
    /// calendar has none such.
    #[must_use]
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Option<Self> {
        let known_to = match (month, day) {
            (None, None) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
            (None, Some(_)) => return None,
        };
        let first = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
        (year > 0).then_some(Self { first, known_to })
    }

    /// Returns the date if it is known to the day.
    #[must_use]
    pub fn full(self) -> Option<Date> {
        (self.known_to == Precision::Day).then_some(self.first)
    }

    /// Returns the first day that it can mean.
    #[must_use]
    pub fn earliest_day(self) -> Date {
        self.first
    }

    /// Returns the last day that it can mean. Where it can mean days up to `today` and later ones, that is `today`.
    #[must_use]
    pub fn latest_day(self, today: Date) -> Date {
        let last = match self.known_to {
            Precision::Year => self.first.last_of_year(),
            Precision::Month => self.first.last_of_month(),
            Precision::Day => self.first,
        };
        if self.first <= today { last.min(today) } else { last }
    }

    /// Returns whether two dates are the same as far as both are known.
    #[must_use]
    pub fn agrees_with(self, other: Self) -> bool {
        let same_year = self.first.year() == other.first.year();
        let same_month = same_year && self.first.month() == other.first.month();
        match self.known_to.min(other.known_to) {
            Precision::Year => same_year,
            Precision::Month => same_month,
            Precision::Day => self.first == other.first,
        }
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self { first: date, known_to: Precision::Day }
    }
}

/// Writes what is known, as ISO 8601 does: `1963`, `1963-05` or `1963-05-12`.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        match self.known_to {
            Precision::Year => write!(f, "{year:04}"),
            Precision::Month => write!(f, "{year:04}-{month:02}"),
            Precision::Day => write!(f, "{}", self.first),
        }
    }
}

/// Prints nothing of the date, which may be someone's birth.
impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartialDate(..)")
    }
}
