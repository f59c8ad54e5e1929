//! The padding of CBC.

const BLOCK: usize = 16;

/// Takes the padding of RFC 5652 section 6.3 off, if it is one.
///
/// If it isn't, the text is as long as before and ends in NUL, as no JSON document does. So the caller parses good and
/// bad alike and takes as long for it: telling them apart, be it by microseconds, would let anybody who can post
/// decrypt what he has recorded (Vaudenay's padding oracle). For the same reason there is no branch here.
pub(super) fn unpad(text: &mut [u8]) -> Option<usize> {
    let length = text.len();
    let tail = text.last_chunk_mut::<BLOCK>()?;
    let [.., padding] = *tail;
    let mut bad = below(padding, 1) | below(16, padding);
    for (distance, byte) in (0..).zip(tail.iter().rev()) {
        bad |= below(distance, padding) & (*byte ^ padding);
    }
    let good = below(bad, 1);
    let [.., last] = tail;
    *last &= good;
    Some(length - usize::from(padding & good))
}

/// All ones if `a < b`, else zero.
fn below(a: u8, b: u8) -> u8 {
    let [borrow, _] = u16::from(a).wrapping_sub(u16::from(b)).to_be_bytes();
    borrow
}

#[cfg(test)]
mod tests {
    use super::unpad;

    #[test]
    fn unpads_like_rfc_5652() {
        for padding in 0..=255u8 {
            for wrong in 0..=16 {
                let mut text = [padding; 32];
                text[..16].fill(b'x');
                // The last byte is the padding's length, whatever it is.
                if wrong < 15 {
                    text[16 + wrong] ^= 0x41;
                }
                let inside = wrong < 15 && 16 - wrong <= usize::from(padding);
                let good = (1..=16).contains(&padding) && !inside;
                let before = text;
                let length = unpad(&mut text).unwrap();
                if good {
                    assert_eq!(text[..length], before[..32 - usize::from(padding)]);
                } else {
                    assert_eq!((length, &text[..31], text[31]), (32, &before[..31], 0));
                }
            }
        }
    }

    #[test]
    fn nothing_is_not_padded() {
        assert_eq!(unpad(&mut []), None);
        assert_eq!(unpad(&mut [1; 15]), None);
    }
}
