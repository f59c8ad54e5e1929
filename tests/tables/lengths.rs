//! Which implementation opens a body depends on its length and the target; what comes out must not. The expected bytes
//! are made by RustCrypto's crates here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use aes::cipher::array::Array;
use aes::cipher::consts::{U12, U16};
use aes::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeEncrypt, BlockSizeUser, KeyInit, KeyIvInit, StreamCipher,
};
use aes_gcm::AesGcm;
use aes_gcm::aead::AeadInOut;
use kyc_gate::crypto::BodyEncoding;

use super::crypto::{envelope, open};

pub const KEY: [u8; 32] = *b"0123456789abcdef0123456789ABCDEF";
pub const MODES: [&str; 5] = ["GCM/NoPadding", "CBC/PKCS5Padding", "CFB/NoPadding", "CFB8/NoPadding", "CTR/NoPadding"];
const FRESH: [u8; 16] = [0xfb; 16];

/// Every length up to `longest`, in each mode and with each size of key; beyond that, steps that hit no boundary twice.
pub fn run(longest: usize) {
    lengths_with::<aes::Aes128>(longest);
    lengths_with::<aes::Aes192>(longest);
    lengths_with::<aes::Aes256>(longest);
}

pub trait Cipher: KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + BlockCipherDecrypt {}
impl<C: KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + BlockCipherDecrypt> Cipher for C {}

fn lengths_with<C: Cipher>(longest: usize) {
    let key = &KEY[..C::key_size()];
    let key_text = base16ct::lower::encode_string(key);
    let envelope = |mode: &str| envelope(&format!("AES/{mode}"), &[&key_text], "prefix", BodyEncoding::Raw);
    let envelopes = MODES.map(envelope);
    let plain: Vec<u8> = (0..longest * 8).map(|at| u8::try_from((at * 7 + at / 251) % 256).unwrap()).collect();
    for length in (1..=longest).chain((longest..longest * 8).step_by(509)) {
        for (envelope, sealed) in envelopes.iter().zip(seal::<C>(key, &plain[..length])) {
            assert!(open(envelope, &sealed, length) == [&plain[..length]], "{length}");
            assert!(envelope.seal(&plain[..length], FRESH).unwrap() == sealed, "{length}");
        }
    }
}

/// The IV, then the ciphertext, in the order of the modes.
pub fn seal<C: Cipher>(key: &[u8], plain: &[u8]) -> [Vec<u8>; 5] {
    let iv: &Array<u8, U16> = (&FRESH).into();
    let (nonce, _) = FRESH.split_at(12);
    let [mut gcm, mut cbc, mut cfb, mut cfb8, mut ctr] = [(); 5].map(|()| plain.to_vec());
    let cipher = AesGcm::<C, U12>::new_from_slice(key).unwrap();
    let tag = cipher.encrypt_inout_detached(nonce.try_into().unwrap(), &[], gcm.as_mut_slice().into()).unwrap();
    gcm.extend_from_slice(&tag);
    let padding = 16 - plain.len() % 16;
    cbc.resize(plain.len() + padding, u8::try_from(padding).unwrap());
    let (blocks, _) = Array::slice_as_chunks_mut(&mut cbc);
    cbc::Encryptor::<C>::new_from_slices(key, iv).unwrap().encrypt_blocks(blocks);
    cfb_mode::Encryptor::<C>::new_from_slices(key, iv).unwrap().encrypt(&mut cfb);
    cfb8::Encryptor::<C>::new_from_slices(key, iv).unwrap().encrypt(&mut cfb8);
    ctr::Ctr128BE::<C>::new_from_slices(key, iv).unwrap().apply_keystream(&mut ctr);
    let after = |iv: &[u8], text: Vec<u8>| [iv, &text].concat();
    [after(nonce, gcm), after(iv, cbc), after(iv, cfb), after(iv, cfb8), after(iv, ctr)]
}
