//! The fields that several sources of a document can carry.

use crate::payload::Proof;
use crate::payload::field::Field;
use crate::words::words;

words! {
    /// A field that several sources of a document can carry, as disagreements name it.
    pub enum ComparedField {
        /// `Given name(s)`.
        GivenNames = "givenNames",
        /// `Surname`.
        Surname = "surname",
        /// `Date of birth`.
        DateOfBirth = "dateOfBirth",
        /// `Date of expiry`.
        DateOfExpiry = "dateOfExpiry",
        /// `Date of issue`.
        DateOfIssue = "dateOfIssue",
        /// `Document number`.
        DocumentNumber = "documentNumber",
        /// The nationality, by name or by code.
        Nationality = "nationality",
        /// The issuing state, by name or by code.
        IssuingState = "issuingState",
        /// `Sex`.
        Sex = "sex",
    }
}

impl ComparedField {
    /// Returns the fields that are compared with each other.
    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            Self::GivenNames => &[Field::GivenNames],
            Self::Surname => &[Field::Surname],
            Self::DateOfBirth => &[Field::DateOfBirth],
            Self::DateOfExpiry => &[Field::DateOfExpiry],
            Self::DateOfIssue => &[Field::DateOfIssue],
            Self::DocumentNumber => &[Field::DocumentNumber],
            Self::Nationality => &[Field::NationalityCode, Field::NationalityAlpha2, Field::Nationality],
            Self::IssuingState => &[Field::IssuingStateCode, Field::IssuingStateAlpha2, Field::IssuingStateName],
            Self::Sex => &[Field::Sex],
        }
    }
}

/// A field on which the sources of a document disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The field, such as `dateOfBirth`.
    pub field: &'static str,
    /// Letters of the sources that carry the field; REL-ID's four, no others.
    pub sources: Vec<char>,
}

impl Disagreement {
    /// Describes a disagreement between the sources of a document.
    pub(super) fn on(field: ComparedField, proof: &Proof<'_>) -> Self {
        let sources = || field.fields().iter().flat_map(|field| proof.sources_by_locale(*field)).flatten();
        // Anything but REL-ID's letters could carry text of the sender's.
        let known = ['M', 'V', 'R', 'B'].into_iter();
        let carries =
            |letter: &char| sources().any(|(source, _)| source.eq_ignore_ascii_case(letter.encode_utf8(&mut [0; 4])));
        Self { field: field.as_str(), sources: known.filter(carries).collect() }
    }
}
