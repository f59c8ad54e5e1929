//! The variables of rules: what they can see of a judged post.

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use jiff::civil::Date;

use crate::payload::country::Alpha2;
use crate::payload::field::FieldName;
use crate::payload::v3::{self, Score};
use crate::payload::{Fact, Proof, Value};
use crate::scoring::case::Case;
use crate::scoring::check::CheckOutcome;
use crate::scoring::reading::Reading;
use crate::scoring::verdict::CheckResult;
use crate::scoring::{age, age_limit, expiry, face, subtype};

use super::limits::{MAX_ITEMS, MAX_TEXT_BYTES};
use super::symbols::{Namespace, ProofType, Symbol, Variable};

/// Every variable with a fixed name.
static ALL: LazyLock<Vec<Variable>> = LazyLock::new(|| {
    let (mut variables, mut namespaces) = (Vec::new(), vec![Namespace::Root]);
    while let Some(namespace) = namespaces.pop() {
        for (_, symbol) in namespace.entries() {
            match symbol {
                Symbol::Namespace(inner) => namespaces.push(*inner),
                Symbol::Variable(variable) => variables.push(*variable),
                Symbol::Check(_) | Symbol::Field(_) => {}
            }
        }
    }
    variables
});

/// The variables of one post: a case and the results of its checks.
///
/// Rules may mention a variable thousands of times, so each is read once, when the first of them does.
pub(in crate::scoring) struct Variables<'f> {
    pub case: &'f Case<'f>,
    pub identity: &'f Reading<'f>,
    pub address: Option<&'f Reading<'f>>,
    pub checks: &'f [CheckResult],
    pub identity_score: u8,
    pub address_score: Option<u8>,
    pub known: KnownValues<'f>,
}

/// The values that were read, in the order of [`ALL`].
#[derive(Default)]
pub(in crate::scoring) struct KnownValues<'f>(Vec<OnceLock<Option<VariableValue<'f>>>>);

impl KnownValues<'_> {
    /// Returns room for the values that expressions read; where there are none, no room is needed.
    pub(in crate::scoring) fn new(has_expressions: bool) -> Self {
        if has_expressions { Self(ALL.iter().map(|_| OnceLock::new()).collect()) } else { Self::default() }
    }
}

