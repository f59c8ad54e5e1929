//! JSON strings (RFC 8259, section 7).

use super::scan::ScanError;

#[cfg_attr(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"), path = "string/vector.rs")]
#[cfg_attr(not(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128")), path = "string/portable.rs")]
mod plain;

/// Most bytes an escaped text spends on one byte of its decoded text: `\u0041` is `A`.
pub(super) const LONGEST_ESCAPE: usize = 6;

/// A string as it is in the text.
pub(super) struct Scanned {
    /// Bytes up to the closing quote.
    pub(super) length: usize,
    /// Whether there is a backslash in them.
    pub(super) escaped: bool,
}

/// Finds the end of a string; `text` starts after its opening quote.
pub(super) fn scan(text: &[u8]) -> Result<Scanned, ScanError> {
    let mut length = 0;
    let mut escaped = false;
    loop {
        let rest = text.get(length..).unwrap_or_default();
        let plain = plain::length(rest);
        length += plain;
        match rest.get(plain..).unwrap_or_default().split_first() {
            None => return Err(ScanError::UnexpectedEnd),
            Some((b'"', _)) => return Ok(Scanned { length, escaped }),
            Some((b'\\', after)) => length += 1 + escape(after)?.1,
            Some(_) => return Err(ScanError::ControlCharacter),
        }
        escaped = true;
    }
}

/// Whether a byte can't stand for itself in a string: a quote, a backslash or a control character.
fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Decodes what the scanner accepted between two quotes.
pub(super) fn decode(raw: &str) -> String {
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

/// Whether [`decode`] would give `text`; stops at the first difference.
pub(super) fn is_spelling_of(raw: &str, text: &str) -> bool {
    let (mut raw, mut text) = (raw, text);
    while let Some((plain, after)) = raw.split_once('\\') {
        let (character, length) = escape(after.as_bytes()).unwrap_or((char::REPLACEMENT_CHARACTER, 0));
        let Some(rest) = text.strip_prefix(plain).and_then(|rest| rest.strip_prefix(character)) else { return false };
        text = rest;
        raw = after.get(length..).unwrap_or_default();
    }
    raw == text
}

/// Whether [`decode`] would give white space or nothing; stops at the first other character.
pub(super) fn is_blank(raw: &str) -> bool {
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
    pub(super) static ESCAPES_READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The character an escape stands for and the length of the escape; `text` starts after the backslash.
fn escape(text: &[u8]) -> Result<(char, usize), ScanError> {
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

/// The UTF-16 code unit of the four hexadecimal digits at `at`.
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
