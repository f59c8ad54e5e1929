//! States, provinces and other parts of a country: ISO 3166-2.

use rust_iso3166::iso3166_2::{SUBDIVISION_COUNTRY_MAP, Subdivision};

use super::{Alpha2, MAX_NAME_BYTES, plain_name};

/// Whether a document's state text and a setting's state mean the same: equal codes or names, any case.
///
/// Either side may be an ISO 3166-2 code with or without the country (`US-AL`, `AL`) or the name that ISO 3166-2
/// gives it. What the country has no such part for is compared as text.
#[must_use]
pub fn same_state(country: Alpha2, setting: &str, document: &str) -> bool {
    let (setting, document) = (setting.trim(), document.trim());
    if setting.len() > MAX_NAME_BYTES || document.len() > MAX_NAME_BYTES {
        return false;
    }
    let (setting, document) = (State::new(setting), State::new(document));
    if setting.name.is_empty() {
        return false;
    }
    // Some names are those of several parts (the province and the city of Hsinchu), so the parts are asked, not told.
    let parts = SUBDIVISION_COUNTRY_MAP.get(country.as_str()).copied().unwrap_or_default();
    setting.name == document.name || parts.iter().any(|part| setting.is(part) && document.is(part))
}

struct State<'t> {
    text: &'t str,
    name: String,
}

impl<'t> State<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, name: plain_name(text) }
    }

    fn is(&self, part: &Subdivision) -> bool {
        self.text.eq_ignore_ascii_case(part.region_code)
            || self.text.eq_ignore_ascii_case(part.code)
            || self.name == plain_name(part.name)
    }
}
