//! `v128`. The only place with `unsafe` in this room.

use core::arch::wasm32::*;
use core::mem::transmute;

/// 128 bits.
#[derive(Clone, Copy)]
pub struct V128(v128);

impl V128 {
    #[inline(always)]
    pub fn load(bytes: &[u8; 16]) -> Self {
        // SAFETY: both types have 16 bytes, and every pattern of bits is a value of both.
        Self(unsafe { transmute::<[u8; 16], v128>(*bytes) })
    }

    #[inline(always)]
    pub fn store(self) -> [u8; 16] {
        // SAFETY: both types have 16 bytes, and every pattern of bits is a value of both.
        unsafe { transmute::<v128, [u8; 16]>(self.0) }
    }

    #[inline(always)]
    pub fn splat(byte: u8) -> Self {
        Self(u8x16_splat(byte))
    }

    #[inline(always)]
    pub fn xor(self, other: Self) -> Self {
        Self(v128_xor(self.0, other.0))
    }

    #[inline(always)]
    pub fn and(self, other: Self) -> Self {
        Self(v128_and(self.0, other.0))
    }

    /// Returns each half, as a number of 64 bits, times 2^N.
    #[inline(always)]
    pub fn shift_left<const N: u32>(self) -> Self {
        Self(u64x2_shl(self.0, N))
    }

    /// Returns each half, as a number of 64 bits, divided by 2^N.
    #[inline(always)]
    pub fn shift_right<const N: u32>(self) -> Self {
        Self(u64x2_shr(self.0, N))
    }

    /// Fills each 32-bit lane with its bit N.
    #[inline(always)]
    pub fn spread_bit<const N: u32>(self) -> Self {
        Self(i32x4_shr(i32x4_shl(self.0, 31 - N), 31))
    }

    /// Moves 32-bit lane `c + N` (modulo 4) to lane `c`.
    #[inline(always)]
    pub fn rotate_columns<const N: usize>(self) -> Self {
        Self(match N % 4 {
            0 => self.0,
            1 => u32x4_shuffle::<1, 2, 3, 0>(self.0, self.0),
            2 => u32x4_shuffle::<2, 3, 0, 1>(self.0, self.0),
            _ => u32x4_shuffle::<3, 0, 1, 2>(self.0, self.0),
        })
    }

    /// Returns the bytes of `self` at the positions that `indices` names; zero for 128 and more. Any other position
    /// from 16 on has no defined result.
    #[inline(always)]
    pub fn pick(self, indices: Self) -> Self {
        #[cfg(target_feature = "relaxed-simd")]
        return Self(i8x16_relaxed_swizzle(self.0, indices.0));
        #[cfg(not(target_feature = "relaxed-simd"))]
        Self(u8x16_swizzle(self.0, indices.0))
    }

    /// Moves each byte up by one; the lowest one is the highest one of `before`.
    #[inline(always)]
    pub fn after(self, before: Self) -> Self {
        Self(u8x16_shuffle::<15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30>(before.0, self.0))
    }

    /// Returns the bytes of both low halves in turn.
    #[inline(always)]
    pub fn low_bytes(self, other: Self) -> Self {
        Self(u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(self.0, other.0))
    }

    /// Returns the bytes of both high halves in turn.
    #[inline(always)]
    pub fn high_bytes(self, other: Self) -> Self {
        Self(u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(self.0, other.0))
    }

    /// Returns the 16-bit lanes of both low halves in turn.
    #[inline(always)]
    pub fn low_pairs(self, other: Self) -> Self {
        Self(u16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(self.0, other.0))
    }

    /// Returns the 16-bit lanes of both high halves in turn.
    #[inline(always)]
    pub fn high_pairs(self, other: Self) -> Self {
        Self(u16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(self.0, other.0))
    }

    /// Returns the 32-bit lanes of both low halves in turn.
    #[inline(always)]
    pub fn low_quads(self, other: Self) -> Self {
        Self(u32x4_shuffle::<0, 4, 1, 5>(self.0, other.0))
    }

    /// Returns the 32-bit lanes of both high halves in turn.
    #[inline(always)]
    pub fn high_quads(self, other: Self) -> Self {
        Self(u32x4_shuffle::<2, 6, 3, 7>(self.0, other.0))
    }

    /// Returns both low halves.
    #[inline(always)]
    pub fn low_halves(self, other: Self) -> Self {
        Self(u64x2_shuffle::<0, 2>(self.0, other.0))
    }

    /// Returns both high halves.
    #[inline(always)]
    pub fn high_halves(self, other: Self) -> Self {
        Self(u64x2_shuffle::<1, 3>(self.0, other.0))
    }
}
