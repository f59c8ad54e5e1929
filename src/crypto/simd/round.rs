//! The rounds of AES (FIPS 197 section 5) on 32 sliced blocks.
//!
//! The S-box leaves [`AFFINE`](super::sbox::AFFINE) out, the round keys bring it in.

use super::bitslice::{Row, State, add, add_rows};
use super::sbox::{substitute, substitute_back};
use super::schedule::Schedule;

/// Encrypts a state.
#[inline(always)]
pub(super) fn encrypt(schedule: &Schedule, state: State) -> State {
    encrypt_rest(schedule, encrypt_two(schedule, state))
}

/// The first two rounds.
#[inline(always)]
pub(super) fn encrypt_two(schedule: &Schedule, state: State) -> State {
    let [before, one, two] = schedule.opening();
    round(round(add(state, before), one), two)
}

/// All rounds but the first two.
#[inline(always)]
pub(super) fn encrypt_rest(schedule: &Schedule, state: State) -> State {
    last_round(schedule.middle().iter().fold(state, round), schedule.last())
}

/// Decrypts a state.
#[inline(always)]
pub(super) fn decrypt(schedule: &Schedule, state: State) -> State {
    let [before, one, two] = schedule.opening();
    let state = round_back(add(state, schedule.last()));
    let keys = [one, two].into_iter().chain(schedule.middle()).rev();
    add(keys.fold(state, |state, key| round_back(mix_columns_back(add(state, key)))), before)
}

/// `SubBytes`, `ShiftRows`, `MixColumns`, `AddRoundKey`.
#[inline(always)]
fn round(state: State, key: &State) -> State {
    let [key0, key1, key2, key3] = key;
    let [a, b, c, d] = shift_rows(state.map(substitute));
    let (ab, bc, cd, da) = (add_rows(a, &b), add_rows(b, &c), add_rows(c, &d), add_rows(d, &a));
    // 2a + 3b + c + d is 2(a + b) + (b + (c + d)).
    [
        add_rows(double_onto(add_rows(b, &cd), ab), key0),
        add_rows(double_onto(add_rows(c, &da), bc), key1),
        add_rows(double_onto(add_rows(d, &ab), cd), key2),
        add_rows(double_onto(add_rows(a, &bc), da), key3),
    ]
}

/// The last round has no `MixColumns`.
#[inline(always)]
fn last_round(state: State, key: &State) -> State {
    add(shift_rows(state.map(substitute)), key)
}

/// `InvShiftRows` and `InvSubBytes`.
#[inline(always)]
fn round_back([a, b, c, d]: State) -> State {
    // The order makes no difference: one moves bytes, the other one changes them one by one.
    [
        substitute_back(a),
        substitute_back(b.map(|plane| plane.rotate_columns::<3>())),
        substitute_back(c.map(|plane| plane.rotate_columns::<2>())),
        substitute_back(d.map(|plane| plane.rotate_columns::<1>())),
    ]
}

#[inline(always)]
fn shift_rows([a, b, c, d]: State) -> State {
    [
        a,
        b.map(|plane| plane.rotate_columns::<1>()),
        c.map(|plane| plane.rotate_columns::<2>()),
        d.map(|plane| plane.rotate_columns::<3>()),
    ]
}

/// `sum` + 2 `row`, in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1.
#[inline(always)]
fn double_onto([s0, s1, s2, s3, s4, s5, s6, s7]: Row, [r0, r1, r2, r3, r4, r5, r6, r7]: Row) -> Row {
    [s0 ^ r7, s1 ^ (r0 ^ r7), s2 ^ r1, s3 ^ (r2 ^ r7), s4 ^ (r3 ^ r7), s5 ^ r4, s6 ^ r5, s7 ^ r6]
}

/// `sum` + 4 `row`.
#[inline(always)]
fn quadruple([r0, r1, r2, r3, r4, r5, r6, r7]: Row) -> Row {
    let r67 = r6 ^ r7;
    [r6, r67, r0 ^ r7, r1 ^ r6, r2 ^ r67, r3 ^ r7, r4, r5]
}

/// `InvMixColumns`. Its matrix is the one of `MixColumns` times the circulant of (5, 0, 4, 0).
#[inline(always)]
fn mix_columns_back([a, b, c, d]: State) -> State {
    let (ac, bd) = (quadruple(add_rows(a, &c)), quadruple(add_rows(b, &d)));
    let (a, b, c, d) = (add_rows(a, &ac), add_rows(b, &bd), add_rows(c, &ac), add_rows(d, &bd));
    let (ab, bc, cd, da) = (add_rows(a, &b), add_rows(b, &c), add_rows(c, &d), add_rows(d, &a));
    [
        double_onto(add_rows(b, &cd), ab),
        double_onto(add_rows(c, &da), bc),
        double_onto(add_rows(d, &ab), cd),
        double_onto(add_rows(a, &bc), da),
    ]
}
