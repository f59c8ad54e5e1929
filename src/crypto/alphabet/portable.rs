//! Decoding where there are no vectors.

use base64::engine::general_purpose::{GeneralPurpose, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use base64::{DecodeError, DecodeSliceError, Engine};

use super::Alphabet;

pub(super) fn decode(alphabet: Alphabet, text: &[u8], out: &mut [u8]) -> usize {
    match alphabet {
        Alphabet::Standard => decode_base64(&STANDARD_NO_PAD, text, out),
        Alphabet::UrlSafe => decode_base64(&URL_SAFE_NO_PAD, text, out),
        Alphabet::Hex => decode_hex(text, out),
    }
}

fn decode_base64(engine: &GeneralPurpose, text: &[u8], out: &mut [u8]) -> usize {
    let (groups, _) = text.as_chunks::<4>();
    let first_other = match engine.decode_slice(groups.as_flattened(), out) {
        Ok(_) => return groups.len(),
        Err(DecodeSliceError::DecodeError(DecodeError::InvalidByte(at, _))) => at,
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
