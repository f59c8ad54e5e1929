//! What rules can see of a judged post. Nothing is drawn from the payload before a rule asks for it.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::payload::country::Alpha2;
use crate::payload::field::Field;
use crate::payload::{Proof, Value, date};
use crate::scoring::assessment::Assessment;
use crate::scoring::case::Case;
use crate::scoring::check::{CheckId, CheckOutcome};
use crate::scoring::verdict::CheckResult;
use crate::scoring::{age, agreement, expiry, face, person, signal, subtype};

use super::names::{Fact, Meaning, Side};

/// A case and what its checks gave.
pub(in crate::scoring) struct Facts<'f> {
    pub case: &'f Case<'f>,
    pub address: Option<&'f Proof<'f>>,
    pub checks: &'f [CheckResult],
    pub identity_score: u8,
    pub address_score: Option<u8>,
}

/// A value that was drawn.
pub(super) enum Drawn<'f> {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Cow<'f, str>),
    Ints(Vec<i64>),
    Texts(Vec<Cow<'f, str>>),
}

impl<'f> Facts<'f> {
    /// The lowest of the proofs' scores.
    pub(in crate::scoring) fn score(&self) -> u8 {
        self.address_score.map_or(self.identity_score, |address| address.min(self.identity_score))
    }

    /// The value behind a name; `None` when it is absent. `name` is the display name of a field.
    pub(super) fn draw(&self, meaning: Meaning, name: &str) -> Option<Drawn<'f>> {
        match meaning {
            Meaning::Object(_) => None,
            Meaning::Fact(fact) => self.fact(fact),
            Meaning::Check(check) => {
                let made = self.checks.iter().find(|made| made.check == check)?;
                Some(Drawn::Text(made.outcome.as_str().into()))
            }
            Meaning::Field(side) => text(self.proof(side)?.field_named(name)),
        }
    }

    fn fact(&self, fact: Fact) -> Option<Drawn<'f>> {
        let case = self.case;
        Some(match fact {
            Fact::AppId => return text(case.kyc.app_id()),
            Fact::Authority => Drawn::Text(case.authority?.into()),
            Fact::Path => Drawn::Text(case.path.into()),
            Fact::HasDateOfBirth => Drawn::Bool(person::birth(case).is_some()),
            Fact::Age => Drawn::Int(date::age(person::birth(case)?, case.today)?.into()),
            Fact::MinimumAge => Drawn::Int(age::limit(case).into()),
            Fact::Underage => Drawn::Bool(matches!(age::reached(case), Assessment::Fail(_))),
            Fact::FaceScore => return number(case.kyc.face_score()),
            Fact::FacePercent => return number(case.kyc.face_score_percent()),
            Fact::LivenessScore => Drawn::Double(face::liveness(&case.kyc)?),
            Fact::Score => Drawn::Int(self.score().into()),
            Fact::IdentityScore => Drawn::Int(self.identity_score.into()),
            Fact::AddressScore => Drawn::Int(self.address_score?.into()),
            Fact::FailedChecks => Drawn::Texts(self.ended(CheckOutcome::Fail)),
            Fact::SkippedChecks => Drawn::Texts(self.ended(CheckOutcome::Skip)),
            Fact::TypeCodes(side) => Drawn::Ints(self.proof(side)?.type_codes()),
            Fact::TypeNames(side) => Drawn::Texts(self.proof(side)?.type_names()),
            Fact::TemplateNames(side) => {
                Drawn::Texts(self.proof(side)?.template_names().into_iter().filter_map(Value::as_str).collect())
            }
            Fact::Subtype(side) => Drawn::Text(subtype::of(self.proof(side)?)??.into()),
            Fact::IssuingState(side) => country(age::issuer(self.proof(side)?)?),
            Fact::Nationality(side) => country(age::nationality(self.proof(side)?)?),
            Fact::Status(side) => Drawn::Text(upper(&self.proof(side)?.overall_status()?.as_str()?)),
            Fact::Errors(side) => Drawn::Texts(self.proof(side)?.errors().map(|error| lower(&error)).collect()),
            Fact::FailedElements(side) => Drawn::Texts(failed_elements(self.proof(side)?)),
            Fact::Disagreements(side) => Drawn::Texts(self.disagreements(side)?),
            Fact::HasPortrait(side) => Drawn::Bool(self.proof(side)?.has_portrait()),
            Fact::Expired(side) => Drawn::Bool(expiry::expired(case, self.proof(side)?)),
            Fact::DaysToExpiry(side) => Drawn::Int(self.days(case.today, self.date(side, Field::DateOfExpiry)?)),
            Fact::DaysSinceIssue(side) => Drawn::Int(self.days(self.date(side, Field::DateOfIssue)?, case.today)),
        })
    }

    fn proof(&self, side: Side) -> Option<&'f Proof<'f>> {
        match side {
            Side::Identity => Some(self.case.kyc.identity()),
            Side::Address => self.address,
        }
    }

    fn disagreements(&self, side: Side) -> Option<Vec<Cow<'f, str>>> {
        let found = agreement::disagreements(self.proof(side)?, self.case.evidence.date_order);
        Some(found.into_iter().map(|found| found.field.into()).collect())
    }

    fn date(&self, side: Side, field: Field) -> Option<Date> {
        date::parse(&self.proof(side)?.field(field)?, self.case.evidence.date_order)
    }

    fn days(&self, from: Date, to: Date) -> i64 {
        from.duration_until(to).as_hours() / 24
    }

    fn ended(&self, outcome: CheckOutcome) -> Vec<Cow<'f, str>> {
        let ended = self.checks.iter().filter(|made| made.outcome == outcome);
        ended.map(|made| check_name(made.check)).collect()
    }
}

fn check_name<'f>(check: CheckId) -> Cow<'f, str> {
    match check {
        CheckId::Identity(check) => check.as_str().into(),
        CheckId::Address(_) => check.to_string().into(),
    }
}

/// The elements that the scanner checked and found wrong.
fn failed_elements<'f>(proof: &Proof<'f>) -> Vec<Cow<'f, str>> {
    let failed = proof.check_details().filter(|detail| signal::failed(&detail.status));
    failed.map(|detail| lower(&detail.element)).collect()
}

fn text(value: Option<Value<'_>>) -> Option<Drawn<'_>> {
    value?.as_str().map(Drawn::Text)
}

fn number<'f>(value: Option<Value<'f>>) -> Option<Drawn<'f>> {
    value?.as_f64().map(Drawn::Double)
}

fn country<'f>(country: Alpha2) -> Drawn<'f> {
    Drawn::Text(country.as_str().to_owned().into())
}

fn lower<'f>(text: &str) -> Cow<'f, str> {
    text.trim().to_lowercase().into()
}

fn upper<'f>(text: &str) -> Cow<'f, str> {
    text.trim().to_uppercase().into()
}
