//! 32 blocks of AES as 32 registers of bits.
//!
//! Register (r, b) of a [`State`] holds bit b (0 is the least significant) of the four bytes in row r of every block:
//! column c is its 32-bit lane c, and bit j of a lane belongs to block j. With this layout, `ShiftRows` rotates the
//! lanes of a register, and what `MixColumns` adds up are whole registers.

use super::sbox::Planes;
use super::vector::V128;

/// The blocks that are processed side by side.
pub(super) const BLOCKS: usize = 32;

/// Their bytes.
pub(super) const BYTES: usize = 16 * BLOCKS;

/// One row of all blocks.
pub(super) type Row = Planes<V128>;

/// All rows.
pub(super) type State = [Row; 4];

/// 32 blocks as they lie in memory; block 8i + k is `[i][k]`.
pub(super) type Blocks = [[V128; 8]; 4];

#[inline(always)]
pub(super) fn slice(blocks: Blocks) -> State {
    exchange_row_bits(exchange_bytes(blocks))
}

#[inline(always)]
pub(super) fn unslice(state: State) -> Blocks {
    exchange_bytes(exchange_row_bits(state))
}

/// Returns the same block 32 times.
#[inline(always)]
pub(super) fn broadcast(block: V128) -> State {
    // A lane holds one column, and a column's first byte, its row 0, is the least significant one.
    [
        [
            block.spread_bit::<0>(),
            block.spread_bit::<1>(),
            block.spread_bit::<2>(),
            block.spread_bit::<3>(),
            block.spread_bit::<4>(),
            block.spread_bit::<5>(),
            block.spread_bit::<6>(),
            block.spread_bit::<7>(),
        ],
        [
            block.spread_bit::<8>(),
            block.spread_bit::<9>(),
            block.spread_bit::<10>(),
            block.spread_bit::<11>(),
            block.spread_bit::<12>(),
            block.spread_bit::<13>(),
            block.spread_bit::<14>(),
            block.spread_bit::<15>(),
        ],
        [
            block.spread_bit::<16>(),
            block.spread_bit::<17>(),
            block.spread_bit::<18>(),
            block.spread_bit::<19>(),
            block.spread_bit::<20>(),
            block.spread_bit::<21>(),
            block.spread_bit::<22>(),
            block.spread_bit::<23>(),
        ],
        [
            block.spread_bit::<24>(),
            block.spread_bit::<25>(),
            block.spread_bit::<26>(),
            block.spread_bit::<27>(),
            block.spread_bit::<28>(),
            block.spread_bit::<29>(),
            block.spread_bit::<30>(),
            block.spread_bit::<31>(),
        ],
    ]
}

#[inline(always)]
pub(super) fn add(state: &mut State, other: &State) {
    for (plane, other) in state.as_flattened_mut().iter_mut().zip(other.as_flattened()) {
        *plane ^= *other;
    }
}

#[inline(always)]
pub(super) fn add_rows([a0, a1, a2, a3, a4, a5, a6, a7]: Row, [b0, b1, b2, b3, b4, b5, b6, b7]: Row) -> Row {
    [a0 ^ b0, a1 ^ b1, a2 ^ b2, a3 ^ b3, a4 ^ b4, a5 ^ b5, a6 ^ b6, a7 ^ b7]
}

/// Byte r of lane c in register (i, k) goes to byte i of lane c in register (r, k), and the other way round.
#[inline(always)]
fn exchange_bytes([a, b, c, d]: [Row; 4]) -> [Row; 4] {
    let [a0, a1, a2, a3, a4, a5, a6, a7] = a;
    let [b0, b1, b2, b3, b4, b5, b6, b7] = b;
    let [c0, c1, c2, c3, c4, c5, c6, c7] = c;
    let [d0, d1, d2, d3, d4, d5, d6, d7] = d;
    let [a0, b0, c0, d0] = transpose_lanes(a0, b0, c0, d0);
    let [a1, b1, c1, d1] = transpose_lanes(a1, b1, c1, d1);
    let [a2, b2, c2, d2] = transpose_lanes(a2, b2, c2, d2);
    let [a3, b3, c3, d3] = transpose_lanes(a3, b3, c3, d3);
    let [a4, b4, c4, d4] = transpose_lanes(a4, b4, c4, d4);
    let [a5, b5, c5, d5] = transpose_lanes(a5, b5, c5, d5);
    let [a6, b6, c6, d6] = transpose_lanes(a6, b6, c6, d6);
    let [a7, b7, c7, d7] = transpose_lanes(a7, b7, c7, d7);
    [
        [a0, a1, a2, a3, a4, a5, a6, a7],
        [b0, b1, b2, b3, b4, b5, b6, b7],
        [c0, c1, c2, c3, c4, c5, c6, c7],
        [d0, d1, d2, d3, d4, d5, d6, d7],
    ]
}

