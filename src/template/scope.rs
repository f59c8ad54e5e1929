//! What macros can see.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::resolved::Resolved;
use super::source::{MacroSource, Name};
use crate::payload::date::{self, DateOrder};
use crate::payload::field::Field;
use crate::payload::{Kyc, Value};
use crate::scoring::{Claims, Verdict, subtype};

/// A judged request, as macros see it.
pub struct Scope<'s> {
    /// The payload.
    pub kyc: Kyc<'s>,
    /// What the customer claimed.
    pub claims: &'s Claims<'s>,
    /// What scoring made of them.
    pub verdict: &'s Verdict,
    /// When the request came.
    pub received_at: Timestamp,
    /// `evidence.dateOrder`.
    pub date_order: DateOrder,
}

impl<'s> Scope<'s> {
    /// Returns what a source stands for in this request; `None` when it is missing.
    #[must_use]
    pub fn resolve<'a>(&'a self, source: &'a MacroSource) -> Option<Resolved<'a>> {
        let json = match source {
            MacroSource::Named(name) => return self.named(*name).filter(|value| !value.is_null()),
            MacroSource::Claim(claim) => return self.claims.get(*claim).map(|claim| Resolved::Text(claim.into())),
            MacroSource::Field(name) => self.field(&[name]),
            MacroSource::Pointer(pointer) => self.kyc.root().pointer(pointer),
            MacroSource::Payload => Some(self.kyc.root()),
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
            Name::FaceScore => self.kyc.face_score().readable().map(|score| score.json),
            Name::LivenessScore => self.kyc.liveness_score().readable().map(|score| score.json),
            Name::DocumentStatus => {
                let status = self.kyc.identity().overall_status()?;
                return Some(Resolved::Text(status.as_sent().into_owned().into()));
            }
            Name::FullName => return self.full_name().map(Resolved::Text),
            Name::BirthDate => return self.iso_date(Field::DateOfBirth),
            Name::ExpiryDate => return self.iso_date(Field::DateOfExpiry),
            Name::IssueDate => return self.iso_date(Field::DateOfIssue),
            Name::Age => return self.age().map(Resolved::Number),
            Name::DocumentType => return self.document_type().map(Resolved::Text),
            Name::DocumentSubtype => {
                return subtype::of(self.kyc.identity()).readable().flatten().map(|text| Resolved::Text(text.into()));
            }
            Name::Decision => return Some(Resolved::Text(verdict.decision.as_str().into())),
            Name::Score => return Some(Resolved::Number(verdict.score.into())),
            Name::IdentityScore => return Some(Resolved::Number(verdict.identity.score.into())),
            Name::AddressScore => return verdict.address.as_ref().map(|proof| Resolved::Number(proof.score.into())),
            Name::FailedChecks => return Some(list(verdict.failed().map(|check| check.to_string()))),
            Name::SkippedChecks => return Some(list(verdict.skipped().map(|check| check.to_string()))),
            Name::Rules => return Some(list(verdict.rule_names())),
            Name::Explanation => return Some(Resolved::Made(verdict.explanation())),
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
            (Some(given), Some(surname)) => Some(format!("{} {}", given.trim(), surname.trim()).into()),
            (given, surname) => identity.field(Field::SurnameAndGivenNames).or(given).or(surname),
        }
    }

    /// The first that has text: there is one for each page or template that the scanner saw.
    fn document_type(&self) -> Option<Cow<'s, str>> {
        self.kyc.identity().type_names().into_iter().find(|name| !name.trim().is_empty())
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
