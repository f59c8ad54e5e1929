//! How a ruling is made once the body is complete.

use std::borrow::Cow;
use std::rc::Rc;

use jiff::tz::Offset;

use crate::config::{Action, ForwardBody, Mode, Profile};
use crate::crypto::{Plaintext, UnreadableCause};
use crate::payload::{Document, Kyc};
use crate::replay::{ReplayStatus, Window};
use crate::scoring::{Case, Claims, judge};
use crate::signature::BodyDigest;
use crate::template::Scope;

use super::backend_response::BackendResponse;
use super::body::{Body, BodyChunks};
use super::context::Context;
use super::record::Record;
use super::refusal::{ErrorCode, Refusal};
use super::ruling::{Command, Forward, Ruling};
use super::{decision_headers, local_reply, policy, replay_check, signing};

const CONTENT_TYPE: &str = "content-type";
/// The value for every body that the gate decrypted or wrote, whatever the client called it.
const JSON: &str = "application/json";

/// Makes the ruling on a post.
pub(super) struct Evaluation<'x> {
    context: &'x Context,
    /// Bytes of the body as it came.
    received: usize,
    inputs: Inputs<'x>,
}

/// What is there only once the body is complete.
#[derive(Default)]
pub(super) struct Inputs<'x> {
    /// Of the original body, where the post may go on with it and be signed.
    pub(super) digest: Option<Box<BodyDigest>>,
    /// The earlier posts.
    pub(super) window: Option<&'x Window>,
    /// 16 random bytes for encrypting a response.
    pub(super) iv_seed: [u8; 16],
    pub(super) access_token: Option<&'x str>,
}

impl<'x> Evaluation<'x> {
    /// Creates the evaluation of a post whose body is complete.
    pub(super) fn new(context: &'x Context, received: usize, inputs: Inputs<'x>) -> Self {
        Self { context, received, inputs }
    }

    /// Creates the evaluation of a post that ends before its body was read, which can only be refused.
    pub(super) fn unread(context: &'x Context, received: usize) -> Self {
        Self::new(context, received, Inputs::default())
    }

    /// Rules on a plaintext.
    ///
    /// # Errors
    /// Why it is no JSON document; another key may be tried then.
    pub(super) fn try_payload(&self, plaintext: Plaintext) -> Result<Ruling, UnreadableCause> {
        let Context { config, head, .. } = self.context;
        let plaintext = Rc::new(plaintext);
        let document = Document::scan(&plaintext, config.scan_limits).map_err(|_| plaintext.unreadable_cause())?;
        let app_id = text_at(&document, &["request_info", "app_id"]);
        let profile = config.profile_for(&head.authority, &head.path, app_id.as_deref());
        let ruled = self.rule(profile, &document, &plaintext);
        let mut ruling = ruled.unwrap_or_else(|refusal| {
            self.refuse(Some(profile), Refusal { requester_id: requester_id_of(&document), ..refusal })
        });
        ruling.record.note_key(config, plaintext.key());
        Ok(ruling)
    }

