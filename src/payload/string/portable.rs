//! Passing over the plain part of a string where there are no vectors.

use memchr::memchr2;

use super::special::is_special;

/// Returns how many bytes come before the first one that can't stand for itself.
pub(super) fn length(text: &[u8]) -> usize {
    let before = memchr2(b'"', b'\\', text).unwrap_or(text.len());
    let plain = text.get(..before).unwrap_or_default();
    if has_control(plain) { plain.iter().position(|byte| is_special(*byte)).unwrap_or(before) } else { before }
}

/// Looks at every byte, though the first could settle it: without an early exit the compiler vectorises the loop.
fn has_control(text: &[u8]) -> bool {
    text.iter().fold(false, |found, byte| found | (*byte < b' '))
}
