//! Country codes: ISO 3166 and ICAO 9303 part 3 section 5, told as ISO alpha-2.

/// A country as ISO 3166-1 alpha-2, upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alpha2([u8; 2]);

impl Alpha2 {
    /// Two ASCII capital letters, whether assigned or not.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let _ = text;
        todo!()
    }
    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The country of an alpha-2, alpha-3 or ICAO code (`D`, `GBO`, `LVA<`, …), or of an English short name; any case.
#[must_use]
pub fn resolve(code_or_name: &str) -> Option<Alpha2> {
    let _ = code_or_name;
    todo!()
}

/// Whether a document's state text and a setting's state mean the same: equal codes or names, any case.
#[must_use]
pub fn same_state(country: Alpha2, setting: &str, document: &str) -> bool {
    let _ = (country, setting, document);
    todo!()
}
