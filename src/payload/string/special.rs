//! The bytes that no JSON string holds unescaped.

/// Returns whether a byte can't stand for itself in a string: a quote, a backslash or a control character.
pub(super) fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}
