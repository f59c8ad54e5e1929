//! An audit line, scored again under both policies.
//!
//! A line tells how each check and rule ended, so weights, thresholds and what rules ask for are re-scored exactly.
//! Where the outcome of a check or rule may be another under the proposed policy, both ends are tried: if they lead to
//! the same decision, that is known all the same; if not, it isn't, and nothing is guessed.

use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::scoring::{AddressCheck, CheckId, CheckOutcome, IdentityCheck, RuleAction};
use kyc_gate::words::Word as _;

use super::audit_line::AuditLine;
use super::judged::{Judged, Rules, Side};
use super::pattern::{Pattern, Policies};
use super::policy::{Conclusion, Policy, ProfilePolicy, RulePolicy, When};
use super::tally::Skips;
use super::unknown::{EvidenceChange, Unknown, Unknowns};

/// How an audit line is scored again.
pub struct Audit<'p> {
    policies: &'p Policies,
    change: EvidenceChange,
    /// By the profile in force: the proposed profiles that a post may get.
    candidates: Vec<Vec<u16>>,
    any_revision: bool,
}

/// Why an audit line can't be scored again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unscorable {
    /// The post was refused.
    Refused(&'static str),
    /// It was judged by another configuration than the one in force.
    OtherRevision(String),
    /// It has a profile that the configuration doesn't have.
    UnknownProfile,
    /// It lacks checks, or has others.
    OtherChecks,
    /// It names a rule that the configuration doesn't have.
    OtherRules,
    /// It says otherwise than what its checks and rules come to.
    Contradictory,
}

/// What a line tells.
struct Recorded {
    judged: Judged,
    outcomes: Vec<(CheckId, CheckOutcome)>,
    /// Whether the age was compared with the limit, and was below.
    below_limit: Option<bool>,
}

impl<'p> Audit<'p> {
    /// Prepares to score lines again. With `any_revision`, lines of other configurations count too, as if only
    /// weights and thresholds had been others.
    #[must_use]
    pub fn new(policies: &'p Policies, any_revision: bool) -> Self {
        let Policies { old, new } = policies;
        let all = || (0_u16..).take(new.profiles.len()).collect::<Vec<_>>();
        let same = conditions(old) == conditions(new);
        let candidates = old.profiles.iter().map(|profile| {
            let by_name = new.profile_named(profile.name.as_deref()).filter(|_| same);
            by_name.map_or_else(all, |at| vec![at])
        });
        Self {
            policies,
            change: EvidenceChange::between(&old.evidence, &new.evidence),
            candidates: candidates.collect(),
            any_revision,
        }
    }

    /// Scores a line again.
    ///
    /// # Errors
    /// Why that can't be done.
    pub fn score(&self, line: &AuditLine<'_>) -> Result<Pattern, Unscorable> {
        if let Some(error) = &line.error {
            return Err(Unscorable::Refused(ErrorCode::from_word(error).map_or("other", ErrorCode::as_str)));
        }
        let is_in_force = line.config_revision == self.policies.old.config_revision;
        if !is_in_force && !self.any_revision {
            return Err(Unscorable::OtherRevision(revision(&line.config_revision)));
        }
        let recorded = self.read(line)?;
        let old = self.policies.old.conclude(&recorded.judged).ok_or(Unscorable::UnknownProfile)?;
        if is_in_force && old.decision.as_str() != line.decision {
            return Err(Unscorable::Contradictory);
        }
        let mut found: Option<Pattern> = None;
        let candidates = self.candidates.get(usize::from(recorded.judged.profile)).map(Vec::as_slice);
        let candidates = candidates.unwrap_or_default();
        for candidate in candidates {
            let pattern = self.propose(&recorded, &old, *candidate).ok_or(Unscorable::UnknownProfile)?;
            found = Some(match found {
                None => pattern,
                Some(other) => self.either(other, pattern),
            });
        }
        found.ok_or(Unscorable::UnknownProfile)
    }

    /// Returns the checks of a line that had no evidence; as far as is known, they have none under both policies.
    #[must_use]
    pub fn skips(&self, line: &AuditLine<'_>) -> Skips {
        let skipped = line.checks.iter().filter(|(_, outcome, ..)| &**outcome == CheckOutcome::Skip.as_str());
        let checks = skipped.filter_map(|(name, ..)| CheckId::all().find(|check| check.is_named(name)));
        let old: Vec<CheckId> = checks.collect();
        let still = |check: &CheckId| self.change.outcome(*check, CheckOutcome::Skip) == Ok(CheckOutcome::Skip);
        Skips { new: Skips::of(old.iter().copied().filter(still)), old: Skips::of(old.iter().copied()) }
    }

