//! What macros can see.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::resolved::Resolved;
use super::source::{MacroSource, Name};
use crate::payload::country::Alpha2;
use crate::payload::date::{self, DateOrder};
use crate::payload::field::{Field, FieldName};
use crate::payload::v3::Dates;
use crate::payload::{Kyc, PointerIndex, Value};
use crate::scoring::{Claims, Verdict, age_limit as country, subtype};

/// A judged request, as macros see it.
pub struct Scope<'s> {
    kyc: Kyc<'s>,
    claims: &'s Claims<'s>,
    verdict: &'s Verdict,
    received_at: Timestamp,
    date_order: DateOrder,
    /// The dates of the identity document, read once for all macros.
    dates: Dates,
    index: PointerIndex<'s>,
}

impl<'s> Scope<'s> {
    /// Puts together a judged request: the payload, what the customer claimed, what scoring made of both, when the
    /// request came, and `evidence.dateOrder`.
    #[must_use]
    pub fn new(
        kyc: Kyc<'s>,
        claims: &'s Claims<'s>,
        verdict: &'s Verdict,
        received_at: Timestamp,
        date_order: DateOrder,
    ) -> Self {
        let dates = kyc.identity().dates(date_order, Offset::UTC.to_datetime(received_at).date());
        Self { kyc, claims, verdict, received_at, date_order, dates, index: PointerIndex::default() }
    }

    /// Returns the payload.
    #[must_use]
    pub fn kyc(&self) -> &Kyc<'s> {
        &self.kyc
    }

    /// Returns what scoring made of it.
    #[must_use]
    pub fn verdict(&self) -> &'s Verdict {
        self.verdict
    }

    /// Returns `evidence.dateOrder`.
    pub(super) fn date_order(&self) -> DateOrder {
        self.date_order
    }

    /// Returns what a source stands for in this request; `None` when it is missing.
    #[must_use]
    pub fn resolve<'a>(&'a self, source: &'a MacroSource) -> Option<Resolved<'a>> {
        let json = match source {
            MacroSource::Named(name) => return self.named(*name).filter(|value| !value.is_null()),
            MacroSource::Claim(claim) => return self.claims.get(*claim).map(|claim| Resolved::Text(claim.into())),
            MacroSource::Field(name) => self.kyc.identity().field_that_counts(name, &self.dates),
            MacroSource::Pointer(pointer) => self.index.find(self.kyc.root(), pointer),
            MacroSource::Payload => Some(self.kyc.root()),
        };
        json.map(Resolved::Json).filter(|value| !value.is_null())
    }

    fn named(&self, name: Name) -> Option<Resolved<'_>> {
        let verdict = self.verdict;
        let json = match name {
            Name::FirstName => self.field(&[Field::GivenNames]),
            Name::LastName => self.field(&[Field::Surname]),
            Name::DocumentNumber => self.field(&[Field::DocumentNumber]),
            Name::DocumentName => self.kyc.identity().template_names().first().copied(),
            Name::Nationality => self.field(&[Field::Nationality, Field::NationalityCode]),
            Name::IssuingState => self.field(&[Field::IssuingStateCode, Field::IssuingStateName]),
            Name::NationalityCode => return country::nationality(self.kyc.identity()).map(code),
            Name::IssuingStateCode => return country::issuer(self.kyc.identity()).map(code),
            Name::Sex => self.field(&[Field::Sex]),
            Name::Address => self.field(&[Field::Address]),
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
            Name::BirthDate => return self.dates.birth.readable().map(text),
            Name::ExpiryDate => return self.dates.expiry.readable().map(text),
            Name::IssueDate => return self.dates.issue.readable().map(text),
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

    /// Returns the first of these fields that the identity document has.
    fn field(&self, fields: &[Field]) -> Option<Value<'s>> {
        let identity = self.kyc.identity();
        fields.iter().find_map(|field| identity.field_that_counts(&FieldName::Known(*field), &self.dates))
    }

    /// Returns the name, given names first, as backends print names; the combined field has the MRZ's order and is
    /// second choice.
    fn full_name(&self) -> Option<Cow<'_, str>> {
        let identity = self.kyc.identity();
        match (identity.field(Field::GivenNames), identity.field(Field::Surname)) {
            (Some(given), Some(surname)) => Some(format!("{} {}", given.trim(), surname.trim()).into()),
            (given, surname) => identity.field(Field::SurnameAndGivenNames).or(given).or(surname).map(Cow::Borrowed),
        }
    }

    /// Returns the first that has text: there is one for each page or template that the scanner saw.
    fn document_type(&self) -> Option<Cow<'s, str>> {
        self.kyc.identity().type_names().into_iter().find(|name| !name.trim().is_empty())
    }

    /// Counts the years from the latest day that the date of birth can mean.
    fn age(&self) -> Option<u16> {
        let today = Offset::UTC.to_datetime(self.received_at).date();
        date::age(self.dates.birth.readable()?.latest_day(today), today)
    }
}

fn code<'a>(country: Alpha2) -> Resolved<'a> {
    Resolved::Text(country.as_str().to_owned().into())
}

fn text<'a>(date: impl ToString) -> Resolved<'a> {
    Resolved::Text(date.to_string().into())
}

fn list<'a, T: Into<Cow<'a, str>>>(items: impl Iterator<Item = T>) -> Resolved<'a> {
    Resolved::List(items.map(Into::into).collect())
}
