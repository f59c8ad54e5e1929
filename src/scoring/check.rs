//! The checks of Rebilly's settings, in the order of the tables in `docs/scoring.md`.

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckOutcome {
    /// Nothing speaks against it.
    Pass,
    /// Its weight is deducted.
    Fail,
    /// No evidence: nothing is deducted.
    Skip,
}

impl CheckOutcome {
    /// Returns `pass`, `fail` or `skip`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }
}

/// A check of the identity proof; the name is its Rebilly weight key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentityCheck {
    /// A portrait came with the post.
    ContainsImage,
    /// The document is of a type that proves an identity.
    IsIdentityDocument,
    /// The document's subtype is one of `identitySubtypes`.
    DocumentSubtype,
    /// The scanner did not report the document as found online.
    IsPublishedOnline,
    /// The scanner looked for a photocopy or a screen and found none.
    IsPhotocopy,
    /// The scanner looked for tampering and found none.
    IsTampered,
    /// The check digits of the machine readable zone are right.
    MrzChecksum,
    /// The given names match the claim, or agree between the sources.
    FirstName,
    /// The surname matches the claim, or agrees between the sources.
    LastName,
    /// There is a readable date of birth.
    DateOfBirth,
    /// The date of birth matches the claim, or agrees between the sources.
    MatchesDateOfBirth,
    /// There is a readable date of issue.
    IssueDate,
    /// There is a readable date of expiry.
    ExpirationDate,
    /// There is a nationality.
    Nationality,
    /// The person has reached the minimum age on the day of the request.
    HasMinimalAge,
    /// The face score and the liveness score reach their limits.
    HasMatchingFaceProof,
}

/// A check of the address proof; the name is its Rebilly weight key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AddressCheck {
    /// As in the identity proof.
    FirstName,
    /// As in the identity proof.
    LastName,
    /// The street matches the claim.
    Line1,
    /// The city matches the claim.
    City,
    /// The region matches the claim.
    Region,
    /// The postal code matches the claim.
    PostalCode,
    /// There is a date of issue.
    Date,
    /// There is a phone number.
    Phone,
    /// The document's subtype is one of `addressSubtypes`.
    DocumentSubtype,
    /// As in the identity proof.
    IsTampered,
}

/// Any check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckId {
    /// Of the identity proof.
    Identity(IdentityCheck),
    /// Of the address proof.
    Address(AddressCheck),
}

impl IdentityCheck {
    /// All of them, in the order of the table in `docs/scoring.md`.
    pub const ALL: [Self; 16] = [
        Self::ContainsImage,
        Self::IsIdentityDocument,
        Self::DocumentSubtype,
        Self::IsPublishedOnline,
        Self::IsPhotocopy,
        Self::IsTampered,
        Self::MrzChecksum,
        Self::FirstName,
        Self::LastName,
        Self::DateOfBirth,
        Self::MatchesDateOfBirth,
        Self::IssueDate,
        Self::ExpirationDate,
        Self::Nationality,
        Self::HasMinimalAge,
        Self::HasMatchingFaceProof,
    ];

    /// Returns Rebilly's weight key.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::ContainsImage => "containsImage",
            Self::IsIdentityDocument => "isIdentityDocument",
            Self::DocumentSubtype => "documentSubtype",
            Self::IsPublishedOnline => "isPublishedOnline",
            Self::IsPhotocopy => "isPhotocopy",
            Self::IsTampered => "isTampered",
            Self::MrzChecksum => "mrzChecksum",
            Self::FirstName => "firstName",
            Self::LastName => "lastName",
            Self::DateOfBirth => "dateOfBirth",
            Self::MatchesDateOfBirth => "matchesDateOfBirth",
            Self::IssueDate => "issueDate",
            Self::ExpirationDate => "expirationDate",
            Self::Nationality => "nationality",
            Self::HasMinimalAge => "hasMinimalAge",
            Self::HasMatchingFaceProof => "hasMatchingFaceProof",
        }
    }
}

impl AddressCheck {
    /// All of them, in the order of Rebilly's address weights.
    pub const ALL: [Self; 10] = [
        Self::FirstName,
        Self::LastName,
        Self::Line1,
        Self::City,
        Self::Region,
        Self::PostalCode,
        Self::Date,
        Self::Phone,
        Self::DocumentSubtype,
        Self::IsTampered,
    ];

    /// Returns Rebilly's weight key.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::FirstName => "firstName",
            Self::LastName => "lastName",
            Self::Line1 => "line1",
            Self::City => "city",
            Self::Region => "region",
            Self::PostalCode => "postalCode",
            Self::Date => "date",
            Self::Phone => "phone",
            Self::DocumentSubtype => "documentSubtype",
            Self::IsTampered => "isTampered",
        }
    }
}

impl CheckId {
    /// Returns every check of both proofs, identity first.
    pub fn all() -> impl Iterator<Item = Self> {
        IdentityCheck::ALL.into_iter().map(Self::Identity).chain(AddressCheck::ALL.into_iter().map(Self::Address))
    }

    /// Returns whether `name` is how this check is written; those of the address proof begin with `address.`.
    #[must_use]
    pub fn is_named(self, name: &str) -> bool {
        match self {
            Self::Identity(check) => name == check.key(),
            Self::Address(check) => name.strip_prefix("address.") == Some(check.key()),
        }
    }
}

impl std::fmt::Display for CheckId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Identity(check) => f.write_str(check.key()),
            Self::Address(check) => write!(f, "address.{}", check.key()),
        }
    }
}
