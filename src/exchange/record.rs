//! What operators learn about a KYC post: metrics, filter state and the audit line. Never more of the payload than its
//! ids and the overall document status, as REL-ID's logging advice recommends.

use std::rc::Rc;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::config::{Action, AuditUserId, Config, Mode, Profile};
use crate::payload::Kyc;
use crate::replay::ReplayCheck;
use crate::scoring::{CheckResult, Verdict};

use super::decision_headers::header_safe;
use super::refusal::{ErrorCode, Refusal};

/// One KYC post, as operators see it.
pub struct Record {
    /// The verdict, unless the post was refused.
    pub verdict: Option<Verdict>,
    /// The action that the configuration takes on it; in shadow mode, the one that it would take.
    pub action: Option<Action>,
    /// Why it was refused.
    pub error: Option<ErrorCode>,
    /// The name of its profile, where the configuration has profiles and the post's one is known.
    pub profile: Option<Rc<str>>,
    /// Header-safe.
    pub requester_id: Option<String>,
    /// Bytes of the body as it came.
    pub body_bytes: usize,
    /// How it relates to earlier posts.
    pub replay: ReplayCheck,
    /// Which key opened it, by its position: 0 is the one in use, the others are previous ones.
    pub key: Option<usize>,
    key_id: Option<Rc<str>>,
    user_id: Option<String>,
    document_status: Option<&'static str>,
    mode: Mode,
    received_at: Timestamp,
}

/// The audit line.
#[derive(Serialize)]
struct AuditLine<'a> {
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    requester_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overall_document_status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<&'a str>,
    decision: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replay: Option<&'static str>,
    #[serde(flatten)]
    verdict: Option<AuditVerdict<'a>>,
    microseconds: u64,
}

#[derive(Serialize)]
struct AuditVerdict<'a> {
    score: u8,
    identity_score: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_score: Option<u8>,
    failed_checks: Vec<String>,
    skipped_checks: Vec<String>,
    rules: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed_rules: Vec<&'a str>,
    /// Name, outcome, points lost and reason code of each.
    checks: Vec<(String, &'static str, u8, &'static str)>,
    /// Fields on which the document's sources disagree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disagreements: Vec<&'static str>,
    settings_revision: &'a str,
}

impl Record {
    /// Creates the record of a judged post.
    #[must_use]
    pub fn judged(
        config: &Config,
        profile: &Profile,
        kyc: &Kyc<'_>,
        verdict: Verdict,
        action: Action,
        received_at: Timestamp,
        body_bytes: usize,
    ) -> Self {
        let user_id = kyc.user_id().as_str().unwrap_or_default();
        Self {
            verdict: Some(verdict),
            action: Some(action),
            error: None,
            profile: profile.name.clone(),
            requester_id: Some(header_safe(&kyc.requester_id().as_str().unwrap_or_default())),
            body_bytes,
            replay: ReplayCheck::default(),
            key: None,
            key_id: None,
            user_id: audited_user_id(config.audit_user_id, &user_id),
            document_status: known_status(kyc),
            mode: profile.decision.mode,
            received_at,
        }
    }

    /// Creates the record of a refused post; with a profile, where it was known by then.
    #[must_use]
    pub fn refused(
        config: &Config,
        profile: Option<&Profile>,
        refusal: Refusal,
        received_at: Timestamp,
        body_bytes: usize,
    ) -> Self {
        Self {
            verdict: None,
            action: None,
            error: Some(refusal.code),
            profile: profile.and_then(|profile| profile.name.clone()),
            requester_id: refusal.requester_id,
            body_bytes,
            replay: refusal.replay,
            key: None,
            key_id: None,
            user_id: None,
            document_status: None,
            mode: profile.map_or(&config.decision, |profile| &profile.decision).mode,
            received_at,
        }
    }

    /// Turns it into the record of a post whose ruling could not be executed.
    #[must_use]
    pub fn failed(self) -> Self {
        Self { verdict: None, action: None, error: Some(ErrorCode::Internal), ..self }
    }

    /// Notes which key opened the body.
    pub(super) fn note_key(&mut self, config: &Config, key: Option<usize>) {
        self.key = key;
        self.key_id = key.and_then(|key| config.request_key_ids.get(key)).cloned();
    }

    /// Returns `accept`, `review`, `reject` or `error`.
    #[must_use]
    pub fn decision(&self) -> &'static str {
        self.verdict.as_ref().map_or("error", |verdict| verdict.decision.as_str())
    }

    /// Returns the failed checks, comma-separated.
    #[must_use]
    pub fn failed_checks(&self) -> String {
        self.verdict.iter().flat_map(|verdict| names(verdict.failed())).collect::<Vec<_>>().join(",")
    }

    /// Returns the audit line: one JSON object. `microseconds` is the time that the gate took to decide.
    #[must_use]
    pub fn audit_line(&self, microseconds: u64) -> String {
        let line = AuditLine {
            time: self.received_at.to_string(),
            requester_id: self.requester_id.as_deref(),
            user_id: self.user_id.as_deref(),
            overall_document_status: self.document_status,
            profile: self.profile.as_deref(),
            decision: self.decision(),
            error: self.error.map(ErrorCode::as_str),
            action: self.action.map(Action::as_str),
            mode: (self.mode == Mode::Shadow).then_some("shadow"),
            key_id: self.key_id.as_deref(),
            replay: self.replay.status.as_str(),
            verdict: self.verdict.as_ref().map(AuditVerdict::of),
            microseconds,
        };
        serde_json::to_string(&line).unwrap_or_default()
    }
}

impl<'a> AuditVerdict<'a> {
    fn of(verdict: &'a Verdict) -> Self {
        Self {
            score: verdict.score,
            identity_score: verdict.identity.score,
            address_score: verdict.address.as_ref().map(|address| address.score),
            failed_checks: names(verdict.failed()),
            skipped_checks: names(verdict.skipped()),
            rules: verdict.rule_names().collect(),
            failed_rules: verdict.failed_rules().collect(),
            checks: verdict.checks.iter().map(audited_check).collect(),
            disagreements: verdict.disagreements.iter().map(|disagreement| disagreement.field).collect(),
            settings_revision: &verdict.revision,
        }
    }
}

fn audited_check(result: &CheckResult) -> (String, &'static str, u8, &'static str) {
    (result.check.to_string(), result.outcome.as_str(), result.points, result.code.as_str())
}

fn names(checks: impl Iterator<Item = crate::scoring::CheckId>) -> Vec<String> {
    checks.map(|check| check.to_string()).collect()
}

fn audited_user_id(how: AuditUserId, user_id: &str) -> Option<String> {
    match how {
        AuditUserId::Plain => Some(user_id.to_owned()),
        AuditUserId::Sha256 => Some(base16ct::lower::encode_string(&Sha256::digest(user_id.as_bytes()))),
        AuditUserId::Omit => None,
    }
}

/// Returns the status as one of REL-ID's known words; a free text in its place could carry anything.
fn known_status(kyc: &Kyc<'_>) -> Option<&'static str> {
    let status = kyc.identity().overall_status()?;
    let known = ["OK", "ERROR", "WARNING", "NOT DONE"];
    Some(known.into_iter().find(|word| status.word() == *word).unwrap_or("OTHER"))
}
