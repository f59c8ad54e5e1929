//! Decoding and decryption against the crates used in the plainest way: all at once, on the whole body.

use aes::cipher::array::Array;
use aes::cipher::consts::{U12, U16};
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit, StreamCipher};
use aes_gcm::AesGcm;
use aes_gcm::aead::{AeadCore, AeadInOut};
use arbitrary::Arbitrary;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use kyc_gate::crypto::{BodyEncoding, CipherSpec, Envelope, EnvelopeParts, Iv, JsonMembers, Key, KeyEncoding};
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
    /// Members of a JSON object.
    Json {
        has_iv: bool,
        has_tag: bool,
    },
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Padding {
    None,
    Block,
    Byte,
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
    padding: Padding,
    is_wide_nonce: bool,
    text: &'a [u8],
}

/// Opens arbitrary bodies, and bodies sealed by the crates, in chunks.
pub fn run(data: &[u8]) {
    let Some(input) = super::read::<Input<'_>>(data) else { return };
    let envelope = input.envelope();
    let body = input.body();
    let mut decoder = envelope.decoder();
    decoder.announce(input.announced as usize);
    for chunk in super::chunks(&body, &input.cuts) {
        decoder.push(chunk);
    }
    assert_eq!(decoder.received(), body.len());
    let found: Vec<Vec<u8>> = envelope.open(decoder).map(|plaintext| plaintext.to_vec()).collect();
    let wanted = input.candidates(&body);
    // Where padding is wrong, or must not be there, what is given instead of nothing must be unusable.
    let usable = |plaintext: &&Vec<u8>| Document::scan(plaintext, Limits::default()).is_ok();
    assert!(wanted.iter().all(|plaintext| found.contains(plaintext)));
    let all_usable = |plaintexts: &[Vec<u8>]| plaintexts.iter().filter(usable).cloned().collect::<Vec<_>>();
    assert_eq!(all_usable(&found), all_usable(&wanted));
    if input.mode == Mode::Gcm {
        assert_eq!(found, wanted);
    }
    if let (Some(by), None) = (input.sealed_by, input.tampered) {
        let opens = !by || input.has_previous_key;
        // An empty body is no body, whatever it would open to.
        let is_empty = input.text.is_empty() && input.is_static_iv();
        if opens && !is_empty && !input.spoils(input.text) {
            assert!(found.contains(&input.filled()) || wanted.contains(&input.filled()));
        }
    }
}

