//! Rebilly's `KycSettings` (`PUT /kyc-settings`), both editions: the one with `matchesDateOfBirth` (until April 2026)
//! and the one with `mrzChecksum` (since May 2026).

mod effective;
mod error;
mod model;
mod reader;
mod shipped;
mod thresholds;

pub use error::SettingsProblem;
pub use model::{AgeOverride, Settings};
pub use thresholds::Thresholds;
