//! The display names of REL-ID's document fields and their aliases (Regula vocabulary).

use std::sync::LazyLock;

/// A document field the gate knows by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Field {
    DocumentNumber,
    DateOfExpiry,
    DateOfIssue,
    DateOfBirth,
    Surname,
    GivenNames,
    SurnameAndGivenNames,
    MiddleName,
    SecondSurname,
    Nationality,
    NationalityCode,
    NationalityAlpha2,
    Sex,
    Age,
    IssuingStateCode,
    IssuingStateName,
    IssuingStateAlpha2,
    MrzStrings,
    Address,
    AddressStreet,
    AddressCity,
    AddressState,
    AddressJurisdictionCode,
    AddressPostalCode,
    Phone,
}

/// Every field with its folded names, the scanner's own first. Regula's display names, REL-ID's variants of them and
/// what older scanners print; the parts of an address are printed with or without the word "Address" before them.
const NAMES: &[(Field, &[&str])] = &[
    (Field::DocumentNumber, &["document number"]),
    (Field::DateOfExpiry, &["date of expiry", "expiry date", "expiration date", "date of expiration"]),
    (Field::DateOfIssue, &["date of issue", "issue date"]),
    (Field::DateOfBirth, &["date of birth", "birth date"]),
    (Field::Surname, &["surname", "last name", "family name"]),
    (Field::GivenNames, &["given name", "given names", "first name", "first names"]),
    (Field::SurnameAndGivenNames, &["surname and given names", "surname and given name"]),
    (Field::MiddleName, &["middle name", "middle names"]),
    (Field::SecondSurname, &["second surname"]),
    (Field::Nationality, &["nationality"]),
    (Field::NationalityCode, &["nationality code"]),
    (Field::NationalityAlpha2, &["nationality code alpha 2", "nationality code alpha2"]),
    (Field::Sex, &["sex"]),
    (Field::Age, &["age"]),
    (Field::IssuingStateCode, &["issuing state code"]),
    (Field::IssuingStateName, &["issuing state name", "issuing state"]),
    (Field::IssuingStateAlpha2, &["issuing state code alpha 2", "issuing state code alpha2"]),
    (Field::MrzStrings, &["mrz strings", "mrz string", "mrz"]),
    (Field::Address, &["address"]),
    (Field::AddressStreet, &["address street", "street"]),
    (Field::AddressCity, &["address city", "city"]),
    (Field::AddressState, &["address state", "address region", "state", "region"]),
    (Field::AddressJurisdictionCode, &["address jurisdiction code", "jurisdiction code"]),
    (Field::AddressPostalCode, &["address postal code", "postal code", "address zip code", "zip code"]),
    (Field::Phone, &["phone", "phone number", "telephone", "telephone number", "mobile phone", "mobile phone number"]),
];

/// Bytes of the longest of these names.
const LONGEST: usize = 26;

/// The names, sorted.
static BY_NAME: LazyLock<Vec<(&[u8], Field)>> = LazyLock::new(|| {
    let names = NAMES.iter().flat_map(|(field, names)| names.iter().map(|name| (name.as_bytes(), *field)));
    let mut names: Vec<_> = names.collect();
    names.sort_unstable_by_key(|(name, _)| *name);
    names
});

impl Field {
    /// The field of a display name or alias, compared after folding. Allocates nothing and stops where the name gets
    /// longer than all that are known.
    #[must_use]
    pub fn named(display_name: &str) -> Option<Self> {
        let mut folded = [0; LONGEST];
        let length = if display_name.is_ascii() {
            fold_ascii(display_name.as_bytes(), &mut folded)?
        } else {
            let mut length = 0;
            for character in folded_chars(display_name) {
                *folded.get_mut(length)? = u8::try_from(character).ok()?;
                length += 1;
            }
            length
        };
        let folded = folded.get(..length)?;
        let at = BY_NAME.binary_search_by_key(&folded, |(name, _)| *name).ok()?;
        BY_NAME.get(at).map(|(_, field)| *field)
    }
}

/// Whether a display name folds to `folded`; allocates nothing and stops at the first difference.
#[must_use]
pub fn folds_to(display_name: &str, folded: &str) -> bool {
    folded_chars(display_name).eq(folded.chars())
}

/// Folds a display name: lower case, without `(s)`, punctuation and repeated spaces.
///
/// Punctuation parts words (`Address: street`, `Alpha-2`); apostrophes alone don't.
#[must_use]
pub fn fold(display_name: &str) -> String {
    folded_chars(display_name).collect()
}

fn folded_chars(display_name: &str) -> impl Iterator<Item = char> {
    let mut rest = display_name;
    let kept = std::iter::from_fn(move || {
        while let Some(after) = rest.strip_prefix("(s)").or_else(|| rest.strip_prefix("(S)")) {
            rest = after;
        }
        let mut chars = rest.chars();
        let next = chars.next();
        rest = chars.as_str();
        next
    });
    let words = kept
        .filter(|c| !matches!(c, '\'' | '’'))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' });
    single_spaces(words)
}

/// What [`folded_chars`] does, faster: every name in a document is looked at. Gives the length; `None`
/// where there is no room for it.
fn fold_ascii(display_name: &[u8], folded: &mut [u8; LONGEST]) -> Option<usize> {
    let (mut rest, mut length, mut parted) = (display_name, 0, false);
    while let Some((byte, behind)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(b"(s)").or_else(|| rest.strip_prefix(b"(S)")) {
            rest = after;
            continue;
        }
        rest = behind;
        if !byte.is_ascii_alphanumeric() {
            parted |= *byte != b'\'';
            continue;
        }
        if parted && length > 0 {
            *folded.get_mut(length)? = b' ';
            length += 1;
        }
        parted = false;
        *folded.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    Some(length)
}

/// Drops leading, trailing and repeated spaces.
fn single_spaces(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut chars = chars.skip_while(|c| *c == ' ').peekable();
    std::iter::from_fn(move || {
        let next = chars.next()?;
        if next != ' ' {
            return Some(next);
        }
        while chars.next_if_eq(&' ').is_some() {}
        chars.peek().map(|_| ' ')
    })
}
