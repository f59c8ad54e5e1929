//! The kind of a document: which of Regula's document types, which REL-ID sends as codes and names, are identity
//! documents, and which of Rebilly's subtypes they are.

use crate::payload::{Fact, Proof};

/// What is known of a document type: its codes, first to last, its name, and its Rebilly subtype.
type Kind = (u16, u16, &'static str, Option<&'static str>);

const PASSPORT: Option<&str> = Some("passport");
const ID_CARD: Option<&str> = Some("id-card");
const DRIVER_LICENSE: Option<&str> = Some("driver-license");

/// The identity documents.
const IDENTITY: &[Kind] = &[
    (11, 11, "passport", PASSPORT),
    (12, 12, "identity card", ID_CARD),
    (13, 13, "diplomatic passport", PASSPORT),
    (14, 14, "service passport", PASSPORT),
    (15, 15, "seaman's identity document", None),
    (16, 16, "identity card for residence", ID_CARD),
    (17, 17, "travel document", None),
    (20, 20, "national identity card", ID_CARD),
    (21, 21, "social identity card", ID_CARD),
    (22, 22, "alien's identity card", ID_CARD),
    (24, 24, "residence permit identity card", ID_CARD),
    (26, 26, "emergency passport", PASSPORT),
    (27, 27, "alien's passport", PASSPORT),
    (38, 38, "commercial driving license", DRIVER_LICENSE),
    (49, 66, "driving license", DRIVER_LICENSE),
    (72, 72, "enhanced driving license", DRIVER_LICENSE),
    (146, 146, "refugee travel document", None),
    (172, 172, "passport card", PASSPORT),
    (179, 179, "temporary passport", PASSPORT),
    (215, 215, "residence permit", None),
    (222, 222, "domestic passport", PASSPORT),
    (224, 224, "resident id card", ID_CARD),
    (225, 225, "armed forces identity card", None),
];

/// Documents with a subtype that prove no identity.
const OTHER: &[Kind] = &[(181, 181, "health card", Some("public-health-card"))];

/// Spellings of the names that are not Regula's.
const SPELLINGS: &[(&str, &str)] = &[
    ("id card", "identity card"),
    ("national id card", "national identity card"),
    ("driving licence", "driving license"),
    ("driver license", "driving license"),
    ("driver licence", "driving license"),
    ("driver's license", "driving license"),
    ("driver's licence", "driving license"),
];

/// Rebilly's subtypes; a document whose name is one of these words is one.
pub const SUBTYPES: &[&str] = &[
    "passport",
    "id-card",
    "driver-license",
    "birth-certificate",
    "utility-bill",
    "rental-receipt",
    "lease-agreement",
    "copy-credit-card",
    "credit-card-statement",
    "bank-statement",
    "inheritance-documentation",
    "tax-return",
    "salary-slip",
    "sale-of-assets",
    "public-health-card",
    "proof-of-age-card",
    "reverse-of-id",
    "public-service",
    "ewallet-holder-details",
    "ewallet-transaction-statement",
    "marriage-certificate",
    "firearms-license",
    "insurance-letter",
    "income-statement",
    "debtors-letter",
    "other",
];

/// Most of a document's type names that are looked at: the scanner gives one for each page. Each is compared with every
/// known name.
const MOST_NAMES: usize = 32;

/// Returns whether a document is an identity document; absent when it has neither codes nor names.
pub(super) fn is_identity_document(proof: &Proof<'_>) -> Fact<bool> {
    proof.types().map(|types| {
        types.codes.iter().any(|code| by_code(IDENTITY, *code).is_some())
            || types.names.iter().take(MOST_NAMES).any(|name| by_name(IDENTITY, name).is_some())
    })
}

/// Returns a document's Rebilly subtype, if it has one; absent when it has neither codes nor names.
pub(crate) fn of(proof: &Proof<'_>) -> Fact<Option<&'static str>> {
    proof.types().map(|types| {
        let coded = types.codes.iter().find_map(|code| by_code(IDENTITY, *code).or_else(|| by_code(OTHER, *code))?.3);
        coded.or_else(|| types.names.iter().take(MOST_NAMES).find_map(|name| named(name)))
    })
}

fn named(name: &str) -> Option<&'static str> {
    let known = by_name(IDENTITY, name).or_else(|| by_name(OTHER, name)).and_then(|kind| kind.3);
    let first = letters(name).next();
    known.or_else(|| SUBTYPES.iter().copied().find(|subtype| starts_with(subtype, first) && same(subtype, name)))
}

fn by_code(kinds: &'static [Kind], code: i64) -> Option<&'static Kind> {
    kinds.iter().find(|(first, last, ..)| (i64::from(*first)..=i64::from(*last)).contains(&code))
}

#[cfg(test)]
thread_local! {
    /// Calls of [`by_name`], for tests that bound the work.
    static NAMES_LOOKED_UP: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

fn by_name(kinds: &'static [Kind], name: &str) -> Option<&'static Kind> {
    #[cfg(test)]
    NAMES_LOOKED_UP.set(NAMES_LOOKED_UP.get() + 1);
    let first_letter = letters(name).next();
    let mut spellings = SPELLINGS.iter().filter(|(spelling, _)| starts_with(spelling, first_letter));
    let name = spellings.find(|(spelling, _)| same(spelling, name)).map_or(name, |(_, regula)| regula);
    let first_letter = letters(name).next();
    kinds.iter().filter(|(.., known, _)| starts_with(known, first_letter)).find(|(first, last, known, _)| {
        // The names of 50 to 66 are that of 49 with something behind it, as "Driving License Novice under 18".
        if first == last { same(known, name) } else { begins(name, known) }
    })
}

/// Returns whether a known name, which begins with a letter, begins with this one. Few do.
fn starts_with(known: &str, first_letter: Option<char>) -> bool {
    known.as_bytes().first().copied().map(char::from) == first_letter
}

/// Compares two names, ignoring case and whatever is neither letter nor digit.
fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
        || if a.is_ascii() && b.is_ascii() { ascii_letters(a).eq(ascii_letters(b)) } else { letters(a).eq(letters(b)) }
}

/// Does what [`letters`] does, without a look into Unicode's tables.
fn ascii_letters(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase())
}

fn begins(name: &str, with: &str) -> bool {
    let mut name = letters(name);
    letters(with).all(|letter| name.next() == Some(letter))
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::v3::DocumentRole;
    use crate::payload::{Document, Limits};

    /// However many names a document has, no more than [`MOST_NAMES`] are compared with the known ones; the last of
    /// those still counts.
    #[test]
    fn no_more_names_are_looked_up_than_a_document_has_pages() {
        let read = |passport_at: usize| {
            let names: Vec<&str> =
                (0..5_000).map(|at| if at == passport_at { r#""Passport""# } else { r#""Passporta""# }).collect();
            let json = format!(r#"{{"document_info":{{"document_type":[{}]}}}}"#, names.join(","));
            let document = Document::scan(json.as_bytes(), Limits::default()).unwrap();
            let proof = Proof::read(document.root(), DocumentRole::Identity).unwrap();
            let before = NAMES_LOOKED_UP.get();
            let found = (is_identity_document(&proof), of(&proof));
            // Once among the identity documents for the one question, once among each kind for the other.
            assert!(NAMES_LOOKED_UP.get() - before <= 3 * MOST_NAMES, "{}", NAMES_LOOKED_UP.get() - before);
            found
        };
        assert!(read(MOST_NAMES - 1) == (Fact::Readable(true), Fact::Readable(PASSPORT)));
        assert!(read(MOST_NAMES) == (Fact::Readable(false), Fact::Readable(None)));
    }
}
