//! Why a body is unreadable: one closed word for operators, the same for every split into chunks.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_gate::crypto::{BodyDecoder, BodyEncoding, Envelope, EnvelopeParts, UnreadableCause};
use kyc_gate::payload::{Document, Limits};

use super::crypto::{envelope, parts};
use crate::rows::each;

const KEY: &str = "000102030405060708090a0b0c0d0e0f";
const OTHER: &str = "f00102030405060708090a0b0c0d0e0f";
const GCM: &str = "AES/GCM/NoPadding";
const CBC: &str = "AES/CBC/PKCS5Padding";
const CTR: &str = "AES/CTR/NoPadding";
const JSON: &[u8] = br#"{"user_id":"maira.b@example.test"}"#;

tables![of_one_key, of_several_keys, where_plaintext_is_allowed, without_a_key, long_bodies, spellings];

/// Why a body gives nothing, whatever the chunks.
fn cause(envelope: &Envelope, body: &[u8]) -> Option<UnreadableCause> {
    let by = |size: usize| {
        let mut decoder = envelope.decoder();
        body.chunks(size).for_each(|chunk| decoder.push(chunk));
        let read = envelope.read(decoder, |plaintext| match Document::scan(&plaintext, Limits::default()) {
            Ok(_) => Ok(()),
            Err(_) => Err(plaintext.unreadable_cause()),
        });
        read.err()
    };
    let found = by(body.len().max(1));
    assert_eq!(found, by(7));
    found
}

fn sealed(spec: &str, key: &str, text: &[u8]) -> Vec<u8> {
    envelope(spec, &[key], "prefix", BodyEncoding::Raw).seal(text, [7; 16]).unwrap()
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    STANDARD.encode(bytes).into_bytes()
}

use UnreadableCause::{Authentication, Encoding, Json, PaddingOrJson, Plaintext, TooShort, Utf8};

fn of_one_key() {
    let mut wrong = sealed(GCM, KEY, JSON);
    wrong[20] ^= 1;
    let spaced = [b" \n".as_slice(), JSON, b"\r\n"].concat();
    let rows: [(&str, BodyEncoding, Vec<u8>, Option<UnreadableCause>); 28] = [
        (GCM, BodyEncoding::Base64, base64(&sealed(GCM, KEY, JSON)), None),
        (GCM, BodyEncoding::Base64, JSON.to_vec(), Some(Plaintext)),
        (GCM, BodyEncoding::Base64, spaced.clone(), Some(Plaintext)),
        (GCM, BodyEncoding::Hex, JSON.to_vec(), Some(Plaintext)),
        (GCM, BodyEncoding::JsonString, JSON.to_vec(), Some(Plaintext)),
        (GCM, BodyEncoding::Raw, JSON.to_vec(), Some(Plaintext)),
        (GCM, BodyEncoding::Raw, spaced.clone(), Some(Plaintext)),
        (GCM, BodyEncoding::Raw, b"{}".to_vec(), Some(Plaintext)),
        (CBC, BodyEncoding::Raw, spaced, Some(Plaintext)),
        (CTR, BodyEncoding::Raw, JSON.to_vec(), Some(Plaintext)),
        (GCM, BodyEncoding::Raw, JSON[..JSON.len() - 1].to_vec(), Some(Authentication)),
        (GCM, BodyEncoding::Base64, b"@@@@".to_vec(), Some(Encoding)),
        (GCM, BodyEncoding::Base64, b"A".to_vec(), Some(Encoding)),
        (GCM, BodyEncoding::Base64, b"[1]".to_vec(), Some(Encoding)),
        (GCM, BodyEncoding::JsonString, b"\"AAAA".to_vec(), Some(Encoding)),
        (GCM, BodyEncoding::Base64, Vec::new(), Some(TooShort)),
        (GCM, BodyEncoding::Base64, b" \n".to_vec(), Some(TooShort)),
        (GCM, BodyEncoding::Raw, vec![1; 11], Some(TooShort)),
        (GCM, BodyEncoding::Raw, vec![1; 27], Some(TooShort)),
        (GCM, BodyEncoding::Raw, vec![1; 28], Some(Authentication)),
        (CBC, BodyEncoding::Raw, vec![1; 15], Some(TooShort)),
        (CBC, BodyEncoding::Raw, vec![1; 33], Some(PaddingOrJson)),
        (GCM, BodyEncoding::Raw, wrong, Some(Authentication)),
        (GCM, BodyEncoding::Raw, sealed(GCM, OTHER, JSON), Some(Authentication)),
        (GCM, BodyEncoding::Raw, sealed(GCM, KEY, b"\"\xff\""), Some(Utf8)),
        (GCM, BodyEncoding::Raw, sealed(GCM, KEY, b"{\"a\":"), Some(Json)),
        (CBC, BodyEncoding::Raw, sealed(CBC, KEY, b"{\"a\":"), Some(PaddingOrJson)),
        (CTR, BodyEncoding::Raw, sealed(CTR, KEY, b"\"\xff\""), Some(PaddingOrJson)),
    ];
    each(rows, |(spec, encoding, body, expected)| {
        let envelope = envelope(spec, &[KEY], "prefix", encoding);
        assert_eq!(cause(&envelope, &body), expected, "{spec} {encoding:?} {}", body.escape_ascii());
    });
}

