//! The vector ciphers against RustCrypto's, which are their reference. Plain functions, so that they run natively and in
//! Wasm alike.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use aes::cipher::array::Array;
use aes::cipher::consts::U16;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, KeyInit};
use kyc_gate::crypto::simd;

type Block = Array<u8, U16>;

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

fn blocks_with<Soft, Wide>()
where
    Soft: KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + BlockCipherDecrypt,
    Wide: KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + BlockCipherDecrypt,
{
    for count in 0..=100 {
        let key = noise(count, Soft::key_size());
        let (soft, wide) = (Soft::new_from_slice(&key).unwrap(), Wide::new_from_slice(&key).unwrap());
        let text = noise(count + 1000, count as usize * 16);
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
