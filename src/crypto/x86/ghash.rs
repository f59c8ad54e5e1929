//! GHASH (NIST SP 800-38D section 6.4) by carry-less multiplication, 16 blocks at once.
//!
//! The field is taken as POLYVAL's (RFC 8452 appendix A): blocks are read backwards, and the key is multiplied by x
//! once. A product is the sum of four carry-less ones with no middle term to be split, R and F, which need one more
//! multiplication to be reduced ("Efficient GHASH Implementation Using CLMUL", <https://eprint.iacr.org/2025/2171>);
//! sums of products are reduced once.

use core::arch::x86_64::*;
use std::arch::is_x86_feature_detected;

use aes::cipher::array::Array;
use ghash::universal_hash::common::{BlockSizeUser, KeyInit, KeySizeUser, ParBlocksSizeUser};
use ghash::universal_hash::consts::{U1, U16};
use ghash::universal_hash::{UhfBackend, UhfClosure, UniversalHash};
use zeroize::{DefaultIsZeroes, Zeroizing};

use super::vector::{load128, load256, load512, store128};

type Block = Array<u8, U16>;

const BLOCK: usize = 16;
/// The blocks that are reduced together.
const GROUP: usize = 16;

/// The width of the registers that a processor multiplies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    One,
    Two,
    Four,
}

impl Width {
    const ALL: [Self; 3] = [Self::Four, Self::Two, Self::One];

    fn is_there(self) -> bool {
        match self {
            Self::One => is_x86_feature_detected!("avx") && is_x86_feature_detected!("pclmulqdq"),
            Self::Two => {
                Self::One.is_there() && is_x86_feature_detected!("avx2") && is_x86_feature_detected!("vpclmulqdq")
            }
            Self::Four => Self::Two.is_there() && is_x86_feature_detected!("avx512bw"),
        }
    }

    fn widest() -> Option<Self> {
        Self::ALL.into_iter().find(|width| width.is_there())
    }
}

/// GHASH, by the `ghash` crate where the processor can't multiply without carry.
#[derive(Clone)]
pub struct GHash(Implementation);

#[derive(Clone)]
#[allow(clippy::large_enum_variant, reason = "the large one is what processors have")]
enum Implementation {
    Ours(Hash),
    Crate(ghash::GHash),
}

/// What was hashed so far, by instructions that were found.
#[derive(Clone)]
struct Hash {
    width: Width,
    powers: Zeroizing<Powers>,
    sum: Zeroizing<[u8; BLOCK]>,
}

/// Powers of the key, the highest first, and of each what the products of its halves with the polynomial give.
#[derive(Clone, Copy, Default)]
struct Powers {
    powers: [[u8; BLOCK]; GROUP],
    cofactors: [[u8; BLOCK]; GROUP],
}

impl DefaultIsZeroes for Powers {}

impl GHash {
    fn with(key: &[u8; BLOCK], width: Option<Width>) -> Self {
        Self(match width.filter(|width| width.is_there()) {
            Some(width) => Implementation::Ours(Hash::new(key, width)),
            None => Implementation::Crate(ghash::GHash::new(key.into())),
        })
    }
}

impl Hash {
    /// Starts with instructions that are there.
    fn new(key: &[u8; BLOCK], width: Width) -> Self {
        // SAFETY: the caller has found the instructions; every width needs these.
        let powers = unsafe { powers(key) };
        Self { width, powers: Zeroizing::new(powers), sum: Zeroizing::new([0; BLOCK]) }
    }

    fn update(&mut self, blocks: &[[u8; BLOCK]]) {
        let (groups, rest) = blocks.as_chunks();
        match self.width {
            // SAFETY: the instructions were found.
            Width::One => unsafe { add_groups_by_one(&self.powers, &mut self.sum, groups) },
            // SAFETY: the instructions were found.
            Width::Two => unsafe { add_groups_by_two(&self.powers, &mut self.sum, groups) },
            // SAFETY: the instructions were found.
            Width::Four => unsafe { add_groups_by_four(&self.powers, &mut self.sum, groups) },
        }
        if !rest.is_empty() {
            // SAFETY: the instructions were found; every width needs these.
            unsafe { add_few(&self.powers, &mut self.sum, rest) };
        }
    }

    fn finalize(self) -> Block {
        u128::from_le_bytes(*self.sum).to_be_bytes().into()
    }
}

impl KeySizeUser for GHash {
    type KeySize = U16;
}

impl KeyInit for GHash {
    fn new(key: &Block) -> Self {
        Self::with(key.as_ref(), Width::widest())
    }
}

