//! States, provinces and other parts of a country: ISO 3166-2.

use rust_iso3166::iso3166_2::{SUBDIVISION_COUNTRY_MAP, Subdivision};

use super::alpha2::Alpha2;
use super::plain_name::{MAX_NAME_BYTES, plain_name};

/// The state that a document prints, looked up once to be compared with any number of settings.
pub struct PrintedState {
    /// `None` for a text too long to be a state's.
    name: Option<String>,
    /// What the text stands for, and how that is called. Some names are those of several parts: the province and the
    /// city of Hsinchu.
    parts: Vec<(&'static Subdivision, String)>,
}

impl PrintedState {
    /// Reads the state that a document prints.
    #[must_use]
    pub fn read(country: Alpha2, text: &str) -> Self {
        let text = text.trim();
        if text.len() > MAX_NAME_BYTES {
            return Self { name: None, parts: Vec::new() };
        }
        let printed = State::new(text);
        let parts = SUBDIVISION_COUNTRY_MAP.get(country.as_str()).copied().unwrap_or_default();
        let named = parts.iter().map(|part| (part, plain_name(part.name)));
        let parts = named.filter(|(part, name)| printed.is(part, name)).collect();
        Self { name: Some(printed.name), parts }
    }

    /// Returns what is the same for all texts that mean this state: the ISO 3166-2 code of the country's first part of
    /// this code or name, else the text's plain name.
    #[must_use]
    pub fn key(&self) -> &str {
        self.parts.first().map_or_else(|| self.name.as_deref().unwrap_or_default(), |(part, _)| part.code)
    }

    /// Returns whether this is a part of the country by ISO 3166-2.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !self.parts.is_empty()
    }

    /// Returns whether a setting's state means the same: equal codes or names, any case.
    ///
    /// Either side may be an ISO 3166-2 code with or without the country (`US-AL`, `AL`) or the name that ISO 3166-2
    /// gives it. What the country has no such part for is compared as text.
    #[must_use]
    pub fn is(&self, setting: &str) -> bool {
        let setting = setting.trim();
        let Some(name) = self.name.as_ref().filter(|_| setting.len() <= MAX_NAME_BYTES) else { return false };
        let setting = State::new(setting);
        !setting.name.is_empty()
            && (setting.name == *name || self.parts.iter().any(|(part, name)| setting.is(part, name)))
    }
}

/// Compares a document's state with that of a setting, as [`PrintedState::is`] does.
#[must_use]
pub fn same_state(country: Alpha2, setting: &str, document: &str) -> bool {
    PrintedState::read(country, document).is(setting)
}

struct State<'t> {
    text: &'t str,
    name: String,
}

impl<'t> State<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, name: plain_name(text) }
    }

    fn is(&self, part: &Subdivision, part_name: &str) -> bool {
        self.text.eq_ignore_ascii_case(part.region_code)
            || self.text.eq_ignore_ascii_case(part.code)
            || self.name == part_name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::country::plain_name::NAMES_READ;

    /// A thousand settings cost a thousand readings, not a thousand times those of the country's parts.
    #[test]
    fn parts_are_looked_through_once() {
        let country = Alpha2::parse("GB").unwrap();
        let parts = SUBDIVISION_COUNTRY_MAP.get("GB").copied().unwrap_or_default().len();
        assert!(parts > 100);
        let before = NAMES_READ.get();
        let printed = PrintedState::read(country, "Devon");
        assert!((0..1000).all(|at| !printed.is(&format!("Nowhere {at}"))) && printed.is("DEV"));
        assert!(NAMES_READ.get() - before <= parts + 1010, "{}", NAMES_READ.get() - before);
    }
}
