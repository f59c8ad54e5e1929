//! The codes of what the gate itself says about its configuration.

use std::borrow::Cow;

use kyc_gate::config::{Cause, Warning};
use kyc_gate::template::MacroError;

use super::code::Code;

/// Returns the code of a cause.
#[must_use]
pub fn code(cause: &Cause) -> Code {
    match cause {
        Cause::Json { .. } | Cause::Struct(_) => Code::Json,
        Cause::Unrepresentable => Code::Unrepresentable,
        Cause::UnknownKey => Code::UnknownKey,
        Cause::MisspeltKey(_) => Code::MisspeltKey,
        Cause::NotInThisVersion => Code::NotInThisVersion,
        Cause::Missing => Code::Missing,
        Cause::WrongType(_) => Code::WrongType,
        Cause::Integer { .. } => Code::Integer,
        Cause::Number { .. } => Code::Number,
        Cause::OneOf(_) => Code::OneOf,
        Cause::Empty => Code::Empty,
        Cause::EmptyList => Code::EmptyList,
        Cause::UnusedUserIdKey => Code::UnusedUserIdKey,
        Cause::Method => Code::Method,
        Cause::Path => Code::Path,
        Cause::HeaderName => Code::HeaderName,
        Cause::ReservedHeader => Code::ReservedHeader,
        Cause::DecisionHeader => Code::DecisionHeader,
        Cause::DuplicateHeader => Code::DuplicateHeader,
        Cause::AccessToken => Code::AccessToken,
        Cause::AccessTokenText => Code::AccessTokenText,
        Cause::UnusedAccessToken => Code::UnusedAccessToken,
        Cause::Url => Code::Url,
        Cause::PostOnly => Code::PostOnly,
        Cause::HeaderText => Code::HeaderText,
        Cause::NoAuthorization => Code::NoAuthorization,
        Cause::UserName => Code::UserName,
        Cause::Scope => Code::Scope,
        Cause::HeaderPrefix => Code::HeaderPrefix,
        Cause::WidePrefix => Code::WidePrefix,
        Cause::LiteralSecret => Code::LiteralSecret,
        Cause::UnsetVariable(_) => Code::UnsetVariable,
        Cause::WhiteSpace(_) => Code::WhiteSpace,
        Cause::Key(_) => Code::Key,
        Cause::SigningKey(_) => Code::SigningKey,
        Cause::KeyId => Code::KeyId,
        Cause::Locator(_) => Code::Locator,
        Cause::CipherSpec(_) => Code::CipherSpec,
        Cause::Iv(_) => Code::Iv,
        Cause::Envelope(_) => Code::Envelope,
        Cause::JsonMembers(_) => Code::JsonMembers,
        Cause::BlockSize => Code::BlockSize,
        Cause::IvBytes => Code::IvBytes,
        Cause::RequestOnly => Code::RequestOnly,
        Cause::Pointer(_) => Code::Pointer,
        Cause::Macro(_) => Code::Macro,
        Cause::Settings(_) => Code::Settings,
        Cause::Sha256 => Code::Sha256,
        Cause::KycPath => Code::KycPath,
        Cause::CallAuthority => Code::CallAuthority,
        Cause::UnprintableVariable(_) => Code::UnprintableVariable,
        Cause::ClaimSource => Code::ClaimSource,
        Cause::MinScore => Code::MinScore,
        Cause::UnknownCheck(_) => Code::UnknownCheck,
        Cause::Subtype(_) => Code::Subtype,
        Cause::Name => Code::Name,
        Cause::NoShippedRule(_) => Code::NoShippedRule,
        Cause::DuplicateRule => Code::DuplicateRule,
        Cause::TooMany(_) => Code::TooMany,
        Cause::Expression(_) => Code::Expression,
        Cause::DuplicateProfile => Code::DuplicateProfile,
        Cause::DefaultNotLast => Code::DefaultNotLast,
        Cause::DefaultMatch => Code::DefaultMatch,
        Cause::NoCondition => Code::NoCondition,
        Cause::DeadProfile => Code::DeadProfile,
        Cause::Authority => Code::Authority,
        Cause::UnmatchedPath => Code::UnmatchedPath,
        Cause::NoReplayAction => Code::NoReplayAction,
        Cause::UnusedMismatch => Code::UnusedMismatch,
        Cause::NoNonce => Code::NoNonce,
        Cause::LongRetry => Code::LongRetry,
        Cause::TopLevelOnly => Code::TopLevelOnly,
        Cause::NoSds => Code::NoSds,
        Cause::AbsentSecret(_) => Code::AbsentSecret,
        Cause::SecretText(_) => Code::SecretText,
        Cause::SdsName => Code::SdsName,
        Cause::UnusedSource => Code::UnusedSource,
        Cause::Subscription(_) => Code::NoSecretSource,
    }
}

