//! Envoy stats, all defined when the plugin is configured (README.md#what-operators-see).

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::config::{Action, Config};
use crate::exchange::backend_response::ResponseOutcome;
use crate::exchange::record::Record;
use crate::exchange::refusal::ErrorCode;
use crate::replay::ReplayStatus;
use crate::scoring::{CheckId, Decision};

use super::host::{self, HostResult, MetricKind};

/// Handles of the metrics, beside what they count.
pub struct Stats {
    requests: u32,
    bypassed: u32,
    decisions: Vec<(Decision, u32)>,
    actions: Vec<(Action, u32)>,
    errors: Vec<(ErrorCode, u32)>,
    answers: Vec<(&'static str, u32)>,
    failed_checks: Vec<(CheckId, u32)>,
    fired_rules: Vec<(String, u32)>,
    failed_rules: Vec<(String, u32)>,
    profiles: Vec<(Rc<str>, u32)>,
    score: u32,
    body_bytes: u32,
    processing_us: u32,
    store_ok: u32,
    store_failed: u32,
    replays: Vec<(ReplayStatus, u32)>,
    evicted: u32,
    current_key: u32,
    previous_key: u32,
    introspection_ok: u32,
    introspection_failed: u32,
    access_token_ok: u32,
    access_token_failed: u32,
}

impl Stats {
    /// Defines every metric of a configuration.
    pub fn define(config: &Config) -> HostResult<Self> {
        Ok(Self {
            requests: counter("requests")?,
            bypassed: counter("bypassed")?,
            decisions: counters([Decision::Accept, Decision::Review, Decision::Reject], |decision| {
                format!("decision.{}", decision.as_str())
            })?,
            actions: counters(Action::ALL, |action| format!("action.{}", action.as_str()))?,
            errors: counters(ErrorCode::ALL, |code| format!("error.{}", code.as_str()))?,
            answers: counters(ResponseOutcome::WORDS, |word| format!("answer.{word}"))?,
            failed_checks: counters(CheckId::all(), |check| format!("check_failed.{check}"))?,
            fired_rules: counters(rule_names(config), |name| format!("rule_fired.{name}"))?,
            failed_rules: counters(rule_names(config), |name| format!("rule_failed.{name}"))?,
            profiles: counters(config.all_profiles().filter_map(|profile| profile.name.clone()), |name| {
                format!("profile.{name}")
            })?,
            score: histogram("score")?,
            body_bytes: histogram("body_bytes")?,
            processing_us: histogram("processing_us")?,
            store_ok: counter("settings_store.ok")?,
            store_failed: counter("settings_store.failed")?,
            replays: counters(ReplayStatus::TOLD, |status| {
                format!("replay.{}", status.as_str().unwrap_or_default().replace('-', "_"))
            })?,
            evicted: counter("replay.evicted")?,
            current_key: counter("opened_with.current")?,
            previous_key: counter("opened_with.previous")?,
            introspection_ok: counter("introspection.ok")?,
            introspection_failed: counter("introspection.failed")?,
            access_token_ok: counter("access_token.ok")?,
            access_token_failed: counter("access_token.failed")?,
        })
    }

    /// Counts a request that is no KYC post.
    pub fn bypassed(&self) {
        host::increment(self.bypassed);
    }

    /// Counts a call to the settings store.
    pub fn store_called(&self, ok: bool) {
        host::increment(if ok { self.store_ok } else { self.store_failed });
    }

    /// Counts an answer of the backend's.
    pub fn answered(&self, outcome: ResponseOutcome) {
        count(&self.answers, &outcome.as_str());
        if let ResponseOutcome::Refused(fault) = outcome {
            count(&self.errors, &ErrorCode::from(fault));
        }
    }

    /// Counts a question about a caller's token.
    pub fn introspected(&self, ok: bool) {
        host::increment(if ok { self.introspection_ok } else { self.introspection_failed });
    }

    /// Counts an attempt to get an access token.
    pub fn token_fetched(&self, ok: bool) {
        host::increment(if ok { self.access_token_ok } else { self.access_token_failed });
    }

    /// Counts a failure outside of a KYC post.
    pub fn failed(&self) {
        count(&self.errors, &ErrorCode::Internal);
    }

    /// Counts a KYC post.
    pub fn ruled(&self, record: &Record, microseconds: u64) {
        host::increment(self.requests);
        host::record(self.body_bytes, u64::try_from(record.body_bytes).unwrap_or(u64::MAX));
        host::record(self.processing_us, microseconds);
        if let Some(code) = record.error {
            count(&self.errors, &code);
        }
        count(&self.replays, &record.replay.status);
        (0..record.replay.evicted).for_each(|_| host::increment(self.evicted));
        if let Some(key) = record.key {
            host::increment(if key == 0 { self.current_key } else { self.previous_key });
        }
        if let Some(action) = record.action {
            count(&self.actions, &action);
        }
        if let Some(profile) = &record.profile {
            count(&self.profiles, profile);
        }
        if let Some(verdict) = &record.verdict {
            count(&self.decisions, &verdict.decision);
            host::record(self.score, u64::from(verdict.score));
            verdict.failed().for_each(|check| count(&self.failed_checks, &check));
            verdict.rule_names().for_each(|rule| count(&self.fired_rules, rule));
            verdict.failed_rules().for_each(|rule| count(&self.failed_rules, rule));
        }
    }
}

/// Profiles mostly share rules, or their names.
fn rule_names(config: &Config) -> BTreeSet<String> {
    config.all_profiles().flat_map(|profile| profile.rules.iter()).map(|rule| rule.name.clone()).collect()
}

fn counter(name: &str) -> HostResult<u32> {
    host::define_metric(MetricKind::Counter, &format!("kyc_gate.{name}"))
}

fn histogram(name: &str) -> HostResult<u32> {
    host::define_metric(MetricKind::Histogram, &format!("kyc_gate.{name}"))
}

fn counters<T>(items: impl IntoIterator<Item = T>, name: impl Fn(&T) -> String) -> HostResult<Vec<(T, u32)>> {
    items.into_iter().map(|item| counter(&name(&item)).map(|handle| (item, handle))).collect()
}

fn count<T: PartialEq<U>, U: ?Sized>(counters: &[(T, u32)], item: &U) {
    if let Some((_, handle)) = counters.iter().find(|(counted, _)| counted == item) {
        host::increment(*handle);
    }
}
