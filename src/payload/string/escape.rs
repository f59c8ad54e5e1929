//! What escapes in a string stand for.

use crate::payload::error::ScanError;

/// Most bytes an escaped text spends on one byte of its decoded text: `\u0041` is `A`.
pub(in crate::payload) const LONGEST_ESCAPE: usize = 6;

/// Decodes what the scanner accepted between two quotes.
pub(in crate::payload) fn decode(raw: &str) -> String {
    let mut decoded = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, after)) = rest.split_once('\\') {
        // Nothing is replaced: the scanner has been through this very function.
        let (character, length) = escape(after.as_bytes()).unwrap_or((char::REPLACEMENT_CHARACTER, 0));
        decoded.push_str(plain);
        decoded.push(character);
        rest = after.get(length..).unwrap_or_default();
    }
    decoded.push_str(rest);
    decoded
}

/// Returns whether [`decode`] would give `text`; stops at the first difference.
pub(in crate::payload) fn is_spelling_of(raw: &str, text: &str) -> bool {
    let (mut raw, mut text) = (raw, text);
    while let Some((plain, after)) = raw.split_once('\\') {
        let (character, length) = escape(after.as_bytes()).unwrap_or((char::REPLACEMENT_CHARACTER, 0));
        let Some(rest) = text.strip_prefix(plain).and_then(|rest| rest.strip_prefix(character)) else { return false };
        text = rest;
        raw = after.get(length..).unwrap_or_default();
    }
    raw == text
}

/// Returns whether [`decode`] would give white space or nothing; stops at the first other character.
pub(in crate::payload) fn is_blank(raw: &str) -> bool {
    let mut raw = raw;
    while let Some((_, after)) = raw.split_once('\\').filter(|(plain, _)| plain.trim().is_empty()) {
        let (character, length) = escape(after.as_bytes()).unwrap_or((char::REPLACEMENT_CHARACTER, 0));
        if !character.is_whitespace() {
            return false;
        }
        raw = after.get(length..).unwrap_or_default();
    }
    raw.trim().is_empty()
}

#[cfg(test)]
thread_local! {
    /// Calls of [`escape`], for tests that bound the work.
    pub(in crate::payload) static ESCAPES_READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Returns the character that an escape stands for and the length of the escape; `text` starts after the backslash.
pub(super) fn escape(text: &[u8]) -> Result<(char, usize), ScanError> {
    #[cfg(test)]
    ESCAPES_READ.set(ESCAPES_READ.get() + 1);
    let character = match text.first().ok_or(ScanError::UnexpectedEnd)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode_escape(text),
        _ => return Err(ScanError::BadEscape),
    };
    Ok((character, 1))
}

/// [`escape`] for `uXXXX`, and for `uXXXX\uXXXX` where that is a surrogate pair.
fn unicode_escape(text: &[u8]) -> Result<(char, usize), ScanError> {
    let first = code_unit(text, 1)?;
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Ok((character, 5));
    }
    for (at, wanted) in [(5, b'\\'), (6, b'u')] {
        if *text.get(at).ok_or(ScanError::UnexpectedEnd)? != wanted {
            return Err(ScanError::LoneSurrogate);
        }
    }
    match char::decode_utf16([first, code_unit(text, 7)?]).next() {
        Some(Ok(character)) => Ok((character, 11)),
        _ => Err(ScanError::LoneSurrogate),
    }
}

/// Returns the UTF-16 code unit of the four hexadecimal digits at `at`.
fn code_unit(text: &[u8], at: usize) -> Result<u16, ScanError> {
    let mut unit = 0;
    for at in at..at + 4 {
        let digit = match text.get(at).ok_or(ScanError::UnexpectedEnd)? {
            byte @ b'0'..=b'9' => byte - b'0',
            byte @ b'a'..=b'f' => byte - b'a' + 10,
            byte @ b'A'..=b'F' => byte - b'A' + 10,
            _ => return Err(ScanError::BadEscape),
        };
        unit = unit << 4 | u16::from(digit);
    }
    Ok(unit)
}
