//! Multiplication by a secret constant in the field of GHASH (NIST SP 800-38D section 6.3).
//!
//! It is linear, so each half byte of the other factor has a table of 16 entries for each byte of the product. The
//! tables are secret and so are the half bytes, but they meet only in registers: [`V128::pick`] looks 16 half bytes up
//! in one table, without an address that depends on them. For that, elements are processed 16 at a time, turned into
//! vectors of equal bytes.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::vector::V128;

/// 16 elements: vector p holds byte p of each.
pub(super) type Bytes = [V128; 16];

/// 32 elements.
pub(super) type Elements = [Bytes; 2];

/// x^128 = 1 + x + x^2 + x^7, where the most significant bit is the coefficient of x^0.
const REDUCTION: u128 = 0xe1 << 120;

/// A constant factor, wiped on drop: the tables for bytes 0 to 3, 4 to 7, 8 to 11 and 12 to 15 of the product.
#[derive(Clone)]
pub(super) struct Factor(Box<[Quarter; 4]>);

/// For each byte of the other factor, what its upper and its lower half add to four bytes of the product.
type Quarter = [[Tables; 2]; 16];
type Tables = [V128; 4];

/// The upper and the lower half of one byte, of the first and the second 16 elements each.
type Halves = [[V128; 2]; 2];

impl Factor {
    pub(super) fn new(factor: &[u8; 16]) -> Self {
        let mut row = Zeroizing::new(u128::from_be_bytes(*factor));
        let mut next = || {
            let current = *row;
            let carry = (current & 1).wrapping_neg();
            *row = current >> 1 ^ carry & REDUCTION;
            V128::load(&current.to_be_bytes())
        };
        let mut quarters = Box::new([Quarter::default(); 4]);
        let [a, b, c, d] = quarters.each_mut().map(|quarter| quarter.as_flattened_mut().iter_mut());
        for (((a, b), c), d) in a.zip(b).zip(c).zip(d) {
            // The most significant bit has the lowest power of x.
            let [r8, r4, r2, r1] = [next(), next(), next(), next()];
            [*a, *b, *c, *d] = split(transpose(sums(r8, r4, r2, r1)));
        }
        Self(quarters)
    }

    /// Multiplies the elements by this factor and adds others.
    pub(super) fn step(&self, elements: &mut Elements, added: &Elements) {
        let [first, second] = elements;
        let mut halves = [Halves::default(); 16];
        for ((halves, first), second) in halves.iter_mut().zip(&*first).zip(&*second) {
            *halves = [[upper(*first), upper(*second)], [lower(*first), lower(*second)]];
        }
        let quarters = |bytes: &Bytes| split(*bytes);
        let [a, b] = added;
        let (first, second) = (first.as_chunks_mut().0, second.as_chunks_mut().0);
        let sums = first.iter_mut().zip(second).zip(quarters(a).into_iter().zip(quarters(b)));
        for (quarter, ((first, second), (a, b))) in self.0.iter().zip(sums) {
            (*first, *second) = multiply_onto(a, b, quarter, &halves);
        }
    }
}

impl Drop for Factor {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Factor {}

/// Adds four bytes of the products to those of 16 and 16 other elements.
#[inline(always)]
fn multiply_onto(mut a: Tables, mut b: Tables, quarter: &Quarter, halves: &[Halves; 16]) -> (Tables, Tables) {
    for (tables, halves) in quarter.as_flattened().iter().zip(halves.as_flattened()) {
        let [in_a, in_b] = *halves;
        for ((a, b), table) in a.iter_mut().zip(&mut b).zip(tables) {
            *a ^= table.pick(in_a);
            *b ^= table.pick(in_b);
        }
    }
    (a, b)
}

#[inline(always)]
pub(super) fn upper(bytes: V128) -> V128 {
    bytes.shift_right::<4>() & V128::splat(0x0f)
}

#[inline(always)]
pub(super) fn lower(bytes: V128) -> V128 {
    bytes & V128::splat(0x0f)
}

/// Returns all sums of the four, ordered by the number that the choice makes up.
#[inline(always)]
pub(super) fn sums(r8: V128, r4: V128, r2: V128, r1: V128) -> Bytes {
    let r3 = r2 ^ r1;
    let [r5, r6, r7] = [r4 ^ r1, r4 ^ r2, r4 ^ r3];
    [V128::default(), r1, r2, r3, r4, r5, r6, r7, r8, r8 ^ r1, r8 ^ r2, r8 ^ r3, r8 ^ r4, r8 ^ r5, r8 ^ r6, r8 ^ r7]
}

#[inline(always)]
fn split([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]: Bytes) -> [Tables; 4] {
    [[a, b, c, d], [e, f, g, h], [i, j, k, l], [m, n, o, p]]
}

/// Byte p of vector q goes to byte q of vector p.
#[inline(always)]
pub(super) fn transpose(rows: Bytes) -> Bytes {
    interleave(interleave(interleave(interleave(rows))))
}

/// Seen as a number of eight bits, (vector, byte), each position is rotated by one bit.
#[inline(always)]
fn interleave(rows: Bytes) -> Bytes {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = rows;
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

    use super::{Bytes, Factor, REDUCTION, transpose};
    use crate::crypto::simd::vector::V128;

    /// SP 800-38D algorithm 1.
    fn product(a: u128, b: u128) -> u128 {
        let (sum, _) = (0..128).fold((0, b), |(sum, shifted), bit| {
            let next = (shifted >> 1) ^ ((shifted & 1) * REDUCTION);
            (sum ^ ((a >> (127 - bit) & 1) * shifted), next)
        });
        sum
    }

    #[test]
    fn transposes() {
        let counts: [u8; 16] = array::from_fn(|at| u8::try_from(at).unwrap());
        let columns = transpose(counts.map(|row| V128::load(&counts.map(|at| 16 * row + at)))).map(V128::store);
        assert_eq!(columns, counts.map(|column| counts.map(|at| 16 * at + column)));
    }

    #[test]
    fn multiplies() {
        let constant = 0x0388_dace_60b6_a392_f328_c2b9_71b2_fe78_u128;
        let mut elements: [u128; 16] = array::from_fn(|at| (at as u128 + 1).wrapping_mul(constant).rotate_left(7));
        elements[..5].copy_from_slice(&[0, 1, 1 << 127, u128::MAX, 0xff << 60]);
        for factor in elements {
            let bytes = transpose(elements.map(|element| V128::load(&element.to_be_bytes())));
            let mut both = [bytes, bytes];
            let added = Bytes::default();
            Factor::new(&factor.to_be_bytes()).step(&mut both, &[added, bytes]);
            let [products, sums] = both.map(|bytes| transpose(bytes).map(|one| u128::from_be_bytes(one.store())));
            assert_eq!(sums, array::from_fn(|at| products[at] ^ elements[at]), "{factor:032x}");
            assert_eq!(products, elements.map(|element| product(factor, element)), "{factor:032x}");
        }
    }
}
