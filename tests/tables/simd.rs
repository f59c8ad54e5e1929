//! The vector ciphers against RustCrypto's, which are their reference. Plain functions, so that they run natively and
//! in Wasm alike.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use crate::rows::each;
use aes::cipher::array::Array;
use aes::cipher::common::KeySizeUser;
use aes::cipher::consts::{U12, U16, U24, U32};
use aes::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, BlockSizeUser, InnerIvInit, KeyInit,
    KeyIvInit, StreamCipher,
};
use aes_gcm::AesGcm;
use aes_gcm::aead::{AeadCore, AeadInOut};
use ghash::universal_hash::UniversalHash;
use kyc_gate::crypto::simd;

pub type Block = Array<u8, U16>;

/// Bytes without a pattern (SplitMix64).
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let words = std::iter::repeat_with(|| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).to_le_bytes()
    });
    words.flatten().take(length).collect()
}

pub fn blocks() {
    blocks_with::<aes::Aes128, simd::Aes128>();
    blocks_with::<aes::Aes192, simd::Aes192>();
    blocks_with::<aes::Aes256, simd::Aes256>();
}

pub trait Cipher: KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + BlockCipherDecrypt {}
impl<C: KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + BlockCipherDecrypt> Cipher for C {}

pub trait Aead: KeyInit + AeadInOut + AeadCore<NonceSize = U12, TagSize = U16> {}
impl<C: KeyInit + AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>> Aead for C {}

fn blocks_with<Soft: Cipher, Wide: Cipher>() {
    for count in 0..=100 {
        let key = noise(count as u64, Soft::key_size());
        let (soft, wide) = (Soft::new_from_slice(&key).unwrap(), Wide::new_from_slice(&key).unwrap());
        let text = noise(1000, count * 16);
        let plain = Block::slice_as_chunks(&text).0.to_vec();
        let (mut expected, mut found) = (plain.clone(), plain.clone());
        soft.encrypt_blocks(&mut expected);
        wide.encrypt_blocks(&mut found);
        assert_eq!(found, expected, "{count}");
        for (block, expected) in plain.iter().zip(&expected).take(3) {
            let mut found = *block;
            wide.encrypt_block(&mut found);
            assert_eq!(found, *expected);
            wide.decrypt_block(&mut found);
            assert_eq!(found, *block);
        }
        wide.decrypt_blocks(&mut found);
        assert_eq!(found, plain, "{count}");
    }
}

/// AES by permutations: single blocks, four at a time, and the chains that it is for.
pub fn permutations(longest: usize) {
    permutations_with::<aes::Aes128, simd::Permute<U16>>(longest);
    permutations_with::<aes::Aes192, simd::Permute<U24>>(longest);
    permutations_with::<aes::Aes256, simd::Permute<U32>>(longest);
}

pub trait Encrypt: KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt {}
impl<C: KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt> Encrypt for C {}

fn permutations_with<Soft: Encrypt, Permuted: Encrypt>(longest: usize) {
    let iv = noise(10, 16);
    for length in 0..=longest {
        let key = noise(length as u64, Soft::key_size());
        let text = noise(11, length);
        let both = |cipher: &dyn Fn(&mut [u8]), reference: &dyn Fn(&mut [u8])| {
            let (mut found, mut expected) = (text.clone(), text.clone());
            cipher(&mut found);
            reference(&mut expected);
            assert!(found == expected, "{length}");
        };
        both(&|text| blocks_of::<Permuted>(&key, text), &|text| blocks_of::<Soft>(&key, text));
        both(&|text| cbc_of::<Permuted>(&key, &iv, text), &|text| cbc_of::<Soft>(&key, &iv, text));
        both(&|text| cfb_of::<Permuted>(&key, &iv, text), &|text| cfb_of::<Soft>(&key, &iv, text));
        both(&|text| cfb8_of::<Permuted>(&key, &iv, text), &|text| cfb8_of::<Soft>(&key, &iv, text));
    }
}

fn blocks_of<C: Encrypt>(key: &[u8], text: &mut [u8]) {
    C::new_from_slice(key).unwrap().encrypt_blocks(Block::slice_as_chunks_mut(text).0);
}

fn cbc_of<C: Encrypt>(key: &[u8], iv: &[u8], text: &mut [u8]) {
    let mut mode = cbc::Encryptor::<C>::new_from_slices(key, iv).unwrap();
    mode.encrypt_blocks(Block::slice_as_chunks_mut(text).0);
}

