//! Multiplication of one element at a time by a secret constant in the field of GHASH (NIST SP 800-38D section 6.3).
//!
//! The product is a sum over the half bytes of the other factor: each has a table of 16 multiples of the constant, the
//! same for all of them but for the byte that it starts at. So [`V128::pick`] looks all half bytes up at once, one byte
//! of the multiples after the other, and what comes out is added up byte by byte further on. Neither tables nor half
//! bytes are ever an address. 34 vectors are all that the constant is prepared to, so this pays from the first block.

use zeroize::Zeroizing;

use super::factor::{lower, sums, transpose, upper};
use super::vector::V128;

/// Bytes of a multiple: 16, and what the seven powers of x in a byte shift beyond them.
const BYTES: usize = 17;

/// Multiples of an element: vector p has byte p of each.
type Multiples = [V128; BYTES];

/// A constant factor, wiped on drop.
#[derive(Clone)]
pub(super) struct Product {
    /// For the upper halves of bytes, and for the lower ones.
    multiples: Zeroizing<[Multiples; 2]>,
    /// For reducing. Kept with the constant: V8 puts constants together anew wherever they are used.
    folds: Folds,
}

impl Product {
    pub(super) fn new(factor: &[u8; 16]) -> Self {
        let factor = Zeroizing::new(u128::from_be_bytes(*factor));
        let multiples = |first| multiples([0_u32, 1, 2, 3].map(|power| shifted(*factor, first + power)));
        Self { multiples: Zeroizing::new([multiples(0), multiples(4)]), folds: Folds::new() }
    }

    /// Returns the product of an element with this constant. In one place only, since it is hundreds of instructions.
    #[inline(never)]
    pub(super) fn of(&self, element: V128) -> V128 {
        let (in_upper, in_lower) = (upper(element), lower(element));
        let [uppers, lowers] = &*self.multiples;
        let zero = V128::default();
        let (mut low, mut high) = (zero, zero);
        for (upper, lower) in uppers.iter().zip(lowers).rev() {
            high = high.after(low);
            low = low.after(zero) ^ upper.pick(in_upper) ^ lower.pick(in_lower);
        }
        // What is beyond x^127, and then what that is again.
        let (first, second) = self.folds.of(high);
        let (again, rest) = self.folds.of(zero.after(second));
        low ^ first ^ again ^ (second ^ rest).after(zero)
    }
}

/// Returns an element times x^`power`, and its byte beyond x^127. The most significant bit is the coefficient of x^0.
fn shifted(factor: u128, power: u32) -> (V128, u8) {
    let beyond = if power == 0 { 0 } else { factor << (128 - power) };
    let [last, ..] = beyond.to_be_bytes();
    (V128::load(&(factor >> power).to_be_bytes()), last)
}

/// Returns all sums of the four, ordered by the number that the choice makes up: the first of them is 8, the last 1.
fn multiples([(r8, t8), (r4, t4), (r2, t2), (r1, t1)]: [(V128, u8); 4]) -> Multiples {
    let lasts = sums(V128::splat(t8), V128::splat(t4), V128::splat(t2), V128::splat(t1));
    let mut multiples = Multiples::default();
    let (bytes, last) = multiples.split_at_mut(BYTES - 1);
    bytes.copy_from_slice(&transpose(sums(r8, r4, r2, r1)));
    // They have equal bytes, so any of the transposed vectors will do.
    last.copy_from_slice(transpose(lasts).get(..1).unwrap_or_default());
    multiples
}

/// What the upper and the lower half of a byte beyond x^127 come to: x^128 = 1 + x + x^2 + x^7.
#[derive(Clone, Copy)]
struct Folds {
    upper: [V128; 2],
    lower: [V128; 2],
}

impl Folds {
    fn new() -> Self {
        let tables = |table: &[[u8; 16]; 2]| table.each_ref().map(V128::load);
        Self { upper: tables(&UPPER), lower: tables(&LOWER) }
    }

    /// Returns what these bytes add in their own place, 16 bytes before, and in the one after it.
    #[inline(always)]
    fn of(&self, high: V128) -> (V128, V128) {
        let (in_upper, in_lower) = (upper(high), lower(high));
        let [first, second] = self.upper.map(|table| table.pick(in_upper));
        let [more, beyond] = self.lower.map(|table| table.pick(in_lower));
        (first ^ more, second ^ beyond)
    }
}

static UPPER: [[u8; 16]; 2] = folds(4);
static LOWER: [[u8; 16]; 2] = folds(0);

/// Returns both bytes of what each half byte, `shift` bits up in its byte, comes to.
const fn folds(shift: u32) -> [[u8; 16]; 2] {
    let (mut first, mut second) = ([0; 16], [0; 16]);
    let (mut firsts, mut seconds): (&mut [u8], &mut [u8]) = (&mut first, &mut second);
    let mut half: u16 = 0;
    while let (Some((one, later)), Some((two, more))) = (firsts.split_first_mut(), seconds.split_first_mut()) {
        let byte = half << (shift + 8);
        [*one, *two] = (byte ^ byte >> 1 ^ byte >> 2 ^ byte >> 7).to_be_bytes();
        (firsts, seconds) = (later, more);
        half += 1;
    }
    [first, second]
}

#[cfg(test)]
mod tests {
    use ghash::GHash;
    use ghash::universal_hash::UniversalHash;

    use super::Product;
    use crate::crypto::simd::vector::V128;

    /// Each bit times each bit, and numbers with many of them.
    #[test]
    fn agrees_with_the_crate() {
        let bits = (0..128).map(|bit| 1 << bit);
        let constant = 0x0388_dace_60b6_a392_f328_c2b9_71b2_fe78_u128;
        let many = (1..=64).map(|at: u32| constant.wrapping_mul(u128::from(at)).rotate_left(at));
        let elements: Vec<u128> = bits.chain(many).chain([0, u128::MAX]).collect();
        for factor in &elements {
            let factor = factor.to_be_bytes();
            let product = Product::new(&factor);
            for element in &elements {
                let element = element.to_be_bytes();
                let mut hash = GHash::new(&factor.into());
                hash.update_padded(&element);
                assert_eq!(product.of(V128::load(&element)).store(), <[u8; 16]>::from(hash.finalize()));
            }
        }
    }
}
