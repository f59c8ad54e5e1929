//! `application/x-www-form-urlencoded`.

use std::fmt::Write;

use zeroize::Zeroizing;

/// The media type.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// Encodes names and values as a form. Wiped on drop: forms carry secrets here.
#[must_use]
pub fn form<'f>(fields: impl IntoIterator<Item = (&'f str, &'f str)>) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::new());
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        escape(name, &mut text);
        text.push('=');
        escape(value, &mut text);
    }
    text
}

/// Encodes one value as a form does.
#[must_use]
pub fn escaped(value: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::new());
    escape(value, &mut text);
    text
}

/// Appends a percent-encoded value. A space becomes `%20`, which every form parser reads like `+`.
fn escape(value: &str, text: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
}
