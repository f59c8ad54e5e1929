//! How near another decision is: the fewest checks that would have to end otherwise.

use kyc_gate::scoring::settings::Thresholds;
use kyc_gate::scoring::{CheckId, Decision};
use serde::Serialize;

/// Most sets of checks that are told of one proof; there may be thousands.
const MOST_SETS: usize = 4;

/// How the checks of a proof ended.
pub struct Outcomes {
    /// `identity` or `address`.
    pub proof: &'static str,
    /// Its thresholds.
    pub thresholds: Thresholds,
    /// Of each check: its weight, and whether it failed.
    pub checks: Vec<(CheckId, u8, bool)>,
}

/// What it would take to decide otherwise.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Near {
    /// The other decision, or a still better or worse one.
    pub decision: &'static str,
    /// Rules that must not fire for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// A better decision takes all of these, a worse one any of them. Empty where the rules alone pin the decision.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<Way>,
}

/// What it would take in one proof.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Way {
    /// `identity` or `address`.
    pub proof: &'static str,
    /// Fewest points to gain, or to lose. Points beyond what there is to lose count: a score never falls below 0.
    pub points: u32,
    /// Whether failed checks would have to pass (`pass`), or others to fail (`fail`).
    pub checks: &'static str,
    /// The smallest sets of checks that are enough, heaviest first; at most four.
    pub any_of: Vec<Vec<String>>,
    /// Whether there are more sets of that size.
    pub more: bool,
}

/// Returns what each other decision would take. `rules` are those that fired and what they ask for; they are taken to
/// do so again.
#[must_use]
pub fn near(proofs: &[Outcomes], rules: &[(String, Decision)], current: Decision) -> Vec<Near> {
    let others = [Decision::Accept, Decision::Review, Decision::Reject].into_iter().filter(|other| *other != current);
    let is_lifted = rules.iter().any(|(_, then)| *then == Decision::Accept);
    others
        .filter_map(|other| {
            if other < current {
                Some(better(proofs, rules, other, is_lifted))
            } else {
                worse(proofs, other, is_lifted)
            }
        })
        .collect()
}

/// A better decision: every proof has to reach it, and no rule may ask for a worse one.
fn better(proofs: &[Outcomes], rules: &[(String, Decision)], wanted: Decision, is_lifted: bool) -> Near {
    let enough = if wanted == Decision::Accept && is_lifted { Decision::Review } else { wanted };
    let ways = proofs.iter().filter_map(|proof| {
        let failed = proof.of(true);
        let least = if enough == Decision::Accept { proof.thresholds.accept_above } else { proof.least_of_review() };
        let lost: u32 = failed.iter().map(|(_, weight)| u32::from(*weight)).sum();
        let may_lose = 100_u32.saturating_sub(least.into());
        proof.way(lost.saturating_sub(may_lose), "pass", &failed)
    });
    let ways = ways.collect();
    let rules = rules.iter().filter(|(_, then)| *then > wanted).map(|(name, _)| name.clone()).collect();
    Near { decision: wanted.as_str(), rules, ways }
}

/// A worse decision: one proof is enough. `None` where no check can bring it.
fn worse(proofs: &[Outcomes], wanted: Decision, is_lifted: bool) -> Option<Near> {
    let ways: Vec<_> = proofs
        .iter()
        .filter_map(|proof| {
            let others = proof.of(false);
            let lost: u32 = proof.of(true).iter().map(|(_, weight)| u32::from(*weight)).sum();
            // With rejectBelow as high as acceptAbove there is no review between them.
            let below =
                if wanted == Decision::Review { proof.thresholds.accept_above } else { proof.least_of_review() };
            if wanted == Decision::Review && is_lifted || below == 0 {
                return None;
            }
            let needed = (101_u32.saturating_sub(below.into())).saturating_sub(lost);
            let available: u32 = others.iter().map(|(_, weight)| u32::from(*weight)).sum();
            if needed > available { None } else { proof.way(needed, "fail", &others) }
        })
        .collect();
    (!ways.is_empty()).then(|| Near { decision: wanted.as_str(), rules: Vec::new(), ways })
}

impl Outcomes {
    /// Returns the checks that cost something and failed, or didn't, heaviest first.
    fn of(&self, failed: bool) -> Vec<(CheckId, u8)> {
        let weighty = self.checks.iter().filter(|(_, weight, has_failed)| *weight > 0 && *has_failed == failed);
        let mut checks: Vec<_> = weighty.map(|(check, weight, _)| (*check, *weight)).collect();
        checks.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        checks
    }

    /// Returns the lowest score that isn't rejected.
    fn least_of_review(&self) -> u8 {
        self.thresholds.reject_below.min(self.thresholds.accept_above)
    }