fn cfb_of<C: Encrypt>(key: &[u8], iv: &[u8], text: &mut [u8]) {
    cfb_mode::Encryptor::<C>::new_from_slices(key, iv).unwrap().encrypt(text);
}

fn cfb8_of<C: Encrypt>(key: &[u8], iv: &[u8], text: &mut [u8]) {
    cfb8::Encryptor::<C>::new_from_slices(key, iv).unwrap().encrypt(text);
}

/// Every number of blocks, every way to cut them once, and some to cut them often.
pub fn hashes() {
    hashes_with::<simd::GHash>();
    hashes_with::<simd::ShortHash>();
}

fn hashes_with<H: KeyInit + KeySizeUser<KeySize = U16> + UniversalHash<BlockSize = U16> + Clone>() {
    let key = Block::try_from(noise(1, 16).as_slice()).unwrap();
    let (soft, ours) = (ghash::GHash::new(&key), H::new(&key));
    let text = noise(2, 4200);
    let (blocks, _) = Block::slice_as_chunks(&text);
    let mut expected = soft.clone();
    for count in 0..=blocks.len() {
        let mut found = ours.clone();
        found.update(&blocks[..count]);
        assert_eq!(found.finalize(), expected.clone().finalize(), "{count}");
        expected.update(&blocks[count..(count + 1).min(blocks.len())]);
    }
    let expected = expected.finalize();
    for cut in 0..=blocks.len() {
        let mut found = ours.clone();
        found.update(&blocks[..cut]);
        found.update(&blocks[cut..]);
        assert_eq!(found.finalize(), expected, "{cut}");
    }
    for size in 1..=70 {
        let mut found = ours.clone();
        blocks.chunks(size).for_each(|chunk| found.update(chunk));
        assert_eq!(found.finalize(), expected, "by {size}");
    }
    for length in 0..=1100 {
        let (mut found, mut expected) = (ours.clone(), soft.clone());
        found.update_padded(&text[..length]);
        expected.update_padded(&text[..length]);
        assert_eq!(found.finalize(), expected.finalize(), "{length} bytes");
    }
}

/// The counters that every carry is near to, and some others.
const COUNTERS: [u128; 14] = [
    0,
    1,
    2,
    31,
    32,
    33,
    255,
    0xffff_fffe,
    0xffff_ff1f,
    0x0123_4567_89ab_cdef_0123_4567_ffff_fff3,
    0x0123_4567_ffff_ffff_ffff_ffff_ffff_ffe0,
    u128::MAX - 255,
    u128::MAX - 256,
    u128::MAX,
];

pub fn counters(longest: usize) {
    counters_with(simd::Aes128::new_from_slice(&noise(1, 16)).unwrap(), longest, |iv| {
        soft_stream::<aes::Aes128>(16, iv)
    });
    counters_with(simd::Aes192::new_from_slice(&noise(1, 24)).unwrap(), longest, |iv| {
        soft_stream::<aes::Aes192>(24, iv)
    });
    counters_with(simd::Aes256::new_from_slice(&noise(1, 32)).unwrap(), longest, |iv| {
        soft_stream::<aes::Aes256>(32, iv)
    });
}

fn soft_stream<C: Cipher>(key_size: usize, iv: &Block) -> Vec<u8> {
    let mut stream = vec![0; 12_000];
    ctr::Ctr128BE::<C>::new_from_slices(&noise(1, key_size), iv).unwrap().apply_keystream(&mut stream);
    stream
}

/// Every length, and every cut into two; many chunks for some.
fn counters_with<K: simd::AesKeySize>(aes: simd::Aes<K>, longest: usize, soft: impl Fn(&Block) -> Vec<u8>) {
    each(COUNTERS, |counter| {
        let iv = Block::from(counter.to_be_bytes());
        let expected = soft(&iv);
        let start = || simd::Ctr::inner_iv_init(aes.clone(), &iv);
        let mut all = expected.clone();
        start().apply_keystream(&mut all);
        assert!(all.iter().all(|byte| *byte == 0), "{counter:#x}");
        for size in [1, 7, 16, 100, 511, 512, 513, 5000] {
            let (mut cipher, mut text) = (start(), vec![0; expected.len()]);
            text.chunks_mut(size).for_each(|chunk| cipher.apply_keystream(chunk));
            assert!(text == expected, "{counter:#x} by {size}");
        }
    });
    let iv = Block::from(0x0123_4567_89ab_cdef_0123_4567_ffff_fff3_u128.to_be_bytes());
    let expected = soft(&iv);
    let fresh = simd::Ctr::inner_iv_init(aes, &iv);
    for length in 0..=longest {
        let (mut once, mut twice) = (vec![0; length], vec![0; longest]);
        fresh.clone().write_keystream(&mut once);
        assert!(once == expected[..length], "{length}");
        let mut cipher = fresh.clone();
        cipher.apply_keystream(&mut twice[..length]);
        cipher.apply_keystream(&mut twice[length..]);
        assert!(twice == expected[..longest], "cut at {length}");
    }
}

