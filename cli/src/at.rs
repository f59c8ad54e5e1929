//! `--at`: the instant by which days and ages count.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Reads an instant (RFC 3339), a day, of which noon UTC counts, or `now`.
///
/// # Errors
/// What is expected.
pub fn parse(text: &str) -> Result<Timestamp, &'static str> {
    let instant = if text == "now" { Some(Timestamp::now()) } else { fixed(text) };
    instant.ok_or("must be a day (2026-11-29), an instant (2026-11-29T12:00:00Z) or now")
}

/// Reads an instant (RFC 3339), or a day, of which noon UTC counts.
#[must_use]
pub fn fixed(text: &str) -> Option<Timestamp> {
    let noon = || text.parse::<Date>().ok()?.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).ok();
    text.parse::<Timestamp>().ok().or_else(|| Some(noon()?.timestamp()))
}

/// Returns the day of an instant, UTC.
#[must_use]
pub fn day(instant: Timestamp) -> Date {
    instant.to_zoned(TimeZone::UTC).date()
}
