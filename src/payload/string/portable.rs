//! Passing over the plain part of a string where WebAssembly's vectors aren't used.

use memchr::memchr2;

use super::special::is_special;

/// So many words of eight bytes are looked at one by one before a search is set up: most strings end in them.
const FEW_WORDS: usize = 8;

/// One in each byte of a word, and its highest bit.
const ONES: u64 = u64::MAX / 0xff;
const HIGHEST: u64 = ONES << 7;

/// Returns how many bytes come before the first one that can't stand for itself.
pub(super) fn length(text: &[u8]) -> usize {
    let mut length = 0;
    let (words, _) = text.as_chunks::<8>();
    for word in words.iter().take(FEW_WORDS) {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return length + found.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    length + length_of_long(text.get(length..).unwrap_or_default())
}

/// Sets the highest bit of the first byte that [`is_special`]; what it does to the bytes after that doesn't matter.
fn special(word: u64) -> u64 {
    // Taking something from a byte sets its highest bit where it was less, unless it was set before.
    let below = |word: u64, least: u64| word.wrapping_sub(ONES * least) & !word;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, 0x20) | equal(b'"') | equal(b'\\')) & HIGHEST
}

fn length_of_long(text: &[u8]) -> usize {
    let before = memchr2(b'"', b'\\', text).unwrap_or(text.len());
    let plain = text.get(..before).unwrap_or_default();
    if has_control(plain) { plain.iter().position(|byte| is_special(*byte)).unwrap_or(before) } else { before }
}

/// Looks at every byte, though the first could settle it: without an early exit the compiler vectorises the loop.
fn has_control(text: &[u8]) -> bool {
    text.iter().fold(false, |found, byte| found | (*byte < b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Any byte behind any other one, at every place of a word.
    #[test]
    fn finds_the_first_special_byte() {
        for (one, other) in (0..=u8::MAX).flat_map(|one| (0..=u8::MAX).map(move |other| (one, other))) {
            for at in 0..7 {
                let mut text = [b'a'; 8];
                (text[at], text[at + 1]) = (one, other);
                let expected = text.iter().position(|byte| is_special(*byte));
                assert_eq!(length(&text), expected.unwrap_or(8), "{text:?}");
            }
        }
    }
}
