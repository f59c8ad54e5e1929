//! Why a JSON document is no V3 payload.

use std::fmt;

/// Why a JSON document is not a V3 payload. The texts name the REL-ID member, never its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotV3 {
    /// `request_info.user_id` is missing, no string, blank or too long.
    #[error("request_info.user_id must be a string of 1 to 1024 bytes, not blank")]
    UserId,
    /// `request_info.requester_id` is missing, no string, blank or too long.
    #[error("request_info.requester_id must be a string of 1 to 1024 bytes, not blank")]
    RequesterId,
    /// `kyc_info.document` is missing or not an object, or the address proof is something else than an object.
    #[error("{0} must be an object")]
    Document(DocumentRole),
    /// `kyc_info.document.version` is not `"3.0"`.
    #[error("kyc_info.document.version must be \"3.0\"")]
    Version,
    /// A member of a document is of another JSON type than it should be.
    #[error("{document}.{} must be {}", .member.path(), .member.types())]
    Member {
        /// Of which document.
        document: DocumentRole,
        /// Which member.
        member: Member,
    },
}

/// Which document of a post it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentRole {
    /// The identity document, `kyc_info.document`.
    Identity,
    /// The address proof, wherever `evidence.addressDocument` says that it is.
    Address,
}

/// Names the document as operators know it.
impl fmt::Display for DocumentRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "kyc_info.document",
            Self::Address => "addressDocument",
        })
    }
}

/// A member of a document whose JSON type matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// `document_status`.
    DocumentStatus,
    /// `checks_performed`.
    ChecksPerformed,
    /// `check_detail`.
    CheckDetail,
    /// `error_list`.
    ErrorList,
    /// `overall_document_status`.
    OverallStatus,
    /// `identity_data`.
    IdentityData,
    /// `identity_data_details`.
    IdentityDataDetails,
}

impl Member {
    /// Returns where it is in the document.
    fn path(self) -> &'static str {
        match self {
            Self::DocumentStatus => "document_status",
            Self::ChecksPerformed => "document_status.checks_performed",
            Self::CheckDetail => "document_status.checks_performed[].check_detail",
            Self::ErrorList => "document_status.error_list",
            Self::OverallStatus => "document_status.overall_document_status",
            Self::IdentityData => "identity_data",
            Self::IdentityDataDetails => "identity_data_details",
        }
    }

    /// Returns what it may be.
    fn types(self) -> &'static str {
        match self {
            Self::DocumentStatus | Self::IdentityData | Self::IdentityDataDetails => "an object",
            Self::ChecksPerformed | Self::CheckDetail => "an array of objects",
            Self::ErrorList => "an array or a string",
            Self::OverallStatus => "a string or a number",
        }
    }
}
