//! What a configuration may say about encryption, and why it is refused otherwise.
#![cfg(not(target_arch = "wasm32"))]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/crypto.rs"]
#[allow(dead_code, reason = "the interoperability table belongs to tests/crypto.rs")]
mod crypto;

use crypto::{open, parts};
use kyc_gate::crypto::{
    BodyEncoding, CipherMode, CipherSpec, CipherSpecError, Envelope, EnvelopeError, EnvelopeParts, Iv, IvError, Key,
    KeyEncoding, KeyError, Padding,
};

use rows::each;

const KEY: &str = "000102030405060708090a0b0c0d0e0f";
const KEYS: [&str; 3] = [
    KEY,
    "000102030405060708090a0b0c0d0e0f1011121314151617",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
];
const GCM: &str = "AES/GCM/NoPadding";
const CBC: &str = "AES/CBC/PKCS5Padding";
const IV: &str = "101112131415161718191a1b1c1d1e1f";
const JSON: &[u8] = br#"{"user_id":"maira.b@example.test"}"#;

#[test]
fn cipher_specs() {
    let accepted = [
        ("AES/GCM/NoPadding", CipherMode::Gcm, Padding::None, None),
        ("aes/gcm/nopadding", CipherMode::Gcm, Padding::None, None),
        ("AES/CBC/PKCS5Padding", CipherMode::Cbc, Padding::Block, None),
        ("AES/CBC/PKCS7PADDING", CipherMode::Cbc, Padding::Block, None),
        ("AES/CBC/NoPadding", CipherMode::Cbc, Padding::None, None),
        ("AES/CFB/NoPadding", CipherMode::Cfb128, Padding::None, None),
        ("AES/CFB/PKCS5Padding", CipherMode::Cfb128, Padding::Block, None),
        ("AES/CFB128/NoPadding", CipherMode::Cfb128, Padding::None, None),
        ("AES/CFB8/NoPadding", CipherMode::Cfb8, Padding::None, None),
        ("aes/cfb8/pkcs7padding", CipherMode::Cfb8, Padding::Block, None),
        ("Aes/Ctr/NoPadding", CipherMode::Ctr, Padding::None, None),
        ("AES/256/CBC/PKCS7Padding", CipherMode::Cbc, Padding::Block, Some(256)),
        ("AES/192/gcm/NoPadding", CipherMode::Gcm, Padding::None, Some(192)),
        ("AES/128/CFB/NoPadding", CipherMode::Cfb128, Padding::None, Some(128)),
        ("AES/256/CFB/PKCS7Padding", CipherMode::Cfb128, Padding::Block, Some(256)),
        ("AES_128/GCM/NoPadding", CipherMode::Gcm, Padding::None, Some(128)),
        ("AES_192/CBC/PKCS5Padding", CipherMode::Cbc, Padding::Block, Some(192)),
        ("aes_256/gcm/nopadding", CipherMode::Gcm, Padding::None, Some(256)),
    ];
    each(accepted, |(text, mode, padding, key_bits)| {
        let iv_bytes = if mode == CipherMode::Gcm { 12 } else { 16 };
        assert_eq!(text.parse(), Ok(CipherSpec { mode, padding, iv_bytes, key_bits }), "{text}");
    });
    let refused = [
        ("", CipherSpecError::Shape),
        ("AES", CipherSpecError::Shape),
        ("AES/GCM", CipherSpecError::Shape),
        ("AES/256/CBC/PKCS7Padding/x", CipherSpecError::Shape),
        ("AES/256/CFB/NoPadding:SHA-256", CipherSpecError::Digest),
        ("AES/CBC/PKCS5Padding:SHA-1", CipherSpecError::Digest),
        ("DES/CBC/PKCS5Padding", CipherSpecError::Algorithm),
        ("/CBC/PKCS5Padding", CipherSpecError::Algorithm),
        ("AES_512/GCM/NoPadding", CipherSpecError::KeyBits),
        ("AES_/GCM/NoPadding", CipherSpecError::KeyBits),
        ("AES_256/256/GCM/NoPadding", CipherSpecError::Algorithm),
        ("AES-256/GCM/NoPadding", CipherSpecError::Algorithm),
        ("DES_256/GCM/NoPadding", CipherSpecError::Algorithm),
        ("AES/512/CBC/PKCS7Padding", CipherSpecError::KeyBits),
        ("AES/0128/CBC/PKCS7Padding", CipherSpecError::KeyBits),
        ("AES//CBC/PKCS7Padding", CipherSpecError::KeyBits),
        ("AES/ECB/PKCS5Padding", CipherSpecError::Ecb),
        ("AES/128/ecb/NoPadding", CipherSpecError::Ecb),
        ("AES/OFB/NoPadding", CipherSpecError::CipherMode),
        ("AES/CFB64/NoPadding", CipherSpecError::CipherMode),
        (" AES/GCM/NoPadding", CipherSpecError::Algorithm),
        ("AES/CBC/ISO10126Padding", CipherSpecError::Padding),
        ("AES/GCM/", CipherSpecError::Padding),
        ("AES/CFB/ZeroPadding", CipherSpecError::Padding),
        ("AES_256/ECB/NoPadding", CipherSpecError::Ecb),
        ("AES/GCM/PKCS5Padding", CipherSpecError::PaddingUnused),
        ("AES/CTR/PKCS5Padding", CipherSpecError::PaddingUnused),
    ];
    each(refused, |(text, error)| {
        assert_eq!(text.parse::<CipherSpec>(), Err(error), "{text}");
    });
}

