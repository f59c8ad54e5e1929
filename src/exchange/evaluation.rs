//! What a ruling is made from, and how it is made.

use std::borrow::Cow;
use std::rc::Rc;

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::config::{Action, Config, ForwardBody, Mode, Profile};
use crate::crypto::Plaintext;
use crate::payload::{Document, Kyc, Pointer};
use crate::replay::{ReplayStatus, Window};
use crate::scoring::{Case, Claims, Settings, judge};
use crate::signature::BodyDigest;
use crate::template::Scope;

use super::backend_response::BackendResponse;
use super::record::Record;
use super::refusal::{ErrorCode, Refusal};
use super::request_head::RequestHead;
use super::{Body, BodyChunks, Command, Forward, Ruling, decision_headers, local_reply, policy, replay_check, signing};

/// All that a ruling is made from, once the body is complete.
pub(super) struct Evaluation<'x> {
    pub(super) config: &'x Config,
    pub(super) settings: Option<&'x Settings>,
    pub(super) head: &'x RequestHead,
    pub(super) window: Option<&'x Window>,
    /// Of the body as it came, where that may be signed and is complete.
    pub(super) digest: Option<Box<BodyDigest>>,
    pub(super) received_at: Timestamp,
    pub(super) received: usize,
    pub(super) iv_seed: [u8; 16],
    pub(super) access_token: Option<&'x str>,
}

