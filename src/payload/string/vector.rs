//! Passing over the plain part of a string, of a long one 64 bytes at a time, on WebAssembly's vectors.

use core::arch::wasm32::*;

use super::special::is_special;

/// So many blocks of 16 are looked at one by one first: most strings end in them.
const FEW_BLOCKS: usize = 4;

/// Returns how many bytes come before the first one that can't stand for itself.
pub(super) fn length(text: &[u8]) -> usize {
    let (blocks, _) = text.as_chunks();
    let few = blocks.get(..FEW_BLOCKS).unwrap_or(blocks);
    if let Some(at) = first_special(few) {
        return at;
    }
    let mut length = few.len() * 16;
    let (fours, _) = text.get(length..).unwrap_or_default().as_chunks::<64>();
    for four in fours {
        let found = four.as_chunks().0.iter().map(special).fold(u8x16_splat(0), |all, found| v128_or(all, found));
        if v128_any_true(found) {
            break;
        }
        length += 64;
    }
    let (blocks, rest) = text.get(length..).unwrap_or_default().as_chunks();
    if let Some(at) = first_special(blocks) {
        return length + at;
    }
    length + blocks.len() * 16 + rest.iter().position(|byte| is_special(*byte)).unwrap_or(rest.len())
}

fn first_special(blocks: &[[u8; 16]]) -> Option<usize> {
    blocks.iter().enumerate().find_map(|(at, block)| {
        let found = u8x16_bitmask(special(block));
        (found != 0).then(|| at * 16 + found.trailing_zeros() as usize)
    })
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
