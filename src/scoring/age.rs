//! The age of a person, held against the minimum age.

use crate::payload::date;
use crate::payload::v3::DateReading;

use super::assessment::Assessment;
use super::case::Case;
use super::code::CheckCode;
use super::reading::Reading;

/// Passes when the person has reached the minimum age on the day of the request.
///
/// Of a date of birth that isn't known to the day, the latest day that it can mean counts.
pub(super) fn reached(case: &Case<'_>, identity: &Reading<'_>) -> Assessment {
    match identity.dates.birth {
        DateReading::Absent => Assessment::not_proven(CheckCode::AgeUnknown),
        DateReading::Implausible => Assessment::Unreadable(CheckCode::BirthDateImplausible),
        DateReading::Unreadable => Assessment::Unreadable(CheckCode::BirthDateUnreadable),
        DateReading::Readable(_) => {
            Assessment::of(!is_underage(case, identity), CheckCode::AgeReached, CheckCode::AgeBelowLimit)
        }
    }
}

/// Returns whether the age is known and below the limit.
pub(super) fn is_underage(case: &Case<'_>, identity: &Reading<'_>) -> bool {
    known_underage(case, identity) == Some(true)
}

/// Returns whether the person is below the age limit; `None` where the age isn't known.
pub(super) fn known_underage(case: &Case<'_>, identity: &Reading<'_>) -> Option<bool> {
    of(case, identity).map(|age| age < u16::from(identity.age_limit(case).years))
}

/// Returns the age in full years, counted from the latest day that the date of birth can mean.
pub(super) fn of(case: &Case<'_>, identity: &Reading<'_>) -> Option<u16> {
    date::age(identity.dates.birth.readable()?.latest_day(case.today), case.today)
}
