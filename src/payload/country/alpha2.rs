//! The two-letter codes of countries: ISO 3166-1 alpha-2.

/// Kosovo has no code of ISO's; the one that ISO leaves to its users is in wide use.
const KOSOVO: [u8; 2] = *b"XK";

/// A country as ISO 3166-1 alpha-2, upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alpha2([u8; 2]);

impl Alpha2 {
    /// Parses two ASCII capital letters, whether ISO has assigned them or not.
    ///
    /// ```
    /// use kyc_gate::payload::country::Alpha2;
    ///
    /// assert!(Alpha2::parse("GB").is_some_and(Alpha2::is_assigned));
    /// assert!(Alpha2::parse("UK").is_some_and(|reserved| !reserved.is_assigned()));
    /// assert_eq!(Alpha2::parse("gb"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    /// Returns the two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the codes of all countries, in the order of the alphabet.
    pub fn assigned() -> impl Iterator<Item = Self> {
        let codes = (b'A'..=b'Z').flat_map(|first| (b'A'..=b'Z').map(move |second| Self([first, second])));
        codes.filter(|code| code.is_assigned())
    }

    /// Returns whether this is the code of a country: an assigned one, or `XK` for Kosovo. `UK`, `EL` and `EU` are
    /// reserved, `AN` and `YU` withdrawn.
    #[must_use]
    pub fn is_assigned(self) -> bool {
        self.0 == KOSOVO || rust_iso3166::from_alpha2(self.as_str()).is_some()
    }
}
