//! The variables of rules: what they can see of a judged post. Nothing is read before a rule asks for it.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::payload::country::Alpha2;
use crate::payload::field::Field;
use crate::payload::v3::{self, CheckDetail, Score};
use crate::payload::{Fact, Proof, Value, date};
use crate::scoring::assessment::Assessment;
use crate::scoring::case::Case;
use crate::scoring::check::{CheckId, CheckOutcome};
use crate::scoring::verdict::CheckResult;
use crate::scoring::{age, agreement, expiry, face, person, subtype};

use super::symbols::{ProofType, Symbol, Variable};

/// The variables of one post: a case and the results of its checks.
pub(in crate::scoring) struct Variables<'f> {
    pub case: &'f Case<'f>,
    pub address: Option<&'f Proof<'f>>,
    pub checks: &'f [CheckResult],
    pub identity_score: u8,
    pub address_score: Option<u8>,
}

/// The value of a variable in one post.
pub(super) enum VariableValue<'f> {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Cow<'f, str>),
    Ints(Vec<i64>),
    Texts(Vec<Cow<'f, str>>),
}

impl<'f> Variables<'f> {
    /// Returns the lowest of the proofs' scores.
    pub(in crate::scoring) fn score(&self) -> u8 {
        self.address_score.map_or(self.identity_score, |address| address.min(self.identity_score))
    }

    /// Returns the value behind a name; `None` when it is absent. `name` is the display name of a field.
    pub(super) fn value(&self, symbol: Symbol, name: &str) -> Option<VariableValue<'f>> {
        match symbol {
            Symbol::Namespace(_) => None,
            Symbol::Variable(variable) => self.variable(variable),
            Symbol::Check(check) => {
                let made = self.checks.iter().find(|made| made.check == check)?;
                Some(VariableValue::Text(made.outcome.as_str().into()))
            }
            Symbol::Field(proof_type) => text(self.proof(proof_type)?.field_named(name)),
        }
    }

    fn variable(&self, variable: Variable) -> Option<VariableValue<'f>> {
        let case = self.case;
        Some(match variable {
            Variable::AppId => return text(case.kyc.app_id()),
            Variable::Authority => VariableValue::Text(case.authority?.into()),
            Variable::Path => VariableValue::Text(case.path.into()),
            Variable::HasDateOfBirth => VariableValue::Bool(person::birth(case).is_some()),
            Variable::Age => VariableValue::Int(date::age(person::birth(case)?, case.today)?.into()),
            Variable::MinimumAge => VariableValue::Int(age::limit(case).into()),
            Variable::Underage => VariableValue::Bool(matches!(age::reached(case), Assessment::Fail(_))),
            Variable::FaceScore => return score(case.kyc.face_score()),
            Variable::FacePercent => return score(case.kyc.face_score_percent()),
            Variable::LivenessScore => VariableValue::Double(face::liveness(&case.kyc)?),
            Variable::Score => VariableValue::Int(self.score().into()),
            Variable::IdentityScore => VariableValue::Int(self.identity_score.into()),
            Variable::AddressScore => VariableValue::Int(self.address_score?.into()),
            Variable::FailedChecks => VariableValue::Texts(self.ended(CheckOutcome::Fail)),
            Variable::SkippedChecks => VariableValue::Texts(self.ended(CheckOutcome::Skip)),
            Variable::TypeCodes(proof_type) => VariableValue::Ints(self.proof(proof_type)?.type_codes()),
            Variable::TypeNames(proof_type) => VariableValue::Texts(self.proof(proof_type)?.type_names()),
            Variable::TemplateNames(proof_type) => VariableValue::Texts(
                self.proof(proof_type)?.template_names().into_iter().filter_map(Value::as_str).collect(),
            ),
            Variable::Subtype(proof_type) => VariableValue::Text(subtype::of(self.proof(proof_type)?)??.into()),
            Variable::IssuingState(proof_type) => country(age::issuer(self.proof(proof_type)?)?),
            Variable::Nationality(proof_type) => country(age::nationality(self.proof(proof_type)?)?),
            Variable::Status(proof_type) => {
                VariableValue::Text(self.proof(proof_type)?.overall_status()?.word().into_owned().into())
            }
            Variable::Errors(proof_type) => {
                VariableValue::Texts(self.proof(proof_type)?.errors().map(|error| lower(&error)).collect())
            }
            Variable::FailedElements(proof_type) => VariableValue::Texts(failed_elements(self.proof(proof_type)?)),
            Variable::Disagreements(proof_type) => VariableValue::Texts(self.disagreements(proof_type)?),
            Variable::HasPortrait(proof_type) => VariableValue::Bool(self.proof(proof_type)?.has_portrait()),
            Variable::Expired(proof_type) => VariableValue::Bool(expiry::expired(case, self.proof(proof_type)?)),
            Variable::DaysToExpiry(proof_type) => {
                VariableValue::Int(self.days(case.today, self.date(proof_type, Field::DateOfExpiry)?))
            }
            Variable::DaysSinceIssue(proof_type) => {
                VariableValue::Int(self.days(self.date(proof_type, Field::DateOfIssue)?, case.today))
            }
        })
    }

    fn proof(&self, proof_type: ProofType) -> Option<&'f Proof<'f>> {
        match proof_type {
            ProofType::Identity => Some(self.case.kyc.identity()),
            ProofType::Address => self.address,
        }
    }

    fn disagreements(&self, proof_type: ProofType) -> Option<Vec<Cow<'f, str>>> {
        let found = agreement::disagreements(self.proof(proof_type)?, self.case.evidence.date_order);
        Some(found.into_iter().map(|found| found.field.into()).collect())
    }

    fn date(&self, proof_type: ProofType, field: Field) -> Option<Date> {
        date::parse(&self.proof(proof_type)?.field(field)?, self.case.evidence.date_order)
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
    let failed = proof.check_details().filter(CheckDetail::failed);
    failed.map(|detail| lower(&detail.element)).collect()
}

fn text(value: Option<Value<'_>>) -> Option<VariableValue<'_>> {
    value.map(v3::field_text).map(VariableValue::Text)
}

fn score(score: Fact<Score<'_>>) -> Option<VariableValue<'_>> {
    score.readable().map(|score| VariableValue::Double(score.number))
}

fn country<'f>(country: Alpha2) -> VariableValue<'f> {
    VariableValue::Text(country.as_str().to_owned().into())
}

fn lower<'f>(text: &str) -> Cow<'f, str> {
    text.trim().to_lowercase().into()
}