/// Returns the code of a warning.
#[must_use]
pub fn warning_code(warning: &Warning) -> Code {
    match warning {
        Warning::StaticNonce => Code::StaticNonce,
        Warning::AllowPlaintext => Code::AllowPlaintext,
        Warning::WeightOff => Code::WeightOff,
        Warning::AcceptsAll => Code::AcceptsAll,
        Warning::ShippedRuleOff(_) => Code::ShippedRuleOff,
        Warning::LaxNames => Code::LaxNames,
        Warning::ForwardsErrors => Code::ForwardsErrors,
        Warning::PlainUserId => Code::PlainUserId,
        Warning::UnusedBody => Code::UnusedBody,
        Warning::ReplayOff => Code::ReplayOff,
        Warning::CountReason => Code::CountReason,
        Warning::NoSignals => Code::NoSignals,
        Warning::NoLimit => Code::NoLimit,
        Warning::WhiteSpace(_) => Code::SpaceAroundSecret,
    }
}

/// Returns what to write instead, as exactly as the cause tells.
#[must_use]
pub fn remedy(cause: &Cause) -> Cow<'static, str> {
    let quoted = |word: &str| Cow::Owned(format!("write \"{word}\""));
    match cause {
        Cause::MisspeltKey(meant) => quoted(meant),
        Cause::UnknownCheck(Some(meant)) | Cause::Subtype(Some(meant)) | Cause::NoShippedRule(Some(meant)) => {
            quoted(meant)
        }
        Cause::Macro(error) => macro_remedy(error),
        _ => code(cause).remedy().into(),
    }
}

fn macro_remedy(error: &MacroError) -> Cow<'static, str> {
    match error {
        MacroError::Unclosed => "close it with }; a text that begins with ${ is written $${".into(),
        MacroError::Nested => "close the first macro with } before the next; a default is plain text".into(),
        MacroError::UnknownName(Some(meant)) => format!("write ${{{meant}}}").into(),
        MacroError::UnknownName(None) => {
            "write a macro such as ${name}, ${field:Display name} or ${/json/pointer}; docs/templates.md has all".into()
        }
        MacroError::EmptyField => {
            "write ${field:Display name} with the name of a field, as the payload spells it".into()
        }
        MacroError::UnknownClaim(Some(meant)) => format!("write ${{claim:{meant}}}").into(),
        MacroError::UnknownClaim(None) => "write a key of evidence.claims, such as ${claim:firstName}".into(),
        MacroError::Pointer(_) => Code::Pointer.remedy().into(),
        MacroError::UnknownFilter(Some(meant)) => format!("write |{meant}").into(),
        MacroError::UnknownFilter(None) => "write one of upper, lower, mask, sha256 and date(%d/%m/%Y)".into(),
        MacroError::DateFormat | MacroError::JavaDateFormat => "write a format such as date(%d/%m/%Y)".into(),
        MacroError::SecondDefault => "keep one default; filters behind :- count for it too".into(),
    }
}
