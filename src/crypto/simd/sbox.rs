//! The S-box of AES (FIPS 197 section 5.1.1) and its inverse as circuits of XOR and AND gates.
//!
//! - Forward, 113 gates: J. Boyar, R. Peralta, "A new combinational logic minimization technique with applications to
//!   cryptology" (SEA 2010; <https://eprint.iacr.org/2009/191>), as improved by them and Ç. Çalık.
//! - Inverse, 121 gates: J. Boyar, R. Peralta, "A small depth-16 circuit for the AES S-box" (SEC 2012;
//!   <https://eprint.iacr.org/2011/332>), as improved by them.
//!
//! Both straight-line programs are published by NIST, <https://csrc.nist.gov/projects/circuit-complexity>. The names
//! are theirs: `u0` is the most significant bit in, `s0` the most significant one out.
//!
//! The circuits invert four bits, which amounts to adding 0x63. Here nothing is inverted: the round keys
//! contain that constant.

use std::ops::{BitAnd, BitXor};

/// One bit of many bytes at once.
pub(super) trait Plane: Copy + BitXor<Output = Self> + BitAnd<Output = Self> {}
impl<T: Copy + BitXor<Output = Self> + BitAnd<Output = Self>> Plane for T {}

/// Bytes sliced into planes, the least significant bit first.
pub(super) type Planes<B> = [B; 8];

/// The constant of the S-box's affine map.
pub(super) const AFFINE: u8 = 0x63;

/// `SubBytes(x) ^ AFFINE`.
#[inline(always)]
pub(super) fn substitute<B: Plane>([u7, u6, u5, u4, u3, u2, u1, u0]: Planes<B>) -> Planes<B> {
    let t1 = u3 ^ u5;
    let t2 = u0 ^ u6;
    let t3 = u0 ^ u3;
    let t4 = u0 ^ u5;
    let t5 = u1 ^ u2;
    let t6 = t5 ^ u7;
    let t7 = t6 ^ u3;
    let t8 = t2 ^ t1;
    let t9 = t6 ^ u0;
    let t10 = t6 ^ u6;
    let t11 = t10 ^ t4;
    let t12 = u4 ^ t8;
    let t13 = t12 ^ u5;
    let t14 = t12 ^ u1;
    let t15 = t13 ^ u7;
    let t16 = t13 ^ t5;
    let t17 = t14 ^ t3;
    let t18 = u7 ^ t17;
    let t19 = t16 ^ t17;
    let t20 = t16 ^ t4;
    let t21 = t5 ^ t17;
    let t22 = t2 ^ t21;
    let t23 = u0 ^ t21;
    let t24 = t8 & t13;
    let t25 = t11 & t15;
    let t26 = t25 ^ t24;
    let t27 = t7 & u7;
    let t28 = t27 ^ t24;
    let t29 = t2 & t21;
    let t30 = t10 & t6;
    let t31 = t30 ^ t29;
    let t32 = t9 & t18;
    let t33 = t32 ^ t29;
    let t34 = t3 & t17;
    let t35 = t1 & t19;
    let t36 = t35 ^ t34;
    let t37 = t4 & t16;
    let t38 = t37 ^ t34;
    let t39 = t26 ^ t14;
    let t40 = t28 ^ t38;
    let t41 = t31 ^ t36;
    let t42 = t33 ^ t38;
    let t43 = t39 ^ t36;
    let t44 = t40 ^ t20;
    let t45 = t41 ^ t22;
    let t46 = t42 ^ t23;
    let t47 = t43 ^ t44;
    let t48 = t43 & t45;
    let t49 = t46 ^ t48;
    let t50 = t47 & t49;
    let t51 = t50 ^ t44;
    let t52 = t45 ^ t46;
    let t53 = t44 ^ t48;
    let t54 = t53 & t52;
    let t55 = t54 ^ t46;
    let t56 = t45 ^ t55;
    let t57 = t49 ^ t55;
    let t58 = t46 & t57;
    let t59 = t58 ^ t56;
    let t60 = t49 ^ t58;
    let t61 = t51 & t60;
    let t62 = t47 ^ t61;
    let t63 = t62 ^ t59;
    let t64 = t51 ^ t55;
    let t65 = t51 ^ t62;
    let t66 = t55 ^ t59;
    let t67 = t64 ^ t63;
    let t68 = t66 & t13;
    let t69 = t59 & t15;
    let t70 = t55 & u7;
    let t71 = t65 & t21;
    let t72 = t62 & t6;
    let t73 = t51 & t18;
    let t74 = t64 & t17;
    let t75 = t67 & t19;
    let t76 = t63 & t16;
    let t77 = t66 & t8;
    let t78 = t59 & t11;
    let t79 = t55 & t7;
    let t80 = t65 & t2;
    let t81 = t62 & t10;
    let t82 = t51 & t9;
    let t83 = t64 & t3;
    let t84 = t67 & t1;
    let t85 = t63 & t4;
    let t86 = t83 ^ t84;
    let t87 = t78 ^ t86;
    let t88 = t77 ^ t87;
    let t89 = t68 ^ t70;
    let t90 = t69 ^ t68;
    let t91 = t71 ^ t72;
    let t92 = t80 ^ t89;
    let t93 = t75 ^ t91;
    let t94 = t76 ^ t92;
    let t95 = t93 ^ t94;
    let t96 = t91 ^ t90;
    let t97 = t71 ^ t73;
    let t98 = t81 ^ t86;
    let t99 = t89 ^ t97;
    let s3 = t88 ^ t96;
    let t100 = t74 ^ t93;
    let t101 = t82 ^ t95;
    let t102 = t98 ^ t99;
    let s7 = t80 ^ t102;
    let t103 = t83 ^ t100;
    let t104 = t87 ^ t79;
    let s0 = t88 ^ t100;
    let s6 = t95 ^ t102;
    let s4 = t99 ^ s3;
    let s1 = s3 ^ t100;
    let t105 = t101 ^ t103;
    let s2 = t105 ^ t85;
    let s5 = t104 ^ t101;
    [s7, s6, s5, s4, s3, s2, s1, s0]
}

