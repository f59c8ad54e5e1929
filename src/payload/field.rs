//! The display names of REL-ID's document fields and their aliases (Regula vocabulary).

/// A document field the gate knows by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

impl Field {
    /// The field of a display name or alias, compared after folding.
    #[must_use]
    pub fn named(display_name: &str) -> Option<Self> {
        let _ = display_name;
        todo!()
    }
}

/// Folds a display name: lower case, without `(s)`, punctuation and repeated spaces.
#[must_use]
pub fn fold(display_name: &str) -> String {
    let _ = display_name;
    todo!()
}
