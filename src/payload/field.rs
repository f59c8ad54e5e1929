//! The display names of REL-ID's document fields and their aliases (Regula vocabulary).

use std::sync::LazyLock;

/// A document field the gate knows by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is called as the field that it stands for")]
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

/// Bytes of a name that are folded. The known names are shorter.
const FOLDED_BYTES: usize = 64;

/// Bytes of the longest name.
const LONGEST: usize = 26;

/// The names by their length, few of each.
static BY_LENGTH: LazyLock<[Vec<(&str, Field)>; LONGEST + 1]> = LazyLock::new(|| {
    let names = || NAMES.iter().flat_map(|(field, names)| names.iter().map(|name| (*name, *field)));
    std::array::from_fn(|length| names().filter(|(name, _)| name.len() == length).collect())
});

impl Field {
    /// How many there are.
    pub(super) const COUNT: usize = NAMES.len();

    /// Returns every field, in the order of the declaration.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(field, _)| *field)
    }

    /// Returns the field of a display name or alias, compared after folding.
    ///
    /// ```
    /// use kyc_gate::payload::field::Field;
    ///
    /// assert_eq!(Field::named("Surname & Given Name(s)"), Some(Field::SurnameAndGivenNames));
    /// assert_eq!(Field::named("EXPIRATION  DATE"), Field::named("Date of expiry"));
    /// ```
    #[must_use]
    pub fn named(display_name: &str) -> Option<Self> {
        Self::with_plain_name(display_name).or_else(|| Self::with_folded_name(&fold(display_name)))
    }

    /// Returns the field of a display name or alias that is folded already.
    pub(super) fn with_folded_name(folded: &str) -> Option<Self> {
        let names = BY_LENGTH.get(folded.len())?;
        names.iter().find(|(name, _)| *name == folded).map(|(_, field)| *field)
    }

    /// Returns the field of a display name that differs from its folding by case alone, as most do.
    pub(super) fn with_plain_name(display_name: &str) -> Option<Self> {
        let first = display_name.as_bytes().first()?.to_ascii_lowercase();
        let mut names =
            BY_LENGTH.get(display_name.len())?.iter().filter(|(name, _)| name.as_bytes().first() == Some(&first));
        names.find(|(name, _)| name.eq_ignore_ascii_case(display_name)).map(|(_, field)| *field)
    }
}

/// A display name, looked up once for any number of documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldName {
    /// That of a known field.
    Known(Field),
    /// Any other, folded.
    Other(String),
}

impl FieldName {
    /// Looks a display name up.
    #[must_use]
    pub fn of(display_name: &str) -> Self {
        if let Some(field) = Field::with_plain_name(display_name) {
            return Self::Known(field);
        }
        let folded = fold(display_name);
        Field::with_folded_name(&folded).map_or(Self::Other(folded), Self::Known)
    }
}

/// Returns whether a display name folds to `folded`.
#[must_use]
pub fn folds_to(display_name: &str, folded: &str) -> bool {
    fold(display_name) == folded
}

/// Folds a display name: lower case, without `(s)`, punctuation and repeated spaces, `&` as the word "and".
///
/// Punctuation parts words (`Address: street`, `Alpha-2`); apostrophes alone don't. What comes behind the first 64
/// bytes stays as it is: folding letters takes long, and no field has so long a name.
#[must_use]
pub fn fold(display_name: &str) -> String {
    let mut folded = String::new();
    fold_into(display_name, &mut folded);
    folded
}

/// Folds as [`fold`] does, behind what the buffer has already: the names of a document share one.
pub(super) fn fold_into(display_name: &str, folded: &mut String) {
    let start = folded.len();
    let (mut rest, mut is_parted) = (display_name, false);
    while folded.len() - start < FOLDED_BYTES {
        let mut characters = rest.chars();
        let Some(character) = characters.next() else { break };
        rest = characters.as_str();
        match character {
            '\'' | '’' => {}
            '(' if rest.starts_with("s)") || rest.starts_with("S)") => rest = rest.get(2..).unwrap_or_default(),
            '&' => {
                part(folded, start, true);
                folded.push_str("and");
                is_parted = true;
            }
            _ if character.is_ascii_alphanumeric() => {
                part(folded, start, is_parted);
                folded.push(character.to_ascii_lowercase());
                is_parted = false;
            }
            // General punctuation, told without a look into Unicode's tables.
            _ if character.is_ascii() || matches!(character, '\u{2000}'..='\u{206f}') => is_parted = true,
            _ if !character.is_alphanumeric() => is_parted = true,
            // A letter may become several, of which some are marks.
            _ => {
                let lower = character.to_lowercase();
                let is_letter = lower.len() == 1;
                for lower in lower {
                    if is_letter || lower.is_alphanumeric() {
                        part(folded, start, is_parted);
                        folded.push(lower);
                        is_parted = false;
                    } else {
                        is_parted = true;
                    }
                }
            }
        }
    }
    folded.push_str(rest);
}

/// Adds a space between two words of what begins at `start`.
fn part(folded: &mut String, start: usize, is_parted: bool) {
    if is_parted && folded.len() > start {
        folded.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found() {
        for (at, (field, names)) in NAMES.iter().enumerate() {
            assert_eq!(*field as usize, at);
            for name in *names {
                assert_eq!(Field::with_folded_name(name), Some(*field), "{name}");
                assert_eq!(Field::with_plain_name(&name.to_uppercase()), Some(*field), "{name}");
                assert_eq!(fold(name), *name);
            }
        }
    }
}
