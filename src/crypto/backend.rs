//! Which implementation of AES does what.

use aes::cipher::array::Array;
use aes::cipher::consts::{U12, U16};
use aes::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, InnerIvInit, KeyInit, KeySizeUser, StreamCipher,
    StreamCipherCoreWrapper,
};
use aes_gcm::AesGcm;
use aes_gcm::aead::{AeadCore, AeadInOut};
use ctr::CtrCore;
use ghash::universal_hash::UniversalHash;

/// AES with one key size, and the modes that an implementation can do better than the mode crates.
pub(super) trait Aes:
    KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + BlockCipherDecrypt + 'static
{
    /// The blocks that take as long as one. The mode crates work the rest of a text off block by block.
    const WIDTH: usize = 1;
    type Gcm: KeyInit + AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>;
    type Ctr: StreamCipher;
    /// GHASH.
    type Hash: KeyInit + KeySizeUser<KeySize = U16> + BlockSizeUser<BlockSize = U16> + UniversalHash;

    /// Counter mode from the counter `first` on, with all 128 bits.
    fn count(self, first: &Block) -> Self::Ctr;
}

type Block = Array<u8, U16>;

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
    type Hash = ghash::GHash;

    fn count(self, first: &Block) -> Self::Ctr {
        count(self, first)
    }
}

impl Aes for aes::Aes192 {
    type Gcm = AesGcm<Self, U12>;
    type Ctr = ctr::Ctr128BE<Self>;
    type Hash = ghash::GHash;

    fn count(self, first: &Block) -> Self::Ctr {
        count(self, first)
    }
}

impl Aes for aes::Aes256 {
    type Gcm = AesGcm<Self, U12>;
    type Ctr = ctr::Ctr128BE<Self>;
    type Hash = ghash::GHash;

    fn count(self, first: &Block) -> Self::Ctr {
        count(self, first)
    }
}

fn count<C: BlockCipherEncrypt<BlockSize = U16>>(cipher: C, first: &Block) -> ctr::Ctr128BE<C> {
    StreamCipherCoreWrapper::from_core(CtrCore::inner_iv_init(cipher, first))
}

#[cfg(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"))]
pub(super) use vectors::{Vectors as Wide, pays};

#[cfg(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"))]
mod vectors {
    use aes::cipher::InnerIvInit;

    use super::super::simd;
    use super::super::spec::Mode;
    use super::{Aes, Backend, Block};

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
        type Hash = simd::GHash;

        fn count(self, first: &Block) -> Self::Ctr {
            simd::Ctr::inner_iv_init(self, first)
        }
    }

    /// Whether a text is long enough for [`Vectors`] to make up for their longer set-up; measured by
    /// `scripts/bench-wasm`.
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
