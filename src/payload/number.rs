//! JSON numbers (RFC 8259, section 6).

/// Returns the length of the number that `text` starts with, or else the offset at which it stops being one. What
/// follows is the caller's to judge.
pub(super) fn length(text: &[u8]) -> Result<usize, usize> {
    let mut at = usize::from(text.first() == Some(&b'-'));
    let integer = digits(text, at)?;
    if integer > 1 && text.get(at) == Some(&b'0') {
        return Err(at + 1);
    }
    at += integer;
    if text.get(at) == Some(&b'.') {
        at += 1;
        at += digits(text, at)?;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        at += 1;
        at += usize::from(matches!(text.get(at), Some(b'+' | b'-')));
        at += digits(text, at)?;
    }
    Ok(at)
}

/// Counts the digits from `at`: at least one.
fn digits(text: &[u8], at: usize) -> Result<usize, usize> {
    let count = text.iter().skip(at).take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 { Err(at) } else { Ok(count) }
}
