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

/// The names, sorted.
static BY_NAME: LazyLock<Vec<(&str, Field)>> = LazyLock::new(|| {
    let names = NAMES.iter().flat_map(|(field, names)| names.iter().map(|name| (*name, *field)));
    let mut names: Vec<_> = names.collect();
    names.sort_unstable_by_key(|(name, _)| *name);
    names
});

impl Field {
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
        Self::with_folded_name(&fold(display_name))
    }

    /// Returns the field of a display name or alias that is folded already.
    pub(super) fn with_folded_name(folded: &str) -> Option<Self> {
        let at = BY_NAME.binary_search_by_key(&folded, |(name, _)| *name).ok()?;
        BY_NAME.get(at).map(|(_, field)| *field)
    }
}

/// Returns whether a display name folds to `folded`; allocates nothing and stops at the first difference.
#[must_use]
pub fn folds_to(display_name: &str, folded: &str) -> bool {
    folded_chars(display_name).eq(folded.chars())
}

/// Folds a display name: lower case, without `(s)`, punctuation and repeated spaces, `&` as the word "and".
///
/// Punctuation parts words (`Address: street`, `Alpha-2`); apostrophes alone don't.
#[must_use]
pub fn fold(display_name: &str) -> String {
    let mut folded = String::new();
    fold_into(display_name, &mut folded);
    folded
}

/// [`fold`] into a buffer that is used again and again: every name in a document is folded.
pub(super) fn fold_into(display_name: &str, folded: &mut String) {
    folded.clear();
    if display_name.is_ascii() {
        fold_ascii(display_name.as_bytes(), folded);
    } else {
        folded.extend(folded_chars(display_name));
    }
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
    let words = kept.filter(|c| !matches!(c, '\'' | '’')).flat_map(|c| {
        let (word, letters) = if c == '&' { (" and ", None) } else { ("", Some(c.to_lowercase())) };
        word.chars().chain(letters.into_iter().flatten())
    });
    single_spaces(words.map(|c| if c.is_alphanumeric() { c } else { ' ' }))
}

/// What [`folded_chars`] does, faster.
fn fold_ascii(display_name: &[u8], folded: &mut String) {
    let (mut rest, mut is_parted) = (display_name, false);
    while let Some((byte, behind)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(b"(s)").or_else(|| rest.strip_prefix(b"(S)")) {
            rest = after;
            continue;
        }
        rest = behind;
        if !byte.is_ascii_alphanumeric() && *byte != b'&' {
            is_parted |= *byte != b'\'';
            continue;
        }
        is_parted |= *byte == b'&';
        if is_parted && !folded.is_empty() {
            folded.push(' ');
        }
        is_parted = *byte == b'&';
        if *byte == b'&' {
            folded.push_str("and");
        } else {
            folded.push(char::from(byte.to_ascii_lowercase()));
        }
    }
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
