//! Ages in full years.

use jiff::civil::Date;

/// Returns the full years from `birth` to `today`, `None` when `birth` lies after `today`.
///
/// Someone born on 29 February has the birthday on 1 March in other years.
#[must_use]
pub fn age(birth: Date, today: Date) -> Option<u16> {
    if birth > today {
        return None;
    }
    let birthday_to_come = (today.month(), today.day()) < (birth.month(), birth.day());
    u16::try_from(today.year() - birth.year() - i16::from(birthday_to_come)).ok()
}
