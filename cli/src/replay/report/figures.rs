//! Numbers as a report writes them.

use crate::replay::condition::{number, percent};

/// Writes a count with commas between thousands.
#[must_use]
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes a share in percent.
#[must_use]
pub fn share(count: u64, of: u64) -> String {
    format!("{:.1}%", percent(count, of))
}

/// Writes a difference of two shares in percentage points.
#[must_use]
pub fn difference(before: u64, after: u64, of: u64) -> String {
    let points = percent(after, of) - percent(before, of);
    let text = format!("{points:+.1}");
    if matches!(text.as_str(), "+0.0" | "-0.0") { "0.0".to_owned() } else { text.replace('-', "\u{2212}") }
}

/// Writes a coordinate.
#[must_use]
pub fn at(coordinate: f64) -> String {
    let text = format!("{coordinate:.1}");
    let short = text.strip_suffix(".0").unwrap_or(&text);
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// Returns a count as a part of another, scaled.
#[must_use]
pub fn scaled(count: u64, of: u64, to: f64) -> f64 {
    if of == 0 { 0.0 } else { number(count) * to / number(of) }
}

/// Writes a number of flips, which may be a fraction.
#[must_use]
pub fn fraction(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" || text == "0" { "\u{b7}".to_owned() } else { text.replace('-', "\u{2212}") }
}
