//! The checks of Rebilly's settings, in the order of gate.md's tables.

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CheckOutcome {
    Pass,
    Fail,
    /// No evidence: nothing is deducted.
    Skip,
}

impl CheckOutcome {
    /// `pass`, `fail` or `skip`.
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
#[allow(missing_docs)]
pub enum IdentityCheck {
    ContainsImage,
    IsIdentityDocument,
    DocumentSubtype,
    IsPublishedOnline,
    IsPhotocopy,
    IsTampered,
    MrzChecksum,
    FirstName,
    LastName,
    DateOfBirth,
    MatchesDateOfBirth,
    IssueDate,
    ExpirationDate,
    Nationality,
    HasMinimalAge,
    HasMatchingFaceProof,
}

/// A check of the address proof; the name is its Rebilly weight key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum AddressCheck {
    FirstName,
    LastName,
    Line1,
    City,
    Region,
    PostalCode,
    Date,
    Phone,
    DocumentSubtype,
    IsTampered,
}

/// Any check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum CheckId {
    Identity(IdentityCheck),
    Address(AddressCheck),
}

impl IdentityCheck {
    /// All of them, in the order of the table in gate.md 5.1.
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

    /// Rebilly's weight key.
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

    /// Rebilly's weight key.
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
    /// Every check of both proofs.
    pub fn all() -> impl Iterator<Item = Self> {
        IdentityCheck::ALL.into_iter().map(Self::Identity).chain(AddressCheck::ALL.into_iter().map(Self::Address))
    }

    /// Whether `name` is how this check is written.
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
