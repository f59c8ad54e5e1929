//! JSON numbers (RFC 8259, section 6).

use super::error::ScanError;

/// The length of the number `text` starts with. What follows it is the caller's to judge.
pub(super) fn length(text: &[u8]) -> Result<usize, ScanError> {
    let mut at = usize::from(text.first() == Some(&b'-'));
    let integer = digits(text, at)?;
    if integer > 1 && text.get(at) == Some(&b'0') {
        return Err(ScanError::BadNumber);
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

/// How many digits there are from `at`: at least one.
fn digits(text: &[u8], at: usize) -> Result<usize, ScanError> {
    let count = text.iter().skip(at).take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 { Err(ScanError::BadNumber) } else { Ok(count) }
}
