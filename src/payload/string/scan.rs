//! Finding the end of a string.

use crate::payload::error::ScanError;

use super::escape::escape;
use super::plain;

/// A string as it is in the text.
pub(in crate::payload) struct Scanned {
    /// Bytes up to the closing quote.
    pub(in crate::payload) length: usize,
    /// Whether there is a backslash in them.
    pub(in crate::payload) escaped: bool,
}

/// Finds the end of a string; `text` starts after its opening quote. An error comes with its offset.
pub(in crate::payload) fn scan(text: &[u8]) -> Result<Scanned, (ScanError, usize)> {
    let mut length = 0;
    let mut escaped = false;
    loop {
        let rest = text.get(length..).unwrap_or_default();
        let plain = plain::length(rest);
        length += plain;
        match rest.get(plain..).unwrap_or_default().split_first() {
            None => return Err((ScanError::UnexpectedEnd, length)),
            Some((b'"', _)) => return Ok(Scanned { length, escaped }),
            Some((b'\\', after)) => length += 1 + escape(after).map_err(|error| (error, length))?.1,
            Some(_) => return Err((ScanError::ControlCharacter, length)),
        }
        escaped = true;
    }
}
