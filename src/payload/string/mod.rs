//! JSON strings (RFC 8259, section 7).

mod escape;
#[cfg_attr(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"), path = "vector.rs")]
#[cfg_attr(not(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128")), path = "portable.rs")]
mod plain;
mod scan;
mod special;

#[cfg(test)]
pub(super) use escape::ESCAPES_READ;
pub(super) use escape::{LONGEST_ESCAPE, decode, is_blank, is_spelling_of};
pub(super) use scan::{Scanned, scan};
