//! Judging one KYC post.

use super::assessment::Assessment;
use super::case::Case;
use super::cel::{KnownValues, Variables};
use super::check::{AddressCheck, CheckId, CheckOutcome, IdentityCheck};
use super::compared_field::Disagreement;
use super::reading::Reading;
use super::rule::{Condition, Rule, RuleOutcome};
use super::settings::Thresholds;
use super::verdict::{CheckResult, ProofVerdict, Verdict};
use super::{address, arithmetic, identity, reason, unreadable};

/// A check with its conclusion and its weight.
struct ScoredCheck {
    check: CheckId,
    assessment: Assessment,
    outcome: CheckOutcome,
    weight: u8,
}

impl ScoredCheck {
    fn new(case: &Case<'_>, check: CheckId, assessment: Assessment, weight: u8) -> Self {
        let mut configured = case.evidence.on_missing.iter();
        let on_missing = configured.find(|(missing, _)| *missing == check).map(|(_, outcome)| *outcome);
        Self { check, assessment, outcome: assessment.outcome(on_missing), weight }
    }

    fn failed(&self) -> bool {
        self.outcome == CheckOutcome::Fail
    }

    fn result(&self) -> CheckResult {
        let points = if self.failed() { self.weight } else { 0 };
        CheckResult { check: self.check, outcome: self.outcome, points, code: self.assessment.code() }
    }
}

/// Scores a case and applies the rules.
///
/// A proof's score is 100 less the weights of its failed checks, at least 0. The decision is the worst of the proofs'
/// decisions and of those of the rules that fire (`docs/scoring.md`). The same case and rules give the same verdict.
///
/// ```
/// use kyc_gate::payload::{Document, Kyc, Limits};
/// use kyc_gate::scoring::{Case, Claims, Decision, Evidence, Rule, Settings, judge};
///
/// let payload = br#"{
///     "request_info": { "user_id": "maira.b@example.test", "requester_id": "b7b9b0a4" },
///     "kyc_info": { "document": { "version": "3.0", "identity_data": { "Date of expiry": "2019-08-02" } } }
/// }"#;
/// let document = Document::scan(payload, Limits::default()).unwrap();
/// let case = Case {
///     kyc: Kyc::read(document.root()).unwrap(),
///     claims: &Claims::default(),
///     evidence: &Evidence::default(),
///     settings: &Settings::default(),
///     today: jiff::civil::date(2026, 11, 21),
///     authority: None,
///     path: "/kyc",
/// };
/// let verdict = judge(&case, &Rule::shipped());
/// assert_eq!(verdict.decision, Decision::Reject);
/// assert_eq!(verdict.rule_names().collect::<Vec<_>>(), ["expired-document"]);
/// ```
#[must_use]
pub fn judge(case: &Case<'_>, rules: &[Rule]) -> Verdict {
    let settings = case.settings;
    let identity_reading = Reading::new(case, case.kyc.identity());
    let address_reading = case.kyc.address().map(|proof| Reading::new(case, proof));
    let identity_checks = identity_checks(case, &identity_reading);
    let address_checks = address_reading.as_ref().map(|address| address_checks(case, address));
    let identity = score(&identity_checks, settings.identity_thresholds);
    let address = address_checks.as_ref().map(|checks| score(checks, settings.address_thresholds));
    let checks = || identity_checks.iter().chain(address_checks.iter().flatten());
    let results: Vec<_> = checks().map(ScoredCheck::result).collect();
    let variables = Variables {
        case,
        identity: &identity_reading,
        address: address_reading.as_ref(),
        checks: &results,
        identity_score: identity.score,
        address_score: address.as_ref().map(|address| address.score),
        known: KnownValues::new(rules.iter().any(|rule| matches!(rule.when, Condition::Expression(_)))),
    };
    let (mut fired, mut counted_rules) = (Vec::new(), Vec::new());
    for outcome in rules.iter().filter_map(|rule| rule.apply(&variables)) {
        match outcome {
            RuleOutcome::Fired(rule) => fired.push(rule),
            RuleOutcome::Counted(rule) => counted_rules.push(rule),
        }
    }

    let of_checks = checks().filter(|check| check.failed() && check.weight > 0);
    let of_checks = of_checks.map(|check| reason::of(check.check, check.assessment));
    Verdict {
        decision: arithmetic::decide(
            identity.decision,
            address.as_ref().map(|address| address.decision),
            fired.iter().map(|rule| rule.then),
        ),
        score: variables.score(),
        checks: results,
        reasons: reason::distinct(of_checks.chain(fired.iter().filter_map(|rule| rule.reason))),
        disagreements: disagreements(&identity_reading),
        unreadable: unreadable::facts(case, &identity_reading, address_reading.as_ref()),
        rules: fired,
        counted_rules,
        revision: settings.revision().to_owned(),
        identity,
        address,
    }
}

fn disagreements(document: &Reading<'_>) -> Vec<Disagreement> {
    let fields = document.disagreements().into_iter().flatten();
    fields.map(|field| Disagreement::on(field, document.proof)).collect()
}

fn score(checks: &[ScoredCheck], thresholds: Thresholds) -> ProofVerdict {
    arithmetic::proof(checks.iter().filter(|check| check.failed()).map(|check| check.weight), thresholds)
}

fn identity_checks(case: &Case<'_>, identity: &Reading<'_>) -> [ScoredCheck; IdentityCheck::ALL.len()] {
    IdentityCheck::ALL.map(|check| {
        let (assessment, weight) = (identity::assess(case, identity, check), case.settings.identity_weight(check));
        ScoredCheck::new(case, CheckId::Identity(check), assessment, weight)
    })
}

fn address_checks(case: &Case<'_>, address: &Reading<'_>) -> [ScoredCheck; AddressCheck::ALL.len()] {
    AddressCheck::ALL.map(|check| {
        let (assessment, weight) = (address::assess(case, address, check), case.settings.address_weight(check));
        ScoredCheck::new(case, CheckId::Address(check), assessment, weight)
    })
}