impl BlockSizeUser for GHash {
    type BlockSize = U16;
}

impl ParBlocksSizeUser for GHash {
    type ParBlocksSize = U1;
}

impl UniversalHash for GHash {
    fn update_with_backend(&mut self, f: impl UhfClosure<BlockSize = U16>) {
        f.call(self);
    }

    fn update_padded(&mut self, text: &[u8]) {
        match &mut self.0 {
            Implementation::Ours(hash) => {
                let (blocks, rest) = text.as_chunks();
                hash.update(blocks);
                if !rest.is_empty() {
                    let mut padded = [0; BLOCK];
                    padded.iter_mut().zip(rest).for_each(|(slot, byte)| *slot = *byte);
                    hash.update(&[padded]);
                }
            }
            Implementation::Crate(hash) => hash.update_padded(text),
        }
    }

    fn finalize(self) -> Block {
        match self.0 {
            Implementation::Ours(hash) => hash.finalize(),
            Implementation::Crate(hash) => hash.finalize(),
        }
    }
}

impl UhfBackend for GHash {
    fn proc_block(&mut self, block: &Block) {
        self.update_padded(block);
    }
}

/// The upper half of POLYVAL's polynomial, but for its highest power.
const POLYNOMIAL: i64 = 0xc200_0000_0000_0000_u64.cast_signed();

/// Reads a block backwards.
#[inline]
#[target_feature(enable = "avx,pclmulqdq")]
fn backwards() -> __m128i {
    _mm_set_epi64x(0x0001_0203_0405_0607, 0x0809_0a0b_0c0d_0e0f)
}

#[inline]
#[target_feature(enable = "avx,pclmulqdq")]
fn cofactor(factor: __m128i) -> __m128i {
    let product = _mm_clmulepi64_si128::<0x10>(factor, _mm_set_epi64x(POLYNOMIAL, 0));
    _mm_xor_si128(_mm_shuffle_epi32::<0x4e>(factor), product)
}

/// Returns R and F of a product.
#[inline]
#[target_feature(enable = "avx,pclmulqdq")]
fn multiply(block: __m128i, power: __m128i, cofactor: __m128i) -> (__m128i, __m128i) {
    let r = _mm_xor_si128(_mm_clmulepi64_si128::<0x10>(block, cofactor), _mm_clmulepi64_si128::<0x11>(block, power));
    let f = _mm_xor_si128(_mm_clmulepi64_si128::<0x00>(block, cofactor), _mm_clmulepi64_si128::<0x01>(block, power));
    (r, f)
}

#[inline]
#[target_feature(enable = "avx,pclmulqdq")]
fn reduce(r: __m128i, f: __m128i) -> __m128i {
    let product = _mm_clmulepi64_si128::<0x00>(f, _mm_set_epi64x(0, POLYNOMIAL));
    _mm_xor_si128(_mm_xor_si128(r, _mm_shuffle_epi32::<0x4e>(f)), product)
}

#[target_feature(enable = "avx,pclmulqdq")]
fn powers(key: &[u8; BLOCK]) -> Powers {
    let key = u128::from_be_bytes(*key);
    let carry = (key >> 127).wrapping_neg();
    let key = load128(&(key << 1 ^ carry & 0xc200_0000_0000_0000_0000_0000_0000_0001).to_le_bytes());
    let key_cofactor = cofactor(key);
    let mut powers = Powers::default();
    let mut power = key;
    for (slot, cofactor_slot) in powers.powers.iter_mut().zip(&mut powers.cofactors).rev() {
        (*slot, *cofactor_slot) = (store128(power), store128(cofactor(power)));
        let (r, f) = multiply(power, key, key_cofactor);
        power = reduce(r, f);
    }
    powers
}

/// Hashes less than a group.
#[target_feature(enable = "avx,pclmulqdq")]
fn add_few(powers: &Powers, sum: &mut [u8; BLOCK], blocks: &[[u8; BLOCK]]) {
    let (mut r, mut f) = (_mm_setzero_si128(), _mm_setzero_si128());
    let mut before = load128(sum);
    let skipped = GROUP.saturating_sub(blocks.len());
    let factors = powers.powers.iter().zip(&powers.cofactors).skip(skipped);
    for (block, (power, cofactor)) in blocks.iter().zip(factors) {
        let block = _mm_xor_si128(before, _mm_shuffle_epi8(load128(block), backwards()));
        before = _mm_setzero_si128();
        let (more_r, more_f) = multiply(block, load128(power), load128(cofactor));
        (r, f) = (_mm_xor_si128(r, more_r), _mm_xor_si128(f, more_f));
    }
    *sum = store128(reduce(r, f));
}