impl Input<'_> {
    fn key(&self, previous: bool) -> Vec<u8> {
        let length = if self.is_long_key { 32 } else { 16 };
        unhex(&KEYS[usize::from(previous)].as_bytes()[..length * 2]).unwrap()
    }

    fn iv_length(&self) -> usize {
        if self.mode == Mode::Gcm && !self.is_wide_nonce { 12 } else { 16 }
    }

    fn padding(&self) -> Padding {
        match (self.mode, self.padding) {
            (Mode::Gcm | Mode::Ctr, _) => Padding::None,
            (Mode::Cbc | Mode::Cfb128, Padding::Byte) => Padding::Block,
            (_, padding) => padding,
        }
    }

    fn members(&self) -> Option<(bool, bool)> {
        match self.encoding {
            Encoding::Json { has_iv, has_tag } => Some((has_iv, has_tag && self.mode == Mode::Gcm)),
            _ => None,
        }
    }

    fn is_static_iv(&self) -> bool {
        self.is_static_iv && !matches!(self.members(), Some((true, _)))
    }

    /// What is encrypted for a text.
    fn padded(&self) -> Vec<u8> {
        let mut text = self.text.to_vec();
        let missing = 16 - text.len() % 16;
        match self.padding() {
            Padding::Block => text.resize(text.len() + missing, missing as u8),
            Padding::Byte => text.push(1),
            Padding::None if self.mode == Mode::Cbc => text.resize(text.len() + missing % 16, b' '),
            Padding::None => {}
        }
        text
    }

    /// A text as it comes out again.
    fn filled(&self) -> Vec<u8> {
        if self.mode == Mode::Cbc && self.padding() == Padding::None { self.padded() } else { self.text.to_vec() }
    }

    /// Whether a text looks padded though the cipher takes no padding, or ends in what CBC is filled up with.
    fn spoils(&self, text: &[u8]) -> bool {
        let ends_in = |count: usize| {
            let run = text.iter().rev().take_while(|byte| usize::from(**byte) == count).count();
            run == count
        };
        let is_fill = self.mode == Mode::Cbc && text.last() == Some(&0);
        self.mode != Mode::Gcm && self.padding() == Padding::None && ([9, 10, 13].into_iter().any(ends_in) || is_fill)
    }

    /// What is left of a decrypted text.
    fn unpadded(&self, mut text: Vec<u8>) -> Option<Vec<u8>> {
        let size = match self.padding() {
            Padding::None if self.mode == Mode::Cbc && text.last() == Some(&0) => {
                let fill = text.iter().rev().take_while(|byte| **byte == 0).count();
                text.truncate(text.len() - if fill > 16 { 0 } else { fill });
                return Some(text);
            }
            Padding::None => return Some(text).filter(|text| !self.spoils(text)),
            Padding::Block => 16,
            Padding::Byte => 1,
        };
        let padding = usize::from(*text.last()?);
        let start = text.len().checked_sub(padding).filter(|_| (1..=size).contains(&padding))?;
        let is_padding =
            text.len().is_multiple_of(size) && text[start..].iter().all(|byte| usize::from(*byte) == padding);
        text.truncate(start);
        is_padding.then_some(text)
    }

    fn envelope(&self) -> Envelope {
        let length = if self.is_long_key { 64 } else { 32 };
        let keys = KEYS.iter().take(1 + usize::from(self.has_previous_key));
        let mode = match self.mode {
            Mode::Gcm => "GCM",
            Mode::Cbc => "CBC",
            Mode::Cfb128 => "CFB",
            Mode::Cfb8 => "CFB8",
            Mode::Ctr => "CTR",
        };
        let padding = if self.padding() == Padding::None { "NoPadding" } else { "PKCS5Padding" };
        let cipher: CipherSpec = format!("AES/{mode}/{padding}").parse().unwrap();
        let block = if self.padding() == Padding::Byte { 1 } else { 16 };
        let cipher = cipher.with_block_size(block).unwrap().with_iv_bytes(self.iv_length()).unwrap();
        let place = |is_there: bool, place: &'static str| is_there.then_some(place);
        let json_members = self
            .members()
            .map(|(has_iv, has_tag)| JsonMembers::new("/p/c", place(has_iv, "/i"), place(has_tag, "/p/t")).unwrap());
        Envelope::new(EnvelopeParts {
            cipher,
            keys: keys.map(|key| Key::decode(&key[..length], Some(KeyEncoding::Hex)).unwrap()).collect(),
            iv: if self.is_static_iv() { Iv::Static(IV[..self.iv_length()].to_vec()) } else { Iv::Prefix },
            body_encoding: match self.encoding {
                Encoding::Base64 | Encoding::Json { .. } => BodyEncoding::Base64,
                Encoding::Base64Url => BodyEncoding::Base64Url,
                Encoding::Hex => BodyEncoding::Hex,
                Encoding::Raw => BodyEncoding::Raw,
                Encoding::JsonString => BodyEncoding::JsonString,
            },
            json_members,
            allow_plaintext: self.allow_plaintext,
            accept_static_nonce: true,
        })
        .unwrap()
    }

    fn body(&self) -> Vec<u8> {
        let Some(by_previous) = self.sealed_by else { return self.text.to_vec() };
        let sealed = encrypt(self.mode, &self.key(by_previous), &IV[..self.iv_length()], &self.padded());
        let prefix = if self.is_static_iv() { &[] } else { &IV[..self.iv_length()] };
        let mut body = self.encode(&[prefix, &sealed].concat());
        if self.encoding != Encoding::Raw && self.members().is_none() {
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
            Encoding::Json { .. } => {
                let (has_iv, has_tag) = self.members().unwrap();
                let (iv, rest) = bytes.split_at(if has_iv { self.iv_length() } else { 0 });
                let (ciphertext, tag) = rest.split_at(rest.len() - if has_tag { 16 } else { 0 });
                let [iv, ciphertext, tag] = [iv, ciphertext, tag].map(|part| STANDARD.encode(part));
                let mut body = serde_json::json!({"v": [1], "p": {"c": ciphertext}});
                if has_iv {
                    body["i"] = iv.into();
                }
                if has_tag {
                    body["p"]["t"] = tag.into();
                }
                body.to_string().into_bytes()
            }
        }
    }

    /// The bytes that a body stands for.
    fn decode(&self, body: &[u8]) -> Option<Vec<u8>> {
        match self.encoding {
            Encoding::Raw => Some(body.to_vec()),
            Encoding::Json { .. } => self.decode_members(body)?,
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

    /// The bytes that the members of a body stand for, if they are there; nothing for a body that has none of them.
    fn decode_members(&self, body: &[u8]) -> Option<Option<Vec<u8>>> {
        let (has_iv, has_tag) = self.members()?;
        let document = Document::scan(body, Limits::default()).ok()?;
        let root = document.root();
        let inner = |name: &str| root.get("p").and_then(|object| object.get(name));
        let parts = [(has_iv, root.get("i"), self.iv_length()), (true, inner("c"), 0), (has_tag, inner("t"), 16)];
        if parts.iter().all(|(is_used, value, _)| !is_used || value.is_none()) {
            return Some(None);
        }
        let mut bytes = Vec::new();
        for (_, value, length) in parts.into_iter().filter(|(is_used, ..)| *is_used) {
            let part = unpadded(&without_space(value?.as_str()?.as_bytes()), &STANDARD_NO_PAD)?;
            if length > 0 && part.len() != length {
                return None;
            }
            bytes.extend(part);
        }
        Some(Some(bytes))
    }

    /// What [`Envelope::open`] may give for a body.
    fn candidates(&self, body: &[u8]) -> Vec<Vec<u8>> {
        let starts_with_brace = body.iter().find(|byte| !is_space(byte)) == Some(&b'{');
        let has_members = self.members().is_some();
        let is_plain = self.allow_plaintext && starts_with_brace && !has_members;
        let is_other = self.allow_plaintext && self.decode_members(body) == Some(None);
        if is_other || is_plain && self.encoding != Encoding::Raw {
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
        let (iv, text) = if self.is_static_iv() {
            (&IV[..self.iv_length()], bytes)
        } else {
            bytes.split_at_checked(self.iv_length())?
        };
        self.unpadded(decrypt(self.mode, key, iv, text)?)
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
        Mode::Gcm if iv.len() == 12 => seal::<AesGcm<Aes, U12>>(key, iv, &mut bytes),
        Mode::Gcm => seal::<AesGcm<Aes, U16>>(key, iv, &mut bytes),
        Mode::Cbc => {
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
        Mode::Gcm if iv.len() == 12 => open::<AesGcm<Aes, U12>>(key, iv, &mut bytes)?,
        Mode::Gcm => open::<AesGcm<Aes, U16>>(key, iv, &mut bytes)?,
        Mode::Cbc => {
            let (blocks, []) = Array::<u8, U16>::slice_as_chunks_mut(&mut bytes) else { return None };
            cbc::Decryptor::<Aes>::new_from_slices(key, iv).unwrap().decrypt_blocks(blocks);
        }
        Mode::Cfb128 => cfb_mode::Decryptor::<Aes>::new_from_slices(key, iv).unwrap().decrypt(&mut bytes),
        Mode::Cfb8 => cfb8::Decryptor::<Aes>::new_from_slices(key, iv).unwrap().decrypt(&mut bytes),
        Mode::Ctr => ctr::Ctr128BE::<Aes>::new_from_slices(key, iv).unwrap().apply_keystream(&mut bytes),
    });
    Some(bytes)
}

fn seal<A: KeyInit + AeadInOut>(key: &[u8], nonce: &[u8], text: &mut Vec<u8>) {
    let cipher = A::new_from_slice(key).unwrap();
    let tag = cipher.encrypt_inout_detached(nonce.try_into().unwrap(), &[], text.as_mut_slice().into()).unwrap();
    text.extend_from_slice(&tag);
}

fn open<A: KeyInit + AeadInOut + AeadCore<TagSize = U16>>(key: &[u8], nonce: &[u8], text: &mut Vec<u8>) -> Option<()> {
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