    fn read(&self, line: &AuditLine<'_>) -> Result<Recorded, Unscorable> {
        let old = &self.policies.old;
        let profile = old.profile_named(line.profile.as_deref());
        let profile = profile.or_else(|| self.any_revision.then(|| last(old))).ok_or(Unscorable::UnknownProfile)?;
        let rules = &old.profile(profile).ok_or(Unscorable::UnknownProfile)?.rules;
        let mut fired = Rules::default();
        for name in line.rules.iter().chain(&line.rules_counted).chain(&line.failed_rules) {
            let at = rules.iter().position(|rule| rule.name == **name).ok_or(Unscorable::OtherRules)?;
            fired.fire(at, line.failed_rules.contains(name));
        }
        let mut outcomes = Vec::with_capacity(line.checks.len());
        let mut below_limit = None;
        for (name, outcome, _, code) in &line.checks {
            let check = CheckId::all().find(|check| check.is_named(name)).ok_or(Unscorable::OtherChecks)?;
            let outcome = CheckOutcome::from_word(outcome).ok_or(Unscorable::OtherChecks)?;
            if outcomes.iter().any(|(earlier, _)| *earlier == check) {
                return Err(Unscorable::OtherChecks);
            }
            outcomes.push((check, outcome));
            match &**code {
                "AGE_REACHED" => below_limit = Some(false),
                "AGE_BELOW_LIMIT" => below_limit = Some(true),
                _ => {}
            }
        }
        let of_address = if line.address_score.is_some() { AddressCheck::ALL.len() } else { 0 };
        if outcomes.len() != IdentityCheck::ALL.len() + of_address {
            return Err(Unscorable::OtherChecks);
        }
        Ok(Recorded { judged: Judged::new(profile, outcomes.iter().copied(), fired), outcomes, below_limit })
    }

    /// Returns the pattern under one of the proposed profiles; `None` for a profile that isn't there.
    fn propose(&self, recorded: &Recorded, in_force: &Conclusion, candidate: u16) -> Option<Pattern> {
        let Policies { old, new } = self.policies;
        let (old_profile, new_profile) = (old.profile(recorded.judged.profile)?, new.profile(candidate)?);
        let ages = AgeChange::between(old_profile, new_profile, self.change.age_country);
        let mut unknowns = Unknowns::default();
        let mut best = Judged { profile: candidate, rules: Rules::default(), ..recorded.judged };
        let mut worst = best;
        if self.change.moves_address {
            unknowns.add(Unknown::Evidence);
            (best.address, worst.address) = (None, Some((1 << AddressCheck::ALL.len()) - 1));
        }
        for (check, outcome) in &recorded.outcomes {
            let age = *check == CheckId::Identity(IdentityCheck::HasMinimalAge) && ages.matter(recorded.below_limit);
            let outcome = if age { Err(Unknown::Ages) } else { self.change.outcome(*check, *outcome) };
            if self.change.moves_address && matches!(check, CheckId::Address(_)) {
                continue;
            }
            match outcome {
                Ok(outcome) => {
                    best.set(*check, outcome == CheckOutcome::Fail);
                    worst.set(*check, outcome == CheckOutcome::Fail);
                }
                Err(why) => {
                    unknowns.add(why);
                    best.set(*check, false);
                    worst.set(*check, true);
                }
            }
        }
        let scored = |judged: &Judged| new.conclude(judged).map(|found| (found.identity.score, found.address));
        let scores = (in_force.identity.score, in_force.address.map(|proof| proof.score));
        let same_scores = [&best, &worst].into_iter().all(|judged| {
            scored(judged).map(|(identity, address)| (identity, address.map(|proof| proof.score))) == Some(scores)
        });
        for (at, rule) in new_profile.rules.iter().enumerate() {
            match self.rule(rule, old_profile, recorded, &ages, same_scores) {
                Ok(None) => {}
                Ok(Some(failed)) => {
                    best.rules.fire(at, failed);
                    worst.rules.fire(at, failed);
                }
                Err(why) => {
                    if rule.then != RuleAction::Count {
                        unknowns.add(why);
                    }
                    match rule.then {
                        RuleAction::Accept => {
                            best.rules.fire(at, false);
                            worst.rules.fire(at, true);
                        }
                        RuleAction::Review | RuleAction::Reject => worst.rules.fire(at, false),
                        RuleAction::Count => {}
                    }
                }
            }
        }
        let worst = (!unknowns.is_empty()).then_some(worst);
        Some(Pattern { old: Side::Judged(recorded.judged), new: Side::Judged(best), worst, unknowns })
    }