/// Makes the function that hashes groups in registers of one width. `$all` puts a block in each lane, `$lowest` in the
/// lowest one, and `$fold` adds the lanes up.
macro_rules! add_groups {
    (
        $name:ident, $features:literal, $bytes:literal, $load:ident, $zero:ident, $xor:ident, $shuffle:ident,
        $multiply:ident, $all:expr, $lowest:expr, $fold:expr
    ) => {
        #[target_feature(enable = $features)]
        fn $name(powers: &Powers, sum: &mut [u8; BLOCK], groups: &[[[u8; BLOCK]; GROUP]]) {
            let backwards = $all(backwards());
            let (cofactors, _) = powers.cofactors.as_flattened().as_chunks::<$bytes>();
            let (powers, _) = powers.powers.as_flattened().as_chunks::<$bytes>();
            let mut before = load128(sum);
            for group in groups {
                let (mut r, mut f) = ($zero(), $zero());
                let mut added = $lowest(before);
                let (blocks, _) = group.as_flattened().as_chunks::<$bytes>();
                for ((blocks, power), cofactor) in blocks.iter().zip(powers).zip(cofactors) {
                    let blocks = $xor(added, $shuffle($load(blocks), backwards));
                    added = $zero();
                    let (power, cofactor) = ($load(power), $load(cofactor));
                    r = $xor(r, $xor($multiply::<0x10>(blocks, cofactor), $multiply::<0x11>(blocks, power)));
                    f = $xor(f, $xor($multiply::<0x00>(blocks, cofactor), $multiply::<0x01>(blocks, power)));
                }
                before = reduce($fold(r), $fold(f));
            }
            *sum = store128(before);
        }
    };
}

add_groups!(
    add_groups_by_one,
    "avx,pclmulqdq",
    16,
    load128,
    _mm_setzero_si128,
    _mm_xor_si128,
    _mm_shuffle_epi8,
    _mm_clmulepi64_si128,
    |block| block,
    |block| block,
    |sums| sums
);
add_groups!(
    add_groups_by_two,
    "avx2,pclmulqdq,vpclmulqdq",
    32,
    load256,
    _mm256_setzero_si256,
    _mm256_xor_si256,
    _mm256_shuffle_epi8,
    _mm256_clmulepi64_epi128,
    |block| _mm256_broadcastsi128_si256(block),
    |block| _mm256_zextsi128_si256(block),
    |sums| add_two(sums)
);
add_groups!(
    add_groups_by_four,
    "avx2,avx512f,avx512bw,pclmulqdq,vpclmulqdq",
    64,
    load512,
    _mm512_setzero_si512,
    _mm512_xor_si512,
    _mm512_shuffle_epi8,
    _mm512_clmulepi64_epi128,
    |block| _mm512_broadcast_i32x4(block),
    |block| _mm512_zextsi128_si512(block),
    |sums| add_two(_mm256_xor_si256(_mm512_castsi512_si256(sums), _mm512_extracti64x4_epi64::<1>(sums)))
);

#[inline]
#[target_feature(enable = "avx2")]
fn add_two(sums: __m256i) -> __m128i {
    _mm_xor_si128(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the processor has, and the crate, which is what has none of it.
    #[test]
    fn every_width_agrees_with_the_crate() {
        let ways = Width::ALL.map(Some).into_iter().chain([None]);
        for key in [[0; 16], [0xff; 16], std::array::from_fn(|at| u8::try_from((at * 37 + 11) & 255).unwrap())] {
            let bytes: Vec<u8> = (0..1100_usize).map(|at| u8::try_from(at * at % 251).unwrap()).collect();
            for length in (0..600).chain([1023, 1024, 1025, 1090]) {
                // At every alignment, in one piece and in two.
                let text = &bytes[length % 7..][..length];
                let mut wanted = ghash::GHash::new(&key.into());
                wanted.update_padded(text);
                let wanted = wanted.finalize();
                for (width, first) in ways.clone().flat_map(|width| [(width, 0), (width, length / 32 * 16)]) {
                    let mut hash = GHash::with(&key, width);
                    hash.update_padded(&text[..first]);
                    hash.update_padded(&text[first..]);
                    assert!(hash.finalize() == wanted, "{width:?} {length} {first}");
                }
            }
        }
    }
}
