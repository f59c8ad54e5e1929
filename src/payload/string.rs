//! JSON strings (RFC 8259, section 7).

use memchr::memchr2;

use super::scan::ScanError;

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
        let plain = memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
        let (plain, rest) = rest.split_at_checked(plain).unwrap_or_default();
        if has_control(plain) {
            return Err(ScanError::ControlCharacter);
        }
        length += plain.len();
        let Some((byte, after)) = rest.split_first() else { return Err(ScanError::UnexpectedEnd) };
        if *byte == b'"' {
            return Ok(Scanned { length, escaped });
        }
        escaped = true;
        length += 1 + escape(after)?.1;
    }
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

/// Looks at every byte, though the first could settle it: without an early exit the compiler vectorises the loop.
fn has_control(text: &[u8]) -> bool {
    text.iter().fold(false, |found, byte| found | (*byte < 0x20))
}

/// The character an escape stands for and the length of the escape; `text` starts after the backslash.
fn escape(text: &[u8]) -> Result<(char, usize), ScanError> {
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
