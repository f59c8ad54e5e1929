//! Body encodings against their reference crates: long texts, so that vectors are at work, and what ends a run of them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking"
)]

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use kyc_gate::crypto::BodyEncoding;

use super::crypto::{envelope, open};

const KEY: &str = "000102030405060708090a0b0c0d0e0f";
const TEXTS: [BodyEncoding; 4] =
    [BodyEncoding::Base64, BodyEncoding::Base64Url, BodyEncoding::Hex, BodyEncoding::JsonString];

tables![every_length, every_byte, interrupted];

fn bytes(length: usize) -> Vec<u8> {
    (0..length as u32).map(|at| (at.wrapping_mul(0x9e37_79b9) >> 23) as u8).collect()
}

fn encode(encoding: BodyEncoding, bytes: &[u8]) -> Vec<u8> {
    match encoding {
        BodyEncoding::Base64 => STANDARD.encode(bytes).into_bytes(),
        BodyEncoding::Base64Url => URL_SAFE_NO_PAD.encode(bytes).into_bytes(),
        BodyEncoding::Hex => base16ct::lower::encode_string(bytes).into_bytes(),
        BodyEncoding::Raw => bytes.to_vec(),
        BodyEncoding::JsonString => format!("\"{}\"", STANDARD.encode(bytes).replace('/', "\\/")).into_bytes(),
    }
}

/// What the crates make of a text, white space between the digits removed.
fn decode(encoding: BodyEncoding, text: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<u8> = text.iter().copied().filter(|byte| !b" \t\r\n".contains(byte)).collect();
    let padded = text.contains(&b'=');
    match encoding {
        BodyEncoding::Base64 => (if padded { STANDARD } else { STANDARD_NO_PAD }).decode(text).ok(),
        BodyEncoding::Base64Url => (if padded { URL_SAFE } else { URL_SAFE_NO_PAD }).decode(text).ok(),
        BodyEncoding::Hex => base16ct::mixed::decode_vec(&text).ok(),
        BodyEncoding::Raw => Some(text),
        BodyEncoding::JsonString => {
            let text: String = serde_json::from_slice(&text).ok()?;
            decode(BodyEncoding::Base64, text.as_bytes())
        }
    }
}

/// A stream cipher tells what was decoded, whatever it is.
#[track_caller]
fn agree(encoding: BodyEncoding, text: &[u8], sizes: &[usize]) {
    const IV: &str = "101112131415161718191a1b1c1d1e1f";
    let raw = envelope("AES/CTR/NoPadding", &[KEY], IV, BodyEncoding::Raw);
    let wanted = decode(encoding, text).filter(|bytes| !bytes.is_empty());
    let wanted: Vec<Vec<u8>> = wanted.into_iter().flat_map(|bytes| open(&raw, &bytes, bytes.len())).collect();
    let encoded = envelope("AES/CTR/NoPadding", &[KEY], IV, encoding);
    for size in sizes {
        assert_eq!(open(&encoded, text, *size), wanted, "{encoding:?} by {size}: {}", text.escape_ascii());
    }
}

fn every_length() {
    for encoding in TEXTS {
        for length in 1..300 {
            agree(encoding, &encode(encoding, &bytes(length)), &[1, 7, 16, 61, 64, 128, 1000]);
        }
    }
}

/// Any byte in the place of any digit of a block, and of those behind it.
fn every_byte() {
    for encoding in TEXTS {
        let text = encode(encoding, &bytes(100));
        for byte in 0..=255 {
            let at = [usize::from(byte) % 67 + 1, 63, 64, 100];
            for at in at {
                let mut text = text.clone();
                // A backslash would make what follows it an escape, which is another test's business.
                if byte != b'\\' && text[at] != b'\\' && text[at - 1] != b'\\' {
                    text[at] = byte;
                    agree(encoding, &text, &[1000, 33]);
                }
            }
        }
    }
}

/// White space and escapes at any distance from each other.
fn interrupted() {
    for encoding in TEXTS {
        let text = encode(encoding, &bytes(500));
        for distance in (1..20).chain([63, 64, 65, 76, 100]) {
            for gap in [&b"\n"[..], b"\r\n", b" \t\r\n        "] {
                let spaced = text.chunks(distance).collect::<Vec<_>>().join(gap);
                if encoding != BodyEncoding::JsonString {
                    agree(encoding, &spaced, &[1, 50, 5000]);
                }
            }
        }
    }
    let letters = b"Q".repeat(400);
    for distance in (1..20).chain([63, 64, 65, 76, 100]) {
        for escape in [&b"\\/"[..], b"\\u002b", b"\\u002F", b"\\u0041"] {
            let text = [&b"\""[..], &letters.chunks(distance).collect::<Vec<_>>().join(escape), b"\""].concat();
            agree(BodyEncoding::JsonString, &text, &[1, 50, 5000]);
        }
    }
}
