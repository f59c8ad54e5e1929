//! The checks of Rebilly's settings, in the order of the tables in `docs/scoring.md`.

use crate::words::words;

words! {
    /// How a check ended.
    pub enum CheckOutcome {
        /// Nothing speaks against it.
        Pass = "pass",
        /// Its weight is deducted.
        Fail = "fail",
        /// No evidence: nothing is deducted.
        Skip = "skip",
    }
}

words! {
    /// A check of the identity proof; the name is its Rebilly weight key.
    pub enum IdentityCheck {
        /// A portrait came with the post.
        ContainsImage = "containsImage",
        /// The document is of a type that proves an identity.
        IsIdentityDocument = "isIdentityDocument",
        /// The document's subtype is one of `identitySubtypes`.
        DocumentSubtype = "documentSubtype",
        /// The scanner did not report the document as found online.
        IsPublishedOnline = "isPublishedOnline",
        /// The scanner looked for a photocopy or a screen and found none.
        IsPhotocopy = "isPhotocopy",
        /// The scanner looked for tampering and found none.
        IsTampered = "isTampered",
        /// The check digits of the machine readable zone are right.
        MrzChecksum = "mrzChecksum",
        /// The given names match the claim, or agree between the sources.
        FirstName = "firstName",
        /// The surname matches the claim, or agrees between the sources.
        LastName = "lastName",
        /// There is a readable date of birth.
        DateOfBirth = "dateOfBirth",
        /// The date of birth matches the claim, or agrees between the sources.
        MatchesDateOfBirth = "matchesDateOfBirth",
        /// There is a readable date of issue.
        IssueDate = "issueDate",
        /// There is a readable date of expiry.
        ExpirationDate = "expirationDate",
        /// There is a nationality.
        Nationality = "nationality",
        /// The person has reached the minimum age on the day of the request.
        HasMinimalAge = "hasMinimalAge",
        /// The face score and the liveness score reach their limits.
        HasMatchingFaceProof = "hasMatchingFaceProof",
    }
}

words! {
    /// A check of the address proof; the name is its Rebilly weight key.
    pub enum AddressCheck {
        /// As in the identity proof.
        FirstName = "firstName",
        /// As in the identity proof.
        LastName = "lastName",
        /// The street matches the claim.
        Line1 = "line1",
        /// The city matches the claim.
        City = "city",
        /// The region matches the claim.
        Region = "region",
        /// The postal code matches the claim.
        PostalCode = "postalCode",
        /// There is a date of issue.
        Date = "date",
        /// There is a phone number.
        Phone = "phone",
        /// The document's subtype is one of `addressSubtypes`.
        DocumentSubtype = "documentSubtype",
        /// As in the identity proof.
        IsTampered = "isTampered",
    }
}

/// Any check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckId {
    /// Of the identity proof.
    Identity(IdentityCheck),
    /// Of the address proof.
    Address(AddressCheck),
}

impl CheckId {
    /// Returns every check of both proofs, identity first.
    pub fn all() -> impl Iterator<Item = Self> {
        IdentityCheck::ALL.into_iter().map(Self::Identity).chain(AddressCheck::ALL.into_iter().map(Self::Address))
    }

    /// Returns how this check is written; those of the address proof begin with `address.`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity(check) => check.as_str(),
            Self::Address(AddressCheck::FirstName) => "address.firstName",
            Self::Address(AddressCheck::LastName) => "address.lastName",
            Self::Address(AddressCheck::Line1) => "address.line1",
            Self::Address(AddressCheck::City) => "address.city",
            Self::Address(AddressCheck::Region) => "address.region",
            Self::Address(AddressCheck::PostalCode) => "address.postalCode",
            Self::Address(AddressCheck::Date) => "address.date",
            Self::Address(AddressCheck::Phone) => "address.phone",
            Self::Address(AddressCheck::DocumentSubtype) => "address.documentSubtype",
            Self::Address(AddressCheck::IsTampered) => "address.isTampered",
        }
    }

    /// Returns whether `name` is how this check is written.
    #[must_use]
    pub fn is_named(self, name: &str) -> bool {
        name == self.as_str()
    }
}

impl std::fmt::Display for CheckId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_of_the_address_proof_begin_with_that() {
        for check in AddressCheck::ALL {
            assert_eq!(CheckId::Address(check).as_str(), format!("address.{check}"));
        }
    }
}
