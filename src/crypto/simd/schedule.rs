//! The key expansion of AES (FIPS 197 section 5.2), sliced.

use zeroize::Zeroizing;

use super::bitslice::{State, broadcast};
use super::sbox::{AFFINE, substitute};
use super::vector::V128;

/// The lowest bit of each byte of a word.
const LOWEST: u32 = 0x0101_0101;

/// The round keys, wiped on drop: one before the first round and one for each round.
///
/// All but the first include the constant that the S-box circuit leaves out. It passes through `ShiftRows` and
/// `MixColumns` unchanged, and through their inverses, so encryption and decryption take the same keys.
#[derive(Clone)]
pub(super) struct Schedule {
    opening: Zeroizing<[State; 2]>,
    middle: Zeroizing<Vec<State>>,
    closing: Zeroizing<[State; 2]>,
}

impl Schedule {
    /// Expands a key of 16, 24 or 32 bytes.
    pub(super) fn expand(key: &[u8]) -> Self {
        let rounds = key.len() / 4 + 6;
        let affine = V128::splat(AFFINE);
        let mut keys = RoundKeys::new(key);
        let first = broadcast(keys.next());
        let mut next = || broadcast(keys.next() ^ affine);
        let opening = Zeroizing::new([first, next()]);
        let mut middle = Zeroizing::new(Vec::with_capacity(rounds - 3));
        middle.extend((2..rounds - 1).map(|_| next()));
        Self { opening, middle, closing: Zeroizing::new([next(), next()]) }
    }

    /// Returns the keys before the first and before the second round.
    #[inline(always)]
    pub(super) fn opening(&self) -> &[State; 2] {
        &self.opening
    }

    /// Returns the keys before all other rounds but the last.
    #[inline(always)]
    pub(super) fn middle(&self) -> &[State] {
        &self.middle
    }

    /// Returns the keys before and after the last round.
    #[inline(always)]
    pub(super) fn closing(&self) -> &[State; 2] {
        &self.closing
    }
}

/// Gives one round key after the other.
pub(super) struct RoundKeys {
    /// As many words as the key has: the next ones, least significant byte first, from `at` on.
    window: Zeroizing<Vec<u32>>,
    at: usize,
    constant: u8,
}

impl RoundKeys {
    pub(super) fn new(key: &[u8]) -> Self {
        let (words, _) = key.as_chunks();
        let window = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
        Self { window: Zeroizing::new(window), at: 0, constant: 1 }
    }

    pub(super) fn next(&mut self) -> V128 {
        let mut key = Zeroizing::new([0; 16]);
        let (words, _) = key.as_chunks_mut();
        for word in words {
            if self.at == self.window.len() {
                self.advance();
            }
            *word = self.window.get(self.at).copied().unwrap_or_default().to_le_bytes();
            self.at += 1;
        }
        V128::load(&key)
    }

    /// Turns w[i - Nk .. i] into w[i .. i + Nk].
    fn advance(&mut self) {
        let wide = self.window.len() > 6;
        let mut previous = self.window.last().copied().unwrap_or_default();
        for (at, word) in self.window.iter_mut().enumerate() {
            *word ^= match at {
                0 => substitute_word(previous.rotate_right(8)) ^ u32::from(self.constant),
                4 if wide => substitute_word(previous),
                _ => previous,
            };
            previous = *word;
        }
        self.at = 0;
        self.constant = (self.constant << 1) ^ ((self.constant >> 7) * 0x1b);
    }
}

/// `SubWord`, by the circuit as well: a table would tell the key to whoever watches the cache.
fn substitute_word(word: u32) -> u32 {
    let plane = |bit: u32| word >> bit & LOWEST;
    let planes = substitute([plane(0), plane(1), plane(2), plane(3), plane(4), plane(5), plane(6), plane(7)]);
    planes.iter().rev().fold(0, |word, plane| (word << 1) | plane) ^ (u32::from(AFFINE) * LOWEST)
}

#[cfg(test)]
mod tests {
    use super::{AFFINE, RoundKeys};

    /// The last words of the three examples in FIPS 197 appendix A.
    #[test]
    fn examples_of_fips_197() {
        let cases = [
            ("2b7e151628aed2a6abf7158809cf4f3c", "d014f9a8c9ee2589e13f0cc8b6630ca6"),
            ("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", "e98ba06f448c773c8ecc720401002202"),
            ("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", "fe4890d1e6188d0b046df344706c631e"),
        ];
        for (key, last) in cases {
            let key = base16ct::lower::decode_vec(key).unwrap();
            let mut keys = RoundKeys::new(&key);
            let last_key = (0..=key.len() / 4 + 6).fold([0; 16], |_, _| keys.next().store());
            assert_eq!(base16ct::lower::encode_string(&last_key), last);
        }
        assert_eq!(super::substitute_word(0x5300_0153), 0xed63_7ced, "{AFFINE}");
    }
}
