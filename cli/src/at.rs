//! `--at`: the instant by which days and ages count.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Reads an instant (RFC 3339), or a day, of which noon UTC counts.
///
/// # Errors
/// What is expected.
pub fn parse(text: &str) -> Result<Timestamp, String> {
    let noon = || text.parse::<Date>().ok()?.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).ok();
    let instant = text.parse::<Timestamp>().ok().or_else(|| Some(noon()?.timestamp()));
    instant.ok_or_else(|| "must be a day (2026-11-29) or an instant (2026-11-29T12:00:00Z)".to_owned())
}

/// Returns the day of an instant, UTC.
#[must_use]
pub fn day(instant: Timestamp) -> Date {
    instant.to_zoned(TimeZone::UTC).date()
}