#[test]
fn keys() {
    use KeyEncoding::{Base64, Hex, Utf8};
    let accepted = [
        (KEY, Some(Hex), 128),
        ("000102030405060708090A0b0C0d0e0F", Some(Hex), 128),
        (KEYS[1], None, 192),
        (KEYS[2], None, 256),
        ("0123456789abcdef", None, 128),
        ("sixteen letters!", None, 128),
        ("ÄÖÜäöüß!!", None, 128),
        (KEY, Some(Utf8), 256),
        (KEY, Some(Base64), 192),
        ("AAECAwQFBgcICQoLDA0ODw==", Some(Base64), 128),
        ("AAECAwQFBgcICQoLDA0ODw", Some(Base64), 128),
        ("AAECAwQFBgcICQoLDA0ODw", None, 128),
        ("AAECAwQFBgcICQoLDA0ODw==\n", Some(Base64), 128),
        (" AAECAwQFBgcICQoLDA0ODw \r\n", None, 128),
        ("\t000102030405060708090a0b0c0d0e0f\n", Some(Hex), 128),
        ("sixteen  letters", Some(Utf8), 128),
        ("__-__-__-__-__-__-__-w", None, 128),
        ("//+//+//+//+//+//+//+w", None, 128),
        ("//////////////////////////////////////////8=", None, 256),
        ("__________________________________________8", None, 256),
    ];
    each(accepted, |(text, encoding, bits)| {
        assert_eq!(Key::decode(text, encoding).map(|key| key.bits()).map_err(|e| e.to_string()), Ok(bits), "{text}");
    });
    let refused = [
        ("", None, KeyError::Length),
        ("short", None, KeyError::Length),
        ("fifteen letters", Some(Utf8), KeyError::Length),
        ("0001", Some(Hex), KeyError::Length),
        ("AAEC", Some(Base64), KeyError::Length),
        ("not hex at all!!", Some(Hex), KeyError::Encoding),
        ("000102030405060708090a0b0c0d0e0", Some(Hex), KeyError::Encoding),
        ("not base64", Some(Base64), KeyError::Encoding),
        ("_/_/_/_/_/_/_/_/_/_/_w", Some(Base64), KeyError::Encoding),
        ("sixteen letters!\n", Some(Utf8), KeyError::WhiteSpace),
        ("sixteen letters!\n", None, KeyError::WhiteSpace),
        (" fifteen letters", Some(Utf8), KeyError::WhiteSpace),
        (" fifteen letters", None, KeyError::WhiteSpace),
        ("AAECAwQFBgcICQoLDA0ODw==\n", None, KeyError::Ambiguous),
        ("not hex at all!!\n", Some(Hex), KeyError::Encoding),
        ("fifteen letters \n\n", None, KeyError::Length),
        // 16 bytes in hex, 24 in base64, 32 as they are.
        (KEY, None, KeyError::Ambiguous),
        // 16 bytes in base64, 24 as they are.
        ("AAECAwQFBgcICQoLDA0ODw==", None, KeyError::Ambiguous),
    ];
    each(refused, |(text, encoding, error)| {
        assert_eq!(Key::decode(text, encoding).map(|key| key.bits()), Err(error), "{text}");
    });
    assert_eq!(format!("{:?}", Key::decode("sixteen letters!", None)), "Ok(Key(redacted))");
}

