//! kyc-gate: decrypts, scores and rewrites a REL-ID KYC post inline, in Envoy.
//!
//! The core is deterministic: the same bytes, configuration and instant give the same answer, natively, in node, in
//! V8 or in a browser. It makes no host call and reads no clock, environment or randomness. Only `gate`, which is
//! compiled for WASI alone, talks to Envoy.
//!
//! The way of a request: `gate::stream` → [`exchange`] → [`crypto`] → [`payload`] → [`scoring`] → [`template`] →
//! [`exchange`] → `gate::stream`.

pub mod access_token;
pub mod authorization;
pub mod config;
pub mod confirmation;
pub mod crypto;
pub mod exchange;
pub mod http;
pub mod payload;
pub mod replay;
pub mod scoring;
pub mod settings_api;
pub mod shared;
pub mod signature;
pub mod template;
pub mod words;

#[cfg(any(target_os = "wasi", feature = "native"))]
mod gate;
