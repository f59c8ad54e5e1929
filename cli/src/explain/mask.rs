//! Identity data, masked: enough to see that something is there, not what.

use serde_json::Value;

use crate::terminal::is_obeyed;

const DOTS: &str = "••••";

/// Returns the first letter or digit and dots, however long the text is.
#[must_use]
pub fn text(text: &str) -> String {
    let mut letters = text.trim().chars();
    match letters.next() {
        Some(first) if first.is_alphanumeric() && letters.nth(1).is_some() => format!("{first}{DOTS}"),
        _ => DOTS.to_owned(),
    }
}

/// Returns the year of a date and dots.
#[must_use]
pub fn date(text: &str) -> String {
    let is_year = |year: &&str| year.len() == 4 && (year.starts_with("19") || year.starts_with("20"));
    let year = text.split(|c: char| !c.is_ascii_digit()).find(is_year);
    year.map_or_else(|| DOTS.to_owned(), |year| format!("{year}-••-••"))
}

/// Masks a value that may be a date or not.
#[must_use]
pub fn text_or_date(value: &str) -> String {
    let is_date = value.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '/')) && value.len() == 10;
    if is_date { date(value) } else { text(value) }
}

/// Masks every text and number in a document, but for those that the gate itself says.
pub fn document(value: &mut Value, said: &dyn Fn(&Value) -> bool) {
    if said(value) {
        return;
    }
    match value {
        Value::String(string) => *string = text_or_date(string),
        Value::Number(_) => *value = DOTS.into(),
        Value::Array(elements) => elements.iter_mut().for_each(|element| document(element, said)),
        Value::Object(members) => members.values_mut().for_each(|member| document(member, said)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Returns a text on one line, without what a terminal would obey, and not endless.
#[must_use]
pub fn printable(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut shown: String = text.chars().take(LONGEST).map(|c| if is_obeyed(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_first_letter_or_the_year_is_left() {
        for (value, masked) in
            [("MAIRA ELZA", "M••••"), ("Žanna", "Ž••••"), ("F", "••••"), ("Li", "••••"), ("", "••••"), ("-1", "••••")]
        {
            assert_eq!(text(value), masked);
        }
        for (value, masked) in [
            ("1991-03-17", "1991-••-••"),
            ("17.03.1991", "1991-••-••"),
            ("910317", "••••"),
            ("17 MAR 1991", "1991-••-••"),
        ] {
            assert_eq!(date(value), masked);
        }
        let mut body = serde_json::json!({ "n": "MAIRA", "d": "1991-03-17", "k": "accept", "x": [4, null, true], "o": { "a": 34 } });
        document(&mut body, &|value| value == "accept");
        let expected = serde_json::json!({ "n": "M••••", "d": "1991-••-••", "k": "accept", "x": [DOTS, null, true], "o": { "a": DOTS } });
        assert_eq!(body, expected);
        assert_eq!(printable("a\u{1b}[2Jb\nc"), "a\u{fffd}[2Jb\u{fffd}c");
    }
}
