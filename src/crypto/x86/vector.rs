//! Bytes to registers and back, at any alignment.

use core::arch::x86_64::{__m128i, __m256i, __m512i};
use core::mem::transmute;

#[inline]
#[target_feature(enable = "avx")]
pub fn load128(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: both types have 16 bytes, and every pattern of bits is a value of both.
    unsafe { transmute::<[u8; 16], __m128i>(*bytes) }
}

#[inline]
#[target_feature(enable = "avx")]
pub fn store128(vector: __m128i) -> [u8; 16] {
    // SAFETY: both types have 16 bytes, and every pattern of bits is a value of both.
    unsafe { transmute::<__m128i, [u8; 16]>(vector) }
}

#[inline]
#[target_feature(enable = "avx")]
pub fn load256(bytes: &[u8; 32]) -> __m256i {
    // SAFETY: both types have 32 bytes, and every pattern of bits is a value of both.
    unsafe { transmute::<[u8; 32], __m256i>(*bytes) }
}

#[inline]
#[target_feature(enable = "avx512f")]
pub fn load512(bytes: &[u8; 64]) -> __m512i {
    // SAFETY: both types have 64 bytes, and every pattern of bits is a value of both.
    unsafe { transmute::<[u8; 64], __m512i>(*bytes) }
}

#[inline]
#[target_feature(enable = "avx512f")]
pub fn store512(vector: __m512i) -> [u8; 64] {
    // SAFETY: both types have 64 bytes, and every pattern of bits is a value of both.
    unsafe { transmute::<__m512i, [u8; 64]>(vector) }
}
