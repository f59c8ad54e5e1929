//! Dates as scanners print them, and ages.

use jiff::civil::Date;

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

/// Parses `YYYY-MM-DD`, `YYYY/MM/DD`, `DD.MM.YYYY`, and `DD/MM/YYYY` or `MM/DD/YYYY` as `order` says.
///
/// The year has four digits and is not 0000. Day and month have two digits; slashed and dotted dates may leave out
/// a leading zero. Surrounding white space is ignored; anything else beside the date, a time say, is no date.
#[must_use]
pub fn parse(text: &str, order: DateOrder) -> Option<Date> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    let mut parts = text.splitn(3, separator);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    match (separator, order) {
        ('-', _) if second.len() == 2 && third.len() == 2 => civil(first, second, third),
        ('/', _) if first.len() == 4 => civil(first, second, third),
        ('.', _) | ('/', DateOrder::Dmy) => civil(third, second, first),
        ('/', DateOrder::Mdy) => civil(third, first, second),
        _ => None,
    }
}

fn civil(year: &str, month: &str, day: &str) -> Option<Date> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !digits(year) || month.len() > 2 || !digits(month) || day.len() > 2 || !digits(day) {
        return None;
    }
    let year = year.parse().ok().filter(|year| *year > 0)?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Full years from `birth` to `today`; someone born on 29 February has the birthday on 1 March in other years.
/// `None` when `birth` lies after `today`.
#[must_use]
pub fn age(birth: Date, today: Date) -> Option<u16> {
    if birth > today {
        return None;
    }
    let birthday_to_come = (today.month(), today.day()) < (birth.month(), birth.day());
    u16::try_from(today.year() - birth.year() - i16::from(birthday_to_come)).ok()
}