    fn rule(&self, profile: &Profile, document: &Document<'_>, plaintext: &Rc<Plaintext>) -> Result<Ruling, Refusal> {
        let Context { config, settings, head, received_at, .. } = self.context;
        let root = document.root();
        let settings = policy::settings(profile, settings.as_deref());
        let settings = settings.ok_or_else(|| Refusal::new(ErrorCode::SettingsUnavailable))?;
        let kyc = Kyc::read_with_address_at(root, &config.evidence.address_document).map_err(Refusal::not_v3)?;
        let replay = replay_check::check(config, self.inputs.window, &kyc, plaintext, *received_at);
        if profile.decision.mode == Mode::Enforce && config.replay.refuses(replay.status) {
            return Err(Refusal::replayed(replay));
        }
        let claims = Claims::draw(&config.evidence.claims, |name| head.claim(name).map(Cow::Borrowed), root);
        let case = Case {
            kyc: kyc.clone(),
            claims: &claims,
            evidence: &config.evidence,
            settings,
            today: Offset::UTC.to_datetime(*received_at).date(),
            authority: Some(head.authority.as_str()).filter(|authority| !authority.is_empty()),
            path: &head.path,
        };
        let verdict = judge(&case, &profile.rules);
        let action = policy::action(verdict.decision, &profile.decision);
        let scope = Scope::new(kyc.clone(), &claims, &verdict, *received_at, config.evidence.date_order);
        let command = self.command(profile, action, &scope, plaintext, replay.status);
        let command = self.signed(Some(profile), command.map_err(|refusal| Refusal { replay, ..refusal })?);
        let mut record = Record::judged(self.context, profile, &kyc, verdict, action, self.received);
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
        let decision_headers = || {
            let mut set = decision_headers::of_verdict(
                policy,
                scope.verdict(),
                self.context.config_revision(),
                &requester_id_text(scope.kyc()),
            );
            set.extend(decision_headers::of_replay(policy, status));
            set
        };
        if policy.mode == Mode::Shadow {
            return Ok(Command::Forward(Forward::as_received(decision_headers())));
        }
        match action {
            Action::Forward => self.forward(profile, decision_headers(), scope, plaintext).map(Command::Forward),
            Action::Respond => local_reply::confirmation(
                scope.kyc(),
                scope.verdict(),
                self.context.config.response_encryption.as_ref(),
                self.inputs.iv_seed,
            )
            .map(Command::LocalReply)
            .ok_or_else(|| Refusal::new(ErrorCode::Internal)),
            Action::Deny => Ok(Command::LocalReply(local_reply::denial(&requester_id_text(scope.kyc())))),
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
                .render(scope, self.inputs.access_token)
                .ok_or_else(|| Refusal::new(ErrorCode::UpstreamTokenUnavailable))?;
            set.push((name.clone(), value));
        }
        let body = self.body(profile, scope, plaintext);
        let (length, remove) = match &body {
            Body::Original => (self.received, Vec::new()),
            Body::Replace(chunks) => (chunks.len(), self.context.head.body_metadata.clone()),
        };
        if self.context.head.body.content_length != Some(length) {
            set.push(("content-length".to_owned(), length.to_string()));
        }
        match &body {
            Body::Original if set.iter().any(|(name, _)| name == CONTENT_TYPE) => {}
            Body::Original => self.context.head.body.check_charset().map_err(|cause| Refusal::unsupported(&cause))?,
            Body::Replace(_) => {
                set.retain(|(name, _)| name != CONTENT_TYPE);
                if self.context.head.body.content_type() != Some(JSON) {
                    set.push((CONTENT_TYPE.to_owned(), JSON.to_owned()));
                }
            }
        }
        let reads_response = policy::reads_response(&self.context.config, profile);
        if reads_response {
            // A compressed response could not be read.
            set.push(("accept-encoding".to_owned(), "identity".to_owned()));
        }
        let response = reads_response.then(|| BackendResponse::to_post(scope.kyc()));
        Ok(Forward { set, remove, body, response })
    }

    fn body(&self, profile: &Profile, scope: &Scope<'_>, plaintext: &Rc<Plaintext>) -> Body {
        if profile.decision.forward_body == ForwardBody::Original {
            return Body::Original;
        }
        match &profile.request_body {
            Some(template) => Body::Replace(BodyChunks::new(Rc::clone(plaintext), template.render(scope))),
            None if self.context.config.request_encryption.is_none() => Body::Original,
            None => Body::Replace(BodyChunks::whole(Rc::clone(plaintext))),
        }
    }

    fn signed(&self, profile: Option<&Profile>, mut command: Command) -> Command {
        if let Command::Forward(forward) = &mut command {
            let Context { config, head, received_at, .. } = self.context;
            let digest = self.inputs.digest.as_deref().cloned();
            signing::sign(config, profile, head, *received_at, digest, forward);
        }
        command
    }

    /// Refuses a post whose body is not known.
    pub(super) fn refuse_unread(&self, refusal: Refusal) -> Ruling {
        self.refuse(policy::profile_by_head(&self.context.config, &self.context.head), refusal)
    }

    fn refuse(&self, profile: Option<&Profile>, refusal: Refusal) -> Ruling {
        let decision = policy::on_error(&self.context.config, profile);
        // A backend that believes the charset would read another text than the gate, whatever else is wrong.
        let misread = decision.mode == Mode::Enforce && self.context.head.body.check_charset().is_err();
        let command = if policy::is_forwarded(decision, refusal.code) && !misread {
            let set = decision_headers::of_error(decision, refusal.requester_id.as_deref());
            self.signed(None, Command::Forward(Forward::as_received(set)))
        } else {
            Command::LocalReply(local_reply::problem(&refusal))
        };
        let record = Record::refused(self.context, profile, refusal, self.received);
        Ruling { command, record }
    }
}

/// Returns `request_info.requester_id` as header-safe text.
fn requester_id_text(kyc: &Kyc<'_>) -> String {
    decision_headers::header_safe(&kyc.requester_id().as_str().unwrap_or_default())
}

/// Returns the requester id of a document, whether or not that is a V3 payload.
fn requester_id_of(document: &Document<'_>) -> Option<String> {
    text_at(document, &["request_info", "requester_id"]).map(|id| decision_headers::header_safe(&id))
}

/// Returns a string of a document, whether or not that is a V3 payload.
fn text_at<'d>(document: &'d Document<'d>, members: &[&str]) -> Option<Cow<'d, str>> {
    members.iter().try_fold(document.root(), |value, member| value.get(member))?.as_str()
}
