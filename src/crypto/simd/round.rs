//! The rounds of AES (FIPS 197 section 5) on 32 sliced blocks.
//!
//! The S-box leaves [`AFFINE`](super::sbox::AFFINE) out, the round keys bring it in.
//!
//! The state stays in memory, and no more of it is taken out at a time than fits in registers. A whole round in one
//! expression would be an invitation to the compilers to interleave its parts, after which they spend most of the time
//! on saving registers.

use super::bitslice::{Row, State, add};
use super::sbox::{substitute, substitute_back};
use super::schedule::Schedule;
use super::vector::V128;

/// One bit of a column: of its four rows.
type Column = [V128; 4];

/// Encrypts a state.
pub(super) fn encrypt(schedule: &Schedule, state: &mut State) {
    encrypt_two(schedule, state);
    encrypt_rest(schedule, state);
}

/// The first two rounds.
pub(super) fn encrypt_two(schedule: &Schedule, state: &mut State) {
    let [before, one, two] = schedule.opening();
    add(state, before);
    round(state, one);
    round(state, two);
}

/// All rounds but the first two.
pub(super) fn encrypt_rest(schedule: &Schedule, state: &mut State) {
    for key in schedule.middle() {
        round(state, key);
    }
    substitute_bytes(state);
    shift_rows(state);
    add(state, schedule.last());
}

/// Decrypts a state.
pub(super) fn decrypt(schedule: &Schedule, state: &mut State) {
    let [before, one, two] = schedule.opening();
    add(state, schedule.last());
    for key in schedule.middle().iter().rev() {
        round_back(state, key);
    }
    round_back(state, two);
    round_back(state, one);
    shift_rows_back(state);
    substitute_bytes_back(state);
    add(state, before);
}

#[inline(always)]
fn substitute_bytes(state: &mut State) {
    for row in state {
        *row = substitute(*row);
    }
}

#[inline(always)]
fn substitute_bytes_back(state: &mut State) {
    for row in state {
        *row = substitute_back(*row);
    }
}

#[inline(always)]
fn shift_rows([_, b, c, d]: &mut State) {
    b.iter_mut().for_each(|plane| *plane = plane.rotate_columns::<1>());
    c.iter_mut().for_each(|plane| *plane = plane.rotate_columns::<2>());
    d.iter_mut().for_each(|plane| *plane = plane.rotate_columns::<3>());
}

#[inline(always)]
fn shift_rows_back([_, b, c, d]: &mut State) {
    b.iter_mut().for_each(|plane| *plane = plane.rotate_columns::<3>());
    c.iter_mut().for_each(|plane| *plane = plane.rotate_columns::<2>());
    d.iter_mut().for_each(|plane| *plane = plane.rotate_columns::<1>());
}

/// `SubBytes`, `ShiftRows`, `MixColumns`, `AddRoundKey`.
#[inline(always)]
fn round(state: &mut State, key: &State) {
    substitute_bytes(state);
    mix(state, key);
}

#[inline(always)]
fn mix([a, b, c, d]: &mut State, [ka, kb, kc, kd]: &State) {
    let [a0, a1, a2, a3, a4, a5, a6, a7] = a;
    let [b0, b1, b2, b3, b4, b5, b6, b7] = b;
    let [c0, c1, c2, c3, c4, c5, c6, c7] = c;
    let [d0, d1, d2, d3, d4, d5, d6, d7] = d;
    let [ka0, ka1, ka2, ka3, ka4, ka5, ka6, ka7] = ka;
    let [kb0, kb1, kb2, kb3, kb4, kb5, kb6, kb7] = kb;
    let [kc0, kc1, kc2, kc3, kc4, kc5, kc6, kc7] = kc;
    let [kd0, kd1, kd2, kd3, kd4, kd5, kd6, kd7] = kd;
    let top = pairs(shifted([a7, b7, c7, d7]));
    let t = mix_plane([a0, b0, c0, d0], [ka0, kb0, kc0, kd0], top);
    let t = mix_plane([a1, b1, c1, d1], [ka1, kb1, kc1, kd1], sum(t, top));
    let t = mix_plane([a2, b2, c2, d2], [ka2, kb2, kc2, kd2], t);
    let t = mix_plane([a3, b3, c3, d3], [ka3, kb3, kc3, kd3], sum(t, top));
    let t = mix_plane([a4, b4, c4, d4], [ka4, kb4, kc4, kd4], sum(t, top));
    let t = mix_plane([a5, b5, c5, d5], [ka5, kb5, kc5, kd5], t);
    let t = mix_plane([a6, b6, c6, d6], [ka6, kb6, kc6, kd6], t);
    mix_plane([a7, b7, c7, d7], [ka7, kb7, kc7, kd7], t);
}

