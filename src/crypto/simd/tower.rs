//! The tables of [`permute`](super::permute), made from what they mean while the crate is compiled.
//!
//! GF(16) lies in the field of AES as the powers of [`W`]. With a [`BETA`] outside of it, each element is i + jβ with i
//! and j in GF(16). A β of norm 1 makes the norm of i + jβ to i² + aij + j², where a is its [`TRACE`].

/// What stands for 1/0: a position that [`V128::pick`](super::vector::V128::pick) finds nothing at, whatever nibble is
/// added to it.
pub(super) const INFINITY: u8 = 0x80;

/// The root of y⁴ + y + 1.
const W: u8 = {
    let mut w = 2;
    while power(w, 4) ^ w ^ 1 != 0 {
        w += 1;
    }
    w
};

/// The smallest element of norm 1 but 1 itself.
const BETA: u8 = {
    let mut beta = 2;
    while power(beta, 17) != 1 {
        beta += 1;
    }
    beta
};

/// β and its conjugate, added.
const TRACE: u8 = BETA ^ power(BETA, 16);

/// With k = i + j and n the norm, 1/(i + jβ) is α(k + ai)/n + γ(k + aj)/n.
const ALPHA: u8 = times(1 ^ BETA, power(inverse(TRACE), 2));
const GAMMA: u8 = 1 ^ times(ALPHA, 1 ^ TRACE);

/// A function of all nibbles.
macro_rules! table {
    ($of:expr) => {{
        const fn at(nibble: u8) -> u8 {
            $of(nibble)
        }
        [
            at(0),
            at(1),
            at(2),
            at(3),
            at(4),
            at(5),
            at(6),
            at(7),
            at(8),
            at(9),
            at(10),
            at(11),
            at(12),
            at(13),
            at(14),
            at(15),
        ]
    }};
}

/// 1/n.
pub(super) const INVERSE: [u8; 16] = table!(nibble_inverse);
/// a/n.
pub(super) const RATIO: [u8; 16] = table!(ratio);
/// Into the tower: of the lower and the upper half of a byte.
pub(super) const ENTER: [[u8; 16]; 2] = [table!(enter_lower), table!(enter_upper)];
/// `SubBytes` without its constant, for the inverses of the first and the second coordinate of what is substituted.
pub(super) const LEAVE: [[u8; 16]; 2] = [table!(first), table!(second)];
/// The same in the tower.
pub(super) const ONCE: [[u8; 16]; 2] = [table!(first_once), table!(second_once)];
/// The same twice.
pub(super) const TWICE: [[u8; 16]; 2] = [table!(first_twice), table!(second_twice)];

const fn times(a: u8, b: u8) -> u8 {
    let (mut sum, mut a, mut b) = (0, a, b);
    while b != 0 {
        sum ^= a & (b & 1).wrapping_neg();
        a = (a << 1) ^ ((a >> 7) * 0x1b);
        b >>= 1;
    }
    sum
}

const fn power(base: u8, exponent: u8) -> u8 {
    let (mut product, mut left) = (1, exponent);
    while left > 0 {
        product = times(product, base);
        left -= 1;
    }
    product
}

/// And 0 of 0.
const fn inverse(element: u8) -> u8 {
    power(element, 254)
}

/// Returns the nibble's element of the field of AES.
const fn embed(nibble: u8) -> u8 {
    let (mut sum, mut bit) = (0, 0);
    while bit < 4 {
        sum ^= power(W, bit) & (nibble >> bit & 1).wrapping_neg();
        bit += 1;
    }
    sum
}

const fn nibble(element: u8) -> u8 {
    let mut nibble = 0;
    while embed(nibble) != element {
        nibble += 1;
    }
    nibble
}

const fn nibble_inverse(n: u8) -> u8 {
    if n == 0 { INFINITY } else { nibble(inverse(embed(n))) }
}

const fn ratio(n: u8) -> u8 {
    if n == 0 { INFINITY } else { nibble(times(TRACE, inverse(embed(n)))) }
}

/// i in the upper half and i + j in the lower one.
const fn enter(element: u8) -> u8 {
    let j = times(element ^ power(element, 16), inverse(TRACE));
    let i = element ^ times(j, BETA);
    nibble(i) << 4 | nibble(i ^ j)
}

const fn enter_lower(nibble: u8) -> u8 {
    enter(nibble)
}

const fn enter_upper(nibble: u8) -> u8 {
    enter(nibble << 4)
}

/// Returns the affine map of `SubBytes` (FIPS 197 section 5.1.1) without its constant.
const fn linear(byte: u8) -> u8 {
    byte ^ byte.rotate_left(1) ^ byte.rotate_left(2) ^ byte.rotate_left(3) ^ byte.rotate_left(4)
}

const fn first(n: u8) -> u8 {
    linear(times(ALPHA, inverse(embed(n))))
}

const fn second(n: u8) -> u8 {
    linear(times(GAMMA, inverse(embed(n))))
}

const fn first_once(n: u8) -> u8 {
    enter(first(n))
}

const fn second_once(n: u8) -> u8 {
    enter(second(n))
}

const fn first_twice(n: u8) -> u8 {
    enter(times(2, first(n)))
}

const fn second_twice(n: u8) -> u8 {
    enter(times(2, second(n)))
}

#[cfg(test)]
mod tests {
    use super::{ENTER, TRACE, embed, enter, inverse, nibble, power, times};

    #[test]
    fn towers() {
        assert_eq!(power(TRACE, 16), TRACE, "is in GF(16)");
        for byte in 0..=255u8 {
            assert_eq!(times(byte, inverse(byte)), u8::from(byte != 0));
            assert_eq!(ENTER[0][usize::from(byte & 15)] ^ ENTER[1][usize::from(byte >> 4)], enter(byte), "is linear");
        }
        for a in 0..16 {
            assert_eq!(nibble(embed(a)), a);
        }
    }
}
