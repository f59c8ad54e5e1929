//! Ciphertexts in members of a JSON object: what is read, what isn't and why, and what is written.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_gate::crypto::{
    BodyEncoding, Envelope, EnvelopeError, EnvelopeParts, JsonMembers, JsonMembersError, UnreadableCause,
};
use kyc_gate::payload::{Document, Limits, PointerError};
use serde_json::{Value, json};

use super::crypto::{envelope, open, parts};
use crate::rows::each;

const KEY: &str = "000102030405060708090a0b0c0d0e0f";
const GCM: &str = "AES/GCM/NoPadding";
const CBC: &str = "AES/CBC/PKCS5Padding";
const IV: &str = "101112131415161718191a1b1c1d1e1f";
const JSON: &[u8] = br#"{"user_id":"maira.b@example.test"}"#;

/// Where ciphertext, IV and tag stand.
type Places = (&'static str, Option<&'static str>, Option<&'static str>);

const ALL: Places = ("/data", Some("/iv"), Some("/tag"));

tables![pointers, parts_that_fit, round_trips, reads, refuses, plaintext];

fn members((ciphertext, iv, tag): Places) -> JsonMembers {
    JsonMembers::new(ciphertext, iv, tag).unwrap()
}

fn with(spec: &str, iv: &str, places: Places) -> EnvelopeParts {
    EnvelopeParts { json_members: Some(members(places)), ..parts(spec, &[KEY], iv, BodyEncoding::Base64) }
}

fn json_envelope(spec: &str, iv: &str, places: Places) -> Envelope {
    Envelope::new(with(spec, iv, places)).unwrap()
}

/// What a body gives, or why it gives nothing, whatever the chunks.
fn read(envelope: &Envelope, body: &[u8]) -> Result<Vec<u8>, UnreadableCause> {
    let by = |size: usize| {
        let mut decoder = envelope.decoder();
        body.chunks(size).for_each(|chunk| decoder.push(chunk));
        envelope.read(decoder, |plaintext| match Document::scan(&plaintext, Limits::default()) {
            Ok(_) => Ok(plaintext.to_vec()),
            Err(_) => Err(plaintext.unreadable_cause()),
        })
    };
    let found = by(body.len().max(1));
    assert_eq!(found, by(3));
    found
}

/// Nonce, ciphertext and tag.
fn sealed(spec: &str) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let raw = envelope(spec, &[KEY], "prefix", BodyEncoding::Raw).seal(JSON, [7; 16]).unwrap();
    let iv = if spec == GCM { 12 } else { 16 };
    let end = raw.len() - if spec.contains("GCM") { 16 } else { 0 };
    (raw[..iv].to_vec(), raw[iv..end].to_vec(), raw[end..].to_vec())
}

fn text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn pointers() {
    use JsonMembersError::{Overlap, Pointer, Whole};
    let rows: [(Places, Result<(), JsonMembersError>); 9] = [
        (ALL, Ok(())),
        (("/a/b", Some("/a/c"), None), Ok(())),
        (("", None, None), Err(Whole)),
        (("/a", Some(""), None), Err(Whole)),
        (("a", None, None), Err(Pointer(PointerError::NoSlash))),
        (("/a", None, Some("/~2")), Err(Pointer(PointerError::BadEscape))),
        (("/a", Some("/a"), None), Err(Overlap)),
        (("/a", None, Some("/a/b")), Err(Overlap)),
        (("/c", Some("/a/b"), Some("/a")), Err(Overlap)),
    ];
    each(rows, |((ciphertext, iv, tag), expected)| {
        assert_eq!(JsonMembers::new(ciphertext, iv, tag).map(|_| ()), expected);
    });
}

fn parts_that_fit() {
    let rows: [(&str, &str, Places, Option<EnvelopeError>); 6] = [
        (GCM, "prefix", ALL, None),
        (CBC, "prefix", ("/data", Some("/iv"), None), None),
        (CBC, IV, ("/data", None, None), None),
        (CBC, IV, ("/data", Some("/iv"), None), Some(EnvelopeError::IvTwice)),
        (CBC, "prefix", ALL, Some(EnvelopeError::TagUnused)),
        ("AES/CTR/NoPadding", "prefix", ("/data", None, Some("/tag")), Some(EnvelopeError::TagUnused)),
    ];
    each(rows, |(spec, iv, places, expected)| {
        assert_eq!(Envelope::new(with(spec, iv, places)).err(), expected, "{spec} {iv}");
    });
}

fn round_trips() {
    let (nonce, ciphertext, tag) = sealed(GCM);
    let joined = |parts: &[&[u8]]| text(&parts.concat());
    let rows: [(&str, Places, Value); 5] = [
        (GCM, ALL, json!({"data": text(&ciphertext), "iv": text(&nonce), "tag": text(&tag)})),
        (GCM, ("/data", Some("/iv"), None), json!({"data": joined(&[&ciphertext, &tag]), "iv": text(&nonce)})),
        (GCM, ("/data", None, Some("/tag")), json!({"data": joined(&[&nonce, &ciphertext]), "tag": text(&tag)})),
        (GCM, ("/p/ct", None, None), json!({"p": {"ct": joined(&[&nonce, &ciphertext, &tag])}})),
        (
            GCM,
            ("/p/a~1b", Some("/p/0"), Some("/t")),
            json!({"p": {"a/b": text(&ciphertext), "0": text(&nonce)}, "t": text(&tag)}),
        ),
    ];
    each(rows, |(spec, places, body)| {
        let envelope = json_envelope(spec, "prefix", places);
        let written: Value = serde_json::from_slice(&envelope.seal(JSON, [7; 16]).unwrap()).unwrap();
        assert_eq!(written, body, "the shape of a response");
        assert_eq!(read(&envelope, body.to_string().as_bytes()).unwrap(), JSON);
    });
    for (spec, places) in [(CBC, ("/data", Some("/iv"), None)), ("AES/GCM/NoPadding 16", ALL)] {
        let envelope = json_envelope(spec, "prefix", places);
        assert_eq!(read(&envelope, &envelope.seal(JSON, [7; 16]).unwrap()).unwrap(), JSON, "{spec}");
    }
    let fixed = json_envelope(CBC, IV, ("/data", None, None));
    assert_eq!(read(&fixed, &fixed.seal(JSON, [7; 16]).unwrap()).unwrap(), JSON, "a static IV");
}