/// The value of a variable in one post.
#[derive(Clone)]
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
            Symbol::Variable(variable) => {
                let known = ALL.iter().zip(&self.known.0).find(|(known, _)| **known == variable);
                known
                    .map_or_else(|| self.read(variable), |(_, value)| value.get_or_init(|| self.read(variable)).clone())
            }
            Symbol::Check(check) => {
                let made = self.checks.iter().find(|made| made.check == check)?;
                Some(VariableValue::Text(made.outcome.as_str().into()))
            }
            Symbol::Field(proof_type) => {
                let document = self.reading(proof_type)?;
                text(document.proof.field_that_counts(&FieldName::of(name), &document.dates))
            }
        }
    }

    fn read(&self, variable: Variable) -> Option<VariableValue<'f>> {
        let case = self.case;
        Some(match variable {
            Variable::AppId => return text(case.kyc.app_id()),
            Variable::Authority => VariableValue::Text(case.authority?.into()),
            Variable::Path => VariableValue::Text(case.path.into()),
            Variable::HasDateOfBirth => VariableValue::Bool(self.identity.dates.birth.readable().is_some()),
            Variable::Age => VariableValue::Int(age::of(case, self.identity)?.into()),
            Variable::MinimumAge => VariableValue::Int(self.identity.age_limit(case).years.into()),
            Variable::Underage => VariableValue::Bool(age::known_underage(case, self.identity)?),
            Variable::FaceScore => return score(case.kyc.face_score()),
            Variable::FacePercent => return score(case.kyc.face_score_percent()),
            Variable::LivenessScore => VariableValue::Double(face::liveness(&case.kyc)?),
            Variable::Score => VariableValue::Int(self.score().into()),
            Variable::IdentityScore => VariableValue::Int(self.identity_score.into()),
            Variable::AddressScore => VariableValue::Int(self.address_score?.into()),
            Variable::FailedChecks => VariableValue::Texts(self.ended(CheckOutcome::Fail)),
            Variable::SkippedChecks => VariableValue::Texts(self.ended(CheckOutcome::Skip)),
            Variable::TypeCodes(proof_type) => {
                VariableValue::Ints(unless_empty(self.proof(proof_type)?.type_codes().iter().copied())?)
            }
            Variable::TypeNames(proof_type) => {
                VariableValue::Texts(unless_empty(self.proof(proof_type)?.type_names().into_iter().map(bounded))?)
            }
            Variable::TemplateNames(proof_type) => VariableValue::Texts(unless_empty(
                self.proof(proof_type)?.template_names().into_iter().filter_map(Value::as_str).map(bounded),
            )?),
            Variable::Subtype(proof_type) => {
                VariableValue::Text(subtype::of(self.proof(proof_type)?).readable()??.into())
            }
            Variable::IssuingState(proof_type) => country(age_limit::issuer(self.proof(proof_type)?)?),
            Variable::Nationality(proof_type) => country(age_limit::nationality(self.proof(proof_type)?)?),
            Variable::Status(proof_type) => {
                VariableValue::Text(bounded(self.proof(proof_type)?.overall_status()?.word().into_owned().into()))
            }
            Variable::Errors(proof_type) => {
                let proof = self.proof(proof_type).filter(|proof| !proof.has_unreadable_error())?;
                VariableValue::Texts(some(proof.error_list()?.map(|error| lower(&error))))
            }
            Variable::FailedElements(proof_type) => VariableValue::Texts(failed_elements(self.proof(proof_type)?)?),
            Variable::Disagreements(proof_type) => VariableValue::Texts(self.disagreements(proof_type)?),
            Variable::HasPortrait(proof_type) => VariableValue::Bool(self.proof(proof_type)?.has_portrait()),
            Variable::Expired(proof_type) => {
                VariableValue::Bool(expiry::known_expired(case, self.reading(proof_type)?)?)
            }
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
        ended.map(|made| made.check.as_str().into()).collect()
    }
}

/// Returns the elements that the scanner checked and found wrong; `None` where it checked nothing, or one of them has a
/// name that can't be read.
fn failed_elements<'f>(proof: &Proof<'f>) -> Option<Vec<Cow<'f, str>>> {
    proof.check_details().next()?;
    let failed = || proof.check_details().filter(|detail| detail.failed()).map(|detail| detail.element.as_ref());
    let is_known = !failed().any(|element| element.is_unreadable());
    is_known.then(|| some(failed().filter_map(Fact::readable).map(|element| lower(element))))
}

/// Returns a list unless it is empty: what the document doesn't carry is absent.
fn unless_empty<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    Some(some(items)).filter(|list| !list.is_empty())
}

/// Returns as many items as tell that a list is too large for rules.
fn some<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.take(MAX_ITEMS + 1).collect()
}

/// Returns as much of a text as tells that it is too large for rules, in small letters too.
fn bounded(text: Cow<'_, str>) -> Cow<'_, str> {
    let most = 4 * MAX_TEXT_BYTES;
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    Cow::Owned(text.get(..end).unwrap_or_default().to_owned())
}

fn text(value: Option<Value<'_>>) -> Option<VariableValue<'_>> {
    let value = value?;
    // No escape spends more than six bytes on one of the text: what is longer is too large, and needs no decoding.
    let is_too_large = value.raw().len() > 6 * MAX_TEXT_BYTES + 2;
    let text = if is_too_large { bounded(Cow::Borrowed(value.raw())) } else { v3::field_text(value) };
    Some(VariableValue::Text(text))
}

fn score(score: Fact<Score<'_>>) -> Option<VariableValue<'_>> {
    score.readable().map(|score| VariableValue::Double(score.number))
}

fn country<'f>(country: Alpha2) -> VariableValue<'f> {
    VariableValue::Text(country.as_str().to_owned().into())
}

fn lower<'f>(text: &str) -> Cow<'f, str> {
    bounded(text.trim().into()).to_lowercase().into()
}
