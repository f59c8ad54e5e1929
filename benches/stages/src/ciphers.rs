//! Decoding, decrypting and encrypting, key set-up included.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit, StreamCipher};
use aes::{Aes128, Aes256};
use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{AeadCore, AeadInOut};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_gate::crypto::{BodyDecoder, BodyEncoding, Decoder, Envelope, EnvelopeParts, Iv, Key, KeyEncoding};

use crate::payload::{self, chunks, collect};
use crate::{Side, Sides, Stage};

type Aes128Gcm = AesGcm<Aes128, U12>;
pub type Aes256Gcm = AesGcm<Aes256, U12>;

pub const HEX_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const KEY: [u8; 32] = {
    let mut key = [0; 32];
    let mut at = 0;
    while at < 32 {
        key[at] = at as u8;
        at += 1;
    }
    key
};
pub const FRESH: &[u8; 16] = b"an iv, not fresh";
const GCM: &str = "AES/GCM/NoPadding";
const CBC: &str = "AES/CBC/PKCS5Padding";
const CFB: &str = "AES/CFB/NoPadding";
const CFB8: &str = "AES/CFB8/NoPadding";
const CTR: &str = "AES/CTR/NoPadding";

pub const STAGES: &[Stage] = &[
    Stage { name: "base64 decode", baseline: "base64", scales: true, prepare: decode },
    Stage {
        name: "AES-128-GCM open",
        baseline: "aes-gcm",
        scales: true,
        prepare: |length| open(GCM, 16, length, open_gcm::<Aes128Gcm>),
    },
    Stage {
        name: "AES-256-GCM open",
        baseline: "aes-gcm",
        scales: true,
        prepare: |length| open(GCM, 32, length, open_gcm::<Aes256Gcm>),
    },
    Stage {
        name: "AES-256-CTR open",
        baseline: "ctr",
        scales: true,
        prepare: |length| open(CTR, 32, length, open_ctr),
    },
    Stage {
        name: "AES-256-CBC open",
        baseline: "cbc",
        scales: true,
        prepare: |length| open(CBC, 32, length, open_cbc),
    },
    Stage {
        name: "AES-256-CFB open",
        baseline: "cfb-mode",
        scales: true,
        prepare: |length| open(CFB, 32, length, open_cfb),
    },
    Stage {
        name: "AES-256-CFB8 open",
        baseline: "cfb8",
        scales: true,
        prepare: |length| open(CFB8, 32, length, open_cfb8),
    },
    #[cfg(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"))]
    Stage { name: "GHASH", baseline: "ghash", scales: true, prepare: hash },
    Stage {
        name: "AES-256-GCM seal",
        baseline: "aes-gcm",
        scales: true,
        prepare: |length| seal(GCM, length, seal_gcm),
    },
    Stage { name: "AES-256-CBC seal", baseline: "cbc", scales: true, prepare: |length| seal(CBC, length, seal_cbc) },
    Stage {
        name: "decoder, GCM",
        baseline: "base64, aes-gcm",
        scales: true,
        prepare: |length| decoder(GCM, length, open_gcm::<Aes256Gcm>),
    },
    Stage {
        name: "decoder, CBC",
        baseline: "base64, cbc",
        scales: true,
        prepare: |length| decoder(CBC, length, open_cbc),
    },
    Stage {
        name: "after the last byte, GCM",
        baseline: "base64, aes-gcm",
        scales: true,
        prepare: |length| rest(GCM, length, open_gcm::<Aes256Gcm>),
    },
    Stage {
        name: "after the last byte, CBC",
        baseline: "base64, cbc",
        scales: true,
        prepare: |length| rest(CBC, length, open_cbc),
    },
];

pub fn envelope(cipher: &str, key_bytes: usize, body_encoding: BodyEncoding) -> &'static Envelope {
    let key = Key::decode(&HEX_KEY[..2 * key_bytes], Some(KeyEncoding::Hex)).expect("a key");
    let parts = EnvelopeParts {
        cipher: cipher.parse().expect("a cipher"),
        keys: vec![key],
        iv: Iv::Prefix,
        body_encoding,
        json_members: None,
        allow_plaintext: false,
        accept_static_nonce: false,
    };
    // The sides of a stage live as long as the process.
    Box::leak(Box::new(Envelope::new(parts).expect("an envelope")))
}

/// A payload, sealed as a body.
pub fn sealed(envelope: &Envelope, length: usize) -> Vec<u8> {
    envelope.seal(&payload::json(length), *FRESH).expect("short enough")
}

fn take_in(envelope: &Envelope, body: &[u8]) -> BodyDecoder {
    let mut decoder = envelope.decoder();
    decoder.announce(body.len());
    chunks(body).for_each(|chunk| decoder.push(chunk));
    decoder
}

fn finish(envelope: &Envelope, decoder: BodyDecoder) -> usize {
    envelope.open(decoder).next().expect("the right key").len()
}

fn decode(length: usize) -> Sides {
    let body = STANDARD.encode(payload::json(length)).into_bytes();
    let same = body.clone();
    let product = move || {
        let mut decoder = Decoder::new(BodyEncoding::Base64);
        let mut bytes = Vec::with_capacity(decoder.bound(body.len()));
        chunks(&body).for_each(|chunk| decoder.push(chunk, &mut bytes).expect("base64"));
        decoder.finish(&mut bytes).expect("base64");
        bytes
    };
    Sides {
        bytes: same.len(),
        product: Side::new(product),
        baseline: Some(Side::new(move || STANDARD.decode(collect(&same)).expect("base64"))),
    }
}