fn reads() {
    let (nonce, ciphertext, tag) = sealed(GCM);
    let (iv, data, tag) = (text(&nonce), text(&ciphertext), text(&tag));
    let bare = data.trim_end_matches('=');
    let (first, second) = data.split_at(8);
    let escaped = data.replace('/', "\\/").replace('=', "\\u003d");
    let rows = [
        format!(r#"{{"v":1,"tag":"{tag}","x":{{"iv":"no"}},"data":"{data}","iv":"{iv}","alg":"A128GCM"}}"#),
        format!(" \n{{ \"iv\" : \"{iv}\",\r\n\"data\":\"{data}\",\"tag\":\"{tag}\" }}\n"),
        format!(r#"{{"iv":"{iv}","data":"{bare}","tag":"{tag}"}}"#),
        format!(r#"{{"iv":"{iv}","data":"{escaped}","tag":"{tag}"}}"#),
        format!(r#"{{"iv":"{iv}","data":"{first}\n{second}","tag":"{tag}"}}"#),
    ];
    let envelope = json_envelope(GCM, "prefix", ALL);
    each(rows, |body| assert_eq!(read(&envelope, body.as_bytes()).as_deref(), Ok(JSON), "{body}"));
}

fn refuses() {
    use UnreadableCause::{Authentication, Encoding, Plaintext, TooShort};
    let (nonce, ciphertext, tag) = sealed(GCM);
    let mut wrong = tag.clone();
    wrong[3] ^= 1;
    let good = json!({"v": 1, "data": text(&ciphertext), "iv": text(&nonce), "tag": text(&tag)});
    let set = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body.to_string()
    };
    let without = |names: &[&str]| {
        let mut body = good.clone();
        names.iter().for_each(|&name| drop(body.as_object_mut().unwrap().remove(name)));
        body.to_string()
    };
    let long = |bytes: &[u8]| json!(text(&[bytes, &[0]].concat()));
    let rows = [
        (set("tag", json!(text(&wrong))), Authentication),
        (set("data", json!(text(b"something else"))), Authentication),
        (set("data", json!("")), Authentication),
        (set("iv", json!(text(&[1; 12]))), Authentication),
        (set("iv", json!(text(&nonce[..11]))), TooShort),
        (set("iv", long(&nonce)), Encoding),
        (set("tag", json!(text(&tag[..15]))), TooShort),
        (set("tag", long(&tag)), Encoding),
        (set("tag", json!("")), TooShort),
        (without(&["tag"]), Encoding),
        (without(&["iv"]), Encoding),
        (without(&["data"]), Encoding),
        (without(&["data", "iv", "tag"]), Plaintext),
        (set("data", json!(17)), Encoding),
        (set("data", json!(null)), Encoding),
        (set("data", json!([text(&ciphertext)])), Encoding),
        (set("data", json!("-_-_")), Encoding),
        (set("data", json!("A")), Encoding),
        (good.to_string().replace("\"v\":1", "\"iv\":\"\""), Encoding),
        (good.to_string().replace("\"v\":1", "\"v\":1,\"v\":2"), Encoding),
        (format!("{good} x"), Encoding),
        (good.to_string().replace('}', ""), Encoding),
        (format!("[{good}]"), Plaintext),
        (text(&ciphertext), Encoding),
        (String::new(), Encoding),
        (String::from_utf8(JSON.to_vec()).unwrap(), Plaintext),
    ];
    let envelope = json_envelope(GCM, "prefix", ALL);
    each(rows, |(body, cause)| assert_eq!(read(&envelope, body.as_bytes()), Err(cause), "{body}"));
    let short = json_envelope(GCM, "prefix", ("/data", None, None));
    each([0, 5, 27], |length| {
        let body = json!({"data": text(&vec![1; length])}).to_string();
        assert_eq!(read(&short, body.as_bytes()), Err(TooShort), "{length} bytes");
    });
}

/// Where a plaintext is allowed, a body with none of the members is one.
fn plaintext() {
    let lenient = Envelope::new(EnvelopeParts { allow_plaintext: true, ..with(GCM, "prefix", ALL) }).unwrap();
    let sealed = lenient.seal(JSON, [7; 16]).unwrap();
    assert_eq!(open(&lenient, &sealed, 5), [JSON]);
    assert_eq!(open(&lenient, JSON, 5), [JSON]);
    assert!(open(&lenient, br#"{"user_id":"maira.b@example.test","iv":""}"#, 5).is_empty());
    assert!(open(&lenient, b"AAAA", 5).is_empty());
}
