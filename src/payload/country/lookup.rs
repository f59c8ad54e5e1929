//! Finding the country that a code or a name stands for.

use std::sync::LazyLock;

use super::alpha2::Alpha2;
use super::common_names;
use super::plain_name::{MAX_NAME_BYTES, plain_name};

/// Returns the country of an alpha-2, alpha-3 or ICAO code (`D`, `GBO`, `LVA<`), or of an English short name, in any
/// case.
///
/// Codes that stand for no country (`UNO`, `EUE`, `XXA`) have none. Kosovo, which has no ISO code, is `XK`.
///
/// ```
/// use kyc_gate::payload::country::{Alpha2, resolve};
///
/// for text in ["DE", "deu", "D<<", "Germany"] {
///     assert_eq!(resolve(text), Alpha2::parse("DE"));
/// }
/// assert_eq!(resolve("UTO"), None);
/// ```
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

/// ICAO's codes for holders and issuers without a country: stateless people, refugees, people of unspecified
/// nationality, and organizations (ICAO 9303 part 3, section 5).
const NO_COUNTRY: [&str; 20] = [
    "EUE", "IAO", "UNA", "UNK", "UNO", "XBA", "XCC", "XCE", "XCO", "XDC", "XEC", "XES", "XIM", "XMP", "XOM", "XPO",
    "XXA", "XXB", "XXC", "XXX",
];

/// Returns whether a text is a code that stands for no country: `XXA` of a stateless person, `UNO` of the United
/// Nations.
///
/// ```
/// use kyc_gate::payload::country::{is_no_country, resolve};
///
/// assert!(is_no_country("xxa<") && resolve("XXA").is_none());
/// assert!(!is_no_country("ZZZ") && !is_no_country("LVA"));
/// ```
#[must_use]
pub fn is_no_country(code: &str) -> bool {
    let code = code.trim().trim_end_matches('<');
    NO_COUNTRY.iter().any(|known| known.eq_ignore_ascii_case(code))
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

/// The names that ISO 3166 has, as [`plain_name`]s, sorted, and what they are the names of. Made once: it takes longer
/// than all else that is done with a country.
static OFFICIAL: LazyLock<Vec<(String, &str)>> = LazyLock::new(|| {
    let names = rust_iso3166::ALL.iter().map(|country| (plain_name(country.name), country.alpha2));
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
});

fn by_name(text: &str) -> Option<Alpha2> {
    let name = plain_name(text);
    let official = || {
        let at = OFFICIAL.binary_search_by(|(plain, _)| plain.as_str().cmp(&name)).ok()?;
        OFFICIAL.get(at).map(|(_, alpha2)| *alpha2)
    };
    common_names::country(&name).or_else(official).and_then(Alpha2::parse)
}
