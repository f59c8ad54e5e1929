//! What operators learn about a KYC post: metrics, filter state and the audit line. Never more of the payload than its
//! ids and the overall document status, as REL-ID's logging advice recommends.

use std::rc::Rc;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::config::{Action, Audit, AuditUserId, Config, Mode, Profile};
use crate::crypto::UnreadableCause;
use crate::payload::Kyc;
use crate::replay::ReplayCheck;
use crate::scoring::{CheckResult, Verdict};

use super::context::Context;
use super::decision_headers::header_safe;
use super::refusal::{ErrorCode, Refusal};

/// Bytes that hold most audit lines, so that one isn't moved while it grows.
const TYPICAL_LINE: usize = 2048;

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
    /// Why it was unreadable. For operators only: a response with it would be an oracle.
    pub unreadable: Option<UnreadableCause>,
    /// Which key opened it, by its position: 0 is the one in use, the others are previous ones.
    pub key: Option<usize>,
    key_id: Option<Rc<str>>,
    user_id: Option<String>,
    document_status: Option<&'static str>,
    request_id: Option<String>,
    /// The revision of all that decides.
    pub config_revision: Option<String>,
    mode: Mode,
    received_at: Timestamp,
}

/// The audit line.
#[derive(Serialize)]
struct AuditLine<'a> {
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
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
    cause: Option<&'a str>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    config_revision: Option<&'a str>,
    microseconds: u64,
}

#[derive(Serialize)]
struct AuditVerdict<'a> {
    score: u8,
    identity_score: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_score: Option<u8>,
    failed_checks: Vec<&'static str>,
    skipped_checks: Vec<&'static str>,
    rules: Vec<&'a str>,
    /// Of the rules that only count, those whose condition holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules_counted: Vec<&'a str>,
    reasons: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed_rules: Vec<&'a str>,
    /// Name, outcome, points lost and reason code of each.
    checks: Vec<(&'static str, &'static str, u8, &'static str)>,
    /// Fields on which the document's sources disagree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disagreements: Vec<&'static str>,
    settings_revision: &'a str,
}

impl Record {
    /// Creates the record of a judged post.
    #[must_use]
    pub(super) fn judged(
        context: &Context,
        profile: &Profile,
        kyc: &Kyc<'_>,
        verdict: Verdict,
        action: Action,
        body_bytes: usize,
    ) -> Self {
        let user_id = kyc.user_id().as_str().unwrap_or_default();
        Self {
            verdict: Some(verdict),
            action: Some(action),
            requester_id: Some(header_safe(&kyc.requester_id().as_str().unwrap_or_default())),
            user_id: audited_user_id(&context.config.audit, &user_id),
            document_status: known_status(kyc),
            ..Self::empty(context, Some(profile), body_bytes)
        }
    }

    /// Creates the record of a refused post; with a profile, where it was known by then.
    #[must_use]
    pub(super) fn refused(context: &Context, profile: Option<&Profile>, refusal: Refusal, body_bytes: usize) -> Self {
        Self {
            error: Some(refusal.code),
            unreadable: refusal.unreadable,
            requester_id: refusal.requester_id,
            replay: refusal.replay,
            ..Self::empty(context, profile, body_bytes)
        }
    }

    fn empty(context: &Context, profile: Option<&Profile>, body_bytes: usize) -> Self {
        let Context { config, head, received_at, .. } = context;
        Self {
            verdict: None,
            action: None,
            error: None,
            profile: profile.and_then(|profile| profile.name.clone()),
            requester_id: None,
            body_bytes,
            replay: ReplayCheck::default(),
            unreadable: None,
            key: None,
            key_id: None,
            user_id: None,
            document_status: None,
            request_id: head.request_id.clone(),
            config_revision: Some(context.config_revision().to_owned()),
            mode: profile.map_or(&config.decision, |profile| &profile.decision).mode,
            received_at: *received_at,
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
        let mut json = Vec::with_capacity(TYPICAL_LINE);
        let line = AuditLine {
            time: self.received_at.to_string(),
            request_id: self.request_id.as_deref(),
            requester_id: self.requester_id.as_deref(),
            user_id: self.user_id.as_deref(),
            overall_document_status: self.document_status,
            profile: self.profile.as_deref(),
            decision: self.decision(),
            error: self.error.map(ErrorCode::as_str),
            cause: self.unreadable.map(UnreadableCause::as_str),
            action: self.action.map(Action::as_str),
            mode: (self.mode == Mode::Shadow).then_some("shadow"),
            key_id: self.key_id.as_deref(),
            replay: self.replay.status.as_str(),
            verdict: self.verdict.as_ref().map(AuditVerdict::of),
            config_revision: self.config_revision.as_deref(),
            microseconds,
        };
        let written = serde_json::to_writer(&mut json, &line);
        written.ok().and_then(|()| String::from_utf8(json).ok()).unwrap_or_default()
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
            rules_counted: verdict.counted_rule_names().collect(),
            reasons: verdict.reasons.iter().map(|reason| reason.as_str()).collect(),
            failed_rules: verdict.failed_rules().collect(),
            checks: verdict.checks.iter().map(audited_check).collect(),
            disagreements: verdict.disagreements.iter().map(|disagreement| disagreement.field).collect(),
            settings_revision: &verdict.revision,
        }
    }
}

fn audited_check(result: &CheckResult) -> (&'static str, &'static str, u8, &'static str) {
    (result.check.as_str(), result.outcome.as_str(), result.points, result.code.as_str())
}

fn names(checks: impl Iterator<Item = crate::scoring::CheckId>) -> Vec<&'static str> {
    checks.map(crate::scoring::CheckId::as_str).collect()
}

/// Returns a user id as `audit` wants it: in hex, or escaped and cut like the ids in headers.
fn audited_user_id(audit: &Audit, user_id: &str) -> Option<String> {
    let hex = |digest: &[u8]| base16ct::lower::encode_string(digest);
    match (audit.user_id, &audit.user_id_key) {
        (AuditUserId::Plain, _) => Some(header_safe(user_id)),
        (AuditUserId::Sha256, None) => Some(hex(&Sha256::digest(user_id.as_bytes()))),
        (AuditUserId::Sha256, Some(key)) => Some(hex(&key.sign(user_id.as_bytes()))),
        (AuditUserId::Omit, _) => None,
    }
}

/// Returns the status as one of REL-ID's known words; a free text in its place could carry anything.
fn known_status(kyc: &Kyc<'_>) -> Option<&'static str> {
    let status = kyc.identity().overall_status()?;
    let known = ["OK", "ERROR", "WARNING", "NOT DONE"];
    Some(known.into_iter().find(|word| status.word() == *word).unwrap_or("OTHER"))
}
