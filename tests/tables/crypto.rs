//! Interoperability: what other implementations encrypted, under every mode, key size, IV placement and body encoding.
//! Plain functions over included data, so that they run natively and in Wasm alike.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use crate::rows::each;
use kyc_gate::crypto::{BodyEncoding, CipherMode, CipherSpec, Envelope, EnvelopeParts, Iv, Key, KeyEncoding};
use serde_json::Value;

/// Made with OpenSSL.
const CASES: &str = include_str!("../data/crypto.json");

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const IV: &str = "101112131415161718191a1b1c1d1e1f";
const PLAINTEXT: &[u8] = br#"{"request_info":{"user_id":"maira.b@example.test"}}"#;
/// The same text under one key and IV.
const VECTORS: [(&str, &str); 3] = [
    (
        "AES/256/CBC/PKCS7Padding",
        "pyNvVVFXqxtDDMOF52IWwefYpPKyPXSAVjXLktXt/G7l3Xlz8NOrr+WOgOLOUTrg5iZ0rFIv1f2NW5PoHcGHpQ==",
    ),
    ("aes/cfb/nopadding", "kuGd78NBNpWEK/W4UIiKtLjBLdmbd2V827aE0b8xJ2MQ7JGYGHky8BVRNZuW2SuxwO3z"),
    ("AES/CTR/NoPadding", "kuGd78NBNpWEK/W4UIiKtILjPume5puI0tCqYTBKWaFHNh5SUryOEpVwE9xYWKBxRcTK"),
];

pub const ENCODINGS: [(&str, BodyEncoding); 5] = [
    ("base64", BodyEncoding::Base64),
    ("base64url", BodyEncoding::Base64Url),
    ("hex", BodyEncoding::Hex),
    ("raw", BodyEncoding::Raw),
    ("jsonString", BodyEncoding::JsonString),
];

tables![opens_what_others_sealed];

fn opens_what_others_sealed() {
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    assert_eq!(cases.len(), 27);
    each(&cases, |case| {
        for (name, encoding) in ENCODINGS {
            let body = match case["body"][name].as_str() {
                Some(body) => body.as_bytes().to_vec(),
                None => unhex(text(case, "hex")),
            };
            check(case, encoding, &body);
        }
    });
    each(VECTORS, |(cipher, body)| {
        let envelope = envelope(cipher, &[KEY], IV, BodyEncoding::Base64);
        assert_eq!(open(&envelope, body.as_bytes(), 7), [PLAINTEXT], "{cipher}");
        assert_eq!(envelope.seal(PLAINTEXT, [0; 16]).unwrap(), body.as_bytes(), "{cipher}");
    });
}

fn check(case: &Value, encoding: BodyEncoding, body: &[u8]) {
    let (cipher, iv, plaintext) = (text(case, "cipherSpec"), text(case, "ivParamSpec"), text(case, "plaintext"));
    let envelope = envelope(cipher, &[text(case, "key")], iv, encoding);
    each([1, 2, 3, 4, 5, 7, 16, 61, body.len() - 1, body.len()], |size| {
        assert_eq!(open(&envelope, body, size), [plaintext.as_bytes()], "{cipher} {encoding:?} in chunks of {size}");
    });
    let mut fresh = [0; 16];
    fresh.copy_from_slice(&unhex(text(case, "hex"))[..16]);
    assert_eq!(envelope.seal(plaintext.as_bytes(), fresh).unwrap(), body, "{cipher} {encoding:?}");
}

/// A member of the case or of its `body`.
fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().or_else(|| case["body"][name].as_str()).unwrap()
}

/// A `cipherSpec`; behind a space `ivBytes` (GCM) or `blockSizeBytes`.
pub fn cipher_spec(text: &str) -> CipherSpec {
    let (spec, size) = text.split_once(' ').unwrap_or((text, "16"));
    let cipher: CipherSpec = spec.parse().unwrap();
    let size = size.parse().unwrap();
    match cipher.mode {
        _ if text == spec => cipher,
        CipherMode::Gcm => cipher.with_iv_bytes(size).unwrap(),
        _ => cipher.with_block_size(size).unwrap(),
    }
}

/// Keys and a static IV in hex.
pub fn parts(cipher: &str, keys: &[&str], iv: &str, body_encoding: BodyEncoding) -> EnvelopeParts {
    let cipher = cipher_spec(cipher);
    let key = |text: &&str| Key::decode(text, Some(KeyEncoding::Hex)).unwrap();
    EnvelopeParts {
        cipher,
        keys: keys.iter().map(key).collect(),
        iv: Iv::decode(iv, Some(KeyEncoding::Hex), cipher).unwrap(),
        body_encoding,
        json_members: None,
        allow_plaintext: false,
        accept_static_nonce: false,
    }
}

pub fn envelope(cipher: &str, keys: &[&str], iv: &str, encoding: BodyEncoding) -> Envelope {
    Envelope::new(parts(cipher, keys, iv, encoding)).unwrap()
}

/// All candidates for a body that comes in chunks of `size` bytes.
pub fn open(envelope: &Envelope, body: &[u8], size: usize) -> Vec<Vec<u8>> {
    let mut decoder = envelope.decoder();
    body.chunks(size.max(1)).for_each(|chunk| decoder.push(chunk));
    assert_eq!(decoder.received(), body.len());
    envelope.open(decoder).map(|plaintext| plaintext.to_vec()).collect()
}

pub fn unhex(text: &str) -> Vec<u8> {
    base16ct::mixed::decode_vec(text).unwrap()
}
