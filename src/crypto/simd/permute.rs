//! AES by permutations of vectors, for chains in which each block needs the one before: encryption in CBC, CFB and
//! CFB8.
//!
//! After M. Hamburg, "Accelerating AES with Vector Permute Instructions", CHES 2009. A byte is written as two elements
//! of GF(16), in which `SubBytes` comes down to functions of four bits; [`V128::pick`] looks 16 of them up at once,
//! without an address that depends on a secret. `ShiftRows` is part of the permutations by which `MixColumns` adds up.

use std::marker::PhantomData;

use aes::cipher::array::Array;
use aes::cipher::common::{BlockSizeUser, KeyInit, KeySizeUser, ParBlocksSizeUser};
use aes::cipher::consts::{U4, U16};
use aes::cipher::inout::InOut;
use aes::cipher::{BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt};
use zeroize::Zeroizing;

use super::aes::{AesKeySize, Block};
use super::factor::{lower, upper};
use super::sbox::AFFINE;
use super::schedule::RoundKeys;
use super::tower;
use super::vector::V128;

/// The blocks of a stream that are computed side by side.
type ParBlocks = Array<Block, U4>;

/// Where a byte of a block comes from after `ShiftRows`, and after columns were then rotated by one, two or three rows.
const SHIFTS: [[u8; 16]; 4] = [
    [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11],
    [5, 10, 15, 0, 9, 14, 3, 4, 13, 2, 7, 8, 1, 6, 11, 12],
    [10, 15, 0, 5, 14, 3, 4, 9, 2, 7, 8, 13, 6, 11, 12, 1],
    [15, 0, 5, 10, 3, 4, 9, 14, 7, 8, 13, 2, 11, 12, 1, 6],
];

/// AES that encrypts single blocks fast.
#[derive(Clone)]
pub struct Permute<K: AesKeySize> {
    keys: Keys,
    tables: Tables,
    key_size: PhantomData<K>,
}

/// The round keys, the last one as it is, the others in the tower. All but the first include the constant that the
/// tables of `SubBytes` leave out.
#[derive(Clone)]
struct Keys {
    first: Zeroizing<V128>,
    middle: Zeroizing<Vec<V128>>,
    last: Zeroizing<V128>,
}

/// Kept with the key: V8 puts constants together anew wherever they are used.
#[derive(Clone, Copy)]
struct Tables {
    inverse: V128,
    ratio: V128,
    leave: [V128; 2],
    once: [V128; 2],
    twice: [V128; 2],
    shifts: [V128; 4],
}

impl Tables {
    fn new() -> Self {
        let load = |tables: [[u8; 16]; 2]| tables.map(|table| V128::load(&table));
        Self {
            inverse: V128::load(&tower::INVERSE),
            ratio: V128::load(&tower::RATIO),
            leave: load(tower::LEAVE),
            once: load(tower::ONCE),
            twice: load(tower::TWICE),
            shifts: SHIFTS.map(|shift| V128::load(&shift)),
        }
    }

    /// With i, j and k = i + j of each byte, the inverses of (k + ai)/n and (k + aj)/n, where n is the norm.
    #[inline(always)]
    fn invert(&self, state: V128) -> [V128; 2] {
        let (i, k) = (upper(state), lower(state));
        let j = i ^ k;
        let ratio = self.ratio.pick(k);
        [j ^ self.inverse.pick(ratio ^ self.inverse.pick(i)), i ^ self.inverse.pick(ratio ^ self.inverse.pick(j))]
    }

    /// `SubBytes`, `ShiftRows`, `MixColumns`, `AddRoundKey`.
    #[inline(always)]
    fn round(&self, state: V128, key: V128) -> V128 {
        let inverses = self.invert(state);
        let (once, twice) = (look_up(self.once, inverses), look_up(self.twice, inverses));
        let [s0, s1, s2, s3] = self.shifts;
        (key ^ once.pick(s2) ^ once.pick(s3)) ^ (twice.pick(s0) ^ (once ^ twice).pick(s1))
    }

    #[inline(always)]
    fn last_round(&self, state: V128, key: V128) -> V128 {
        let [shift, ..] = self.shifts;
        look_up(self.leave, self.invert(state)).pick(shift) ^ key
    }
}

