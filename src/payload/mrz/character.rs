//! The characters of machine readable zones: ICAO 9303 part 3, section 4.3.

/// What stands where nothing does.
pub(super) const FILLER: u8 = b'<';

/// Returns the value of a character: digits their own, letters from 10 on, the filler none; `None` for any other
/// character.
pub(super) fn value(c: u8) -> Option<u32> {
    match c {
        FILLER => Some(0),
        b'0'..=b'9' | b'A'..=b'Z' => char::from(c).to_digit(36),
        _ => None,
    }
}
