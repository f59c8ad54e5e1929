//! What a macro stands for.

use super::error::MacroError;
use crate::payload::Pointer;
use crate::payload::field::FieldName;
use crate::scoring::Claim;
use crate::words::{self, Word};

/// Where a macro's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MacroSource {
    /// `${name}` and its like.
    Named(Name),
    /// `${field:Display name}`.
    Field(FieldName),
    /// `${/json/pointer}`.
    Pointer(Pointer),
    /// `${claim:firstName}`.
    Claim(Claim),
    /// `${payload}`.
    Payload,
}

/// The macros that have a name of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// Given names and surname, or the document's combined field.
    FullName,
    /// Given names.
    FirstName,
    /// Surname.
    LastName,
    /// Date of birth, ISO 8601.
    BirthDate,
    /// Document number.
    DocumentNumber,
    /// The first `document_type`.
    DocumentType,
    /// The first of `document_names`.
    DocumentName,
    /// The Rebilly subtype.
    DocumentSubtype,
    /// Date of expiry, ISO 8601.
    ExpiryDate,
    /// Date of issue, ISO 8601.
    IssueDate,
    /// Nationality, or its code.
    Nationality,
    /// Issuing state's code, or its name.
    IssuingState,
    /// Nationality, ISO 3166-1 alpha-2.
    NationalityCode,
    /// Issuing state, ISO 3166-1 alpha-2.
    IssuingStateCode,
    /// Sex as printed.
    Sex,
    /// Full years on the UTC day of the request.
    Age,
    /// The address field.
    Address,
    /// `request_info.user_id`.
    UserId,
    /// `request_info.app_id`.
    AppId,
    /// `request_info.requester_id`.
    RequesterId,
    /// `face_matcher_result.score`.
    FaceScore,
    /// `liveness_result.score`.
    LivenessScore,
    /// `overall_document_status`.
    DocumentStatus,
    /// `accept`, `review` or `reject`.
    Decision,
    /// 0 to 100.
    Score,
    /// 0 to 100.
    IdentityScore,
    /// 0 to 100, missing without an address proof.
    AddressScore,
    /// Names of the failed checks.
    FailedChecks,
    /// Names of the checks without evidence.
    SkippedChecks,
    /// Names of the rules that fired.
    Rules,
    /// Rebilly rejection types.
    Reasons,
    /// Every check and every rule that fired, as a JSON array of objects.
    Explanation,
    /// Revision of the settings.
    SettingsRevision,
    /// RFC 3339, UTC, whole seconds.
    ReceivedAt,
}

const NAMES: [(&str, Name); 34] = [
    ("name", Name::FullName),
    ("first_name", Name::FirstName),
    ("last_name", Name::LastName),
    ("dob", Name::BirthDate),
    ("doc_no", Name::DocumentNumber),
    ("doc_type", Name::DocumentType),
    ("doc_name", Name::DocumentName),
    ("doc_subtype", Name::DocumentSubtype),
    ("expiry", Name::ExpiryDate),
    ("issue_date", Name::IssueDate),
    ("nationality", Name::Nationality),
    ("issuing_state", Name::IssuingState),
    ("nationality_code", Name::NationalityCode),
    ("issuing_state_code", Name::IssuingStateCode),
    ("sex", Name::Sex),
    ("age", Name::Age),
    ("address", Name::Address),
    ("user_id", Name::UserId),
    ("app_id", Name::AppId),
    ("requester_id", Name::RequesterId),
    ("face_score", Name::FaceScore),
    ("liveness_score", Name::LivenessScore),
    ("document_status", Name::DocumentStatus),
    ("decision", Name::Decision),
    ("score", Name::Score),
    ("identity_score", Name::IdentityScore),
    ("address_score", Name::AddressScore),
    ("failed_checks", Name::FailedChecks),
    ("skipped_checks", Name::SkippedChecks),
    ("rules", Name::Rules),
    ("reasons", Name::Reasons),
    ("explanation", Name::Explanation),
    ("settings_revision", Name::SettingsRevision),
    ("received_at", Name::ReceivedAt),
];

impl MacroSource {
    /// Reads a macro's source.
    ///
    /// # Errors
    /// [`MacroError::UnknownName`], [`MacroError::EmptyField`], [`MacroError::UnknownClaim`],
    /// [`MacroError::Pointer`].
    pub fn parse(text: &str) -> Result<Self, MacroError> {
        if text == "payload" {
            return Ok(Self::Payload);
        }
        if text.starts_with('/') {
            return Ok(Self::Pointer(Pointer::parse(text)?));
        }
        if let Some(name) = text.strip_prefix("field:") {
            let name = name.trim();
            return if name.is_empty() { Err(MacroError::EmptyField) } else { Ok(Self::Field(FieldName::of(name))) };
        }
        if let Some(key) = text.strip_prefix("claim:") {
            let meant = || words::meant(key, Claim::ALL.map(Claim::as_str));
            return Claim::from_word(key).map(Self::Claim).ok_or_else(|| MacroError::UnknownClaim(meant()));
        }
        let known = || NAMES.iter().map(|(name, _)| *name).chain(["payload"]);
        let meant = || match text.split_once(':') {
            Some((kind, _)) => words::meant(kind, ["field:", "claim:"]),
            None => words::meant(text, known()),
        };
        let named = NAMES.iter().find(|(name, _)| *name == text);
        named.map(|(_, name)| Self::Named(*name)).ok_or_else(|| MacroError::UnknownName(meant()))
    }
}
