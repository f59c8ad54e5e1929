//! What made a decision change, one change at a time.

use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::scoring::{CheckId, Decision};

use super::judged::{Judged, Side};
use super::pattern::{Pattern, Policies};
use super::policy::ProfilePolicy;
use super::shapley::{Changes, Proof, Switch, shares};

/// One thing that differs between the policies for a post.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// What a check costs: another weight, or another outcome.
    Check(CheckId),
    /// `rejectBelow`, of the identity proof or of the address proof.
    RejectBelow(Of),
    /// `acceptAbove`.
    AcceptAbove(Of),
    /// Whether there is an address proof.
    AddressProof,
    /// A rule.
    Rule(String),
    /// Rules beyond those that are told apart.
    OtherRules,
    /// The post is refused by one policy.
    Refused(ErrorCode),
    /// The post is no KYC post to one policy.
    Passed,
}

/// Of which proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Of {
    /// The identity proof.
    Identity,
    /// The address proof.
    Address,
}

/// Most rules that are told apart in one post. Each doubles the work.
const MAX_RULES: usize = 8;

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Check(check) => check.fmt(f),
            Self::RejectBelow(Of::Identity) => f.write_str("rejectBelow"),
            Self::RejectBelow(Of::Address) => f.write_str("address.rejectBelow"),
            Self::AcceptAbove(Of::Identity) => f.write_str("acceptAbove"),
            Self::AcceptAbove(Of::Address) => f.write_str("address.acceptAbove"),
            Self::AddressProof => f.write_str("addressDocument"),
            Self::Rule(name) => write!(f, "rule {name}"),
            Self::OtherRules => f.write_str("other rules"),
            Self::Refused(code) => write!(f, "error {}", code.as_str()),
            Self::Passed => f.write_str("no KYC post"),
        }
    }
}

impl Policies {
    /// Returns what made the decision change, with the share of each: Shapley values, which add up to 1. A share below
    /// 0 worked against the change. Empty where the decision doesn't change.
    #[must_use]
    pub fn causes(&self, pattern: &Pattern) -> Vec<(Cause, f64)> {
        let outcome = self.conclude(pattern);
        if !outcome.is_flip() {
            return Vec::new();
        }
        // Of what isn't known, the end that has the least to do with it: what is known suffices.
        let worsens = outcome.from < outcome.to;
        let new = match (pattern.new, pattern.worst) {
            (Side::Judged(_), Some(worst)) if !worsens => Side::Judged(worst),
            (new, _) => new,
        };
        match (pattern.old, new) {
            (Side::Refused(code), _) | (_, Side::Refused(code)) => vec![(Cause::Refused(code), 1.0)],
            (Side::Passed, _) | (_, Side::Passed) => vec![(Cause::Passed, 1.0)],
            (Side::Judged(old), Side::Judged(new)) => self.between(&old, &new).unwrap_or_default(),
        }
    }

    fn between(&self, old: &Judged, new: &Judged) -> Option<Vec<(Cause, f64)>> {
        let profiles = (self.old.profile(old.profile)?, self.new.profile(new.profile)?);
        let (mut causes, mut changes) = (Vec::new(), Changes::default());
        for check in CheckId::all() {
            let is_address = matches!(check, CheckId::Address(_));
            if is_address && (old.address.is_none() || new.address.is_none()) {
                continue;
            }
            let cost = |judged: &Judged, profile: &ProfilePolicy| {
                if judged.fails(check) { profile.weight(check) } else { 0 }
            };
            let (before, after) = (cost(old, profiles.0), cost(new, profiles.1));
            let proof = if is_address { &mut changes.address } else { &mut changes.identity };
            if before == after {
                proof.fixed.push(before);
            } else {
                proof.changed.push((causes.len(), before, after));
                causes.push(Cause::Check(check));
            }
        }
        for (of, proof) in [(Of::Identity, &mut changes.identity), (Of::Address, &mut changes.address)] {
            thresholds(of, proof, profiles, &mut causes);
        }
        addresses(&mut changes, (old, new), profiles, &mut causes);
        rules(&mut changes, (old, new), profiles, &mut causes);
        let values = shares(&changes, causes.len());
        Some(causes.into_iter().zip(values).collect())
    }
}

fn thresholds(of: Of, proof: &mut Proof, profiles: (&ProfilePolicy, &ProfilePolicy), causes: &mut Vec<Cause>) {
    let is_address = of == Of::Address;
    let (old, new) = (profiles.0.thresholds(is_address), profiles.1.thresholds(is_address));
    (proof.old, proof.new) = (old, new);
    if old.reject_below != new.reject_below {
        proof.reject_below = Some(causes.len());
        causes.push(Cause::RejectBelow(of));
    }
    if old.accept_above != new.accept_above {
        proof.accept_above = Some(causes.len());
        causes.push(Cause::AcceptAbove(of));
    }
}

/// Notes an address proof that only one policy finds: it decides as a whole, under that policy.
fn addresses(
    changes: &mut Changes,
    (old, new): (&Judged, &Judged),
    profiles: (&ProfilePolicy, &ProfilePolicy),
    causes: &mut Vec<Cause>,
) {
    let ends = (profiles.0.address(old), profiles.1.address(new));
    changes.has_address = ends.0.is_some() && ends.1.is_some();
    if !changes.has_address && ends != (None, None) {
        changes.switches.push(Switch { player: causes.len(), before: ends.0, after: ends.1, lifts: false });
        causes.push(Cause::AddressProof);
    }
}

fn rules(
    changes: &mut Changes,
    (old, new): (&Judged, &Judged),
    profiles: (&ProfilePolicy, &ProfilePolicy),
    causes: &mut Vec<Cause>,
) {
    let asks = |profile: &ProfilePolicy, judged: &Judged, name: &str| {
        let at = profile.rules.iter().position(|rule| rule.name == name)?;
        profile.rules.get(at)?.asks(judged.rules, at)
    };
    let mut names: Vec<&str> = Vec::new();
    for rule in profiles.0.rules.iter().chain(&profiles.1.rules) {
        if !names.contains(&rule.name.as_str()) {
            names.push(&rule.name);
        }
    }
    let mut told = 0;
    let mut others: Option<usize> = None;
    for name in names {
        let (before, after) = (asks(profiles.0, old, name), asks(profiles.1, new, name));
        if before == after {
            changes.rules.extend(before);
            continue;
        }
        let player = if told < MAX_RULES {
            told += 1;
            causes.push(Cause::Rule(name.to_owned()));
            causes.len() - 1
        } else {
            *others.get_or_insert_with(|| {
                causes.push(Cause::OtherRules);
                causes.len() - 1
            })
        };
        changes.switches.push(Switch { player, before, after, lifts: true });
    }
}

impl ProfilePolicy {
    /// Returns what the address proof alone decides.
    fn address(&self, judged: &Judged) -> Option<Decision> {
        self.conclude(judged).address.map(|proof| proof.decision)
    }
}
