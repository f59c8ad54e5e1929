//! Signing keys, digests and signature bases against the vectors of RFC 9421 and RFC 9530.

use kyc_gate::crypto::{KeyEncoding, SigningAlgorithm, SigningKey, SigningKeyError};
use kyc_gate::signature::{BodyDigest, Message, Signer};

use crate::rows::each;
use SigningAlgorithm::{Ed25519, HmacSha256};

tables![rfc_9421_appendix_b, rfc_8032_section_7_1, rfc_9530_digest, messages, keys];

/// RFC 9421 B.1.5.
const SHARED_SECRET: &str = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";
/// RFC 9421 B.1.4: PKCS #8, and the 32 bytes at its end.
const ED25519: &str = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF";
const ED25519_SEED: &str = "n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=";

fn key(text: &str, algorithm: SigningAlgorithm) -> SigningKey {
    SigningKey::decode(text, Some(KeyEncoding::Base64), algorithm).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

fn rfc_9421_appendix_b() {
    let b25 = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@authority\": example.com\n\"content-type\": application/json\n\
        \"@signature-params\": (\"date\" \"@authority\" \"content-type\");created=1618884473;keyid=\"test-shared-secret\"";
    assert_eq!(
        hex(&key(SHARED_SECRET, HmacSha256).sign(b25.as_bytes())),
        "a71710c3a1b7023b4c0508f0a3c5f39197ff6f0b392de95b68c939ac6206b44f"
    );
    let b26 = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n\"@authority\": example.com\n\
        \"content-type\": application/json\n\"content-length\": 18\n\
        \"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")\
        ;created=1618884473;keyid=\"test-key-ed25519\"";
    each([ED25519, ED25519_SEED], |text| {
        assert_eq!(
            hex(&key(text, Ed25519).sign(b26.as_bytes())),
            "c2a700a9b9982768e2da095f00c691cb882bb98627c769c414dd8737a8eb9c39d0\
             08ad6ed3619bd38bfd10383050f8aee00d30eafb90bf9948a7958fa412910b"
        );
    });
}

/// Test 1: the empty message.
fn rfc_8032_section_7_1() {
    let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    let key = SigningKey::decode(seed, Some(KeyEncoding::Hex), Ed25519).unwrap();
    assert_eq!(
        hex(&key.sign(b"")),
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b\
         d25bf5f0595bbe24655141438e7a100b"
    );
}

/// RFC 9530 appendix B.1, and RFC 9421 B.2's body, in pieces.
fn rfc_9530_digest() {
    let digest = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
    for cut in 0..=18 {
        let body = br#"{"hello": "world"}"#;
        let (head, tail) = body.split_at(cut);
        assert_eq!(BodyDigest::of([head, tail]), digest);
        let mut streamed = BodyDigest::default();
        [head, b"", tail].iter().for_each(|piece| streamed.update(piece));
        assert_eq!(streamed.finish(), digest);
    }
    assert_eq!(BodyDigest::of([]), "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
}

fn messages() {
    let message = Message {
        method: "POST",
        authority: "kyc.bank.test",
        path: "/kyc",
        query: "?a=b",
        fields: vec![
            ("content-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"),
            ("x-kyc-decision", "accept"),
            ("x-kyc-rules", " a,b\t"),
        ],
    };
    let base = "\"@method\": POST\n\"@authority\": kyc.bank.test\n\"@path\": /kyc\n\"@query\": ?a=b\n\
        \"content-digest\": sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:\n\
        \"x-kyc-decision\": accept\n\"x-kyc-rules\": a,b\n\"@signature-params\": ";
    let covered = r#"("@method" "@authority" "@path" "@query" "content-digest" "x-kyc-decision" "x-kyc-rules")"#;
    each([("gate-1", r#""gate-1""#), (r#"a"b\c"#, r#""a\"b\\c""#)], |(id, quoted)| {
        let parameters = format!("{covered};created=1618884473;keyid={quoted}");
        for (text, algorithm) in [(SHARED_SECRET, HmacSha256), (ED25519, Ed25519)] {
            let (input, signature) = Signer::new(id.to_owned(), key(text, algorithm)).sign(&message, 1_618_884_473);
            assert_eq!(input, format!("kyc={parameters}"));
            let signed = key(text, algorithm).sign(format!("{base}{parameters}").as_bytes());
            let encoded = signature.strip_prefix("kyc=:").unwrap().strip_suffix(':').unwrap();
            assert_eq!(base64_decoded(encoded), signed);
        }
    });
}

fn base64_decoded(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

fn keys() {
    let decode = |text: &str, encoding, algorithm| SigningKey::decode(text, encoding, algorithm).err();
    let (base64, hex, utf8) = (Some(KeyEncoding::Base64), Some(KeyEncoding::Hex), Some(KeyEncoding::Utf8));
    let x = |count: usize| "x".repeat(count);
    let rows = [
        (x(32), utf8, HmacSha256, None),
        (x(31), utf8, HmacSha256, Some(SigningKeyError::HmacLength)),
        (x(1024), utf8, HmacSha256, None),
        (x(1025), utf8, HmacSha256, Some(SigningKeyError::HmacLength)),
        (SHARED_SECRET.to_owned(), None, HmacSha256, Some(SigningKeyError::Ambiguous)),
        (SHARED_SECRET.to_owned(), base64, HmacSha256, None),
        (format!("{}!", x(40)), None, HmacSha256, None),
        ("00".repeat(32), hex, HmacSha256, None),
        ("0g".repeat(32), hex, HmacSha256, Some(SigningKeyError::Encoding)),
        (ED25519.to_owned(), None, Ed25519, None),
        (ED25519_SEED.to_owned(), None, Ed25519, None),
        ("00".repeat(32), None, Ed25519, Some(SigningKeyError::Ambiguous)),
        ("00".repeat(32), hex, Ed25519, None),
        ("00".repeat(31), hex, Ed25519, Some(SigningKeyError::Ed25519)),
        // Another algorithm's PKCS #8, or a public key.
        (ED25519.replace("K2Vw", "K2Vu"), base64, Ed25519, Some(SigningKeyError::Ed25519)),
        (
            "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=".to_owned(),
            None,
            Ed25519,
            Some(SigningKeyError::Ed25519),
        ),
    ];
    each(rows, |(text, encoding, algorithm, expected)| {
        assert_eq!(decode(&text, encoding, algorithm), expected, "{text} {encoding:?}");
    });
}
