//! Decoding and decryption against the crates used in the plainest way: all at once, on the whole body.

use aes::cipher::array::Array;
use aes::cipher::consts::{U12, U16};
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit, StreamCipher};
use aes_gcm::AesGcm;
use aes_gcm::aead::{AeadCore, AeadInOut};
use arbitrary::Arbitrary;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use kyc_gate::crypto::{BodyEncoding, Envelope, EnvelopeParts, Iv, Key, KeyEncoding};
use kyc_gate::payload::{Document, Limits};

const KEYS: [&str; 2] = [
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff000102030405060708090a0b0c0d0e0f",
];
const IV: [u8; 16] = *b"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f";

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Gcm,
    Cbc,
    Cfb128,
    Cfb8,
    Ctr,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Base64,
    Base64Url,
    Hex,
    Raw,
    JsonString,
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    mode: Mode,
    encoding: Encoding,
    is_long_key: bool,
    is_static_iv: bool,
    allow_plaintext: bool,
    has_previous_key: bool,
    /// Whether the text is sealed first, and by which key; else it is the body.
    sealed_by: Option<bool>,
    /// White space goes in at these places of a sealed body, and one byte is changed where the last one says so.
    spaces: [u16; 3],
    tampered: Option<u16>,
    announced: u32,
    cuts: [u16; 5],
    text: &'a [u8],
}

/// Opens arbitrary bodies, and bodies sealed by the crates, in chunks.
pub fn run(data: &[u8]) {
    let Some(input) = super::read::<Input<'_>>(data) else { return };
    let envelope = input.envelope();
    let body = input.body();
    let mut decoder = envelope.decoder();
    decoder.reserve(input.announced as usize);
    for chunk in super::chunks(&body, &input.cuts) {
        decoder.push(chunk);
    }
    assert_eq!(decoder.received(), body.len());
    let found: Vec<Vec<u8>> = envelope.open(decoder).map(|plaintext| plaintext.to_vec()).collect();
    let wanted = input.candidates(&body);
    // Where padding is wrong, what is given instead of nothing must be unusable.
    let usable = |plaintext: &Vec<u8>| Document::scan(plaintext, Limits::default()).is_ok();
    if input.mode == Mode::Cbc {
        let found: Vec<_> = found.iter().filter(|plaintext| usable(plaintext)).collect();
        assert_eq!(found, wanted.iter().filter(|plaintext| usable(plaintext)).collect::<Vec<_>>());
    } else {
        assert_eq!(found, wanted);
    }
    if let (Some(by), None) = (input.sealed_by, input.tampered) {
        let plaintext = input.text.to_vec();
        let opens = !by || input.has_previous_key;
        // An empty body is no body, whatever it would open to.
        if opens && !body.is_empty() && !(plaintext.is_empty() && input.is_static_iv && input.mode != Mode::Cbc) {
            assert!(found.contains(&plaintext) || input.mode == Mode::Cbc && wanted.contains(&plaintext));
        }
    }
}