/// Transposes, in each lane, the 4 by 4 bytes of the four registers.
#[inline(always)]
fn transpose_lanes(a: V128, b: V128, c: V128, d: V128) -> [V128; 4] {
    let (low_ab, high_ab, low_cd, high_cd) = (a.low_bytes(b), a.high_bytes(b), c.low_bytes(d), c.high_bytes(d));
    // Column by column, its four rows of four bytes.
    let (column0, column1) = (low_ab.low_pairs(low_cd), low_ab.high_pairs(low_cd));
    let (column2, column3) = (high_ab.low_pairs(high_cd), high_ab.high_pairs(high_cd));
    let (low_01, high_01) = (column0.low_quads(column1), column0.high_quads(column1));
    let (low_23, high_23) = (column2.low_quads(column3), column2.high_quads(column3));
    [low_01.low_halves(low_23), low_01.high_halves(low_23), high_01.low_halves(high_23), high_01.high_halves(high_23)]
}

#[inline(always)]
fn exchange_row_bits([a, b, c, d]: State) -> State {
    [exchange_bits(a), exchange_bits(b), exchange_bits(c), exchange_bits(d)]
}

/// Bit b of a byte in register k goes to bit k of that byte in register b.
#[inline(always)]
fn exchange_bits([a, b, c, d, e, f, g, h]: Row) -> Row {
    let ((a, b), (c, d)) = (swap::<1>(a, b, 0x55), swap::<1>(c, d, 0x55));
    let ((e, f), (g, h)) = (swap::<1>(e, f, 0x55), swap::<1>(g, h, 0x55));
    let ((a, c), (b, d)) = (swap::<2>(a, c, 0x33), swap::<2>(b, d, 0x33));
    let ((e, g), (f, h)) = (swap::<2>(e, g, 0x33), swap::<2>(f, h, 0x33));
    let ((a, e), (b, f)) = (swap::<4>(a, e, 0x0f), swap::<4>(b, f, 0x0f));
    let ((c, g), (d, h)) = (swap::<4>(c, g, 0x0f), swap::<4>(d, h, 0x0f));
    [a, b, c, d, e, f, g, h]
}

/// Swaps the bits of `a` that are N above a bit in the mask with the bits of `b` in the mask.
#[inline(always)]
fn swap<const N: u32>(a: V128, b: V128, mask: u8) -> (V128, V128) {
    let difference = (a.shift_right::<N>() ^ b) & V128::splat(mask);
    (a ^ difference.shift_left::<N>(), b ^ difference)
}

#[cfg(test)]
mod tests {
    use std::array;

    use super::{BLOCKS, Blocks, broadcast, slice, unslice};
    use crate::crypto::simd::vector::V128;

    fn bytes(block: usize) -> [u8; 16] {
        array::from_fn(|at| u8::try_from((block * 151 + at * 89 + block * at) % 256).unwrap())
    }

    fn blocks(block: impl Fn(usize) -> [u8; 16]) -> Blocks {
        array::from_fn(|i| array::from_fn(|k| V128::load(&block(8 * i + k))))
    }

    #[test]
    fn every_bit_is_where_it_should_be() {
        let state = slice(blocks(bytes));
        for block in 0..BLOCKS {
            for (at, byte) in bytes(block).into_iter().enumerate() {
                let (row, column) = (at % 4, at / 4);
                for (bit, register) in state[row].into_iter().enumerate() {
                    let lane = &register.store()[4 * column..][..4];
                    assert_eq!(lane[block / 8] >> (block % 8) & 1, byte >> bit & 1, "{block} {at} {bit}");
                }
            }
        }
        let back = unslice(state).as_flattened().iter().map(|block| block.store()).collect::<Vec<_>>();
        assert_eq!(back, (0..BLOCKS).map(bytes).collect::<Vec<_>>());
    }

    #[test]
    fn broadcast_is_a_slice_of_equal_blocks() {
        let one = bytes(5);
        let stored = |state: super::State| state.map(|row| row.map(V128::store));
        assert_eq!(stored(broadcast(V128::load(&one))), stored(slice(blocks(|_| one))));
    }
}
