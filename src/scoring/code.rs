//! Why a check ended as it did, or what a rule did: a closed set of stable words for machines and for the docs.

/// Declares the codes once, with their spelling.
macro_rules! codes {
    ($($code:ident = $text:literal,)*) => {
        /// A reason code. The words are stable; `docs/explanations.md` says what each means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum CheckCode {
            $($code,)*
        }

        impl CheckCode {
            /// All of them, in the order of the checks' tables.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            /// The word, in UPPER_SNAKE.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $text,)*
                }
            }
        }
    };
}

codes! {
    PortraitPresent = "PORTRAIT_PRESENT",
    PortraitMissing = "PORTRAIT_MISSING",
    IdentityDocument = "IDENTITY_DOCUMENT",
    NoIdentityDocument = "NO_IDENTITY_DOCUMENT",
    DocumentTypeMissing = "DOCUMENT_TYPE_MISSING",
    SubtypeAccepted = "SUBTYPE_ACCEPTED",
    SubtypeNotAccepted = "SUBTYPE_NOT_ACCEPTED",
    SubtypeUnknown = "SUBTYPE_UNKNOWN",
    PublishedOnline = "PUBLISHED_ONLINE",
    PublicationNotChecked = "PUBLICATION_NOT_CHECKED",
    PhotocopyNotFound = "PHOTOCOPY_NOT_FOUND",
    PhotocopyFound = "PHOTOCOPY_FOUND",
    PhotocopyNotChecked = "PHOTOCOPY_NOT_CHECKED",
    TamperingNotFound = "TAMPERING_NOT_FOUND",
    TamperingFound = "TAMPERING_FOUND",
    TamperingNotChecked = "TAMPERING_NOT_CHECKED",
    MrzReportedRight = "MRZ_REPORTED_RIGHT",
    MrzReportedWrong = "MRZ_REPORTED_WRONG",
    MrzCheckDigitsRight = "MRZ_CHECK_DIGITS_RIGHT",
    MrzCheckDigitWrong = "MRZ_CHECK_DIGIT_WRONG",
    MrzNotChecked = "MRZ_NOT_CHECKED",
    NameMatchesClaim = "NAME_MATCHES_CLAIM",
    NameMismatchClaim = "NAME_MISMATCH_CLAIM",
    NameSourcesAgree = "NAME_SOURCES_AGREE",
    NameSourcesDisagree = "NAME_SOURCES_DISAGREE",
    NameNotCompared = "NAME_NOT_COMPARED",
    NameMissing = "NAME_MISSING",
    BirthDateReadable = "BIRTH_DATE_READABLE",
    BirthDateUnreadable = "BIRTH_DATE_UNREADABLE",
    BirthDateMissing = "BIRTH_DATE_MISSING",
    BirthDateMatchesClaim = "BIRTH_DATE_MATCHES_CLAIM",
    BirthDateMismatchClaim = "BIRTH_DATE_MISMATCH_CLAIM",
    BirthDateSourcesAgree = "BIRTH_DATE_SOURCES_AGREE",
    BirthDateSourcesDisagree = "BIRTH_DATE_SOURCES_DISAGREE",
    BirthDateNotCompared = "BIRTH_DATE_NOT_COMPARED",
    IssueDateReadable = "ISSUE_DATE_READABLE",
    IssueDateUnreadable = "ISSUE_DATE_UNREADABLE",
    IssueDateMissing = "ISSUE_DATE_MISSING",
    ExpiryReadable = "EXPIRY_READABLE",
    ExpiryUnreadable = "EXPIRY_UNREADABLE",
    ExpiryMissing = "EXPIRY_MISSING",
    NationalityPresent = "NATIONALITY_PRESENT",
    NationalityMissing = "NATIONALITY_MISSING",
    AgeReached = "AGE_REACHED",
    AgeBelowLimit = "AGE_BELOW_LIMIT",
    BornInFuture = "BORN_IN_FUTURE",
    AgeUnknown = "AGE_UNKNOWN",
    FaceMatches = "FACE_MATCHES",
    FaceMatchesLivenessUnknown = "FACE_MATCHES_LIVENESS_UNKNOWN",
    FaceBelowLimit = "FACE_BELOW_LIMIT",
    FaceScoreMissing = "FACE_SCORE_MISSING",
    LivenessBelowLimit = "LIVENESS_BELOW_LIMIT",
    AddressMatchesClaim = "ADDRESS_MATCHES_CLAIM",
    AddressMismatchClaim = "ADDRESS_MISMATCH_CLAIM",
    AddressMissing = "ADDRESS_MISSING",
    AddressNotClaimed = "ADDRESS_NOT_CLAIMED",
    IssueDatePresent = "ISSUE_DATE_PRESENT",
    PhonePresent = "PHONE_PRESENT",
    PhoneMissing = "PHONE_MISSING",
    RuleFired = "RULE_FIRED",
    RuleFailed = "RULE_FAILED",
}