impl Input<'_> {
    fn key(&self, previous: bool) -> Vec<u8> {
        let length = if self.is_long_key { 32 } else { 16 };
        unhex(&KEYS[usize::from(previous)].as_bytes()[..length * 2]).unwrap()
    }

    fn iv_length(&self) -> usize {
        if self.mode == Mode::Gcm { 12 } else { 16 }
    }

    fn envelope(&self) -> Envelope {
        let length = if self.is_long_key { 64 } else { 32 };
        let keys = KEYS.iter().take(1 + usize::from(self.has_previous_key));
        let spec = match self.mode {
            Mode::Gcm => "AES/GCM/NoPadding",
            Mode::Cbc => "AES/CBC/PKCS5Padding",
            Mode::Cfb128 => "AES/CFB/NoPadding",
            Mode::Cfb8 => "AES/CFB8/NoPadding",
            Mode::Ctr => "AES/CTR/NoPadding",
        };
        Envelope::new(EnvelopeParts {
            cipher: spec.parse().unwrap(),
            keys: keys.map(|key| Key::decode(&key[..length], Some(KeyEncoding::Hex)).unwrap()).collect(),
            iv: if self.is_static_iv { Iv::Static(IV[..self.iv_length()].to_vec()) } else { Iv::Prefix },
            body_encoding: match self.encoding {
                Encoding::Base64 => BodyEncoding::Base64,
                Encoding::Base64Url => BodyEncoding::Base64Url,
                Encoding::Hex => BodyEncoding::Hex,
                Encoding::Raw => BodyEncoding::Raw,
                Encoding::JsonString => BodyEncoding::JsonString,
            },
            allow_plaintext: self.allow_plaintext,
            accept_static_nonce: true,
        })
        .unwrap()
    }

    fn body(&self) -> Vec<u8> {
        let Some(by_previous) = self.sealed_by else { return self.text.to_vec() };
        let sealed = encrypt(self.mode, &self.key(by_previous), &IV[..self.iv_length()], self.text);
        let prefix = if self.is_static_iv { &[] } else { &IV[..self.iv_length()] };
        let mut body = self.encode(&[prefix, &sealed].concat());
        if self.encoding != Encoding::Raw {
            for place in self.spaces {
                // Not into the middle of an escape, of which there is none here.
                let at = usize::from(place) % (body.len() + 1);
                body.insert(at, b" \n\r\t"[usize::from(place) % 4]);
            }
        }
        if let Some(at) = self.tampered.filter(|_| !body.is_empty()) {
            let at = usize::from(at) % body.len();
            body[at] ^= 1;
        }
        body
    }

    fn encode(&self, bytes: &[u8]) -> Vec<u8> {
        match self.encoding {
            Encoding::Base64 => STANDARD.encode(bytes).into_bytes(),
            Encoding::Base64Url => URL_SAFE_NO_PAD.encode(bytes).into_bytes(),
            Encoding::Hex => bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect(),
            Encoding::Raw => bytes.to_vec(),
            Encoding::JsonString => format!("\"{}\"", STANDARD.encode(bytes)).into_bytes(),
        }
    }

    /// The bytes that a body stands for.
    fn decode(&self, body: &[u8]) -> Option<Vec<u8>> {
        match self.encoding {
            Encoding::Raw => Some(body.to_vec()),
            Encoding::Hex => unhex(&without_space(body)),
            Encoding::Base64 => unpadded(&without_space(body), &STANDARD_NO_PAD),
            Encoding::Base64Url => unpadded(&without_space(body), &URL_SAFE_NO_PAD),
            Encoding::JsonString => {
                // Line breaks may stand in the quotes, though JSON has them escaped.
                let body: Vec<u8> = body.iter().map(|byte| if is_space(byte) { b' ' } else { *byte }).collect();
                let text: String = serde_json::from_slice(&body).ok()?;
                unpadded(&without_space(text.as_bytes()), &STANDARD_NO_PAD)
            }
        }
    }

    /// What [`Envelope::open`] may give for a body.
    fn candidates(&self, body: &[u8]) -> Vec<Vec<u8>> {
        let starts_with_brace = body.iter().find(|byte| !is_space(byte)) == Some(&b'{');
        let is_plain = self.allow_plaintext && starts_with_brace;
        if is_plain && self.encoding != Encoding::Raw {
            return vec![body.to_vec()];
        }
        let Some(bytes) = self.decode(body).filter(|bytes| !bytes.is_empty()) else { return Vec::new() };
        let keys = [false, true].into_iter().take(1 + usize::from(self.has_previous_key));
        let mut candidates: Vec<_> = keys.filter_map(|previous| self.decrypt(&self.key(previous), &bytes)).collect();
        if self.mode == Mode::Gcm {
            candidates.truncate(1);
        }
        if is_plain && (self.mode != Mode::Gcm || candidates.is_empty()) {
            candidates.push(bytes);
        }
        candidates
    }

    fn decrypt(&self, key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
        let (iv, text) = if self.is_static_iv {
            (&IV[..self.iv_length()], bytes)
        } else {
            bytes.split_at_checked(self.iv_length())?
        };
        decrypt(self.mode, key, iv, text)
    }
}

macro_rules! by_key {
    ($key:expr, $aes:ident => $work:expr) => {
        if $key.len() == 16 {
            type $aes = aes::Aes128;
            $work
        } else {
            type $aes = aes::Aes256;
            $work
        }
    };
}

