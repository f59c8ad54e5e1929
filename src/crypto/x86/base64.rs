//! Decoding 64 digits at once, by AVX-512 VBMI.
//!
//! A table of 128 bytes in two registers gives each digit's value; two multiplications join four of them, and a
//! permutation closes the gaps (Wojciech Muła and Daniel Lemire, <https://arxiv.org/abs/1910.05109>).

use core::arch::x86_64::*;
use std::arch::is_x86_feature_detected;

use super::vector::{load512, store512};
use crate::crypto::alphabet::Alphabet;

/// Decodes groups of base64 digits from the start of `text` on, until something else comes or there are less than 64
/// digits: the number of groups. `out`, which must have room for as many groups as `text` could be, is overwritten
/// from its start on, maybe beyond them. `None` where the processor lacks the instructions, and for other alphabets.
pub fn decode_groups(alphabet: Alphabet, text: &[u8], out: &mut [u8]) -> Option<usize> {
    let tables = match alphabet {
        Alphabet::Standard => &STANDARD,
        Alphabet::UrlSafe => &URL_SAFE,
        Alphabet::Hex => return None,
    };
    if !(is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vbmi")) {
        return None;
    }
    // SAFETY: the instructions were found; AVX-512F is a part of AVX-512BW.
    Some(unsafe { decode(tables, text, out) } / 4)
}

/// What a digit stands for: of bytes 0 to 63, and of 64 to 127. The highest bit is set for what is none.
struct Tables([[u8; 64]; 2]);

const NONE: u8 = 0x80;

static STANDARD: Tables = Tables::of(Alphabet::Standard);
static URL_SAFE: Tables = Tables::of(Alphabet::UrlSafe);

impl Tables {
    #[allow(clippy::indexing_slicing, reason = "done by the compiler, which would refuse an index out of bounds")]
    const fn of(alphabet: Alphabet) -> Self {
        let mut values = [[NONE; 64]; 2];
        let mut byte = 0;
        while byte < 128 {
            if let Some(value) = alphabet.value(byte) {
                values[(byte >> 6) as usize][(byte & 63) as usize] = value;
            }
            byte += 1;
        }
        Self(values)
    }
}

/// Where the 48 bytes are among four in each 32-bit lane, the first one highest.
#[allow(clippy::indexing_slicing, reason = "done by the compiler, which would refuse an index out of bounds")]
static PLACES: [u8; 64] = {
    let mut places = [0; 64];
    let mut at: u8 = 0;
    while at < 48 {
        places[at as usize] = at / 3 * 4 + 2 - at % 3;
        at += 1;
    }
    places
};

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn decode(Tables([low, high]): &Tables, text: &[u8], out: &mut [u8]) -> usize {
    let (low, high, places) = (load512(low), load512(high), load512(&PLACES));
    let mut decoded = 0;
    for (digits, bytes) in text.as_chunks::<64>().0.iter().zip(out.as_chunks_mut::<48>().0) {
        let digits = load512(digits);
        // Seven bits of a byte choose its value; the eighth says that it is no digit.
        let values = _mm512_permutex2var_epi8(low, digits, high);
        let others = _mm512_movepi8_mask(_mm512_or_si512(values, digits));
        let pairs = _mm512_maddubs_epi16(values, _mm512_set1_epi32(0x0140_0140));
        let fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x0001_1000));
        let [joined @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
            store512(_mm512_permutexvar_epi8(places, fours));
        *bytes = joined;
        if others != 0 {
            return decoded + others.trailing_zeros() as usize;
        }
        decoded += 64;
    }
    decoded
}
