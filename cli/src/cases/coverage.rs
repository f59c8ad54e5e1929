//! What cases exercise of their configurations, and what none does.

use std::borrow::Cow;
use std::collections::BTreeSet;

use kyc_gate::exchange::Command;
use kyc_gate::scoring::{CheckId, Settings, Verdict};
use kyc_gate::template::{Scope, Template};
use serde::Serialize;
use serde_json::Value;

use crate::judged::Judged;

use super::macros;

/// What cases exercise.
#[derive(Default)]
pub struct Coverage {
    wanted: BTreeSet<(Part, String)>,
    seen: BTreeSet<(Part, String)>,
}

/// The parts of a configuration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// How checks end.
    Checks,
    /// Which rules fire.
    Rules,
    /// On which side of its thresholds a score is.
    Thresholds,
    /// What macros stand for.
    Macros,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Checks, Self::Rules, Self::Thresholds, Self::Macros];

    /// Returns the word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checks => "checks",
            Self::Rules => "rules",
            Self::Thresholds => "thresholds",
            Self::Macros => "macros",
        }
    }
}

impl Coverage {
    /// Notes what a judged post exercises of the configuration with this JSON.
    pub fn note(&mut self, config: &[u8], judged: &Judged) {
        let Some(verdict) = &judged.ruling.record.verdict else { return };
        judged.with_case(|case, profile| {
            for made in &verdict.checks {
                let weight = match made.check {
                    CheckId::Identity(check) => case.settings.identity_weight(check),
                    CheckId::Address(check) => case.settings.address_weight(check),
                };
                let name = |end: &str| format!("{} never {end}", made.check);
                // Nothing in a scan proves that a document isn't online.
                let can_pass = made.check.to_string() != "isPublishedOnline";
                if weight > 0 {
                    self.want(Part::Checks, name("fails"));
                    if can_pass {
                        self.want(Part::Checks, name("passes"));
                    }
                }
                match made.outcome.as_str() {
                    "fail" => self.see(Part::Checks, name("fails")),
                    "pass" => self.see(Part::Checks, name("passes")),
                    _ => {}
                }
            }
            for rule in profile.rules.iter() {
                self.want(Part::Rules, format!("{} never fires", rule.name));
                self.want(Part::Rules, format!("{} is never quiet", rule.name));
                let mut fired = verdict.rule_names().chain(verdict.counted_rule_names());
                let end = if fired.any(|name| name == rule.name) { "never fires" } else { "is never quiet" };
                self.see(Part::Rules, format!("{} {end}", rule.name));
            }
            self.thresholds(case.settings, verdict);
            if matches!(judged.ruling.command, Command::Forward(_)) {
                self.macros(config, judged);
            } else {
                self.want_macros(config);
            }
        });
    }

    /// Returns what no case exercises, part by part, and how much there is in all.
    #[must_use]
    pub fn missing(&self) -> Vec<(Part, Vec<&str>, usize)> {
        let of = |part: Part| {
            let all = || self.wanted.iter().filter(move |(own, _)| *own == part);
            let missing = all().filter(|wanted| !self.seen.contains(wanted)).map(|(_, name)| name.as_str());
            (part, missing.collect(), all().count())
        };
        Part::ALL.into_iter().map(of).filter(|(_, _, all)| *all > 0).collect()
    }

    fn want(&mut self, part: Part, name: String) {
        self.wanted.insert((part, name));
    }

    fn see(&mut self, part: Part, name: String) {
        self.seen.insert((part, name));
    }

    fn thresholds(&mut self, settings: &Settings, verdict: &Verdict) {
        let proofs = [
            ("identity", Some(&verdict.identity), settings.identity_thresholds),
            ("address", verdict.address.as_ref(), settings.address_thresholds),
        ];
        for (proof, scored, thresholds) in proofs {
            let Some(scored) = scored else { continue };
            let name = |decision: &str| format!("{proof} score never gives {decision}");
            self.want(Part::Thresholds, name("accept"));
            if thresholds.reject_below < thresholds.accept_above {
                self.want(Part::Thresholds, name("review"));
            }
            if thresholds.reject_below > 0 {
                self.want(Part::Thresholds, name("reject"));
            }
            self.see(Part::Thresholds, name(scored.decision.as_str()));
        }
    }

    fn want_macros(&mut self, config: &[u8]) -> Vec<String> {
        let config: Value = serde_json::from_slice(config).unwrap_or_default();
        let all = macros::of(&config);
        for name in &all {
            self.want(Part::Macros, format!("{name} never has a value"));
            if !is_always_there(name) {
                self.want(Part::Macros, format!("{name} is never missing"));
            }
        }
        all
    }

    fn macros(&mut self, config: &[u8], judged: &Judged) {
        let all = self.want_macros(config);
        let Some(verdict) = &judged.ruling.record.verdict else { return };
        let seen = judged.with_case(|case, _| {
            let order = case.evidence.date_order;
            let scope = Scope::new(case.kyc.clone(), case.claims, verdict, judged.sent.at, order);
            let ends = all.iter().map(|name| {
                let is_missing =
                    Template::compile(&Value::String(without_default(name).into_owned())).is_ok_and(|one| {
                        let rendering = one.render(&scope);
                        let text: Vec<u8> = rendering.pieces(b"").flatten().copied().collect();
                        text == b"null"
                    });
                format!("{name} {}", if is_missing { "is never missing" } else { "never has a value" })
            });
            ends.collect::<Vec<_>>()
        });
        seen.into_iter().flatten().for_each(|end| self.see(Part::Macros, end));
    }
}

/// Returns whether a macro stands for something in every judged post.
fn is_always_there(name: &str) -> bool {
    const ALWAYS: [&str; 13] = [
        "payload",
        "user_id",
        "requester_id",
        "decision",
        "score",
        "identity_score",
        "failed_checks",
        "skipped_checks",
        "rules",
        "reasons",
        "explanation",
        "settings_revision",
        "received_at",
    ];
    let inside = name.trim_start_matches("${").trim_end_matches('}');
    inside.split(['|', ':']).next().is_some_and(|source| ALWAYS.contains(&source.trim()))
}

/// Returns a macro without the default that hides whether it is missing.
fn without_default(name: &str) -> Cow<'_, str> {
    name.split_once(":-").map_or(Cow::Borrowed(name), |(before, _)| Cow::Owned(format!("{before}}}")))
}
