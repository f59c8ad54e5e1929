//! Country codes: ISO 3166 and ICAO 9303 part 3 section 5, told as ISO alpha-2.

mod common_names;
mod state;

pub use state::{PrintedState, same_state};

use std::sync::LazyLock;

use super::name;

/// A country as ISO 3166-1 alpha-2, upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alpha2([u8; 2]);

impl Alpha2 {
    /// Two ASCII capital letters, whether assigned or not.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }
    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// No name of a country is longer, folded or not.
const MAX_NAME_BYTES: usize = 128;

/// The country of an alpha-2, alpha-3 or ICAO code (`D`, `GBO`, `LVA<`, …), or of an English short name; any case.
///
/// Codes that stand for no country (`UNO`, `EUE`, `XXA`, …) have none. Kosovo, which has no ISO code, is `XK`.
#[must_use]
pub fn resolve(code_or_name: &str) -> Option<Alpha2> {
    let text = code_or_name.trim().trim_end_matches('<');
    match text.len() {
        0 => None,
        1..=3 => by_code(&text.to_ascii_uppercase()).or_else(|| by_name(text)),
        4..=MAX_NAME_BYTES => by_name(text),
        _ => None,
    }
}

fn by_code(code: &str) -> Option<Alpha2> {
    let alpha2 = match code {
        // ICAO: Germany, and the kinds of British nationality.
        "D" => "DE",
        "GBD" | "GBN" | "GBO" | "GBP" | "GBS" => "GB",
        // Kosovo: ICAO's code, and the ones ISO leaves to its users.
        "RKS" | "XKX" | "XK" => "XK",
        // Reserved in ISO 3166 for use beside GB and GR.
        "UK" => "GB",
        "EL" => "GR",
        _ => rust_iso3166::from_alpha3(code).or_else(|| rust_iso3166::from_alpha2(code))?.alpha2,
    };
    Alpha2::parse(alpha2)
}

/// The names that ISO 3166 has, as [`plain_name`]s, and what they are the names of. Made once: it takes longer than all
/// else that is done with a country.
static OFFICIAL: LazyLock<Vec<(String, &str)>> =
    LazyLock::new(|| rust_iso3166::ALL.iter().map(|country| (plain_name(country.name), country.alpha2)).collect());

fn by_name(text: &str) -> Option<Alpha2> {
    let name = plain_name(text);
    let official = || OFFICIAL.iter().find(|(plain, _)| *plain == name).map(|(_, alpha2)| *alpha2);
    common_names::country(&name).or_else(official).and_then(Alpha2::parse)
}

#[cfg(test)]
thread_local! {
    /// Calls of [`plain_name`], for tests that bound the work.
    static NAMES_READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// How many names this thread has read.
#[cfg(test)]
pub(crate) fn names_read() -> usize {
    NAMES_READ.get()
}

/// The words of a country's or state's name without marks, punctuation and articles, in upper case.
fn plain_name(text: &str) -> String {
    #[cfg(test)]
    NAMES_READ.set(NAMES_READ.get() + 1);
    let folded = name::fold(text).join(" ").replace('&', " AND ");
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !matches!(*word, "" | "THE"));
    words.map(|word| if word == "ST" { "SAINT" } else { word }).collect::<Vec<_>>().join(" ")
}