fn encrypt(mode: Mode, key: &[u8], iv: &[u8], text: &[u8]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    by_key!(key, Aes => match mode {
        Mode::Gcm => seal::<AesGcm<Aes, U12>>(key, iv, &mut bytes),
        Mode::Cbc => {
            let padding = 16 - bytes.len() % 16;
            bytes.resize(bytes.len() + padding, padding as u8);
            let (blocks, _) = Array::<u8, U16>::slice_as_chunks_mut(&mut bytes);
            cbc::Encryptor::<Aes>::new_from_slices(key, iv).unwrap().encrypt_blocks(blocks);
        }
        Mode::Cfb128 => cfb_mode::Encryptor::<Aes>::new_from_slices(key, iv).unwrap().encrypt(&mut bytes),
        Mode::Cfb8 => cfb8::Encryptor::<Aes>::new_from_slices(key, iv).unwrap().encrypt(&mut bytes),
        Mode::Ctr => ctr::Ctr128BE::<Aes>::new_from_slices(key, iv).unwrap().apply_keystream(&mut bytes),
    });
    bytes
}

fn decrypt(mode: Mode, key: &[u8], iv: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = text.to_vec();
    by_key!(key, Aes => match mode {
        Mode::Gcm => open::<AesGcm<Aes, U12>>(key, iv, &mut bytes)?,
        Mode::Cbc => {
            let (blocks, []) = Array::<u8, U16>::slice_as_chunks_mut(&mut bytes) else { return None };
            cbc::Decryptor::<Aes>::new_from_slices(key, iv).unwrap().decrypt_blocks(blocks);
            let padding = *bytes.last()?;
            let start = bytes.len().checked_sub(usize::from(padding)).filter(|_| (1..=16).contains(&padding))?;
            if bytes.drain(start..).any(|byte| byte != padding) {
                return None;
            }
        }
        Mode::Cfb128 => cfb_mode::Decryptor::<Aes>::new_from_slices(key, iv).unwrap().decrypt(&mut bytes),
        Mode::Cfb8 => cfb8::Decryptor::<Aes>::new_from_slices(key, iv).unwrap().decrypt(&mut bytes),
        Mode::Ctr => ctr::Ctr128BE::<Aes>::new_from_slices(key, iv).unwrap().apply_keystream(&mut bytes),
    });
    Some(bytes)
}

fn seal<A: KeyInit + AeadInOut + AeadCore<NonceSize = U12>>(key: &[u8], nonce: &[u8], text: &mut Vec<u8>) {
    let cipher = A::new_from_slice(key).unwrap();
    let tag = cipher.encrypt_inout_detached(nonce.try_into().unwrap(), &[], text.as_mut_slice().into()).unwrap();
    text.extend_from_slice(&tag);
}

fn open<A: KeyInit + AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>>(
    key: &[u8],
    nonce: &[u8],
    text: &mut Vec<u8>,
) -> Option<()> {
    let tag = text.split_off(text.len().checked_sub(16)?);
    let cipher = A::new_from_slice(key).unwrap();
    let tag = tag.as_slice().try_into().unwrap();
    cipher.decrypt_inout_detached(nonce.try_into().unwrap(), &[], text.as_mut_slice().into(), tag).ok()
}

/// Base64 with all of its padding or none.
fn unpadded(text: &[u8], engine: &impl Engine) -> Option<Vec<u8>> {
    let digits = text.iter().position(|byte| *byte == b'=').map_or(text, |end| &text[..end]);
    let is_padded = digits.len() < text.len();
    let is_whole = text.len().is_multiple_of(4) && text.len() - digits.len() <= 2;
    if is_padded && (!is_whole || text[digits.len()..].iter().any(|byte| *byte != b'=')) {
        return None;
    }
    engine.decode(digits).ok()
}

fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let pairs = text.chunks(2).map(|pair| Some(digit(pair[0])? * 16 + digit(*pair.get(1)?)?));
    pairs.collect()
}

fn without_space(text: &[u8]) -> Vec<u8> {
    text.iter().filter(|byte| !is_space(byte)).copied().collect()
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
