//! 128 bits in one register: WebAssembly's `v128`, or two 64-bit words where there is none.
//!
//! Lanes are numbered from the least significant byte, as WebAssembly does.

mod ops;
#[cfg_attr(all(target_arch = "wasm32", target_feature = "simd128"), path = "wasm.rs")]
#[cfg_attr(not(all(target_arch = "wasm32", target_feature = "simd128")), path = "portable.rs")]
mod register;

pub(super) use register::V128;