/// `InvSubBytes(x ^ AFFINE)`.
#[inline(always)]
pub(super) fn substitute_back<B: Plane>([u7, u6, u5, u4, u3, u2, u1, u0]: Planes<B>) -> Planes<B> {
    let t1 = u0 ^ u3;
    let t2 = u1 ^ u3;
    let t3 = u0 ^ t2;
    let t4 = u6 ^ u7;
    let t5 = t2 ^ t4;
    let t6 = u2 ^ t5;
    let t7 = u3 ^ u4;
    let t8 = u7 ^ t7;
    let t9 = t5 ^ t7;
    let t10 = u0 ^ u2;
    let t11 = u5 ^ t10;
    let t12 = t1 ^ t2;
    let t13 = t5 ^ t9;
    let t14 = t3 ^ t8;
    let t15 = t11 ^ t6;
    let t16 = t1 ^ t5;
    let t17 = t2 ^ t9;
    let t18 = t13 ^ t12;
    let t19 = t3 ^ t11;
    let t20 = t8 ^ t6;
    let t21 = t15 ^ t14;
    let t22 = t13 ^ t15;
    let t23 = t17 ^ t20;
    let t24 = t9 ^ t6;
    let t25 = t12 ^ t14;
    let t26 = t16 & t19;
    let t27 = t1 & t3;
    let t28 = t22 ^ t26;
    let t29 = t5 & t11;
    let t30 = t29 ^ t26;
    let t31 = t17 & t20;
    let t32 = t2 & t8;
    let t33 = t23 ^ t31;
    let t34 = t9 & t6;
    let t35 = t34 ^ t31;
    let t36 = t13 & t15;
    let t37 = t18 & t21;
    let t38 = t37 ^ t36;
    let t39 = t12 & t14;
    let t40 = t39 ^ t36;
    let t41 = t28 ^ t27;
    let t42 = t30 ^ t25;
    let t43 = t33 ^ t32;
    let t44 = t35 ^ t40;
    let t45 = t41 ^ t38;
    let t46 = t42 ^ t40;
    let t47 = t43 ^ t38;
    let t48 = t44 ^ t24;
    let t49 = t47 ^ t48;
    let t50 = t47 & t45;
    let t51 = t46 ^ t50;
    let t52 = t45 ^ t46;
    let t53 = t48 ^ t50;
    let t54 = t53 & t52;
    let t55 = t51 & t49;
    let t56 = t48 ^ t55;
    let t57 = t46 ^ t54;
    let t58 = t45 & t48;
    let t59 = t52 & t58;
    let t60 = t52 ^ t50;
    let t61 = t59 ^ t60;
    let t62 = t46 & t47;
    let t63 = t49 & t62;
    let t64 = t49 ^ t50;
    let t65 = t63 ^ t64;
    let t66 = t61 ^ t65;
    let t67 = t57 ^ t56;
    let t68 = t57 ^ t61;
    let t69 = t56 ^ t65;
    let t70 = t67 ^ t66;
    let t71 = t69 & t19;
    let t72 = t65 & t3;
    let t73 = t56 & t11;
    let t74 = t68 & t20;
    let t75 = t61 & t8;
    let t76 = t57 & t6;
    let t77 = t67 & t15;
    let t78 = t70 & t21;
    let t79 = t66 & t14;
    let t80 = t69 & t16;
    let t81 = t65 & t1;
    let t82 = t56 & t5;
    let t83 = t68 & t17;
    let t84 = t61 & t2;
    let t85 = t57 & t9;
    let t86 = t67 & t13;
    let t87 = t70 & t18;
    let t88 = t66 & t12;
    let t89 = t72 ^ t71;
    let t90 = t73 ^ t71;
    let t91 = t75 ^ t74;
    let t92 = t76 ^ t74;
    let t93 = t78 ^ t77;
    let t94 = t79 ^ t77;
    let t95 = t89 ^ t93;
    let t96 = t90 ^ t94;
    let t97 = t91 ^ t93;
    let t98 = t92 ^ t94;
    let t99 = t81 ^ t80;
    let t100 = t82 ^ t80;
    let t101 = t84 ^ t83;
    let t102 = t85 ^ t83;
    let t103 = t87 ^ t86;
    let t104 = t88 ^ t86;
    let t105 = t99 ^ t103;
    let s7 = t100 ^ t104;
    let t106 = t101 ^ t103;
    let t107 = t102 ^ t104;
    let s3 = t96 ^ t106;
    let s6 = t97 ^ t106;
    let s0 = t98 ^ t106;
    let t108 = t95 ^ t97;
    let s5 = s0 ^ t108;
    let t109 = t105 ^ t107;
    let t110 = t108 ^ t109;
    let s1 = s3 ^ t110;
    let t111 = t96 ^ s7;
    let s2 = t110 ^ t111;
    let t112 = t95 ^ t105;
    let t113 = s5 ^ t111;
    let s4 = t112 ^ t113;
    [s7, s6, s5, s4, s3, s2, s1, s0]
}

