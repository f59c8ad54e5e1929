//! What macros can see.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::escape::{compact, escape, quote};
use super::source::{Name, Source};
use crate::payload::date::{self, DateOrder};
use crate::payload::field::Field;
use crate::payload::{Kind, Kyc, Value};
use crate::scoring::{Claims, Verdict};

/// One judged request, as macros see it.
#[allow(missing_docs)]
pub struct Scope<'s> {
    pub kyc: Kyc<'s>,
    pub claims: &'s Claims<'s>,
    pub verdict: &'s Verdict,
    pub received_at: Timestamp,
    pub date_order: DateOrder,
}

/// A macro's value.
pub enum Resolved<'a> {
    /// A value of the payload, spliced by its source text; never `null`.
    Json(Value<'a>),
    /// A text that the gate made or decoded.
    Text(Cow<'a, str>),
    /// A score or an age.
    Number(u16),
    /// An array of strings.
    List(Vec<Cow<'a, str>>),
}

impl<'s> Scope<'s> {
    /// What a source stands for in this request; `None` when it is missing.
    #[must_use]
    pub fn resolve<'a>(&'a self, source: &'a Source) -> Option<Resolved<'a>> {
        let json = match source {
            Source::Named(name) => return self.named(*name).filter(|value| !value.is_null()),
            Source::Claim(claim) => return self.claims.get(*claim).map(|claim| Resolved::Text(claim.into())),
            Source::Field(name) => self.field(&[name]),
            Source::Pointer(pointer) => self.kyc.root().pointer(pointer),
            Source::Payload => Some(self.kyc.root()),
        };
        json.map(Resolved::Json).filter(|value| !value.is_null())
    }

    fn named(&self, name: Name) -> Option<Resolved<'_>> {
        let verdict = self.verdict;
        let json = match name {
            Name::FirstName => self.field(&["Given names"]),
            Name::LastName => self.field(&["Surname"]),
            Name::DocumentNumber => self.field(&["Document number"]),
            Name::DocumentName => self.kyc.identity().template_names().first().copied(),
            Name::Nationality => self.field(&["Nationality", "Nationality code"]),
            Name::IssuingState => self.field(&["Issuing state code", "Issuing state name"]),
            Name::Sex => self.field(&["Sex"]),
            Name::Address => self.field(&["Address"]),
            Name::UserId => Some(self.kyc.user_id()),
            Name::AppId => self.kyc.app_id(),
            Name::RequesterId => Some(self.kyc.requester_id()),
            Name::FaceScore => self.kyc.face_score(),
            Name::LivenessScore => self.kyc.liveness_score(),
            Name::DocumentStatus => self.kyc.identity().overall_status(),
            Name::FullName => return self.full_name().map(Resolved::Text),
            Name::BirthDate => return self.iso_date(Field::DateOfBirth),
            Name::ExpiryDate => return self.iso_date(Field::DateOfExpiry),
            Name::IssueDate => return self.iso_date(Field::DateOfIssue),
            Name::Age => return self.age().map(Resolved::Number),
            Name::DocumentType => return self.kyc.identity().type_names().into_iter().next().map(Resolved::Text),
            Name::DocumentSubtype => return subtype(&self.kyc.identity()).map(|text| Resolved::Text(text.into())),
            Name::Decision => return Some(Resolved::Text(verdict.decision.as_str().into())),
            Name::Score => return Some(Resolved::Number(verdict.score.into())),
            Name::IdentityScore => return Some(Resolved::Number(verdict.identity.score.into())),
            Name::AddressScore => return verdict.address.as_ref().map(|proof| Resolved::Number(proof.score.into())),
            Name::FailedChecks => return Some(list(verdict.failed().map(|check| check.to_string()))),
            Name::SkippedChecks => return Some(list(verdict.skipped().map(|check| check.to_string()))),
            Name::Rules => return Some(list(verdict.rules.iter().map(String::as_str))),
            Name::Reasons => return Some(list(verdict.reasons.iter().map(|reason| reason.as_str()))),
            Name::SettingsRevision => return Some(Resolved::Text(verdict.revision.as_str().into())),
            Name::ReceivedAt => return Some(Resolved::Text(format!("{:.0}", self.received_at).into())),
        };
        json.map(Resolved::Json)
    }

    /// The first of these fields that the identity document has.
    fn field(&self, display_names: &[&str]) -> Option<Value<'s>> {
        let identity = self.kyc.identity();
        display_names.iter().find_map(|name| identity.field_named(name))
    }

    /// Given names first, as backends print names; the combined field has the MRZ's order and is second choice.
    fn full_name(&self) -> Option<Cow<'s, str>> {
        let identity = self.kyc.identity();
        match (identity.field(Field::GivenNames), identity.field(Field::Surname)) {
            (Some(given), Some(surname)) => Some(format!("{given} {surname}").into()),
            (given, surname) => identity.field(Field::SurnameAndGivenNames).or(given).or(surname),
        }
    }

    fn iso_date(&self, field: Field) -> Option<Resolved<'s>> {
        let date = date::parse(&self.kyc.identity().field(field)?, self.date_order)?;
        Some(Resolved::Text(date.to_string().into()))
    }

    fn age(&self) -> Option<u16> {
        let birth = date::parse(&self.kyc.identity().field(Field::DateOfBirth)?, self.date_order)?;
        date::age(birth, Offset::UTC.to_datetime(self.received_at).date())
    }
}