#[inline(always)]
fn look_up([a, b]: [V128; 2], [in_a, in_b]: [V128; 2]) -> V128 {
    a.pick(in_a) ^ b.pick(in_b)
}

#[inline(always)]
fn enter(bytes: V128) -> V128 {
    look_up(tower::ENTER.map(|table| V128::load(&table)), [lower(bytes), upper(bytes)])
}

impl<K: AesKeySize> Permute<K> {
    #[inline(always)]
    fn encrypt<const N: usize>(&self, blocks: [V128; N]) -> [V128; N] {
        let Self { keys, tables, .. } = self;
        let mut state = blocks.map(|block| enter(block) ^ *keys.first);
        for key in keys.middle.iter() {
            state = state.map(|block| tables.round(block, *key));
        }
        state.map(|block| tables.last_round(block, *keys.last))
    }
}

impl<K: AesKeySize> KeySizeUser for Permute<K> {
    type KeySize = K;
}

impl<K: AesKeySize> BlockSizeUser for Permute<K> {
    type BlockSize = U16;
}

impl<K: AesKeySize> KeyInit for Permute<K> {
    fn new(key: &Array<u8, K>) -> Self {
        let affine = V128::splat(AFFINE);
        let mut keys = RoundKeys::new(key);
        let first = Zeroizing::new(enter(keys.next()));
        let mut middle = Zeroizing::new(Vec::with_capacity(key.len() / 4 + 5));
        middle.extend((1..key.len() / 4 + 6).map(|_| enter(keys.next() ^ affine)));
        let last = Zeroizing::new(keys.next() ^ affine);
        Self { keys: Keys { first, middle, last }, tables: Tables::new(), key_size: PhantomData }
    }
}

impl<K: AesKeySize> BlockCipherEncrypt for Permute<K> {
    fn encrypt_with_backend(&self, f: impl BlockCipherEncClosure<BlockSize = U16>) {
        f.call(&Backend(self));
    }
}

struct Backend<'a, K: AesKeySize>(&'a Permute<K>);

impl<K: AesKeySize> BlockSizeUser for Backend<'_, K> {
    type BlockSize = U16;
}

impl<K: AesKeySize> ParBlocksSizeUser for Backend<'_, K> {
    type ParBlocksSize = U4;
}

impl<K: AesKeySize> BlockCipherEncBackend for Backend<'_, K> {
    #[inline(always)]
    fn encrypt_block(&self, mut block: InOut<'_, '_, Block>) {
        let [encrypted] = self.0.encrypt([V128::load(block.get_in().as_ref())]);
        *block.get_out() = encrypted.store().into();
    }

    #[inline(always)]
    fn encrypt_par_blocks(&self, mut blocks: InOut<'_, '_, ParBlocks>) {
        let Array(loaded) = blocks.get_in();
        let encrypted = self.0.encrypt(loaded.each_ref().map(|block| V128::load(block.as_ref())));
        *blocks.get_out() = Array(encrypted.map(|block| block.store().into()));
    }
}

#[cfg(test)]
mod tests {
    use super::{AFFINE, SHIFTS, Tables, enter, look_up};
    use crate::crypto::simd::sbox;
    use crate::crypto::simd::vector::V128;

    #[test]
    fn every_byte() {
        let tables = Tables::new();
        for byte in 0..=255u8 {
            let planes: [u8; 8] = std::array::from_fn(|bit| byte >> bit & 1);
            let expected = sbox::substitute(planes).iter().rev().fold(0, |sum, plane| sum << 1 | plane);
            let inverses = tables.invert(enter(V128::splat(byte)));
            assert_eq!(look_up(tables.leave, inverses).store(), [expected; 16], "{byte:#04x}, without {AFFINE:#x}");
            let once = enter(V128::splat(expected)).store();
            assert_eq!(look_up(tables.once, inverses).store(), once, "{byte:#04x}");
        }
    }

    #[test]
    fn shifts() {
        for (rows, shift) in SHIFTS.iter().enumerate() {
            for (at, from) in shift.iter().enumerate() {
                let row = (at + rows) % 4;
                assert_eq!(usize::from(*from), (at / 4 + row) % 4 * 4 + row);
            }
        }
    }
}
