//! Passing over the plain part of a string, 64 bytes at a time, on WebAssembly's vectors.

use core::arch::wasm32::*;

use super::special::is_special;

/// Returns how many bytes come before the first one that can't stand for itself.
pub(super) fn length(text: &[u8]) -> usize {
    let mut length = 0;
    let (fours, _) = text.as_chunks::<64>();
    for four in fours {
        let found = four.as_chunks().0.iter().map(special).fold(u8x16_splat(0), |all, found| v128_or(all, found));
        if v128_any_true(found) {
            break;
        }
        length += 64;
    }
    let rest = text.get(length..).unwrap_or_default();
    let (blocks, _) = rest.as_chunks();
    for block in blocks {
        let found = u8x16_bitmask(special(block));
        if found != 0 {
            return length + found.trailing_zeros() as usize;
        }
        length += 16;
    }
    let rest = text.get(length..).unwrap_or_default();
    length + rest.iter().position(|byte| is_special(*byte)).unwrap_or(rest.len())
}

/// Returns all ones where [`is_special`].
#[inline(always)]
fn special(block: &[u8; 16]) -> v128 {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *block;
    let block = u8x16(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
    let control = u8x16_eq(u8x16_min(block, u8x16_splat(b' ' - 1)), block);
    let quote = u8x16_eq(block, u8x16_splat(b'"'));
    v128_or(v128_or(control, quote), u8x16_eq(block, u8x16_splat(b'\\')))
}
