//! A recorded post, put through the gate's core under both policies.

use std::rc::Rc;

use jiff::Timestamp;
use kyc_gate::config::Config;
use kyc_gate::exchange::{Body, Command, Ruling};
use kyc_gate::payload::Document;
use kyc_gate::scoring::{CheckOutcome, Verdict};
use serde_json::{Value, json};

use super::judged::{self, Judged, Rules, Side};
use super::pattern::{Pattern, Policies};
use super::policy::Policy;
use super::recorded::{self, NotRecorded, Recorded};
use super::slices::Slices;
use super::tally::Skips;
use super::unknown::Unknowns;
use crate::failure::Failure;
use crate::post::{self, Post};

/// Scores recorded posts. Each thread has its own: configurations can't be shared.
pub struct Scorer<'p> {
    policies: &'p Policies,
    old: Rc<Config>,
    new: Rc<Config>,
    openers: Vec<Config>,
    given: &'p Given,
}

/// What holds for all posts.
#[derive(Default)]
pub struct Given {
    /// Headers, lower-case names; those of a post's envelope come first.
    pub headers: Vec<(String, String)>,
    /// When posts came that don't say.
    pub at: Option<Timestamp>,
}

/// A post that was scored.
pub struct Scored {
    /// What both policies make of it.
    pub pattern: Pattern,
    /// `request_info.requester_id`.
    pub requester_id: Option<String>,
    /// The groups that it belongs to.
    pub slices: Option<Slices>,
    /// The checks without evidence.
    pub skips: Skips,
}

/// Why a post can't be scored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ineligible {
    /// Both policies refuse it.
    Refused(&'static str, Option<&'static str>),
    /// Neither policy takes it for a KYC post.
    NotKyc,
    /// It is encrypted, and no configuration has a key.
    NoKey,
    /// Its envelope isn't right.
    Envelope(&'static str),
    /// Nothing says when it came.
    NoTime,
}

impl<'p> Scorer<'p> {
    /// Prepares to score posts.
    ///
    /// # Errors
    /// A key in the environment that is none.
    pub fn new(policies: &'p Policies, given: &'p Given) -> Result<Self, Failure> {
        let openers = [policies.old.opener()?, policies.new.opener()?].into_iter().flatten().collect();
        let (old, new) = (policies.old.config(&Slices::template())?, policies.new.config(&json!({}))?);
        Ok(Self { policies, old, new, openers, given })
    }

    /// Scores a post.
    ///
    /// # Errors
    /// Why it can't be scored.
    pub fn score(&self, bytes: &[u8]) -> Result<Scored, Ineligible> {
        let recorded = Recorded::read(bytes).map_err(|cause| {
            Ineligible::Envelope(match cause {
                NotRecorded::Headers => "headers",
                NotRecorded::Base64 => "body64",
                NotRecorded::Time => "at",
            })
        })?;
        let opened = self.open(&recorded.body)?;
        let body = opened.as_deref().unwrap_or(&recorded.body);
        let at = recorded.at.or(self.given.at).ok_or_else(|| without_time(body))?;
        let mut headers = recorded.headers;
        for (name, value) in &self.given.headers {
            if headers.iter().all(|(known, _)| known != name) {
                headers.push((name.clone(), value.clone()));
            }
        }
        let ruling = |config: &Rc<Config>| Post { headers: &post::headers(config, &headers), body, at }.rule(config);
        let (old, new) = (ruling(&self.old), ruling(&self.new));
        let sides = (side(&self.policies.old, old.as_ref()), side(&self.policies.new, new.as_ref()));
        match sides {
            (Side::Refused(code), Side::Refused(_) | Side::Passed) => {
                let cause = old.and_then(|ruling| ruling.record.unreadable).map(|cause| cause.as_str());
                Err(Ineligible::Refused(code.as_str(), cause))
            }
            (Side::Passed, Side::Refused(_) | Side::Passed) => Err(Ineligible::NotKyc),
            (old_side, new_side) => Ok(Scored {
                pattern: Pattern { old: old_side, new: new_side, worst: None, unknowns: Unknowns::default() },
                requester_id: [&old, &new].into_iter().flatten().find_map(|ruling| ruling.record.requester_id.clone()),
                slices: old.as_ref().and_then(slices),
                skips: Skips { old: skipped(old.as_ref()), new: skipped(new.as_ref()) },
            }),
        }
    }