/// The key that got furthest counts.
fn of_several_keys() {
    let rows = [
        (GCM, sealed(GCM, OTHER, JSON), None),
        (GCM, sealed(GCM, OTHER, b"{\"a\":"), Some(Json)),
        (GCM, sealed(GCM, OTHER, b"\"\xff\""), Some(Utf8)),
        (GCM, sealed(GCM, "ff0102030405060708090a0b0c0d0e0f", JSON), Some(Authentication)),
        (GCM, vec![1; 20], Some(TooShort)),
        (GCM, JSON.to_vec(), Some(Plaintext)),
        (CBC, sealed(CBC, OTHER, b"{\"a\":"), Some(PaddingOrJson)),
        (CBC, JSON.to_vec(), Some(Plaintext)),
    ];
    each(rows, |(spec, body, expected)| {
        let envelope = envelope(spec, &[KEY, OTHER], "prefix", BodyEncoding::Raw);
        assert_eq!(cause(&envelope, &body), expected, "{spec} {}", body.escape_ascii());
    });
}

fn where_plaintext_is_allowed() {
    let rows = [
        (GCM, BodyEncoding::Base64, JSON.to_vec(), None),
        (GCM, BodyEncoding::Base64, b"{\"a\":".to_vec(), Some(Json)),
        (GCM, BodyEncoding::Base64, b"{\"\xff\"}".to_vec(), Some(Utf8)),
        (GCM, BodyEncoding::Base64, b" ".to_vec(), Some(TooShort)),
        (GCM, BodyEncoding::Base64, b"@".to_vec(), Some(Encoding)),
        (GCM, BodyEncoding::Raw, [b"{\"a\":".as_slice(), &[b' '; 40]].concat(), Some(Json)),
        (GCM, BodyEncoding::Raw, sealed(GCM, OTHER, JSON), Some(Authentication)),
    ];
    each(rows, |(spec, encoding, body, expected)| {
        let parts = EnvelopeParts { allow_plaintext: true, ..parts(spec, &[KEY], "prefix", encoding) };
        assert_eq!(cause(&Envelope::new(parts).unwrap(), &body), expected, "{}", body.escape_ascii());
    });
}

fn without_a_key() {
    for (body, expected) in [(&b"{\"a\":"[..], Json), (b"", Json), (b"\"\xff\"", Utf8)] {
        let mut decoder = BodyDecoder::plain();
        decoder.push(body);
        assert_eq!(decoder.into_plaintext().unreadable_cause(), expected);
    }
}

/// Long enough to be decrypted while they arrive.
fn long_bodies() {
    let text = [b"{\"a\":\"".as_slice(), &vec![b'x'; 30_000], b"\"}"].concat();
    let open = &text[..text.len() - 1];
    let rows = [
        (GCM, sealed(GCM, KEY, &text), None),
        (GCM, sealed(GCM, KEY, open), Some(Json)),
        (GCM, sealed(GCM, OTHER, &text), Some(Authentication)),
        (GCM, text.clone(), Some(Plaintext)),
        (CBC, sealed(CBC, KEY, open), Some(PaddingOrJson)),
        (CBC, sealed(CBC, OTHER, &text), Some(PaddingOrJson)),
        (CBC, sealed(CBC, KEY, &text)[1..].to_vec(), Some(PaddingOrJson)),
        (CTR, text.clone(), Some(Plaintext)),
    ];
    each(rows, |(spec, body, expected)| {
        for keys in [&[KEY][..], &[KEY, "ff0102030405060708090a0b0c0d0e0f"]] {
            let envelope = envelope(spec, keys, "prefix", BodyEncoding::Raw);
            assert_eq!(cause(&envelope, &body), expected, "{spec}, {} keys", keys.len());
        }
    });
}

fn spellings() {
    let words = UnreadableCause::ALL.map(UnreadableCause::as_str);
    let listed = ["plaintext", "encoding", "too-short", "authentication", "padding-or-json", "utf8", "json"];
    assert_eq!(words, listed);
}
