//! AES and GHASH for WebAssembly's 128-bit vectors.
mod aes;
mod bitslice;
mod ctr;
mod factor;
mod gcm;
mod ghash;
mod permute;
mod product;
mod round;
mod sbox;
mod schedule;
mod short_hash;
mod tower;
mod vector;

pub use aes::{Aes, Aes128, Aes192, Aes256, AesKeySize};
pub use ctr::Ctr;
pub use gcm::Gcm;
pub use ghash::GHash;
pub use permute::Permute;
pub use short_hash::ShortHash;
