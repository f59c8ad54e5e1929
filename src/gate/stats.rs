//! Envoy stats, all defined when the plugin is configured (docs/metrics.md).

use std::cell::Cell;
use std::rc::Rc;

use crate::config::{Action, ConfigWarning, MetricNames};
use crate::crypto::UnreadableCause;
use crate::exchange::backend_response::ResponseOutcome;
use crate::exchange::record::Record;
use crate::exchange::refusal::ErrorCode;
use crate::payload::UnreadableFact;
use crate::replay::ReplayStatus;
use crate::scoring::{CheckId, Decision};

use super::host::{Counter, Gauge, Histogram, HostResult};

/// How many hex digits of a revision its gauge has: 48 bits, which Prometheus' numbers hold exactly.
const REVISION_DIGITS: usize = 12;

/// Handles of the metrics, beside what they count.
pub struct Stats {
    requests: Counter,
    bypassed: Counter,
    decisions: Vec<(Decision, Counter)>,
    actions: Vec<(Action, Counter)>,
    errors: Vec<(ErrorCode, Counter)>,
    responses: Vec<(&'static str, Counter)>,
    failed_checks: Vec<(CheckId, Counter)>,
    fired_rules: Vec<(String, Counter)>,
    failed_rules: Vec<(String, Counter)>,
    profiles: Vec<(Rc<str>, Counter)>,
    unreadable_facts: Vec<(UnreadableFact, Counter)>,
    histograms: Option<Histograms>,
    store_ok: Counter,
    store_failed: Counter,
    replays: Vec<(ReplayStatus, Counter)>,
    evicted: Counter,
    unreadable: Vec<(UnreadableCause, Counter)>,
    current_key: Counter,
    previous_key: Counter,
    introspection_ok: Counter,
    introspection_failed: Counter,
    access_token_ok: Counter,
    access_token_failed: Counter,
    config_warnings: Counter,
    config_revision: Gauge,
    /// What this worker has last set it to.
    last_revision: Cell<Option<u64>>,
}

/// Those of `observe.histograms`.
struct Histograms {
    score: Histogram,
    body_bytes: Histogram,
    processing_us: Histogram,
}

impl Stats {
    /// Counts what a configuration was warned of.
    pub fn count_config_warnings(&self, warnings: &[ConfigWarning]) {
        warnings.iter().for_each(|_| self.config_warnings.increment());
    }

    /// Shows the revision of the configuration in force, as the number that its first digits are.
    pub fn show_revision(&self, revision: &str) {
        let number = revision.get(..REVISION_DIGITS).and_then(|digits| u64::from_str_radix(digits, 16).ok());
        if let Some(number) = number.filter(|_| number != self.last_revision.get()) {
            self.last_revision.set(Some(number));
            self.config_revision.set(number);
        }
    }

    /// Defines every metric of a configuration.
    pub fn define(names: &MetricNames) -> HostResult<Self> {
        Ok(Self {
            requests: counter("requests")?,
            bypassed: counter("bypassed")?,
            decisions: counters([Decision::Accept, Decision::Review, Decision::Reject], |decision| {
                format!("decision.{}", decision.as_str())
            })?,
            actions: counters(Action::ALL, |action| format!("action.{}", action.as_str()))?,
            errors: counters(ErrorCode::ALL, |code| format!("error.{}", code.as_str()))?,
            responses: counters(ResponseOutcome::WORDS, |word| format!("answer.{word}"))?,
            failed_checks: counters(CheckId::all(), |check| format!("check_failed.{check}"))?,
            fired_rules: counters(names.rules.clone(), |name| format!("rule_fired.{name}"))?,
            failed_rules: counters(names.rules.clone(), |name| format!("rule_failed.{name}"))?,
            profiles: counters(names.profiles.clone(), |name| format!("profile.{name}"))?,
            unreadable_facts: counters(UnreadableFact::ALL, |fact| format!("unreadable_fact.{}", fact.as_str()))?,
            histograms: if names.histograms { Some(Histograms::define()?) } else { None },
            store_ok: counter("settings_store.ok")?,
            store_failed: counter("settings_store.failed")?,
            replays: counters(ReplayStatus::TOLD, |status| {
                format!("replay.{}", status.as_str().unwrap_or_default().replace('-', "_"))
            })?,
            evicted: counter("replay.evicted")?,
            unreadable: counters(UnreadableCause::ALL.iter().copied(), |cause| {
                format!("unreadable.{}", cause.as_str())
            })?,
            current_key: counter("opened_with.current")?,
            previous_key: counter("opened_with.previous")?,
            introspection_ok: counter("introspection.ok")?,
            introspection_failed: counter("introspection.failed")?,
            access_token_ok: counter("access_token.ok")?,
            access_token_failed: counter("access_token.failed")?,
            config_warnings: counter("config_warnings")?,
            config_revision: Gauge::define("kyc_gate.config_revision")?,
            last_revision: Cell::new(None),
        })
    }

