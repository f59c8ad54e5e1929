//! Wiping what ciphers leave on the stack: round keys that didn't fit into registers, copies of what was moved.

use std::hint::black_box;

/// Deeper than the frames of any cipher here.
const DEPTH: usize = 16 * 1024;

/// Overwrites the stack below the caller's frame, where functions that have returned left what they worked with. These
/// must not have been inlined into the caller.
#[inline(never)]
pub(super) fn wipe() {
    black_box(&mut [0_u64; DEPTH / size_of::<u64>()]);
}
