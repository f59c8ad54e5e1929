//! The rounds of AES (FIPS 197 section 5) on 32 sliced blocks.
//!
//! The S-box leaves [`AFFINE`](super::sbox::AFFINE) out, the round keys bring it in.
//!
//! The state stays in memory, and no more of it is taken out at a time than fits in registers. A whole round in one
//! expression would be an invitation to the compilers to interleave its parts, after which they spend most of the time
//! on saving registers.

use super::bitslice::{Row, State, add, add_rows};
use super::sbox::{substitute, substitute_back};
use super::schedule::Schedule;
use super::vector::V128;

/// One bit of the four bytes of a column.
type Column = [V128; 4];

/// Encrypts a state.
pub(super) fn encrypt(schedule: &Schedule, state: &mut State) {
    encrypt_two(schedule, state);
    encrypt_rest(schedule, state);
}

/// The first two rounds, but for the addition of the second one's key.
pub(super) fn encrypt_two(schedule: &Schedule, state: &mut State) {
    for key in schedule.opening() {
        round(state, key);
    }
}

/// What [`encrypt_two`] leaves to do.
pub(super) fn encrypt_rest(schedule: &Schedule, state: &mut State) {
    for key in schedule.middle() {
        round(state, key);
    }
    let [before, last] = schedule.closing();
    substitute_with(state, before);
    shift_rows(state);
    add(state, last);
}

/// Decrypts a state.
pub(super) fn decrypt(schedule: &Schedule, state: &mut State) {
    let [before, last] = schedule.closing();
    add(state, last);
    round_back(state, before);
    for key in schedule.middle().iter().rev() {
        round_back(state, key);
    }
    let [first, second] = schedule.opening();
    round_back(state, second);
    substitute_back_with(state, first);
}

/// `AddRoundKey` of the round before, `SubBytes`, `ShiftRows`, `MixColumns`.
#[inline(always)]
fn round(state: &mut State, key: &State) {
    substitute_with(state, key);
    mix(state, shift);
}

#[inline(always)]
fn substitute_with(state: &mut State, key: &State) {
    for (row, key) in state.iter_mut().zip(key) {
        *row = substitute(add_rows(*row, *key));
    }
}

#[inline(always)]
fn shift_rows([_, b, c, d]: &mut State) {
    b.iter_mut().for_each(|plane| *plane = plane.rotate_columns::<1>());
    c.iter_mut().for_each(|plane| *plane = plane.rotate_columns::<2>());
    d.iter_mut().for_each(|plane| *plane = plane.rotate_columns::<3>());
}

#[inline(always)]
fn shift([a, b, c, d]: Column) -> Column {
    [a, b.rotate_columns::<1>(), c.rotate_columns::<2>(), d.rotate_columns::<3>()]
}

/// `MixColumns` after `shift`.
#[inline(always)]
fn mix([a, b, c, d]: &mut State, shift: impl Fn(Column) -> Column) {
    let [a0, a1, a2, a3, a4, a5, a6, a7] = a;
    let [b0, b1, b2, b3, b4, b5, b6, b7] = b;
    let [c0, c1, c2, c3, c4, c5, c6, c7] = c;
    let [d0, d1, d2, d3, d4, d5, d6, d7] = d;
    let top = pairs(shift([*a7, *b7, *c7, *d7]));
    let sums = mix_plane([a0, b0, c0, d0], &shift, top);
    let sums = mix_plane([a1, b1, c1, d1], &shift, add_columns(sums, top));
    let sums = mix_plane([a2, b2, c2, d2], &shift, sums);
    let sums = mix_plane([a3, b3, c3, d3], &shift, add_columns(sums, top));
    let sums = mix_plane([a4, b4, c4, d4], &shift, add_columns(sums, top));
    let sums = mix_plane([a5, b5, c5, d5], &shift, sums);
    let sums = mix_plane([a6, b6, c6, d6], &shift, sums);
    mix_plane([a7, b7, c7, d7], &shift, sums);
}

/// 2a + 3b + c + d is 2(a + b) + (b + (c + d)). Takes the doubled sums of pairs, as far as this plane is concerned, and
/// returns the sums that the next plane needs doubled.
#[inline(always)]
fn mix_plane([pa, pb, pc, pd]: [&mut V128; 4], shift: impl Fn(Column) -> Column, doubled: Column) -> Column {
    let [a, b, c, d] = shift([*pa, *pb, *pc, *pd]);
    let [ab, bc, cd, da] = pairs([a, b, c, d]);
    let [dab, dbc, dcd, dda] = doubled;
    *pa = b ^ cd ^ dab;
    *pb = c ^ da ^ dbc;
    *pc = d ^ ab ^ dcd;
    *pd = a ^ bc ^ dda;
    [ab, bc, cd, da]
}

#[inline(always)]
fn pairs([a, b, c, d]: Column) -> Column {
    [a ^ b, b ^ c, c ^ d, d ^ a]
}

#[inline(always)]
fn add_columns([a, b, c, d]: Column, [e, f, g, h]: Column) -> Column {
    [a ^ e, b ^ f, c ^ g, d ^ h]
}

/// `InvShiftRows`, `InvSubBytes`, `AddRoundKey`, `InvMixColumns`.
#[inline(always)]
fn round_back(state: &mut State, key: &State) {
    substitute_back_with(state, key);
    unmix(state);
}

/// `InvShiftRows`, `InvSubBytes`, `AddRoundKey`. The order of the first two makes no difference.
#[inline(always)]
fn substitute_back_with([a, b, c, d]: &mut State, [ka, kb, kc, kd]: &State) {
    // One loop over all rows would have to choose a rotation in each turn.
    substitute_row_back::<0>(a, ka);
    substitute_row_back::<3>(b, kb);
    substitute_row_back::<2>(c, kc);
    substitute_row_back::<1>(d, kd);
}

#[inline(never)]
fn substitute_row_back<const N: usize>(row: &mut Row, key: &Row) {
    let [p0, p1, p2, p3, p4, p5, p6, p7] = substitute_back(*row);
    let rotated = [
        p0.rotate_columns::<N>(),
        p1.rotate_columns::<N>(),
        p2.rotate_columns::<N>(),
        p3.rotate_columns::<N>(),
        p4.rotate_columns::<N>(),
        p5.rotate_columns::<N>(),
        p6.rotate_columns::<N>(),
        p7.rotate_columns::<N>(),
    ];
    *row = add_rows(rotated, *key);
}

/// `InvMixColumns`. Its matrix is the one of `MixColumns` times the circulant of (5, 0, 4, 0).
#[inline(always)]
fn unmix(state: &mut State) {
    let [a, b, c, d] = state;
    quadruple_onto(a, c);
    quadruple_onto(b, d);
    mix_unshifted(state);
}

/// Adds 4(`a` + `b`) to both.
#[inline(never)]
fn quadruple_onto(a: &mut Row, b: &mut Row) {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = add_rows(*a, *b);
    let s67 = s6 ^ s7;
    let quadruple = [s6, s67, s0 ^ s7, s1 ^ s6, s2 ^ s67, s3 ^ s7, s4, s5];
    *a = add_rows(*a, quadruple);
    *b = add_rows(*b, quadruple);
}

#[inline(never)]
fn mix_unshifted(state: &mut State) {
    mix(state, |column| column);
}
