//! The dates of a document, read, and held against each other and against today.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::Date;

use super::super::date::{self, DateKind, DateOrder, PartialDate};
use super::super::document::Value;
use super::super::fact::Fact;
use super::super::field::Field;
use super::fields::{self, Fields};

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
pub struct Dates<'d> {
    /// `Date of birth`, which may be partly known.
    pub birth: DateReading<PartialDate>,
    /// `Date of expiry`.
    pub expiry: DateReading<Date>,
    /// `Date of issue`.
    pub issue: DateReading<Date>,
    counted: [Option<Value<'d>>; 3],
    unreadable: [bool; 3],
}

/// The fields that are dates, in the order of the arrays of [`Dates`].
const FIELDS: [Field; 3] = [Field::DateOfBirth, Field::DateOfExpiry, Field::DateOfIssue];

impl<'d> Dates<'d> {
    pub(super) fn of(fields: &Fields<'d>, order: DateOrder, today: Date) -> Self {
        let partial = |value| PartialDate::parse(&short_text(value)?, order);
        let full = |value| date::parse(&short_text(value)?, order);
        let births = Readings::of(fields, FIELDS[0], partial, |birth| date::is_plausible_birth(*birth, today));
        let birth = births.first_by(|one, other| one.latest_day(today) >= other.latest_day(today));
        let expiries = Readings::of(fields, FIELDS[1], full, |expiry| date::is_plausible_expiry(*expiry, today));
        let expiry = expiries.first_by(|one, other| one <= other);
        let known = (birth.0.readable(), expiry.0.readable());
        let issues =
            Readings::of(fields, FIELDS[2], full, |issue| date::is_plausible_issue(*issue, known.0, known.1, today));
        let issue = issues.first_by(|_, _| true);
        let has_unreadable_source = |field, kind| {
            let is_date = |text: &Cow<'_, str>| PartialDate::parse_source(text, order, kind, today).is_some();
            fields.source_texts(field).any(|text| !is_date(&text))
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

    /// Returns the value of `identity_data` or of the details whose date counts; `None` for a field that is no date,
    /// and where no date can be read and be true.
    #[must_use]
    pub fn counted(&self, field: Field) -> Option<Value<'d>> {
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
struct Readings<'d, T> {
    plausible: Vec<(T, Value<'d>)>,
    is_any_implausible: bool,
    is_any_unreadable: bool,
}

impl<'d, T: Copy> Readings<'d, T> {
    fn of(
        fields: &Fields<'d>,
        field: Field,
        parse: impl Fn(Value<'d>) -> Option<T>,
        is_plausible: impl Fn(&T) -> bool,
    ) -> Self {
        let values = fields.values(field);
        let mut readings =
            Self { plausible: Vec::new(), is_any_implausible: false, is_any_unreadable: values.has_unreadable };
        for value in values.readable {
            match parse(value) {
                None => readings.is_any_unreadable = true,
                Some(date) if is_plausible(&date) => readings.plausible.push((date, value)),
                Some(_) => readings.is_any_implausible = true,
            }
        }
        readings
    }

    /// Returns the first date that comes before all others.
    fn first_by(&self, is_before: impl Fn(&T, &T) -> bool) -> (DateReading<T>, Option<Value<'d>>) {
        let first = self.plausible.iter().copied().reduce(
            |first, next| {
                if is_before(&first.0, &next.0) { first } else { next }
            },
        );
        match first {
            Some((date, value)) => (DateReading::Readable(date), Some(value)),
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
fn short_text(value: Value<'_>) -> Option<Cow<'_, str>> {
    (value.raw().len() <= MAX_DATE_BYTES).then(|| fields::field_text(value))
}