    /// Returns whether a proposed rule fires (and whether because it could not be evaluated).
    fn rule(
        &self,
        rule: &RulePolicy,
        old: &ProfilePolicy,
        recorded: &Recorded,
        ages: &AgeChange,
        same_scores: bool,
    ) -> Result<Option<bool>, Unknown> {
        let at = old.rules.iter().position(|known| known.when == rule.when).ok_or(Unknown::NewRule)?;
        let change = &self.change;
        let unknown = match &rule.when {
            When::Shipped("expired-document") => {
                (change.expired_signals || change.reads_dates).then_some(Unknown::Evidence)
            }
            When::Shipped("underage") if change.reads_dates => Some(Unknown::Evidence),
            When::Shipped("underage") => ages.matter(recorded.below_limit).then_some(Unknown::Ages),
            When::Shipped("sources-disagree") => change.reads_dates.then_some(Unknown::Evidence),
            When::Shipped(_) => None,
            When::Expression(_) if change.any => Some(Unknown::RuleOnFacts),
            When::Expression(text) if ages.any && mentions(text, &AGES) => Some(Unknown::Ages),
            When::Expression(text) if !same_scores && mentions(text, &SCORES) => Some(Unknown::RuleOnScore),
            When::Expression(_) => None,
        };
        match unknown {
            Some(why) => Err(why),
            None => {
                let rules = recorded.judged.rules;
                Ok(rules.has_fired(at).then(|| rules.has_failed(at)))
            }
        }
    }

    /// Returns the pattern of a post that gets one profile or the other.
    fn either(&self, one: Pattern, other: Pattern) -> Pattern {
        let decision = |judged: &Judged| self.policies.new.conclude(judged).map(|found| found.decision);
        let mut ends: Vec<Judged> = [one, other]
            .iter()
            .flat_map(|pattern| pattern.new.judged().copied().into_iter().chain(pattern.worst))
            .collect();
        ends.sort_by_key(|judged| (decision(judged), *judged));
        let mut unknowns = one.unknowns;
        other.unknowns.iter().for_each(|why| unknowns.add(why));
        unknowns.add(Unknown::Profiles);
        Pattern {
            new: ends.first().copied().map_or(one.new, Side::Judged),
            worst: ends.last().copied(),
            unknowns,
            ..one
        }
    }
}

/// Returns a revision as it may be shown: 16 hex digits, or else nothing of it.
fn revision(text: &str) -> String {
    let is_revision = text.len() == 16 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    if is_revision { text.to_ascii_lowercase() } else { "none".to_owned() }
}

/// How minimum ages change.
struct AgeChange {
    any: bool,
    /// Whether all that changes is the default age, upwards or downwards.
    raised: bool,
    lowered: bool,
}

impl AgeChange {
    fn between(old: &ProfilePolicy, new: &ProfilePolicy, country: bool) -> Self {
        let (old, new) = (&old.settings, &new.settings);
        let other_places = country || old.age_overrides != new.age_overrides;
        Self {
            any: other_places || old.default_minimum_age != new.default_minimum_age,
            raised: !other_places && new.default_minimum_age > old.default_minimum_age,
            lowered: !other_places && new.default_minimum_age < old.default_minimum_age,
        }
    }

    /// Returns whether a person may end on the other side; `below` says on which side of the limit, if on any.
    fn matter(&self, below: Option<bool>) -> bool {
        match below {
            None => false,
            Some(true) => self.any && !self.raised,
            Some(false) => self.any && !self.lowered,
        }
    }
}

const AGES: [&str; 5] = ["minimum_age", "underage", "checks", "failed_checks", "skipped_checks"];
const SCORES: [&str; 2] = ["score", "scores"];

/// Returns whether an expression may look at one of these variables. `score` behind a dot is that of the face or of
/// liveness, which doesn't change.
fn mentions(expression: &str, names: &[&str]) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut rest = expression;
    let mut after_dot = false;
    while let Some(letter) = rest.chars().next() {
        let end = if is_word(letter) {
            rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())
        } else {
            letter.len_utf8()
        };
        let (word, tail) = rest.split_at(end);
        let is_member_score = after_dot && SCORES.contains(&word);
        if names.contains(&word) && !is_member_score {
            return true;
        }
        if !letter.is_whitespace() {
            after_dot = letter == '.';
        }
        rest = tail;
    }
    false
}

/// Returns names and conditions of the profiles, in their order.
fn conditions(policy: &Policy) -> Vec<(Option<&serde_json::Value>, Option<&serde_json::Value>)> {
    let profiles = policy.document.get("profiles").and_then(serde_json::Value::as_array);
    let profiles = profiles.into_iter().flatten();
    // The default profile, written out or not, takes what is left.
    let is_default = |name: Option<&serde_json::Value>| name.is_some_and(|name| name == "default");
    profiles.map(|profile| (profile.get("name"), profile.get("match"))).filter(|(name, _)| !is_default(*name)).collect()
}

fn last(policy: &Policy) -> u16 {
    u16::try_from(policy.profiles.len().saturating_sub(1)).unwrap_or_default()
}
