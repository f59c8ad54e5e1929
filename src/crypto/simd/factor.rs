//! Multiplication by a secret constant in the field of GHASH (NIST SP 800-38D section 6.3).
//!
//! It is linear, so each half byte of the other factor has a table of 16 entries for each byte of the product. The
//! tables are secret and so are the half bytes, but they meet only in registers: [`V128::pick`] looks 16 half bytes up
//! in one table, without an address that depends on them. For that, elements are processed 16 at a time, turned into
//! vectors of equal bytes.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::vector::V128;

/// 16 elements: vector p holds byte p of each.
pub(super) type Bytes = [V128; 16];

/// x^128 = 1 + x + x^2 + x^7, where the most significant bit is the coefficient of x^0.
const REDUCTION: u128 = 0xe1 << 120;

/// A constant factor, wiped on drop.
#[derive(Clone)]
pub(super) struct Factor {
    /// One for each byte of the other factor.
    tables: Vec<ByteTables>,
}

/// What one byte of an element adds to each byte of the product, by its upper and by its lower half.
#[derive(Clone)]
struct ByteTables {
    upper: [Octet; 2],
    lower: [Octet; 2],
}

/// Half of the product's bytes: as many sums as fit in registers.
type Octet = [V128; 8];

impl Factor {
    pub(super) fn new(factor: &[u8; 16]) -> Self {
        let mut row = u128::from_be_bytes(*factor);
        let mut half = || {
            // The upper bits have the lower powers of x.
            let [r8, r4, r2, r1] = [(); 4].map(|()| {
                let current = row;
                let carry = (row & 1).wrapping_neg();
                row = row >> 1 ^ carry & REDUCTION;
                V128::load(&current.to_be_bytes())
            });
            split(transpose(sums(r8, r4, r2, r1)))
        };
        let mut tables = Vec::with_capacity(16);
        tables.extend((0..16).map(|_| ByteTables { upper: half(), lower: half() }));
        row.zeroize();
        Self { tables }
    }

    /// 16 products.
    #[inline(always)]
    pub(super) fn times(&self, elements: &Bytes) -> Bytes {
        let (mut first, mut second) = (Octet::default(), Octet::default());
        for (ByteTables { upper: [upper, _], lower: [lower, _] }, byte) in self.tables.iter().zip(elements) {
            first = add_byte(first, *byte, upper, lower);
        }
        for (ByteTables { upper: [_, upper], lower: [_, lower] }, byte) in self.tables.iter().zip(elements) {
            second = add_byte(second, *byte, upper, lower);
        }
        join(first, second)
    }
}

impl Drop for Factor {
    fn drop(&mut self) {
        for ByteTables { upper, lower } in &mut self.tables {
            upper.zeroize();
            lower.zeroize();
        }
    }
}

impl ZeroizeOnDrop for Factor {}

#[inline(always)]
fn add_byte(mut sums: Octet, byte: V128, upper: &Octet, lower: &Octet) -> Octet {
    let half = V128::splat(0x0f);
    let (low, high) = (byte & half, byte.shift_right::<4>() & half);
    for ((sum, upper), lower) in sums.iter_mut().zip(upper).zip(lower) {
        *sum = *sum ^ upper.pick(high) ^ lower.pick(low);
    }
    sums
}

/// All sums of the four, ordered by the number that the choice makes up.
#[inline(always)]
fn sums(r8: V128, r4: V128, r2: V128, r1: V128) -> Bytes {
    let r3 = r2 ^ r1;
    let [r5, r6, r7] = [r4 ^ r1, r4 ^ r2, r4 ^ r3];
    [
        V128::default(),
        r1,
        r2,
        r3,
        r4,
        r5,
        r6,
        r7,
        r8,
        r8 ^ r1,
        r8 ^ r2,
        r8 ^ r3,
        r8 ^ r4,
        r8 ^ r5,
        r8 ^ r6,
        r8 ^ r7,
    ]
}

#[inline(always)]
fn split([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]: Bytes) -> [Octet; 2] {
    [[a, b, c, d, e, f, g, h], [i, j, k, l, m, n, o, p]]
}

#[inline(always)]
fn join([a, b, c, d, e, f, g, h]: Octet, [i, j, k, l, m, n, o, p]: Octet) -> Bytes {
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
}

/// Byte p of vector q goes to byte q of vector p.
#[inline(always)]
pub(super) fn transpose(rows: Bytes) -> Bytes {
    interleave(interleave(interleave(interleave(rows))))
}

/// Seen as a number of eight bits, (vector, byte), each position is rotated by one bit.
#[inline(always)]
fn interleave(rows: Bytes) -> Bytes {
    let [[a, b, c, d, e, f, g, h], [i, j, k, l, m, n, o, p]] = split(rows);
    [
        a.low_bytes(i),
        a.high_bytes(i),
        b.low_bytes(j),
        b.high_bytes(j),
        c.low_bytes(k),
        c.high_bytes(k),
        d.low_bytes(l),
        d.high_bytes(l),
        e.low_bytes(m),
        e.high_bytes(m),
        f.low_bytes(n),
        f.high_bytes(n),
        g.low_bytes(o),
        g.high_bytes(o),
        h.low_bytes(p),
        h.high_bytes(p),
    ]
}

#[cfg(test)]
mod tests {
    use std::array;

    use super::{Factor, REDUCTION, transpose};
    use crate::crypto::simd::vector::V128;

    /// SP 800-38D algorithm 1.
    fn product(a: u128, b: u128) -> u128 {
        let (sum, _) = (0..128).fold((0, b), |(sum, shifted), bit| {
            let next = shifted >> 1 ^ (shifted & 1) * REDUCTION;
            (sum ^ (a >> (127 - bit) & 1) * shifted, next)
        });
        sum
    }

    #[test]
    fn transposes() {
        let rows: [[u8; 16]; 16] = array::from_fn(|row| array::from_fn(|at| (16 * row + at) as u8));
        let columns = transpose(rows.map(|row| V128::load(&row))).map(V128::store);
        assert_eq!(columns, array::from_fn(|column| array::from_fn(|at| (16 * at + column) as u8)));
    }

    #[test]
    fn multiplies() {
        let constant = 0x0388_dace_60b6_a392_f328_c2b9_71b2_fe78_u128;
        let mut elements: [u128; 16] = array::from_fn(|at| (at as u128 + 1).wrapping_mul(constant).rotate_left(7));
        elements[..5].copy_from_slice(&[0, 1, 1 << 127, u128::MAX, 0xff << 60]);
        for factor in elements {
            let products = Factor::new(&factor.to_be_bytes())
                .times(&transpose(elements.map(|element| V128::load(&element.to_be_bytes()))));
            let products = transpose(products).map(|product| u128::from_be_bytes(product.store()));
            assert_eq!(products, elements.map(|element| product(factor, element)), "{factor:032x}");
        }
    }
}