#[cfg(test)]
mod tests {
    use std::array;

    use super::{AFFINE, substitute, substitute_back};

    /// By the definition: the inverse in GF(2^8), found by trying, then the affine map.
    fn s_box(byte: u8) -> u8 {
        let product = |a: u8, b: u8| {
            (0..8).rev().fold(0u8, |sum, bit| {
                let doubled = (sum << 1) ^ ((sum >> 7) * 0x1b);
                doubled ^ ((b >> bit & 1) * a)
            })
        };
        let inverse = (0..=255).find(|other| product(byte, *other) == 1).unwrap_or(0);
        (0..5).fold(AFFINE, |sum, turn| sum ^ inverse.rotate_left(turn))
    }

    fn planes(byte: u8) -> [u8; 8] {
        array::from_fn(|bit| byte >> bit & 1)
    }

    fn byte(planes: [u8; 8]) -> u8 {
        planes.iter().rev().fold(0, |byte, plane| byte << 1 | plane)
    }

    #[test]
    fn every_byte() {
        assert_eq!((s_box(0), s_box(0x53)), (0x63, 0xed), "the example of FIPS 197");
        for input in 0..=255 {
            let output = s_box(input);
            assert_eq!(byte(substitute(planes(input))) ^ AFFINE, output, "{input:#04x}");
            assert_eq!(byte(substitute_back(planes(output ^ AFFINE))), input, "{input:#04x}");
        }
    }
}
