//! Which implementation of AES does what.

use aes::cipher::common::IvSizeUser;
use aes::cipher::consts::{U12, U16};
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, KeyInit, KeyIvInit, StreamCipher};
use aes_gcm::AesGcm;
use aes_gcm::aead::{AeadCore, AeadInOut};

/// AES with one key size, and the modes that an implementation can do better than the mode crates.
pub(super) trait Aes:
    KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + BlockCipherDecrypt
{
    /// The blocks that take as long as one. The mode crates work the rest of a text off block by block.
    const WIDTH: usize = 1;
    type Gcm: KeyInit + AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>;
    type Ctr: KeyIvInit + IvSizeUser<IvSize = U16> + StreamCipher;
}

/// AES with every key size.
pub(super) trait Backend {
    type Aes128: Aes;
    type Aes192: Aes;
    type Aes256: Aes;
}

/// RustCrypto's crates: on x86-64 and ARM the processor's AES instructions, elsewhere software in constant time.
pub(super) enum Crates {}

impl Backend for Crates {
    type Aes128 = aes::Aes128;
    type Aes192 = aes::Aes192;
    type Aes256 = aes::Aes256;
}

impl Aes for aes::Aes128 {
    type Gcm = AesGcm<Self, U12>;
    type Ctr = ctr::Ctr128BE<Self>;
}

impl Aes for aes::Aes192 {
    type Gcm = AesGcm<Self, U12>;
    type Ctr = ctr::Ctr128BE<Self>;
}

impl Aes for aes::Aes256 {
    type Gcm = AesGcm<Self, U12>;
    type Ctr = ctr::Ctr128BE<Self>;
}

#[cfg(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"))]
pub(super) use vectors::{Vectors as Wide, pays};

#[cfg(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"))]
mod vectors {
    use super::super::simd;
    use super::super::spec::Mode;
    use super::{Aes, Backend};

    /// WebAssembly's vectors.
    pub enum Vectors {}

    impl Backend for Vectors {
        type Aes128 = simd::Aes128;
        type Aes192 = simd::Aes192;
        type Aes256 = simd::Aes256;
    }

    impl<K: simd::AesKeySize> Aes for simd::Aes<K> {
        const WIDTH: usize = 32;
        type Gcm = simd::Gcm<K>;
        type Ctr = simd::Ctr<K>;
    }

    /// Whether a text is long enough for [`Vectors`] to make up for their longer set-up; measured by
    /// `scripts/bench-stages --wasm`.
    pub fn pays(mode: Mode, decrypts: bool, length: usize) -> bool {
        match mode {
            Mode::Gcm => length >= 1024,
            Mode::Ctr => length >= 512,
            Mode::Cbc | Mode::Cfb128 => decrypts && length >= 256,
            // One block for each byte.
            Mode::Cfb8 => decrypts && length >= 16,
        }
    }
}
