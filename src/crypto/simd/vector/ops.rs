//! Operators of a vector.

use std::ops::{BitAnd, BitXor, BitXorAssign};

use zeroize::DefaultIsZeroes;

use super::register::V128;

impl BitXor for V128 {
    type Output = Self;
    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        self.xor(other)
    }
}

impl BitXorAssign for V128 {
    #[inline(always)]
    fn bitxor_assign(&mut self, other: Self) {
        *self = self.xor(other);
    }
}

impl BitAnd for V128 {
    type Output = Self;
    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        self.and(other)
    }
}

impl Default for V128 {
    #[inline(always)]
    fn default() -> Self {
        Self::splat(0)
    }
}

impl DefaultIsZeroes for V128 {}

#[cfg(test)]
mod tests {
    use std::array;

    use super::V128;

    /// What the operations are said to do, on bytes.
    #[test]
    fn operations() {
        let [a, b] = [0x8877_6655_4433_2211_9f8f_7f6f_5f4f_3f2f_u128, 0xfedc_ba98_7654_3210_1032_5476_98ba_dcfe];
        let [a, b] = [a, b].map(u128::to_le_bytes);
        let (va, vb) = (V128::load(&a), V128::load(&b));

        assert_eq!((va ^ vb).store(), array::from_fn(|at| a[at] ^ b[at]));
        assert_eq!((va & vb).store(), array::from_fn(|at| a[at] & b[at]));
        assert_eq!(V128::splat(0xa5).store(), [0xa5; 16]);
        let indices: [u8; 16] = array::from_fn(|at| b[at] & 15);
        assert_eq!(va.pick(V128::load(&indices)).store(), array::from_fn(|at| a[usize::from(b[at] & 15)]));
        let beyond = V128::load(&b.map(|byte| byte | 0x80));
        assert_eq!(va.pick(beyond).store(), [0; 16]);
        assert_eq!(va.after(vb).store(), array::from_fn(|at| if at == 0 { b[15] } else { a[at - 1] }));
        assert_eq!(va.rotate_columns::<1>().store(), array::from_fn(|at| a[(at + 4) % 16]));
        assert_eq!(va.rotate_columns::<3>().store(), array::from_fn(|at| a[(at + 12) % 16]));
        for (size, low, high) in [
            (1, va.low_bytes(vb), va.high_bytes(vb)),
            (2, va.low_pairs(vb), va.high_pairs(vb)),
            (4, va.low_quads(vb), va.high_quads(vb)),
            (8, va.low_halves(vb), va.high_halves(vb)),
        ] {
            let from = |start: usize, at: usize| {
                let unit = at / size;
                let source = if unit.is_multiple_of(2) { &a } else { &b };
                source[start + unit / 2 * size + at % size]
            };
            assert_eq!(low.store(), array::from_fn(|at| from(0, at)), "{size}");
            assert_eq!(high.store(), array::from_fn(|at| from(8, at)), "{size}");
        }
    }

    #[test]
    fn shifts_and_spreads() {
        let bytes = 0x0123_4567_89ab_cdef_8070_6050_4030_2010_u128.to_le_bytes();
        let vector = V128::load(&bytes);
        let (low, high) = (0x8070_6050_4030_2010_u64, 0x0123_4567_89ab_cdef_u64);
        let joined = |low: u64, high: u64| (u128::from(high) << 64 | u128::from(low)).to_le_bytes();
        assert_eq!(vector.shift_left::<3>().store(), joined(low << 3, high << 3));
        assert_eq!(vector.shift_right::<5>().store(), joined(low >> 5, high >> 5));
        for (lane, word) in vector.spread_bit::<13>().store().chunks(4).zip(bytes.chunks(4)) {
            let bit = word[1] >> 5 & 1;
            assert_eq!(lane, [bit * 255; 4]);
        }
    }
}
