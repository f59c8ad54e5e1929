//! What senders do with padding, nonces and spellings: what their libraries write is read, and padding that a cipher
//! doesn't take never passes by luck.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use kyc_gate::crypto::{BodyEncoding, Envelope};
use serde::de::IgnoredAny;

use super::crypto::{envelope, open, unhex};
use crate::rows::each;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const IV: &str = "101112131415161718191a1b1c1d1e1f";

tables![
    made_by_openssl,
    padding_that_must_not_be_there,
    white_space_stays_white_space,
    blocks_filled_by_the_sender,
    wide_nonces_are_told_from_narrow_ones,
];

/// `{"a": "` and as many letters as asked for, then `"}`.
fn document(length: usize) -> Vec<u8> {
    [b"{\"a\": \"".as_slice(), &vec![b'x'; length - 9], b"\"}"].concat()
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

/// Whether a candidate is JSON.
fn reads(envelope: &Envelope, body: &[u8]) -> bool {
    open(envelope, body, 11).iter().any(|text| is_json(text))
}

fn raw(spec: &str) -> Envelope {
    envelope(spec, &[KEY], "prefix", BodyEncoding::Raw)
}

/// `{"user_id":"maira.b@example.test"}` under the key and the IV above. CFB and CBC by `openssl enc`, GCM by Python's
/// `cryptography`; the padding was added by hand where OpenSSL adds none.
fn made_by_openssl() {
    let cases: Vec<(String, String)> = serde_json::from_str(include_str!("../data/senders.json")).unwrap();
    each(&cases, |(spec, body)| {
        let body = [unhex(IV), unhex(body)].concat();
        let found = open(&raw(spec), &body, 7);
        assert!(found.len() == 1 && found[0].trim_ascii_end() == br#"{"user_id":"maira.b@example.test"}"#, "{spec}");
    });
}

/// Texts that were padded to blocks, under ciphers that take none, at every length.
fn padding_that_must_not_be_there() {
    let ciphers = ["AES/CFB/NoPadding", "AES/CFB8/NoPadding", "AES/CTR/NoPadding", "AES/CBC/NoPadding"];
    each(ciphers, |spec| {
        for length in 9..60 {
            let mut padded = document(length);
            let padding = 16 - length % 16;
            padded.resize(length + padding, u8::try_from(padding).unwrap());
            let body = raw(spec).seal(&padded, [7; 16]).unwrap();
            assert!(!reads(&raw(spec), &body), "{spec}: {padding} bytes of padding");
            let rotated = envelope(spec, &["00".repeat(32).as_str(), KEY], "prefix", BodyEncoding::Raw);
            assert!(!reads(&rotated, &body), "{spec}: {padding} bytes of padding, by the previous key");
        }
    });
}

fn white_space_stays_white_space() {
    let ciphers = ["AES/CFB/NoPadding", "AES/CFB8/NoPadding", "AES/CTR/NoPadding"];
    each(ciphers, |spec| {
        for (byte, padding) in [(b'\t', 9), (b'\n', 10), (b'\r', 13), (b' ', 32)] {
            for count in 0..40 {
                let text = [document(20), vec![byte; count]].concat();
                let body = raw(spec).seal(&text, [7; 16]).unwrap();
                assert_eq!(reads(&raw(spec), &body), count != padding || byte == b' ', "{spec}: {count} of {byte}");
            }
        }
        let body = raw(spec).seal(&[document(20), b" \r\n".to_vec()].concat(), [7; 16]).unwrap();
        assert!(reads(&raw(spec), &body), "{spec}");
    });
}

fn blocks_filled_by_the_sender() {
    let whole = raw("AES/CBC/NoPadding");
    for (fill, most) in [(b' ', 40), (0, 16)] {
        each([16, 20, 31], |length: usize| {
            let missing = length.next_multiple_of(16) - length;
            for count in [missing, missing + 16, missing + 32] {
                let text = [document(length), vec![fill; count]].concat();
                let body = whole.seal(&text, [7; 16]).unwrap();
                assert_eq!(reads(&whole, &body), count <= most || fill == b' ', "{count} times {fill} behind {length}");
            }
        });
    }
    // A response is filled up with spaces.
    let sealed = whole.seal(&document(20), [7; 16]).unwrap();
    assert_eq!(open(&whole, &sealed, 5), [[document(20), vec![b' '; 12]].concat()]);
    assert!(open(&whole, &sealed[..sealed.len() - 1], 5).is_empty(), "blocks only");
}

fn wide_nonces_are_told_from_narrow_ones() {
    let (narrow, wide) = (raw("AES/GCM/NoPadding"), raw("AES/GCM/NoPadding 16"));
    for length in [9, 100, 10_000] {
        let text = document(length);
        for (one, other) in [(&narrow, &wide), (&wide, &narrow)] {
            let sealed = one.seal(&text, [7; 16]).unwrap();
            assert_eq!(open(one, &sealed, 77), [text.as_slice()]);
            assert!(open(other, &sealed, 77).is_empty());
        }
    }
    for length in 0..32 {
        assert!(open(&wide, &vec![7; length], 5).is_empty(), "no whole nonce and tag in {length} bytes");
    }
}