    /// Returns the smallest sets of checks, heaviest first, whose weights come to `points`; `None` where that is 0.
    fn way(&self, points: u32, checks: &'static str, heaviest: &[(CheckId, u8)]) -> Option<Way> {
        if points == 0 {
            return None;
        }
        let mut sum = 0;
        let fewest = heaviest.iter().take_while(|(_, weight)| {
            let is_missing = sum < points;
            sum = sum.saturating_add((*weight).into());
            is_missing
        });
        let fewest = fewest.count();
        let mut sets = Vec::new();
        collect(heaviest, fewest, points, &mut Vec::new(), &mut sets);
        let more = sets.len() > MOST_SETS;
        sets.truncate(MOST_SETS);
        Some(Way { proof: self.proof, points, checks, any_of: sets, more })
    }
}

/// Collects the sets of `size` checks whose weights come to `points`, and stops behind [`MOST_SETS`].
fn collect(checks: &[(CheckId, u8)], size: usize, points: u32, chosen: &mut Vec<String>, sets: &mut Vec<Vec<String>>) {
    if size == 0 {
        if points == 0 {
            sets.push(chosen.clone());
        }
        return;
    }
    for (at, (check, weight)) in checks.iter().enumerate() {
        let rest = checks.get(at + 1..).unwrap_or_default();
        // The rest is no heavier, so nothing behind a set that can't come to enough can either.
        let most: u32 = checks.iter().skip(at).take(size).map(|(_, weight)| u32::from(*weight)).sum();
        if most < points || sets.len() > MOST_SETS {
            return;
        }
        chosen.push(check.to_string());
        collect(rest, size - 1, points.saturating_sub((*weight).into()), chosen, sets);
        chosen.pop();
    }
}

#[cfg(test)]
mod tests {
    use kyc_gate::scoring::{IdentityCheck, arithmetic};

    use super::*;
    use crate::dice::Dice;

    /// Tries every set of changed checks: none smaller than the ways found gives the decision, and those found do.
    #[test]
    fn no_smaller_set_would_do() {
        let mut dice = Dice(7);
        for _ in 0..400 {
            let accept_above = u8::try_from(dice.roll(101)).unwrap();
            let reject_below = u8::try_from(dice.roll(u64::from(accept_above) + 1)).unwrap();
            let thresholds = Thresholds { reject_below, accept_above };
            let checks: Vec<_> = IdentityCheck::ALL
                .into_iter()
                .take(9)
                .map(|check| {
                    let weight = u8::try_from(dice.roll(60)).unwrap();
                    (CheckId::Identity(check), weight, dice.one_in(3))
                })
                .collect();
            let lifted = dice.one_in(4);
            let rules = if lifted { vec![("lift".to_owned(), Decision::Accept)] } else { vec![] };
            let decide = |changed: usize| {
                let failed = checks.iter().enumerate().filter(|(at, (_, _, failed))| failed ^ (changed >> at & 1 == 1));
                let proof = arithmetic::proof(failed.map(|(_, (_, weight, _))| *weight), thresholds);
                arithmetic::decide(proof.decision, None, rules.iter().map(|(_, then)| *then))
            };
            let current = decide(0);
            let outcomes = Outcomes { proof: "identity", thresholds, checks: checks.clone() };
            let found = near(&[outcomes], &rules, current);
            for other in [Decision::Accept, Decision::Review, Decision::Reject] {
                let reaches = |changed: &usize| {
                    if other < current { decide(*changed) <= other } else { decide(*changed) >= other }
                };
                // Where a rule lifts reviews, no score gives one.
                if other == current || (lifted && other == Decision::Review && current == Decision::Accept) {
                    continue;
                }
                let fewest = (0..1 << checks.len()).filter(reaches).map(usize::count_ones).min();
                let told = found.iter().find(|near| near.decision == other.as_str());
                let told = told.and_then(|near| near.ways.first());
                assert_eq!(
                    told.map(|way| way.any_of[0].len()),
                    fewest.map(|fewest| fewest as usize),
                    "{thresholds:?} {checks:?}"
                );
                for set in told.iter().flat_map(|way| &way.any_of) {
                    let at = |name: &String| checks.iter().position(|(check, ..)| check.to_string() == *name).unwrap();
                    let changed = set.iter().map(|name| 1 << at(name)).sum();
                    assert!(reaches(&changed), "{set:?}");
                }
            }
        }
    }

    #[test]
    fn rules_pin_a_decision() {
        let thresholds = Thresholds { reject_below: 50, accept_above: 80 };
        let outcomes = || Outcomes { proof: "identity", thresholds, checks: vec![] };
        let rules = [("expired".to_owned(), Decision::Reject), ("odd".to_owned(), Decision::Review)];
        let found = near(&[outcomes()], &rules, Decision::Reject);
        let told: Vec<_> = found.iter().map(|near| (near.decision, near.rules.join(","), near.ways.len())).collect();
        assert_eq!(told, [("accept", "expired,odd".to_owned(), 0), ("review", "expired".to_owned(), 0)]);
    }
}
