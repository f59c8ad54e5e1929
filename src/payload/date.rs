//! Dates as scanners print them, and ages.

use jiff::civil::Date;

/// How a slashed date with the year last is read (`evidence.dateOrder`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// `DD/MM/YYYY`
    #[default]
    Dmy,
    /// `MM/DD/YYYY`
    Mdy,
}

/// Parses a date as gate.md section 3 lists them; surrounding white space is ignored.
#[must_use]
pub fn parse(text: &str, order: DateOrder) -> Option<Date> {
    let _ = (text, order);
    todo!()
}

/// Full years from `birth` to `today`; someone born on 29 February has the birthday on 1 March in other years.
/// `None` when `birth` lies after `today`.
#[must_use]
pub fn age(birth: Date, today: Date) -> Option<u16> {
    let _ = (birth, today);
    todo!()
}
