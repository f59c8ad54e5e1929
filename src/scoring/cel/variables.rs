//! The variables of rules: what they can see of a judged post. Nothing is read before a rule asks for it.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::payload::country::Alpha2;
use crate::payload::v3::{self, CheckDetail, Score};
use crate::payload::{Fact, Proof, Value};
use crate::scoring::case::Case;
use crate::scoring::check::{CheckId, CheckOutcome};
use crate::scoring::reading::Reading;
use crate::scoring::verdict::CheckResult;
use crate::scoring::{age, expiry, face, subtype};

use super::symbols::{ProofType, Symbol, Variable};

/// The variables of one post: a case and the results of its checks.
pub(in crate::scoring) struct Variables<'f> {
    pub case: &'f Case<'f>,
    pub identity: &'f Reading<'f>,
    pub address: Option<&'f Reading<'f>>,
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
            Symbol::Field(proof_type) => {
                let document = self.reading(proof_type)?;
                text(document.proof.field_that_counts(name, &document.dates))
            }
        }
    }

    fn variable(&self, variable: Variable) -> Option<VariableValue<'f>> {
        let case = self.case;
        Some(match variable {
            Variable::AppId => return text(case.kyc.app_id()),
            Variable::Authority => VariableValue::Text(case.authority?.into()),
            Variable::Path => VariableValue::Text(case.path.into()),
            Variable::HasDateOfBirth => VariableValue::Bool(self.identity.dates.birth.readable().is_some()),
            Variable::Age => VariableValue::Int(age::of(case, self.identity)?.into()),
            Variable::MinimumAge => VariableValue::Int(age::limit(case).into()),
            Variable::Underage => VariableValue::Bool(age::is_underage(case, self.identity)),
            Variable::FaceScore => return score(case.kyc.face_score()),
            Variable::FacePercent => return score(case.kyc.face_score_percent()),
            Variable::LivenessScore => VariableValue::Double(face::liveness(&case.kyc)?),
            Variable::Score => VariableValue::Int(self.score().into()),
            Variable::IdentityScore => VariableValue::Int(self.identity_score.into()),
            Variable::AddressScore => VariableValue::Int(self.address_score?.into()),
            Variable::FailedChecks => VariableValue::Texts(self.ended(CheckOutcome::Fail)),
            Variable::SkippedChecks => VariableValue::Texts(self.ended(CheckOutcome::Skip)),
            Variable::TypeCodes(proof_type) => VariableValue::Ints(unless_empty(self.proof(proof_type)?.type_codes())?),
            Variable::TypeNames(proof_type) => {
                VariableValue::Texts(unless_empty(self.proof(proof_type)?.type_names())?)
            }
            Variable::TemplateNames(proof_type) => VariableValue::Texts(unless_empty(
                self.proof(proof_type)?.template_names().into_iter().filter_map(Value::as_str).collect(),
            )?),
            Variable::Subtype(proof_type) => {
                VariableValue::Text(subtype::of(self.proof(proof_type)?).readable()??.into())
            }
            Variable::IssuingState(proof_type) => country(age::issuer(self.proof(proof_type)?)?),
            Variable::Nationality(proof_type) => country(age::nationality(self.proof(proof_type)?)?),
            Variable::Status(proof_type) => {
                VariableValue::Text(self.proof(proof_type)?.overall_status()?.word().into_owned().into())
            }
            Variable::Errors(proof_type) => {
                VariableValue::Texts(self.proof(proof_type)?.error_list()?.map(|error| lower(&error)).collect())
            }
            Variable::FailedElements(proof_type) => VariableValue::Texts(failed_elements(self.proof(proof_type)?)?),
            Variable::Disagreements(proof_type) => VariableValue::Texts(self.disagreements(proof_type)?),
            Variable::HasPortrait(proof_type) => VariableValue::Bool(self.proof(proof_type)?.has_portrait()),
            Variable::Expired(proof_type) => VariableValue::Bool(expiry::expired(case, self.reading(proof_type)?)),
            Variable::DaysToExpiry(proof_type) => {
                VariableValue::Int(self.days(case.today, self.reading(proof_type)?.dates.expiry.readable()?))
            }
            Variable::DaysSinceIssue(proof_type) => {
                VariableValue::Int(self.days(self.reading(proof_type)?.dates.issue.readable()?, case.today))
            }
        })
    }

    fn reading(&self, proof_type: ProofType) -> Option<&'f Reading<'f>> {
        match proof_type {
            ProofType::Identity => Some(self.identity),
            ProofType::Address => self.address,
        }
    }

    fn proof(&self, proof_type: ProofType) -> Option<&'f Proof<'f>> {
        self.reading(proof_type).map(|document| document.proof)
    }

    fn disagreements(&self, proof_type: ProofType) -> Option<Vec<Cow<'f, str>>> {
        Some(self.reading(proof_type)?.disagreements()?.into_iter().map(|field| field.as_str().into()).collect())
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

/// Returns the elements that the scanner checked and found wrong; `None` where it checked nothing.
fn failed_elements<'f>(proof: &Proof<'f>) -> Option<Vec<Cow<'f, str>>> {
    proof.check_details().next()?;
    let failed = proof.check_details().filter(CheckDetail::failed);
    Some(failed.filter_map(|detail| Some(lower(&detail.element.readable()?))).collect())
}

/// Returns a list unless it is empty: what the document doesn't carry is absent.
fn unless_empty<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
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
