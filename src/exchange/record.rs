//! What operators learn about a KYC post: metrics, filter state and the audit line. Never more of the payload than its
//! ids and the overall document status, as REL-ID's logging advice recommends.

use std::rc::Rc;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::config::{Action, Audit, AuditUserId, Config, Mode, Profile};
use crate::crypto::UnreadableCause;
use crate::payload::Kyc;
use crate::replay::ReplayCheck;
use crate::scoring::{CheckId, Verdict};

use super::audit_line::AuditLine;
use super::context::Context;
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
        self.verdict.iter().flat_map(Verdict::failed).map(CheckId::as_str).collect::<Vec<_>>().join(",")
    }

    /// Returns the audit line: one JSON object. `microseconds` is the time that the gate took to decide.
    #[must_use]
    pub fn audit_line(&self, microseconds: u64) -> String {
        let mut line = AuditLine::new();
        line.text("time", &self.received_at.to_string());
        line.text_if("request_id", self.request_id.as_deref());
        line.text_if("requester_id", self.requester_id.as_deref());
        line.text_if("user_id", self.user_id.as_deref());
        line.word_if("overall_document_status", self.document_status);
        line.text_if("profile", self.profile.as_deref());
        line.word_if("decision", Some(self.decision()));
        line.word_if("error", self.error.map(ErrorCode::as_str));
        line.word_if("cause", self.unreadable.map(UnreadableCause::as_str));
        line.word_if("action", self.action.map(Action::as_str));
        line.word_if("mode", (self.mode == Mode::Shadow).then_some("shadow"));
        line.text_if("key_id", self.key_id.as_deref());
        line.word_if("replay", self.replay.status.as_str());
        if let Some(verdict) = &self.verdict {
            line.verdict(verdict);
        }
        line.text_if("config_revision", self.config_revision.as_deref());
        line.number("microseconds", microseconds);
        line.end()
    }
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
