//! Which implementation of AES does what.

use aes::cipher::array::Array;
use aes::cipher::consts::{U12, U16};
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, KeyInit, KeySizeUser, StreamCipher};
use aes_gcm::AesGcm;
use aes_gcm::aead::{AeadCore, AeadInOut};
use ghash::universal_hash::UniversalHash;

/// AES with one key size, and the modes that an implementation can do better than the mode crates.
pub(super) trait Aes: KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + Clone + 'static {
    /// The blocks that take as long as one. The mode crates work the rest of a text off block by block.
    const WIDTH: usize = 1;
    /// What decrypts blocks. All modes but CBC encrypt only.
    type Inverse: KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherDecrypt + 'static;
    type Gcm: KeyInit + AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>;
    type Hash: KeyInit + KeySizeUser<KeySize = U16> + BlockSizeUser<BlockSize = U16> + UniversalHash + Clone;
    type Ctr: StreamCipher;

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

/// RustCrypto's AES: on x86-64 (AES-NI, VAES) and ARM the processor's instructions, which it looks for when it runs,
/// elsewhere software in constant time. Natively, counter mode and GHASH are faster than the crates'.
#[cfg(any(test, not(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"))))]
pub(super) enum Crates {}

#[cfg(any(test, not(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"))))]
impl Backend for Crates {
    type Aes128 = aes::Aes128;
    type Aes192 = aes::Aes192;
    type Aes256 = aes::Aes256;
}

/// Takes the modes of RustCrypto's crates for a cipher, with these implementations of GHASH and counter mode.
macro_rules! by_mode_crates {
    ($aes:ty, $inverse:ty, $hash:ty, $counter:ty, $count:path) => {
        impl Aes for $aes {
            type Inverse = $inverse;
            type Gcm = AesGcm<Self, U12>;
            type Hash = $hash;
            type Ctr = $counter;

            fn count(self, first: &Block) -> Self::Ctr {
                $count(self, first)
            }
        }
    };
}

/// Counts by the `ctr` crate.
#[cfg(any(test, target_arch = "wasm32", not(feature = "simd")))]
fn count_by_crate<C: BlockCipherEncrypt<BlockSize = U16>>(cipher: C, first: &Block) -> ctr::Ctr128BE<C> {
    use aes::cipher::{InnerIvInit, StreamCipherCoreWrapper};
    StreamCipherCoreWrapper::from_core(ctr::CtrCore::inner_iv_init(cipher, first))
}

#[cfg(all(feature = "simd", not(target_arch = "wasm32")))]
mod native {
    use super::super::counter::Counter;
    use super::*;

    #[cfg(target_arch = "x86_64")]
    use super::super::x86::GHash;
    #[cfg(not(target_arch = "x86_64"))]
    use ghash::GHash;

    by_mode_crates!(aes::Aes128, Self, GHash, Counter<Self>, Counter::new);
    by_mode_crates!(aes::Aes192, Self, GHash, Counter<Self>, Counter::new);
    by_mode_crates!(aes::Aes256, Self, GHash, Counter<Self>, Counter::new);
}

#[cfg(any(target_arch = "wasm32", not(feature = "simd")))]
mod crates {
    use super::*;

    by_mode_crates!(aes::Aes128, Self, ghash::GHash, ctr::Ctr128BE<Self>, count_by_crate);
    by_mode_crates!(aes::Aes192, Self, ghash::GHash, ctr::Ctr128BE<Self>, count_by_crate);
    by_mode_crates!(aes::Aes256, Self, ghash::GHash, ctr::Ctr128BE<Self>, count_by_crate);
}

/// The faster GHASH for long texts.
pub(super) type Hash = <<Long as Backend>::Aes128 as Aes>::Hash;

#[cfg(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"))]
pub(super) use vectors::{Permutations as Short, Sliced as Long, pays};

#[cfg(not(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128")))]
pub(super) use {Crates as Short, Crates as Long};

/// Returns whether a text is long enough for [`Long`].
#[cfg(not(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128")))]
pub(super) fn pays(_: super::spec::CipherMode, _: bool, _: usize) -> bool {
    false
}

#[cfg(all(feature = "simd", any(test, all(target_arch = "wasm32", target_feature = "simd128"))))]
pub(super) mod vectors {
    use aes::cipher::InnerIvInit;
    use aes::cipher::consts::{U12, U16, U24, U32};
    use aes_gcm::AesGcm;

    use super::super::simd;
    use super::{Aes, Backend, Block, count_by_crate};

    /// 32 blocks at once.
    pub enum Sliced {}

    impl Backend for Sliced {
        type Aes128 = simd::Aes128;
        type Aes192 = simd::Aes192;
        type Aes256 = simd::Aes256;
    }

    impl<K: simd::AesKeySize> Aes for simd::Aes<K> {
        const WIDTH: usize = 32;
        type Inverse = Self;
        type Gcm = simd::Gcm<K>;
        type Hash = simd::GHash;
        type Ctr = simd::Ctr<K>;

        fn count(self, first: &Block) -> Self::Ctr {
            simd::Ctr::inner_iv_init(self, first)
        }
    }

    /// One block, or four. These never decrypt: the crates do.
    pub enum Permutations {}

    impl Backend for Permutations {
        type Aes128 = simd::Permute<U16>;
        type Aes192 = simd::Permute<U24>;
        type Aes256 = simd::Permute<U32>;
    }

    by_mode_crates!(simd::Permute<U16>, aes::Aes128, simd::ShortHash, ctr::Ctr128BE<Self>, count_by_crate);
    by_mode_crates!(simd::Permute<U24>, aes::Aes192, simd::ShortHash, ctr::Ctr128BE<Self>, count_by_crate);
    by_mode_crates!(simd::Permute<U32>, aes::Aes256, simd::ShortHash, ctr::Ctr128BE<Self>, count_by_crate);

    /// Returns whether a text is long enough for [`Sliced`] to make up for their longer set-up, against
    /// [`Permutations`]; measured by `scripts/bench-stages --wasm`.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    pub fn pays(mode: super::super::spec::CipherMode, decrypts: bool, length: usize) -> bool {
        use super::super::spec::CipherMode;
        match mode {
            CipherMode::Gcm => length >= 2048,
            CipherMode::Ctr => length >= 1536,
            CipherMode::Cbc => decrypts && length >= 256,
            CipherMode::Cfb128 => decrypts && length >= 2048,
            // One block for each byte.
            CipherMode::Cfb8 => decrypts && length >= 128,
        }
    }
}
