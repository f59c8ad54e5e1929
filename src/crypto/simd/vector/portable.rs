//! The same in plain Rust, so that the algorithms can be tested and checked where there is no `v128`.

/// 128 bits: the low and the high half.
#[derive(Clone, Copy)]
pub struct V128(u64, u64);

/// Takes units of `size` bytes from two halves in turn.
fn interleave(a: u64, b: u64, size: usize) -> V128 {
    let (a, b) = (a.to_le_bytes(), b.to_le_bytes());
    let mut bytes = [0; 16];
    for (unit, (a, b)) in bytes.chunks_mut(2 * size).zip(a.chunks(size).zip(b.chunks(size))) {
        let (first, second) = unit.split_at_mut(size);
        first.copy_from_slice(a);
        second.copy_from_slice(b);
    }
    V128::load(&bytes)
}

impl V128 {
    fn from_bits(bits: u128) -> Self {
        Self::load(&bits.to_le_bytes())
    }

    fn bits(self) -> u128 {
        u128::from(self.1) << 64 | u128::from(self.0)
    }

    pub fn load(bytes: &[u8; 16]) -> Self {
        let [a, b, c, d, e, f, g, h, high @ ..] = *bytes;
        Self(u64::from_le_bytes([a, b, c, d, e, f, g, h]), u64::from_le_bytes(high))
    }

    pub fn store(self) -> [u8; 16] {
        self.bits().to_le_bytes()
    }

    pub fn splat(byte: u8) -> Self {
        Self::load(&[byte; 16])
    }

    pub fn xor(self, other: Self) -> Self {
        Self(self.0 ^ other.0, self.1 ^ other.1)
    }

    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0, self.1 & other.1)
    }

    pub fn shift_left<const N: u32>(self) -> Self {
        Self(self.0 << N, self.1 << N)
    }

    pub fn shift_right<const N: u32>(self) -> Self {
        Self(self.0 >> N, self.1 >> N)
    }

    pub fn spread_bit<const N: u32>(self) -> Self {
        const LOWEST: u64 = 0x0000_0001_0000_0001;
        // Each lane holds 0 or 1, so the product of the lower one doesn't reach the upper one.
        Self((self.0 >> N & LOWEST) * 0xffff_ffff, (self.1 >> N & LOWEST) * 0xffff_ffff)
    }

    pub fn rotate_columns<const N: usize>(self) -> Self {
        Self::from_bits((0..N).fold(self.bits(), |bits, _| bits.rotate_right(32)))
    }

    pub fn pick(self, indices: Self) -> Self {
        let bits = self.bits();
        Self::load(&indices.store().map(|index| {
            let [byte, ..] = (bits >> (u32::from(index & 15) * 8)).to_le_bytes();
            byte & (index >> 7).wrapping_sub(1)
        }))
    }

    pub fn after(self, before: Self) -> Self {
        Self::from_bits(self.bits() << 8 | before.bits() >> 120)
    }

    pub fn low_bytes(self, other: Self) -> Self {
        interleave(self.0, other.0, 1)
    }

    pub fn high_bytes(self, other: Self) -> Self {
        interleave(self.1, other.1, 1)
    }

    pub fn low_pairs(self, other: Self) -> Self {
        interleave(self.0, other.0, 2)
    }

    pub fn high_pairs(self, other: Self) -> Self {
        interleave(self.1, other.1, 2)
    }

    pub fn low_quads(self, other: Self) -> Self {
        interleave(self.0, other.0, 4)
    }

    pub fn high_quads(self, other: Self) -> Self {
        interleave(self.1, other.1, 4)
    }

    pub fn low_halves(self, other: Self) -> Self {
        Self(self.0, other.0)
    }

    pub fn high_halves(self, other: Self) -> Self {
        Self(self.1, other.1)
    }
}