fn open(cipher: &str, key_bytes: usize, length: usize, baseline: fn(&mut [u8]) -> &mut [u8]) -> Sides {
    let envelope = envelope(cipher, key_bytes, BodyEncoding::Raw);
    let body = sealed(envelope, length);
    let same = body.clone();
    Sides {
        bytes: body.len(),
        product: Side::new(move || finish(envelope, take_in(envelope, &body))),
        baseline: Some(Side::new(move || baseline(&mut collect(&same)).len())),
    }
}

fn decoder(cipher: &str, length: usize, baseline: fn(&mut [u8]) -> &mut [u8]) -> Sides {
    let envelope = envelope(cipher, 32, BodyEncoding::Base64);
    let body = sealed(envelope, length);
    let same = body.clone();
    Sides {
        bytes: body.len(),
        product: Side::new(move || finish(envelope, take_in(envelope, &body))),
        baseline: Some(Side::new(move || baseline(&mut STANDARD.decode(collect(&same)).expect("base64")).len())),
    }
}

/// What is left to do when the last byte has come; everything, for who collects the body first.
fn rest(cipher: &str, length: usize, baseline: fn(&mut [u8]) -> &mut [u8]) -> Sides {
    let envelope = envelope(cipher, 32, BodyEncoding::Base64);
    let body = sealed(envelope, length);
    let same = body.clone();
    Sides {
        bytes: body.len(),
        product: Side::from(move || take_in(envelope, &body), |decoder| finish(envelope, decoder)),
        baseline: Some(Side::from(
            move || collect(&same),
            move |collected| baseline(&mut STANDARD.decode(collected).expect("base64")).len(),
        )),
    }
}

fn seal(cipher: &str, length: usize, baseline: fn(&[u8]) -> Vec<u8>) -> Sides {
    let envelope = envelope(cipher, 32, BodyEncoding::Base64);
    let text = payload::json(length);
    let same = text.clone();
    Sides {
        bytes: text.len(),
        product: Side::new(move || envelope.seal(&text, *FRESH).expect("short enough")),
        baseline: Some(Side::new(move || STANDARD.encode(baseline(&same)))),
    }
}

pub fn open_gcm<A: KeyInit + AeadInOut + AeadCore<NonceSize = U12>>(body: &mut [u8]) -> &mut [u8] {
    let (nonce, text) = body.split_at_mut(12);
    let (text, tag) = text.split_at_mut(text.len() - 16);
    let cipher = A::new_from_slice(&KEY[..A::key_size()]).expect("a key");
    let (nonce, tag) = ((&*nonce).try_into().expect("a nonce"), (&*tag).try_into().expect("a tag"));
    cipher.decrypt_inout_detached(nonce, &[], (&mut *text).into(), tag).expect("the right key");
    text
}

pub fn open_cbc(body: &mut [u8]) -> &mut [u8] {
    let (iv, text) = body.split_at_mut(16);
    let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&KEY, iv).expect("a key and an IV");
    let length = cipher.decrypt_padded::<Pkcs7>(text).expect("the right key").len();
    &mut text[..length]
}

fn open_ctr(body: &mut [u8]) -> &mut [u8] {
    let (iv, text) = body.split_at_mut(16);
    ctr::Ctr128BE::<Aes256>::new_from_slices(&KEY, iv).expect("a key and an IV").apply_keystream(text);
    text
}

fn open_cfb(body: &mut [u8]) -> &mut [u8] {
    let (iv, text) = body.split_at_mut(16);
    cfb_mode::Decryptor::<Aes256>::new_from_slices(&KEY, iv).expect("a key and an IV").decrypt(text);
    text
}

fn open_cfb8(body: &mut [u8]) -> &mut [u8] {
    let (iv, text) = body.split_at_mut(16);
    cfb8::Decryptor::<Aes256>::new_from_slices(&KEY, iv).expect("a key and an IV").decrypt(text);
    text
}

pub fn seal_gcm(text: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(text.len() + 28);
    sealed.extend_from_slice(&FRESH[..12]);
    sealed.extend_from_slice(text);
    let nonce = FRESH[..12].try_into().expect("a nonce");
    let cipher = Aes256Gcm::new_from_slice(&KEY).expect("a key");
    let tag = cipher.encrypt_inout_detached(nonce, &[], (&mut sealed[12..]).into()).expect("short enough");
    sealed.extend_from_slice(&tag);
    sealed
}

pub fn seal_cbc(text: &[u8]) -> Vec<u8> {
    let cipher = cbc::Encryptor::<Aes256>::new_from_slices(&KEY, FRESH).expect("a key and an IV");
    let mut sealed = Vec::with_capacity(text.len() + 32);
    sealed.extend_from_slice(FRESH);
    sealed.extend_from_slice(text);
    sealed.extend_from_slice(&[0; 16]);
    let length = cipher.encrypt_padded::<Pkcs7>(&mut sealed[16..], text.len()).expect("room for padding").len();
    sealed.truncate(16 + length);
    sealed
}

#[cfg(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"))]
fn hash(length: usize) -> Sides {
    use ghash::universal_hash::UniversalHash;

    fn of<H: KeyInit + UniversalHash>(text: &[u8]) -> ghash::universal_hash::Block<H> {
        let mut hash = H::new_from_slice(FRESH).expect("a key");
        hash.update_padded(text);
        hash.finalize()
    }
    let text = payload::json(length);
    let same = text.clone();
    Sides {
        bytes: text.len(),
        product: Side::new(move || of::<kyc_gate::crypto::simd::GHash>(&text)),
        baseline: Some(Side::new(move || of::<ghash::GHash>(&same))),
    }
}
