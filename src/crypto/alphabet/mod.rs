//! The digits of base64 and hexadecimal texts (RFC 4648).

mod digits;
#[cfg_attr(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"), path = "vector.rs")]
#[cfg_attr(not(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128")), path = "portable.rs")]
mod groups;

pub(super) use digits::Alphabet;
pub(super) use groups::decode_groups;