/// CBC and CFB decryption of every number of blocks, in every cut, by the mode crates.
pub fn chains() {
    chains_with::<aes::Aes128, simd::Aes128>();
    chains_with::<aes::Aes192, simd::Aes192>();
    chains_with::<aes::Aes256, simd::Aes256>();
}

fn chains_with<Soft: Cipher, Wide: Cipher>() {
    let (key, iv) = (noise(3, Soft::key_size()), noise(4, 16));
    let text = noise(5, 1600);
    let (plain, _) = Block::slice_as_chunks(&text);
    let mut cbc = plain.to_vec();
    cbc::Encryptor::<Soft>::new_from_slices(&key, &iv).unwrap().encrypt_blocks(&mut cbc);
    for cut in 0..=plain.len() {
        let mut cipher = cbc::Decryptor::<Wide>::new_from_slices(&key, &iv).unwrap();
        let mut found = cbc.clone();
        cipher.decrypt_blocks(&mut found[..cut]);
        cipher.decrypt_blocks(&mut found[cut..]);
        assert_eq!(found, plain, "cut at {cut}");
    }
    for length in 0..=text.len() {
        let mut found = text[..length].to_vec();
        cfb_mode::Encryptor::<Soft>::new_from_slices(&key, &iv).unwrap().encrypt(&mut found);
        cfb_mode::Decryptor::<Wide>::new_from_slices(&key, &iv).unwrap().decrypt(&mut found);
        assert!(found == text[..length], "{length}");
    }
    let mut found = plain.to_vec();
    cbc::Encryptor::<Wide>::new_from_slices(&key, &iv).unwrap().encrypt_blocks(&mut found[..3]);
    assert_eq!(found[..3], cbc[..3]);
}

/// AES-GCM of every length.
pub fn messages(longest: usize) {
    messages_with::<AesGcm<aes::Aes128, U12>, simd::Gcm<U16>>(longest);
    messages_with::<AesGcm<aes::Aes192, U12>, simd::Gcm<U24>>(longest);
    messages_with::<AesGcm<aes::Aes256, U12>, simd::Gcm<U32>>(longest);
}

fn messages_with<Soft: Aead, Wide: Aead>(longest: usize) {
    let key = noise(6, Soft::key_size());
    let (soft, wide) = (Soft::new_from_slice(&key).unwrap(), Wide::new_from_slice(&key).unwrap());
    let plain = noise(7, longest);
    for length in 0..=longest {
        let nonce = noise(length as u64, 12);
        let nonce = nonce.as_slice().try_into().unwrap();
        // Associated data of 0 to 40 bytes, and sometimes more than the wide hash takes at once.
        let data = noise(8, if length % 50 == 7 { 1100 } else { length % 41 });
        let mut expected = plain[..length].to_vec();
        let tag = soft.encrypt_inout_detached(nonce, &data, expected.as_mut_slice().into()).unwrap();
        let mut found = plain[..length].to_vec();
        assert_eq!(wide.encrypt_inout_detached(nonce, &data, found.as_mut_slice().into()).unwrap(), tag, "{length}");
        assert!(found == expected, "{length}");

        let mut forged = tag;
        forged[length % 16] ^= 1 << (length % 8);
        assert!(wide.decrypt_inout_detached(nonce, &data, found.as_mut_slice().into(), &forged).is_err());
        assert!(found == expected, "left alone");
        if let Some(byte) = found.get_mut(length / 3) {
            *byte ^= 0x10;
            assert!(wide.decrypt_inout_detached(nonce, &data, found.as_mut_slice().into(), &tag).is_err());
            found[length / 3] ^= 0x10;
        }
        wide.decrypt_inout_detached(nonce, &data, found.as_mut_slice().into(), &tag).unwrap();
        assert!(found == plain[..length], "{length}");
    }
}
