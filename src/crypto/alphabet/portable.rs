//! Decoding where the target says nothing of vectors. Natively they are looked for when the code runs: AVX-512 by
//! `x86`, AVX2 and NEON by the `base64` crate.

#[cfg(all(feature = "simd", not(target_arch = "wasm32")))]
use base64::engine::Simd;
#[cfg(all(feature = "simd", not(target_arch = "wasm32")))]
use base64::engine::general_purpose::NO_PAD;
#[cfg(any(target_arch = "wasm32", not(feature = "simd")))]
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use base64::{DecodeError, DecodeSliceError, Engine};

use super::digits::Alphabet;

/// Decodes groups from the start of `text` on, until something else comes or there is less than what is decoded in
/// one go: the number of groups. `out`, which must have room for as many groups as `text` could be, is overwritten
/// from its start on, maybe beyond them.
pub(in crate::crypto) fn decode_groups(alphabet: Alphabet, text: &[u8], out: &mut [u8]) -> usize {
    #[cfg(all(feature = "simd", target_arch = "x86_64"))]
    let decoded = crate::crypto::x86::decode_groups(alphabet, text, out).unwrap_or(0);
    #[cfg(not(all(feature = "simd", target_arch = "x86_64")))]
    let decoded = 0;
    let text = text.get(decoded * alphabet.group()..).unwrap_or_default();
    let out = out.get_mut(decoded * alphabet.bytes()..).unwrap_or_default();
    decoded + decode_rest(alphabet, text, out)
}

#[cfg(all(feature = "simd", not(target_arch = "wasm32")))]
fn decode_rest(alphabet: Alphabet, text: &[u8], out: &mut [u8]) -> usize {
    match alphabet {
        Alphabet::Standard => decode_base64(&Simd::standard(NO_PAD), text, out),
        Alphabet::UrlSafe => decode_base64(&Simd::url_safe(NO_PAD), text, out),
        Alphabet::Hex => decode_hex(text, out),
    }
}

#[cfg(any(target_arch = "wasm32", not(feature = "simd")))]
fn decode_rest(alphabet: Alphabet, text: &[u8], out: &mut [u8]) -> usize {
    match alphabet {
        Alphabet::Standard => decode_base64(&STANDARD_NO_PAD, text, out),
        Alphabet::UrlSafe => decode_base64(&URL_SAFE_NO_PAD, text, out),
        Alphabet::Hex => decode_hex(text, out),
    }
}

fn decode_base64(engine: &impl Engine, text: &[u8], out: &mut [u8]) -> usize {
    let (groups, _) = text.as_chunks::<4>();
    // The last group of a body may be padded: without it, all others are decoded once.
    let groups = match groups.split_last() {
        Some(([.., b'='], before)) => before,
        _ => groups,
    };
    let first_other = match engine.decode_slice(groups.as_flattened(), out) {
        Ok(_) => return groups.len(),
        Err(DecodeSliceError::DecodeError(DecodeError::InvalidByte(at, _))) => at,
        // Of padding it isn't told where it is, which is in the last group. Giving up on all groups would have the
        // caller try the rest again behind each of them.
        Err(DecodeSliceError::DecodeError(_)) => groups.as_flattened().len().saturating_sub(4),
        Err(_) => 0,
    };
    let groups = groups.get(..first_other / 4).unwrap_or_default();
    engine.decode_slice(groups.as_flattened(), out).map_or(0, |_| groups.len())
}

fn decode_hex(text: &[u8], out: &mut [u8]) -> usize {
    let mut decoded = 0;
    for ([high, low], byte) in text.as_chunks::<2>().0.iter().zip(out) {
        let (Some(high), Some(low)) = (Alphabet::Hex.value(*high), Alphabet::Hex.value(*low)) else { break };
        *byte = high << 4 | low;
        decoded += 1;
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else the rest would be tried again for each group of it.
    #[test]
    fn padding_stops_nothing_before_it() {
        for (text, groups) in
            [("QUJDREVG", 2), ("QUJDREU=", 1), ("QUJDRA==", 1), ("QUJDRB==", 1), ("QUJD====", 1), ("QU=DREVG", 0)]
        {
            for alphabet in [Alphabet::Standard, Alphabet::UrlSafe] {
                assert_eq!(decode_groups(alphabet, text.as_bytes(), &mut [0; 6]), groups, "{text}");
            }
        }
    }
}