#[test]
fn sizes_of_blocks_and_ivs() {
    let spec = |text: &str| text.parse::<CipherSpec>().unwrap();
    let blocks = [
        ("AES/CFB8/PKCS5Padding", 1, Some(Padding::Byte)),
        ("AES/CFB8/PKCS5Padding", 16, Some(Padding::Block)),
        ("AES/CFB8/NoPadding", 1, Some(Padding::None)),
        ("AES/CFB/PKCS5Padding", 1, None),
        ("AES/CBC/PKCS5Padding", 1, None),
        ("AES/GCM/NoPadding", 1, None),
        ("AES/GCM/NoPadding", 16, Some(Padding::None)),
        ("AES/CFB8/PKCS5Padding", 8, None),
    ];
    each(blocks, |(text, bytes, padding)| {
        assert_eq!(spec(text).with_block_size(bytes).map(|spec| spec.padding), padding, "{text} {bytes}");
    });
    let ivs = [(GCM, 12, true), (GCM, 16, true), (GCM, 13, false), (CBC, 16, true), (CBC, 12, false)];
    each(ivs, |(text, bytes, taken)| {
        assert_eq!(spec(text).with_iv_bytes(bytes).map(|spec| spec.iv_bytes), taken.then_some(bytes), "{text} {bytes}");
    });
}

#[test]
fn ivs() {
    let sixteen = Ok(Iv::Static((0x10..0x20).collect()));
    let accepted = [
        ("prefix", None, GCM, Ok(Iv::Prefix)),
        ("Prefix", Some(KeyEncoding::Hex), CBC, Ok(Iv::Prefix)),
        (IV, None, CBC, sixteen.clone()),
        (IV, Some(KeyEncoding::Hex), "AES/CTR/NoPadding", sixteen.clone()),
        ("EBESExQVFhcYGRobHB0eHw==", None, "AES/CFB8/NoPadding", sixteen.clone()),
        ("EBESExQVFhcYGRobHB0eHw", Some(KeyEncoding::Base64), "AES/CFB/NoPadding", sixteen),
        ("sixteen letters!", None, CBC, Ok(Iv::Static(b"sixteen letters!".to_vec()))),
        ("101112131415161718191a1b", None, GCM, Ok(Iv::Static((0x10..0x1c).collect()))),
        (IV, None, GCM, Err(IvError::Length)),
        ("101112131415161718191a1b", None, CBC, Err(IvError::Length)),
        ("", None, CBC, Err(IvError::Length)),
        ("prefixed", None, CBC, Err(IvError::Length)),
        ("prefixed", Some(KeyEncoding::Hex), CBC, Err(IvError::Encoding)),
    ];
    each(accepted, |(text, encoding, cipher, expected)| {
        assert_eq!(Iv::decode(text, encoding, cipher.parse().unwrap()), expected, "{text}");
    });
    let wide = GCM.parse::<CipherSpec>().unwrap().with_iv_bytes(16).unwrap();
    assert_eq!(Iv::decode(IV, None, wide), Ok(Iv::Static((0x10..0x20).collect())));
    assert_eq!(Iv::decode("101112131415161718191a1b", None, wide), Err(IvError::Length));
}

#[test]
fn envelopes_are_validated() {
    let refusal = |parts| Envelope::new(parts).err();
    let parts = |cipher, keys: &[&str], iv| parts(cipher, keys, iv, BodyEncoding::Raw);
    let nonce = "101112131415161718191a1b";

    assert_eq!(refusal(parts(GCM, &[KEY], "prefix")), None);
    assert_eq!(refusal(parts(GCM, &KEYS, "prefix")), None);
    assert_eq!(refusal(parts(GCM, &[], "prefix")), Some(EnvelopeError::NoKey));
    assert_eq!(refusal(parts("AES/128/CBC/PKCS7Padding", &[KEY], IV)), None);
    assert_eq!(refusal(parts("AES/256/CBC/PKCS7Padding", &[KEY], IV)), Some(EnvelopeError::KeyBits));
    assert_eq!(refusal(parts("AES/128/CBC/PKCS7Padding", &[KEY, KEYS[2]], IV)), Some(EnvelopeError::KeyBits));
    assert_eq!(refusal(parts(GCM, &[KEY], nonce)), Some(EnvelopeError::StaticNonce));
    let short = EnvelopeParts { iv: Iv::Static(vec![0; 12]), ..parts(CBC, &[KEY], IV) };
    assert_eq!(refusal(short), Some(EnvelopeError::IvLength));

    let accepted = EnvelopeParts { accept_static_nonce: true, ..parts(GCM, &[KEY], nonce) };
    let accepted = Envelope::new(accepted).unwrap();
    let body = accepted.seal(JSON, [1; 16]).unwrap();
    assert_eq!(body.len(), JSON.len() + 16);
    assert_eq!(open(&accepted, &body, 5), [JSON]);
}
