//! GHASH and base64 by the vector instructions of x86-64, which are looked for when the code runs.
//!
//! A kernel is compiled for instructions that the processor may not have, so calling it is `unsafe`. All that is, is
//! in this directory: a caller of `vector` has a register of that width, and a kernel is called by the one function
//! beside it, which has found its instructions.

mod base64;
mod ghash;
mod vector;

pub(super) use base64::decode_groups;
pub(super) use ghash::GHash;