    /// Returns the payload of a body that is encrypted; `None` for one that isn't. What nothing opens can't be read,
    /// also where it looks like JSON of another kind, such as a string.
    fn open(&self, body: &[u8]) -> Result<Option<Vec<u8>>, Ineligible> {
        if Document::scan(body, recorded::LIMITS).is_ok_and(|document| recorded::is_payload(document.root())) {
            return Ok(None);
        }
        if self.openers.is_empty() {
            let is_sealed = self.policies.old.encryption.is_some() || self.policies.new.encryption.is_some();
            return if is_sealed { Err(Ineligible::NoKey) } else { Ok(None) };
        }
        let mut cause = None;
        for envelope in self.openers.iter().filter_map(|config| config.request_encryption.as_ref()) {
            let mut decoder = envelope.decoder();
            decoder.push(body);
            let opened = envelope.read(decoder, |plaintext| match Document::scan(&plaintext, recorded::LIMITS) {
                Ok(_) => Ok(plaintext.to_vec()),
                Err(_) => Err(plaintext.unreadable_cause()),
            });
            match opened {
                Ok(payload) => return Ok(Some(payload)),
                Err(why) => cause = cause.or(Some(why.as_str())),
            }
        }
        Err(Ineligible::Refused("unreadable-body", cause))
    }
}

/// Returns why a post without a time can't be scored: what isn't JSON can't have one.
fn without_time(body: &[u8]) -> Ineligible {
    let is_json = Document::scan(body, recorded::LIMITS).is_ok();
    if is_json { Ineligible::NoTime } else { Ineligible::Refused("unreadable-body", Some("json")) }
}

fn side(policy: &Policy, ruling: Option<&Ruling>) -> Side {
    let Some(ruling) = ruling else { return Side::Passed };
    let record = &ruling.record;
    match (&record.verdict, record.error) {
        (Some(verdict), _) => {
            let profile = policy.profile_named(record.profile.as_deref()).unwrap_or_default();
            let results = judged::outcomes(&verdict.checks);
            Side::Judged(Judged::new(profile, results, fired(policy, profile, verdict)))
        }
        (None, Some(code)) => Side::Refused(code),
        (None, None) => Side::Passed,
    }
}

fn fired(policy: &Policy, profile: u16, verdict: &Verdict) -> Rules {
    let mut rules = Rules::default();
    let known = policy.profile(profile).map(|profile| profile.rules.as_slice()).unwrap_or_default();
    let fired = verdict.rule_names().chain(verdict.counted_rules.iter().map(|rule| rule.name.as_str()));
    for name in fired {
        if let Some(at) = known.iter().position(|rule| rule.name == name) {
            rules.fire(at, verdict.failed_rules().any(|failed| failed == name));
        }
    }
    rules
}

fn skipped(ruling: Option<&Ruling>) -> u32 {
    let checks = ruling.and_then(|ruling| ruling.record.verdict.as_ref()).map(|verdict| verdict.checks.as_slice());
    Skips::of(
        checks.unwrap_or_default().iter().filter(|check| check.outcome == CheckOutcome::Skip).map(|check| check.check),
    )
}

fn slices(ruling: &Ruling) -> Option<Slices> {
    let Command::Forward(forward) = &ruling.command else { return None };
    let Body::Replace(chunks) = &forward.body else { return None };
    let drawn: Value = serde_json::from_slice(&chunks.concat()).ok()?;
    Some(Slices::read(&drawn))
}
