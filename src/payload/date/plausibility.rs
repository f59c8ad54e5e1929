//! Whether dates can be true: other calendars (Solar Hijri, Buddhist) and misread digits give dates that can't.

use jiff::civil::Date;

use super::age::age;
use super::partial::PartialDate;

/// The oldest age that is believed, in years. The oldest person on record reached 122.
const OLDEST: u16 = 130;

/// How many years ahead an expiry is believed.
const LONGEST_VALIDITY: i16 = 100;

/// The expiry of documents that never expire.
const NEVER: Date = Date::constant(9999, 12, 31);

/// Returns whether someone born then can be alive: an age of 0 to 130 years.
#[must_use]
pub fn is_plausible_birth(birth: PartialDate, today: Date) -> bool {
    age(birth.latest_day(today), today).is_some_and(|age| age <= OLDEST)
}

/// Returns whether a document can expire then: at most 100 years ahead, or never, which is 9999-12-31.
#[must_use]
pub fn is_plausible_expiry(expiry: Date, today: Date) -> bool {
    let latest = (today.year() + LONGEST_VALIDITY, today.month(), today.day());
    expiry == NEVER || (expiry.year(), expiry.month(), expiry.day()) <= latest
}

/// Returns whether a document can have been issued then: not in the future, not before its holder's birth and not
/// after its expiry, as far as those are known.
#[must_use]
pub fn is_plausible_issue(issue: Date, birth: Option<PartialDate>, expiry: Option<Date>, today: Date) -> bool {
    issue <= today
        && birth.is_none_or(|birth| birth.earliest_day() <= issue)
        && expiry.is_none_or(|expiry| issue <= expiry)
}