#[inline(always)]
fn shifted([a, b, c, d]: [&mut V128; 4]) -> Column {
    [*a, b.rotate_columns::<1>(), c.rotate_columns::<2>(), d.rotate_columns::<3>()]
}

#[inline(always)]
fn pairs([a, b, c, d]: Column) -> Column {
    [a ^ b, b ^ c, c ^ d, d ^ a]
}

#[inline(always)]
fn sum([a, b, c, d]: Column, [e, f, g, h]: Column) -> Column {
    [a ^ e, b ^ f, c ^ g, d ^ h]
}

/// 2a + 3b + c + d is 2(a + b) + (b + (c + d)). Returns the sums of this plane that the next one needs doubled.
#[inline(always)]
fn mix_plane([pa, pb, pc, pd]: [&mut V128; 4], [ka, kb, kc, kd]: [&V128; 4], doubled: Column) -> Column {
    let [a, b, c, d] = shifted([pa, pb, pc, pd]);
    let [ab, bc, cd, da] = pairs([a, b, c, d]);
    let [dab, dbc, dcd, dda] = doubled;
    *pa = (b ^ cd) ^ (dab ^ *ka);
    *pb = (c ^ da) ^ (dbc ^ *kb);
    *pc = (d ^ ab) ^ (dcd ^ *kc);
    *pd = (a ^ bc) ^ (dda ^ *kd);
    [ab, bc, cd, da]
}

/// `InvShiftRows`, `InvSubBytes`, `AddRoundKey`, `InvMixColumns`.
#[inline(always)]
fn round_back(state: &mut State, key: &State) {
    substitute_bytes_back(state);
    shift_rows_back(state);
    add(state, key);
    unmix(state);
}

/// `InvMixColumns`. Its matrix is the one of `MixColumns` times the circulant of (5, 0, 4, 0).
#[inline(always)]
fn unmix(state: &mut State) {
    let [a, b, c, d] = *state;
    let (ac, bd) = (quadruple(add_rows(a, c)), quadruple(add_rows(b, d)));
    let (a, b, c, d) = (add_rows(a, ac), add_rows(b, bd), add_rows(c, ac), add_rows(d, bd));
    let (ab, bc, cd, da) = (add_rows(a, b), add_rows(b, c), add_rows(c, d), add_rows(d, a));
    *state = [
        double_onto(add_rows(b, cd), ab),
        double_onto(add_rows(c, da), bc),
        double_onto(add_rows(d, ab), cd),
        double_onto(add_rows(a, bc), da),
    ];
}

#[inline(always)]
fn add_rows([a0, a1, a2, a3, a4, a5, a6, a7]: Row, [b0, b1, b2, b3, b4, b5, b6, b7]: Row) -> Row {
    [a0 ^ b0, a1 ^ b1, a2 ^ b2, a3 ^ b3, a4 ^ b4, a5 ^ b5, a6 ^ b6, a7 ^ b7]
}

/// `sum` + 2 `row`, in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1.
#[inline(always)]
fn double_onto([s0, s1, s2, s3, s4, s5, s6, s7]: Row, [r0, r1, r2, r3, r4, r5, r6, r7]: Row) -> Row {
    [s0 ^ r7, s1 ^ (r0 ^ r7), s2 ^ r1, s3 ^ (r2 ^ r7), s4 ^ (r3 ^ r7), s5 ^ r4, s6 ^ r5, s7 ^ r6]
}

/// 4 `row`.
#[inline(always)]
fn quadruple([r0, r1, r2, r3, r4, r5, r6, r7]: Row) -> Row {
    let r67 = r6 ^ r7;
    [r6, r67, r0 ^ r7, r1 ^ r6, r2 ^ r67, r3 ^ r7, r4, r5]
}
