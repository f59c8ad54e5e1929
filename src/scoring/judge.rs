//! Judging one KYC post.

use jiff::civil::Date;

use crate::payload::{Kyc, Proof};

use super::cel::Facts;
use super::check::{AddressCheck, CheckId, CheckOutcome, IdentityCheck};
use super::evidence::{Claims, Evidence};
use super::finding::Finding;
use super::rule::Rule;
use super::settings::{Settings, Thresholds};
use super::verdict::{CheckResult, Decision, FiredRule, ProofVerdict, Verdict};
use super::{address, agreement, identity, reason};

/// All that a verdict depends on.
#[allow(missing_docs)]
pub struct Case<'c> {
    pub kyc: Kyc<'c>,
    pub claims: &'c Claims<'c>,
    pub evidence: &'c Evidence,
    pub settings: &'c Settings,
    pub rules: &'c [Rule],
    /// The day of the request, UTC.
    pub today: Date,
    /// `:authority` of the request, where it is text.
    pub authority: Option<&'c str>,
    /// Path of the request, without its query.
    pub path: &'c str,
}

impl<'c> Case<'c> {
    /// The address proof, where the payload has one.
    #[must_use]
    pub fn address(&self) -> Option<Proof<'c>> {
        Proof::new(self.kyc.root().pointer(&self.evidence.address_document)?)
    }
}

/// One line of a proof's score sheet.
struct ScoredCheck {
    check: CheckId,
    finding: Finding,
    outcome: CheckOutcome,
    weight: u8,
}

impl ScoredCheck {
    fn checked(&self) -> CheckResult {
        let points = if self.outcome == CheckOutcome::Fail { self.weight } else { 0 };
        CheckResult { check: self.check, outcome: self.outcome, points, code: self.finding.code() }
    }
}

/// Scores the case and applies the rules.
#[must_use]
pub fn judge(case: &Case<'_>) -> Verdict {
    let settings = case.settings;
    let identity_marks = identity_marks(case);
    let proof_of_address = case.address();
    let address_marks = proof_of_address.as_ref().map(|proof| address_marks(case, proof));
    let identity = score(&identity_marks, settings.identity_thresholds);
    let address = address_marks.as_deref().map(|marks| score(marks, settings.address_thresholds));
    let marks = || identity_marks.iter().chain(address_marks.iter().flatten());
    let facts = Facts {
        case,
        address: proof_of_address.as_ref(),
        checks: &marks().map(ScoredCheck::checked).collect::<Vec<_>>(),
        identity_score: identity.score,
        address_score: address.as_ref().map(|address| address.score),
    };
    let fired: Vec<FiredRule> = case.rules.iter().filter_map(|rule| rule.apply(&facts)).collect();

    let by_score = address.as_ref().map_or(identity.decision, |address| address.decision.max(identity.decision));
    let failed = marks().filter(|mark| mark.outcome == CheckOutcome::Fail && mark.weight > 0);
    let reasons =
        failed.map(|mark| reason::of(mark.check, mark.finding)).chain(fired.iter().filter_map(|rule| rule.reason));
    Verdict {
        decision: decide(by_score, &fired),
        score: facts.score(),
        reasons: reason::distinct(reasons),
        checks: facts.checks.to_vec(),
        disagreements: agreement::disagreements(case.kyc.identity(), case.evidence.date_order),
        rules: fired,
        revision: settings.revision().to_owned(),
        identity,
        address,
    }
}

/// The worst wins; `accept` lifts a review that the score gave, and nothing that another rule gave.
fn decide(by_score: Decision, fired: &[FiredRule]) -> Decision {
    let lifted = by_score == Decision::Review && fired.iter().any(|rule| rule.then == Decision::Accept);
    let scored = if lifted { Decision::Accept } else { by_score };
    fired.iter().map(|rule| rule.then).fold(scored, Decision::max)
}

fn score(marks: &[ScoredCheck], thresholds: Thresholds) -> ProofVerdict {
    let lost = marks.iter().filter(|mark| mark.outcome == CheckOutcome::Fail);
    let score = lost.fold(100_u8, |score, mark| score.saturating_sub(mark.weight));
    ProofVerdict { score, decision: thresholds.decide(score) }
}

fn identity_marks(case: &Case<'_>) -> Vec<ScoredCheck> {
    let marks = IdentityCheck::ALL.into_iter().map(|check| {
        mark(case, CheckId::Identity(check), identity::find(case, check), case.settings.identity_weight(check))
    });
    marks.collect()
}

fn address_marks(case: &Case<'_>, proof: &Proof<'_>) -> Vec<ScoredCheck> {
    let marks = AddressCheck::ALL.into_iter().map(|check| {
        mark(case, CheckId::Address(check), address::find(case, proof, check), case.settings.address_weight(check))
    });
    marks.collect()
}

fn mark(case: &Case<'_>, check: CheckId, finding: Finding, weight: u8) -> ScoredCheck {
    let on_missing =
        case.evidence.on_missing.iter().find(|(missing, _)| *missing == check).map(|(_, becomes)| *becomes);
    ScoredCheck { check, finding, outcome: finding.outcome(on_missing), weight }
}
