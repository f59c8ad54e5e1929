//! Country codes that operators write: ISO 3166-1 alpha-2.

use crate::payload::country::{Alpha2, resolve};

/// Parses an assigned code, or `XK` for Kosovo, which ISO leaves to its users.
///
/// # Errors
/// The code that is meant, where one is near: `GB` for `UK`, `LV` for `LVA` or `Latvia`.
pub(super) fn parse(text: &str) -> Result<Alpha2, Option<Alpha2>> {
    let meant = resolve(text);
    Alpha2::parse(text).filter(|code| meant == Some(*code)).ok_or(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_assigned_ones() {
        for (text, meant) in [
            ("UK", "GB"),
            ("EL", "GR"),
            ("gb", "GB"),
            ("LVA", "LV"),
            ("Latvia", "LV"),
            ("D", "DE"),
            ("EU", ""),
            ("AN", ""),
            ("YU", ""),
            ("ZZ", ""),
            ("", ""),
            ("XX", ""),
        ] {
            assert_eq!(parse(text), Err(Alpha2::parse(meant)), "{text}");
        }
        for text in ["GB", "GR", "LV", "XK", "SX", "SS", "TW"] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }
}
