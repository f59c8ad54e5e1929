//! The stages that `scripts/bench-wasm` times, each once by RustCrypto's crates and once by the vector ciphers.
//!
//! One call works off one message, key set-up included, as the gate does. A message of an AEAD is put back before it is
//! opened, which costs both sides the same.
#![cfg(all(target_arch = "wasm32", feature = "simd"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

use std::cell::RefCell;

use aes::cipher::array::Array;
use aes::cipher::consts::{U12, U16, U24, U32};
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit, StreamCipher};
use aes_gcm::AesGcm;
use aes_gcm::aead::{AeadCore, AeadInOut};
use ghash::universal_hash::UniversalHash;
use kyc_gate::crypto::simd;

type Block = Array<u8, U16>;

const KEY: [u8; 32] = *b"0123456789abcdef0123456789ABCDEF";
const IV: [u8; 16] = *b"an iv, not fresh";

thread_local! {
    /// The message, and a working copy of it.
    static TEXTS: RefCell<(Vec<u8>, Vec<u8>)> = RefCell::default();
}

fn on_text<T>(work: impl FnOnce(&mut [u8]) -> T) -> T {
    TEXTS.with_borrow_mut(|(_, copy)| work(copy))
}

fn open<A: KeyInit + AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>>() {
    TEXTS.with_borrow_mut(|(sealed, copy)| {
        copy.copy_from_slice(sealed);
        let (text, tag) = copy.split_last_chunk_mut::<16>().unwrap();
        let cipher = A::new_from_slice(&KEY[..A::key_size()]).unwrap();
        cipher.decrypt_inout_detached(IV[..12].try_into().unwrap(), &[], text.into(), (&*tag).into()).unwrap();
    });
}

fn stream<C: KeyIvInit + StreamCipher>() {
    on_text(|text| C::new_from_slices(&KEY[..C::key_size()], &IV).unwrap().apply_keystream(text));
}

fn chain<C: KeyIvInit + BlockModeDecrypt<BlockSize = U16>>() {
    on_text(|text| {
        let (blocks, _) = Block::slice_as_chunks_mut(text);
        C::new_from_slices(&KEY[..C::key_size()], &IV).unwrap().decrypt_blocks(blocks);
    });
}

fn link<C: KeyIvInit + BlockModeEncrypt<BlockSize = U16>>() {
    on_text(|text| {
        let (blocks, _) = Block::slice_as_chunks_mut(text);
        C::new_from_slices(&KEY[..C::key_size()], &IV).unwrap().encrypt_blocks(blocks);
    });
}

fn hash<H: KeyInit + UniversalHash>() -> u32 {
    on_text(|text| {
        let mut hash = H::new_from_slice(&IV).unwrap();
        hash.update_padded(text);
        hash.finalize().iter().map(|byte| u32::from(*byte)).sum()
    })
}

fn seal<A: KeyInit + AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>>(text: &mut Vec<u8>) {
    let cipher = A::new_from_slice(&KEY[..A::key_size()]).unwrap();
    let tag = cipher.encrypt_inout_detached(IV[..12].try_into().unwrap(), &[], text.as_mut_slice().into()).unwrap();
    text.extend_from_slice(&tag);
}

/// Makes a message of so many bytes for [`run`]: sealed for stages that open it, any bytes for the others.
#[unsafe(no_mangle)]
pub extern "C" fn prepare(stage: u32, length: usize) {
    let mut text: Vec<u8> = (0..=255).cycle().take(length).collect();
    match stage {
        0 | 1 => seal::<AesGcm<aes::Aes128, U12>>(&mut text),
        2 | 3 => seal::<AesGcm<aes::Aes192, U12>>(&mut text),
        4 | 5 | 22 | 23 | 28 | 29 => seal::<AesGcm<aes::Aes256, U12>>(&mut text),
        _ => {}
    }
    TEXTS.set((text.clone(), text));
}

/// Works one stage off, so many times. Even stages are the crates', odd ones the vectors'.
#[unsafe(no_mangle)]
pub extern "C" fn run(stage: u32, times: u32) -> u32 {
    let mut sum = 0u32;
    for _ in 0..times {
        match stage {
            0 => open::<AesGcm<aes::Aes128, U12>>(),
            1 => open::<simd::Gcm<U16>>(),
            2 => open::<AesGcm<aes::Aes192, U12>>(),
            3 => open::<simd::Gcm<U24>>(),
            4 => open::<AesGcm<aes::Aes256, U12>>(),
            5 => open::<simd::Gcm<U32>>(),
            6 => stream::<ctr::Ctr128BE<aes::Aes128>>(),
            7 => stream::<simd::Ctr<U16>>(),
            8 => stream::<ctr::Ctr128BE<aes::Aes256>>(),
            9 => stream::<simd::Ctr<U32>>(),
            10 => sum = sum.wrapping_add(hash::<ghash::GHash>()),
            11 => sum = sum.wrapping_add(hash::<simd::GHash>()),
            12 => chain::<cbc::Decryptor<aes::Aes128>>(),
            13 => chain::<cbc::Decryptor<simd::Aes128>>(),
            14 => chain::<cbc::Decryptor<aes::Aes256>>(),
            15 => chain::<cbc::Decryptor<simd::Aes256>>(),
            16 => chain::<cfb_mode::Decryptor<aes::Aes256>>(),
            17 => chain::<cfb_mode::Decryptor<simd::Aes256>>(),
            18 => link::<cbc::Encryptor<aes::Aes128>>(),
            19 => link::<cbc::Encryptor<simd::Permute<U16>>>(),
            20 => link::<cbc::Encryptor<aes::Aes256>>(),
            21 => link::<cbc::Encryptor<simd::Permute<U32>>>(),
            22 => open::<AesGcm<aes::Aes256, U12>>(),
            23 => open::<AesGcm<simd::Permute<U32>, U12>>(),
            24 => stream::<ctr::Ctr128BE<aes::Aes256>>(),
            25 => stream::<ctr::Ctr128BE<simd::Permute<U32>>>(),
            26 => chain::<cfb_mode::Decryptor<aes::Aes256>>(),
            27 => chain::<cfb_mode::Decryptor<simd::Permute<U32>>>(),
            28 => open::<AesGcm<simd::Permute<U32>, U12>>(),
            29 => open::<simd::Gcm<U32>>(),
            30 => stream::<ctr::Ctr128BE<simd::Permute<U32>>>(),
            31 => stream::<simd::Ctr<U32>>(),
            32 => chain::<cfb_mode::Decryptor<simd::Permute<U32>>>(),
            33 => chain::<cfb_mode::Decryptor<simd::Aes256>>(),
            34 => link::<cfb_mode::Encryptor<aes::Aes256>>(),
            35 => link::<cfb_mode::Encryptor<simd::Permute<U32>>>(),
            _ => sum = u32::MAX,
        }
    }
    sum
}
