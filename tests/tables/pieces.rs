//! Bodies that are decrypted while they arrive, around the lengths at which that begins and goes on. What is expected
//! is made by RustCrypto's crates, whole.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use kyc_gate::crypto::{BodyEncoding, Envelope};

use super::crypto::{ENCODINGS, envelope, open};
use super::lengths::{Cipher, KEY, MODES, seal};
use crate::rows::each;

const OTHER_KEY: &str = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

/// A group of blocks, a step, the first step with its IV and tag, what is decoded before it is decrypted; twice some.
const BOUNDARIES: [usize; 7] = [512, 4096, 4128, 4608, 8192, 8224, 32_768];
// As many as have no divisor in common with the offsets, so that each meets each.
const SIZES: [usize; 7] = [1, 15, 16, 511, 4096, 4113, 100_000];

/// Below and above them by an IV, a tag, a block, a byte.
const OFFSETS: [isize; 12] = [-33, -32, -28, -17, -16, -15, -12, -1, 0, 1, 15, 16];

tables![of_every_size, encodings, memory];

/// All of these lengths, in each mode and with each size of key, in chunks of several sizes.
fn of_every_size() {
    with::<aes::Aes128>();
    with::<aes::Aes192>();
    with::<aes::Aes256>();
}

fn with<C: Cipher>() {
    let key = base16ct::lower::encode_string(&KEY[..C::key_size()]);
    let plain: Vec<u8> = (0..40_000).map(|at| u8::try_from((at * 11 + at / 241) % 256).unwrap()).collect();
    let lengths = BOUNDARIES.iter().flat_map(|around| OFFSETS.map(|by| around.checked_add_signed(by).unwrap()));
    for (at, length) in lengths.enumerate() {
        for (mode, sealed) in MODES.iter().zip(seal::<C>(&KEY[..C::key_size()], &plain[..length])) {
            let spec = format!("AES/{mode}");
            let sole = envelope(&spec, &[&key], "prefix", BodyEncoding::Raw);
            let rotated = envelope(&spec, &[OTHER_KEY, &key], "prefix", BodyEncoding::Raw);
            let size = SIZES[at % SIZES.len()];
            assert!(open(&sole, &sealed, size) == [&plain[..length]], "{spec} {length} by {size}");
            assert!(open(&rotated, &sealed, size).last().unwrap() == &plain[..length], "{spec} {length} by {size}");
            if *mode == MODES[0] {
                refuses(&sole, &rotated, &sealed, size);
            } else {
                // The first of several candidates is decrypted as a whole.
                let first = envelope(&spec, &[&key, OTHER_KEY], "prefix", BodyEncoding::Raw);
                for changed in changes(&sealed) {
                    let expected = open(&first, &changed, size).into_iter().take(1).collect::<Vec<_>>();
                    assert!(open(&sole, &changed, size) == expected, "{spec} {length} by {size}");
                }
            }
        }
    }
}

/// Nothing of a changed GCM body comes out, whichever key it may be for; what is changed back opens.
fn refuses(sole: &Envelope, rotated: &Envelope, sealed: &[u8], size: usize) {
    for changed in changes(sealed) {
        assert!(open(sole, &changed, size).is_empty());
        assert!(open(rotated, &changed, size).is_empty());
    }
}

/// Other bodies: a bit flipped in the IV, at both ends of the text, in the middle and in the tag; cut; lengthened.
fn changes(sealed: &[u8]) -> Vec<Vec<u8>> {
    let last = sealed.len() - 1;
    let flipped = [0, 16, last / 2, last - 16, last].map(|at| {
        let mut changed = sealed.to_vec();
        changed[at] ^= 0x40;
        changed
    });
    let cut = [1, 15, 16, 17].map(|by| sealed[..=last - by].to_vec());
    [&flipped[..], &cut, &[[sealed, b"x"].concat()]].concat()
}

/// Every encoding, and plaintext where it is allowed, at a length that is worth decrypting early.
fn encodings() {
    let text = format!("  {{\"image\":\"{}\"}}", "A".repeat(20_000));
    each(MODES, |mode| {
        for (_, encoding) in ENCODINGS {
            let parts = || super::crypto::parts(&format!("AES/{mode}"), &[OTHER_KEY], "prefix", encoding);
            let strict = Envelope::new(parts()).unwrap();
            let lenient = kyc_gate::crypto::EnvelopeParts { allow_plaintext: true, ..parts() };
            let lenient = Envelope::new(lenient).unwrap();
            // Raw bytes that begin like a document may be one.
            for fresh in [[0; 16], *b" {2345678901234\n"] {
                let sealed = strict.seal(text.as_bytes(), fresh).unwrap();
                for size in [1000, 5000, 100_000] {
                    assert!(open(&strict, &sealed, size) == [text.as_bytes()], "{mode} {encoding:?}");
                    assert!(open(&lenient, &sealed, size)[0] == text.as_bytes(), "{mode} {encoding:?}");
                    assert!(open(&lenient, text.as_bytes(), size).last().unwrap() == text.as_bytes());
                    assert!(!open(&strict, text.as_bytes(), size).contains(&text.clone().into_bytes()));
                }
            }
        }
    });
}

/// A body's memory is one buffer and a fixed amount for the cipher; another envelope gets nothing out of it.
fn memory() {
    each(MODES, |mode| {
        let one = || envelope(&format!("AES/{mode}"), &[OTHER_KEY], "prefix", BodyEncoding::Base64);
        let (ours, other) = (one(), one());
        let sealed = ours.seal(&[b'x'; 1_000_000], [0; 16]).unwrap();
        let mut decoder = ours.decoder();
        assert_eq!(decoder.held(), 0);
        decoder.announce(sealed.len());
        for chunk in sealed.chunks(16_384) {
            decoder.push(chunk);
            assert!(decoder.held() <= 1_000_050 + 64 * 1024, "{mode} {}", decoder.held());
        }
        assert!(decoder.held() > 1_000_000);
        assert!(other.open(decoder).next().is_none());

        let mut decoder = ours.decoder();
        decoder.push(&sealed[..sealed.len() / 2]);
        assert!(decoder.into_plaintext().is_empty());
    });
}