impl Evaluation<'_> {
    /// Rules on a plaintext; `None` when it is no JSON document, so that another key may be tried.
    pub(super) fn try_payload(&self, plaintext: Plaintext) -> Option<Ruling> {
        let plaintext = Rc::new(plaintext);
        let document = Document::scan(&plaintext, self.config.scan_limits).ok()?;
        let app_id = text_at(&document, &["request_info", "app_id"]);
        let profile = self.config.profile_for(&self.head.authority, &self.head.path, app_id.as_deref());
        let ruled = self.rule(profile, &document, &plaintext);
        let mut ruling = ruled.unwrap_or_else(|refusal| {
            self.refuse(Some(profile), Refusal { requester_id: requester_id_of(&document), ..refusal })
        });
        ruling.record.note_key(self.config, plaintext.key());
        Some(ruling)
    }

    fn rule(&self, profile: &Profile, document: &Document<'_>, plaintext: &Rc<Plaintext>) -> Result<Ruling, Refusal> {
        let root = document.root();
        let settings = policy::settings(profile, self.settings);
        let settings = settings.ok_or_else(|| Refusal::new(ErrorCode::SettingsUnavailable))?;
        let kyc = Kyc::read(root).map_err(Refusal::not_v3)?;
        let replay = replay_check::check(self.config, self.window, &kyc, plaintext, self.received_at);
        if profile.decision.mode == Mode::Enforce && self.config.replay.refuses(replay.status) {
            return Err(Refusal::replayed(replay));
        }
        let claims = Claims::draw(&self.config.evidence.claims, |name| self.head.claim(name).map(Cow::Borrowed), root);
        let case = Case {
            kyc: kyc.clone(),
            claims: &claims,
            evidence: &self.config.evidence,
            settings,
            today: Offset::UTC.to_datetime(self.received_at).date(),
            authority: Some(self.head.authority.as_str()).filter(|authority| !authority.is_empty()),
            path: &self.head.path,
        };
        let verdict = judge(&case, &profile.rules);
        let action = policy::action(verdict.decision, &profile.decision);
        let scope = Scope {
            kyc: kyc.clone(),
            claims: &claims,
            verdict: &verdict,
            received_at: self.received_at,
            date_order: self.config.evidence.date_order,
        };
        let command = self.command(profile, action, &scope, plaintext, replay.status);
        let command = self.signed(command.map_err(|refusal| Refusal { replay, ..refusal })?);
        let mut record = Record::judged(self.config, profile, &kyc, verdict, action, self.received_at, self.received);
        record.replay = replay;
        Ok(Ruling { command, record })
    }

    fn command(
        &self,
        profile: &Profile,
        action: Action,
        scope: &Scope<'_>,
        plaintext: &Rc<Plaintext>,
        status: ReplayStatus,
    ) -> Result<Command, Refusal> {
        let policy = &profile.decision;
        let asserted = || {
            let mut set = decision_headers::of_verdict(policy, scope.verdict, &requester_id_text(&scope.kyc));
            set.extend(decision_headers::of_replay(policy, status));
            set
        };
        if policy.mode == Mode::Shadow {
            return Ok(Command::Forward(Forward::as_it_came(asserted())));
        }
        match action {
            Action::Forward => self.forward(profile, asserted(), scope, plaintext).map(Command::Forward),
            Action::Respond => local_reply::confirmation(
                &scope.kyc,
                scope.verdict,
                self.config.response_encryption.as_ref(),
                self.iv_seed,
            )
            .map(Command::LocalReply)
            .ok_or_else(|| Refusal::new(ErrorCode::Internal)),
            Action::Deny => Ok(Command::LocalReply(local_reply::denial(&requester_id_text(&scope.kyc)))),
        }
    }

    fn forward(
        &self,
        profile: &Profile,
        mut set: Vec<(String, String)>,
        scope: &Scope<'_>,
        plaintext: &Rc<Plaintext>,
    ) -> Result<Forward, Refusal> {
        for (name, value) in profile.headers.iter() {
            let value = value
                .render(scope, self.access_token)
                .ok_or_else(|| Refusal::new(ErrorCode::UpstreamTokenUnavailable))?;
            set.push((name.clone(), value));
        }
        let body = self.body(profile, scope, plaintext);
        let (length, remove) = match &body {
            Body::AsItCame => (self.received, Vec::new()),
            Body::Replace(pieces) => (pieces.len(), self.head.body_metadata.clone()),
        };
        if self.head.body.content_length != Some(length) {
            set.push(("content-length".to_owned(), length.to_string()));
        }
        if matches!(body, Body::Replace(_)) && !self.head.body.media.is_json() {
            set.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let answer = policy::reads_answer(self.config, profile).then(|| BackendResponse::answer_to(&scope.kyc));
        if answer.is_some() {
            // A compressed answer could not be read.
            set.push(("accept-encoding".to_owned(), "identity".to_owned()));
        }
        Ok(Forward { set, remove, body, answer })
    }

    fn body(&self, profile: &Profile, scope: &Scope<'_>, plaintext: &Rc<Plaintext>) -> Body {
        if profile.decision.forward_body == ForwardBody::Original {
            return Body::AsItCame;
        }
        match &profile.request_body {
            Some(template) => Body::Replace(BodyChunks::new(Rc::clone(plaintext), template.render(scope))),
            None if self.config.request_encryption.is_none() => Body::AsItCame,
            None => Body::Replace(BodyChunks::whole(Rc::clone(plaintext))),
        }
    }

    fn signed(&self, mut command: Command) -> Command {
        if let Command::Forward(forward) = &mut command {
            signing::sign(self.config, self.head, self.received_at, self.digest.as_deref().cloned(), forward);
        }
        command
    }

    /// Refuses a post of whose body nothing is known.
    pub(super) fn refuse_unread(&self, refusal: Refusal) -> Ruling {
        self.refuse(policy::profile_by_head(self.config, self.head), refusal)
    }

    fn refuse(&self, profile: Option<&Profile>, refusal: Refusal) -> Ruling {
        let decision = policy::on_error(self.config, profile);
        let command = if policy::goes_on(decision, refusal.code) {
            let set = decision_headers::of_error(decision, refusal.requester_id.as_deref());
            self.signed(Command::Forward(Forward::as_it_came(set)))
        } else {
            Command::LocalReply(local_reply::problem(&refusal))
        };
        let record = Record::refused(self.config, profile, refusal, self.received_at, self.received);
        Ruling { command, record }
    }
}

/// `request_info.requester_id` as header-safe text.
fn requester_id_text(kyc: &Kyc<'_>) -> String {
    decision_headers::header_safe(&kyc.requester_id().as_str().unwrap_or_default())
}

/// The requester id of a document, whether or not that is a V3 payload, where it has one.
fn requester_id_of(document: &Document<'_>) -> Option<String> {
    text_at(document, &["request_info", "requester_id"]).map(|id| decision_headers::header_safe(&id))
}

/// A string of a document, whether or not that is a V3 payload.
fn text_at<'d>(document: &'d Document<'d>, members: &[&str]) -> Option<Cow<'d, str>> {
    document.root().pointer(&Pointer::along(members))?.as_str()
}