    /// Counts a request that is no KYC post.
    pub fn bypassed(&self) {
        self.bypassed.increment();
    }

    /// Counts a call to the settings store.
    pub fn store_called(&self, ok: bool) {
        if ok { self.store_ok } else { self.store_failed }.increment();
    }

    /// Counts a response of the backend's.
    pub fn responded(&self, outcome: ResponseOutcome) {
        count(&self.responses, &outcome.as_str());
        if let ResponseOutcome::Refused(error) = outcome {
            count(&self.errors, &ErrorCode::from(error));
        }
    }

    /// Counts a question about a caller's token.
    pub fn introspected(&self, ok: bool) {
        if ok { self.introspection_ok } else { self.introspection_failed }.increment();
    }

    /// Counts an attempt to get an access token.
    pub fn token_fetched(&self, ok: bool) {
        if ok { self.access_token_ok } else { self.access_token_failed }.increment();
    }

    /// Counts an error that ends no KYC post, or one that was counted already.
    pub fn failed(&self, code: ErrorCode) {
        count(&self.errors, &code);
    }

    /// Counts a request that came before the plugin's secrets did.
    #[cfg(feature = "native")]
    pub fn came_before_secrets() {
        // Defined with the others when the configuration was made.
        if let Ok(counter) = counter(&format!("error.{}", ErrorCode::SecretsUnavailable.as_str())) {
            counter.increment();
        }
    }

    /// Counts a KYC post.
    pub fn ruled(&self, record: &Record, microseconds: u64) {
        self.requests.increment();
        if let Some(histograms) = &self.histograms {
            histograms.record(record, microseconds);
        }
        if let Some(revision) = &record.config_revision {
            self.show_revision(revision);
        }
        if let Some(code) = record.error {
            count(&self.errors, &code);
        }
        if let Some(cause) = record.unreadable {
            count(&self.unreadable, &cause);
        }
        count(&self.replays, &record.replay.status);
        (0..record.replay.evicted).for_each(|_| self.evicted.increment());
        if let Some(key) = record.key {
            if key == 0 { self.current_key } else { self.previous_key }.increment();
        }
        if let Some(action) = record.action {
            count(&self.actions, &action);
        }
        if let Some(profile) = &record.profile {
            count(&self.profiles, profile);
        }
        if let Some(verdict) = &record.verdict {
            count(&self.decisions, &verdict.decision);
            verdict.failed().for_each(|check| count(&self.failed_checks, &check));
            let rules = verdict.rule_names().chain(verdict.counted_rule_names());
            rules.for_each(|rule| count(&self.fired_rules, rule));
            verdict.unreadable.iter().for_each(|fact| count(&self.unreadable_facts, fact));
            verdict.failed_rules().for_each(|rule| count(&self.failed_rules, rule));
        }
    }
}

impl Histograms {
    fn define() -> HostResult<Self> {
        Ok(Self {
            score: histogram("score")?,
            body_bytes: histogram("body_bytes")?,
            processing_us: histogram("processing_us")?,
        })
    }

    fn record(&self, record: &Record, microseconds: u64) {
        self.body_bytes.record(u64::try_from(record.body_bytes).unwrap_or(u64::MAX));
        self.processing_us.record(microseconds);
        if let Some(verdict) = &record.verdict {
            self.score.record(u64::from(verdict.score));
        }
    }
}

fn counter(name: &str) -> HostResult<Counter> {
    Counter::define(&format!("kyc_gate.{name}"))
}

fn histogram(name: &str) -> HostResult<Histogram> {
    Histogram::define(&format!("kyc_gate.{name}"))
}

fn counters<T>(items: impl IntoIterator<Item = T>, name: impl Fn(&T) -> String) -> HostResult<Vec<(T, Counter)>> {
    items.into_iter().map(|item| counter(&name(&item)).map(|handle| (item, handle))).collect()
}

fn count<T: PartialEq<U>, U: ?Sized>(counters: &[(T, Counter)], item: &U) {
    if let Some((_, handle)) = counters.iter().find(|(counted, _)| counted == item) {
        handle.increment();
    }
}