fn list<'a, T: Into<Cow<'a, str>>>(items: impl Iterator<Item = T>) -> Resolved<'a> {
    Resolved::List(items.map(Into::into).collect())
}

impl<'a> Resolved<'a> {
    fn is_null(&self) -> bool {
        matches!(self, Self::Json(value) if value.kind() == Kind::Null)
    }

    /// How many bytes the value takes in JSON, escapes not counted.
    #[must_use]
    pub fn size_hint(&self) -> usize {
        match self {
            Self::Json(value) => value.raw().len(),
            Self::Text(text) => text.len().saturating_add(2),
            Self::Number(_) => 5,
            Self::List(items) => items.iter().map(|item| item.len().saturating_add(3)).sum::<usize>().saturating_add(2),
        }
    }

    /// Appends the value as JSON.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Json(value) => out.extend_from_slice(value.raw().as_bytes()),
            Self::Text(text) => quote(text, out),
            Self::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Self::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    quote(item, out);
                }
                out.push(b']');
            }
        }
    }

    /// Appends the value's text as the inside of a JSON string.
    pub fn write_inside(self, out: &mut Vec<u8>) {
        match &self {
            // Between its quotes a string is escaped already.
            Self::Json(value) if value.kind() == Kind::String => {
                let raw = value.raw();
                let inside = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or_default();
                out.extend_from_slice(inside.as_bytes());
            }
            Self::Json(value) => escape(value.raw(), out),
            _ => escape(&self.into_text(), out),
        }
    }

    /// The text of a string, the JSON text of any other value.
    #[must_use]
    pub fn into_text(self) -> Cow<'a, str> {
        match self {
            Self::Json(value) => value.as_str().unwrap_or(Cow::Borrowed(value.raw())),
            Self::Text(text) => text,
            Self::Number(_) | Self::List(_) => {
                let mut json = Vec::with_capacity(self.size_hint());
                self.write(&mut json);
                String::from_utf8(json).unwrap_or_default().into()
            }
        }
    }

    /// The same, without white space between the tokens of an array or object.
    #[must_use]
    pub fn into_compact(self) -> Cow<'a, str> {
        match self {
            Self::Json(value) if matches!(value.kind(), Kind::Array | Kind::Object) => compact(value.raw()).into(),
            other => other.into_text(),
        }
    }
}
