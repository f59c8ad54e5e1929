//! What fills a text up before it is encrypted.

use super::spec::{CipherMode, CipherSpec, Padding};

const BLOCK: usize = 16;

/// The lengths of padding that consist of what JSON takes for white space: tabs, line feeds, carriage returns.
const LOOKS_LIKE_SPACE: [u8; 3] = [b'\t', b'\n', b'\r'];

/// Appends what a cipher needs behind the text that begins at `start`.
pub(super) fn add(cipher: CipherSpec, text: &mut Vec<u8>, start: usize) {
    let length = text.len().saturating_sub(start);
    let missing = BLOCK - length % BLOCK;
    let (count, byte) = match (cipher.padding, cipher.mode) {
        (Padding::Block, _) => (missing, u8::try_from(missing).unwrap_or_default()),
        (Padding::Byte, _) => (1, 1),
        // White space behind a JSON document.
        (Padding::None, CipherMode::Cbc) => (missing % BLOCK, b' '),
        (Padding::None, _) => (0, 0),
    };
    text.resize(text.len().saturating_add(count), byte);
}

/// Takes the padding off a decrypted text; returns the length that is left. `None` for lengths that can't be padded.
///
/// Padding that is wrong, or that must not be there, leaves a text that ends in NUL, as no JSON document does.
pub(super) fn remove(cipher: CipherSpec, text: &mut [u8]) -> Option<usize> {
    match (cipher.padding, cipher.mode) {
        (_, CipherMode::Gcm) => Some(text.len()),
        (Padding::Block, _) if !text.len().is_multiple_of(BLOCK) => None,
        (Padding::Block, _) => unpad::<BLOCK>(text),
        (Padding::Byte, _) => unpad::<1>(text),
        (Padding::None, mode) => {
            let length = if mode == CipherMode::Cbc { without_fill(text) } else { text.len() };
            spoil_padding(text);
            Some(length)
        }
    }
}

/// Takes the padding of RFC 5652 section 6.3 to blocks of this size off, if it is one.
///
/// If it isn't, the text is as long as before and ends in NUL. So the caller parses good and bad alike and takes as
/// long for it: telling them apart, be it by microseconds, would let anybody who can post decrypt what he has recorded
/// (Vaudenay's padding oracle). For the same reason there is no branch here.
fn unpad<const SIZE: usize>(text: &mut [u8]) -> Option<usize> {
    let length = text.len();
    let tail = text.last_chunk_mut::<SIZE>()?;
    let padding = *tail.last()?;
    let mut bad = below(padding, 1) | below(u8::try_from(SIZE).ok()?, padding);
    for (distance, byte) in (0..).zip(tail.iter().rev()) {
        bad |= below(distance, padding) & (*byte ^ padding);
    }
    let good = below(bad, 1);
    *tail.last_mut()? &= good;
    Some(length - usize::from(padding & good))
}

/// Returns all ones if `a < b`, else zero.
fn below(a: u8, b: u8) -> u8 {
    let [borrow, _] = u16::from(a).wrapping_sub(u16::from(b)).to_be_bytes();
    borrow
}

/// Makes a text unreadable that was padded although the cipher takes `NoPadding`. Padding of most lengths is no JSON
/// anyway, but exactly nine tabs, ten line feeds or thirteen carriage returns would pass for white space, and with them
/// one length in five: senders that pad would seem to work, now and then.
fn spoil_padding(text: &mut [u8]) {
    let padded = LOOKS_LIKE_SPACE.iter().any(|byte| {
        let run = text.iter().rev().take_while(|other| *other == byte).take(BLOCK).count();
        run == usize::from(*byte)
    });
    if padded && let Some(last) = text.last_mut() {
        *last = 0;
    }
}

/// Returns the length without the NULs that fill the last block up, or are a whole one. A text that ends in more of
/// them keeps all.
fn without_fill(text: &[u8]) -> usize {
    let fill = text.iter().rev().take_while(|byte| **byte == 0).take(BLOCK + 1).count();
    text.len() - if fill > BLOCK { 0 } else { fill }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                let length = unpad::<BLOCK>(&mut text).unwrap();
                if good {
                    assert_eq!(text[..length], before[..32 - usize::from(padding)]);
                } else {
                    assert_eq!((length, &text[..31], text[31]), (32, &before[..31], 0));
                }
            }
        }
    }

    #[test]
    fn unpads_single_bytes() {
        for padding in 0..=255u8 {
            let mut text = [b'x', padding];
            let expected = if padding == 1 { (Some(1), padding) } else { (Some(2), 0) };
            assert_eq!((unpad::<1>(&mut text), text[1]), expected);
        }
    }

    #[test]
    fn nothing_is_not_padded() {
        assert_eq!(unpad::<BLOCK>(&mut []), None);
        assert_eq!(unpad::<BLOCK>(&mut [1; 15]), None);
        assert_eq!(unpad::<1>(&mut []), None);
    }
}
