//! The arithmetic of a verdict: from failed checks to a score, from scores and rules to a decision.
//!
//! [`super::judge()`] uses it, and so does whoever scores recorded outcomes by other weights and thresholds.

use super::settings::Thresholds;
use super::verdict::{Decision, ProofVerdict};

/// Returns what a proof comes to: 100 less the weights of its failed checks, at least 0, and what the thresholds make
/// of that.
///
/// ```
/// use kyc_gate::scoring::{Decision, arithmetic, settings::Thresholds};
///
/// let thresholds = Thresholds { reject_below: 50, accept_above: 80 };
/// let proof = arithmetic::proof([20, 15].into_iter(), thresholds);
/// assert_eq!((proof.score, proof.decision), (65, Decision::Review));
/// assert_eq!(arithmetic::proof([60, 70].into_iter(), thresholds).score, 0);
/// ```
#[must_use]
pub fn proof(weights_of_failed: impl Iterator<Item = u8>, thresholds: Thresholds) -> ProofVerdict {
    let score = weights_of_failed.fold(100_u8, u8::saturating_sub);
    ProofVerdict { score, decision: thresholds.decide(score) }
}

/// Returns the worst of the proofs' decisions and of those of the rules that fired. `accept` lifts a review that the
/// scores gave, and nothing that another rule gave.
///
/// ```
/// use kyc_gate::scoring::{Decision, arithmetic};
///
/// let rules = [Decision::Accept];
/// assert_eq!(arithmetic::decide(Decision::Review, None, rules.into_iter()), Decision::Accept);
/// assert_eq!(arithmetic::decide(Decision::Accept, Some(Decision::Reject), rules.into_iter()), Decision::Reject);
/// ```
#[must_use]
pub fn decide(
    identity: Decision,
    address: Option<Decision>,
    rules: impl Iterator<Item = Decision> + Clone,
) -> Decision {
    let scored = address.map_or(identity, |address| address.max(identity));
    let lifted = scored == Decision::Review && rules.clone().any(|then| then == Decision::Accept);
    rules.fold(if lifted { Decision::Accept } else { scored }, Decision::max)
}
