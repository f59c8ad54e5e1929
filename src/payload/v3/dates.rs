//! The dates of a document, read, and held against each other and against today.

use std::fmt;

use jiff::civil::Date;

use super::super::date::{self, DateKind, DateOrder, PartialDate};
use super::super::fact::Fact;
use super::super::field::Field;
use super::fields::{FieldValue, Fields};

/// Most bytes of a date, as JSON text.
const MAX_DATE_BYTES: usize = 256;

/// What a document says of one of its dates.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum DateReading<T> {
    /// Nothing.
    #[default]
    Absent,
    /// A date that can be true.
    Readable(T),
    /// Dates, none of which can be true.
    Implausible,
    /// No date.
    Unreadable,
}

impl<T> DateReading<T> {
    /// Returns the date that can be true.
    #[must_use]
    pub fn readable(self) -> Option<T> {
        self.fact().readable()
    }

    /// Returns the date as a fact: what can't be true is unreadable.
    #[must_use]
    pub fn fact(self) -> Fact<T> {
        match self {
            Self::Absent => Fact::Absent,
            Self::Readable(date) => Fact::Readable(date),
            Self::Implausible | Self::Unreadable => Fact::Unreadable,
        }
    }
}

/// Prints which of the four it is, nothing of the date.
impl<T> fmt::Debug for DateReading<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Readable(_) => "Readable(..)",
            Self::Implausible => "Implausible",
            Self::Unreadable => "Unreadable",
        })
    }
}

/// The dates of a document.
///
/// A field under several spellings has several dates. Of births the latest counts, of expiries the earliest, of issues
/// the first in the document's order, each among those that can be read and be true.
#[derive(Clone, Copy)]
pub struct Dates {
    /// `Date of birth`, which may be partly known.
    pub birth: DateReading<PartialDate>,
    /// `Date of expiry`.
    pub expiry: DateReading<Date>,
    /// `Date of issue`.
    pub issue: DateReading<Date>,
    /// Which of the field's values counts.
    counted: [Option<usize>; 3],
    unreadable: [bool; 3],
}

/// The fields that are dates, in the order of the arrays of [`Dates`].
const FIELDS: [Field; 3] = [Field::DateOfBirth, Field::DateOfExpiry, Field::DateOfIssue];

impl Dates {
    pub(super) fn of(fields: &Fields<'_>, order: DateOrder, today: Date) -> Self {
        let partial = |text: &str| PartialDate::parse(text, order);
        let full = |text: &str| date::parse(text, order);
        let later = |one: &PartialDate, other: &PartialDate| one.latest_day(today) > other.latest_day(today);
        let births = Readings::of(fields, FIELDS[0], partial, |birth| date::is_plausible_birth(*birth, today), later);
        let birth = births.first();
        let earlier = |one: &Date, other: &Date| one < other;
        let expiries =
            Readings::of(fields, FIELDS[1], full, |expiry| date::is_plausible_expiry(*expiry, today), earlier);
        let expiry = expiries.first();
        let known = (birth.0.readable(), expiry.0.readable());
        let is_plausible = |issue: &Date| date::is_plausible_issue(*issue, known.0, known.1, today);
        let issues = Readings::of(fields, FIELDS[2], full, is_plausible, |_, _| false);
        let issue = issues.first();
        let has_unreadable_source = |field, kind| {
            let is_date = |text: &str| PartialDate::parse_source(text, order, kind, today).is_some();
            fields.sources(field).flatten().any(|(_, text)| !is_date(text))
        };
        Self {
            birth: birth.0,
            expiry: expiry.0,
            issue: issue.0,
            counted: [birth.1, expiry.1, issue.1],
            unreadable: [
                births.has_unreadable() || has_unreadable_source(FIELDS[0], DateKind::Birth),
                expiries.has_unreadable() || has_unreadable_source(FIELDS[1], DateKind::Expiry),
                issues.has_unreadable() || has_unreadable_source(FIELDS[2], DateKind::Issue),
            ],
        }
    }

    /// Returns which of a field's values has the date that counts; `None` for a field that is no date, and where none
    /// can be read and be true.
    pub(super) fn counted(&self, field: Field) -> Option<usize> {
        FIELDS.iter().zip(self.counted).find(|(date, _)| **date == field)?.1
    }

    /// Returns whether a value of the field can't be read or can't be true, even if another one counts, or a source's
    /// text is no date.
    #[must_use]
    pub fn has_unreadable(&self, field: Field) -> bool {
        FIELDS.iter().zip(self.unreadable).any(|(date, is_unreadable)| *date == field && is_unreadable)
    }
}

/// The dates that the spellings of one field give.
struct Readings<T> {
    /// The one that counts, and which of the values it is.
    first: Option<(T, usize)>,
    is_any_implausible: bool,
    is_any_unreadable: bool,
}

impl<T: Copy> Readings<T> {
    /// Reads the values of a field. The first date that no other one comes before counts.
    fn of(
        fields: &Fields<'_>,
        field: Field,
        parse: impl Fn(&str) -> Option<T>,
        is_plausible: impl Fn(&T) -> bool,
        comes_before: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let is_any_unreadable = fields.has_unreadable_value(field);
        let mut readings = Self { first: None, is_any_implausible: false, is_any_unreadable };
        for (at, value) in fields.values(field).iter().enumerate() {
            match short_text(value).and_then(&parse) {
                None => readings.is_any_unreadable = true,
                Some(date) if !is_plausible(&date) => readings.is_any_implausible = true,
                Some(date) => {
                    if readings.first.is_none_or(|(first, _)| comes_before(&date, &first)) {
                        readings.first = Some((date, at));
                    }
                }
            }
        }
        readings
    }

    fn first(&self) -> (DateReading<T>, Option<usize>) {
        match self.first {
            Some((date, at)) => (DateReading::Readable(date), Some(at)),
            None if self.is_any_implausible => (DateReading::Implausible, None),
            None if self.is_any_unreadable => (DateReading::Unreadable, None),
            None => (DateReading::Absent, None),
        }
    }

    fn has_unreadable(&self) -> bool {
        self.is_any_implausible || self.is_any_unreadable
    }
}

/// Returns the text of a value, unless that is far too long for a date.
fn short_text<'v>(value: &'v FieldValue<'_>) -> Option<&'v str> {
    (value.json.raw().len() <= MAX_DATE_BYTES).then_some(&*value.text)
}
