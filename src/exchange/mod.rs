//! One KYC post's life as a state machine: headers, chunks and the end of the body in, one [`Ruling`] out.
//!
//! Guarantees: exactly one ruling for each exchange; no ruling to forward before the whole body was read; the payload
//! is looked at only once it is authentic (GCM) or complete (the other modes). No host calls, clocks or randomness.

pub mod answer;
pub mod arrival;
pub mod assertion;
pub mod awaited;
pub mod body;
mod policy;
pub mod record;
pub mod refusal;
mod sighting;
mod signing;
mod waiting;

use std::borrow::Cow;
use std::rc::Rc;

use jiff::Timestamp;
use jiff::tz::Offset;
use zeroize::Zeroizing;

use crate::config::{Action, Config, ForwardBody, Mode, Profile};
use crate::crypto::{Intake, Plaintext};
use crate::http::{Holding, Inflight, Media, Reply};
use crate::payload::{Document, Kyc, Pointer};
use crate::replay::{Sighting, Window};
use crate::scoring::{Case, Claims, Settings, judge};
use crate::signature::BodyDigest;
use crate::template::Scope;

use arrival::KycHead;
use awaited::Awaited;
pub use body::{Body, Pieces};
use record::Record;
use refusal::{Code, Refusal};

pub use waiting::Waiting;

/// What to do with the held request, and what to tell the operator of it.
pub struct Ruling {
    /// The command.
    pub command: Command,
    /// Facts for metrics, filter state and the audit line.
    pub record: Record,
}

/// What to do with the held request.
pub enum Command {
    /// Let it go on.
    Forward(Forward),
    /// Answer it.
    Reply(Reply),
}

/// How the request goes on.
pub struct Forward {
    /// Headers to set, lower-case names.
    pub set: Vec<(String, String)>,
    /// Headers of the request to remove, since they describe a body that is no longer there.
    pub remove: Vec<&'static str>,
    /// The body it goes on with.
    pub body: Body,
    /// What reads the answer to it; `None` lets that pass untouched.
    pub answer: Option<Awaited>,
}

impl Forward {
    /// With its body untouched, and so is the answer to it.
    fn as_it_came(set: Vec<(String, String)>) -> Self {
        Self { set, remove: Vec::new(), body: Body::AsItCame, answer: None }
    }
}

/// A KYC post that is being read.
pub struct Exchange {
    config: Rc<Config>,
    settings: Option<Rc<Settings>>,
    head: KycHead,
    intake: Intake,
    window: Option<Rc<Window>>,
    /// Of the body as it came, where that may be signed.
    digest: Option<Box<BodyDigest>>,
    holding: Holding,
    received_at: Timestamp,
    access_token: Option<Zeroizing<String>>,
}

impl Exchange {
    /// Takes a KYC post in, to be scored by the settings in force now, whatever becomes of them meanwhile. The ruling
    /// is there at once where the headers, no settings or no memory suffice to refuse it.
    pub fn open(
        config: Rc<Config>,
        settings: Option<Rc<Settings>>,
        head: KycHead,
        received_at: Timestamp,
        inflight: &Inflight,
    ) -> Result<Self, Box<Ruling>> {
        let announced = head.body.content_length.unwrap_or_default();
        let too_large = announced > config.max_body_bytes;
        let unsupported = head.body.media == Media::Unsupported;
        let refused = unsupported
            .then_some(Code::UnsupportedMediaType)
            .or_else(|| too_large.then_some(Code::BodyTooLarge))
            .or_else(|| {
                let unscorable = settings.is_none() && policy::needs_top_level_settings(&config, &head);
                unscorable.then_some(Code::SettingsUnavailable)
            });
        let intake = config.request_encryption.as_ref().map_or_else(Intake::plain, Intake::sealed);
        let holding = inflight.holding(config.max_inflight_bytes);
        let digested = config.signer.is_some() && policy::keeps_original(&config, &head);
        let digest = digested.then(Box::default);
        let mut exchange =
            Self { config, settings, head, intake, holding, digest, window: None, received_at, access_token: None };
        let refused = refused.or_else(|| exchange.make_room(announced).err());
        match refused {
            Some(code) => Err(Box::new(exchange.refuse(Refusal::new(code)))),
            None => Ok(exchange),
        }
    }

    /// Whether Envoy must keep the body as it came, because the request may have to go on with it: under any profile
    /// that it can still get, or as an error before the profile is known.
    #[must_use]
    pub fn keeps_original(&self) -> bool {
        policy::keeps_original(&self.config, &self.head)
    }

    /// Whether an answer may have to be encrypted, so that [`Exchange::finish`] needs fresh random bytes.
    #[must_use]
    pub fn needs_randomness(&self) -> bool {
        self.config.response_encryption.is_some()
    }

    /// Brings the window of posts that were seen before, which is looked at and written to by [`Exchange::finish`].
    pub fn watch(&mut self, window: Option<Rc<Window>>) {
        self.window = window;
    }

    /// Whether the post may have to carry an access token, so that [`Exchange::bring`] has to come before
    /// [`Exchange::finish`].
    #[must_use]
    pub fn needs_access_token(&self) -> bool {
        policy::needs_access_token(&self.config, &self.head)
    }

    /// Brings the access token, if there is one: visible ASCII.
    pub fn bring(&mut self, access_token: Option<Zeroizing<String>>) {
        self.access_token = access_token;
    }

    /// Body bytes taken in so far.
    #[must_use]
    pub fn received(&self) -> usize {
        self.intake.received()
    }

    /// Takes the next chunk of the body in.
    ///
    /// # Errors
    /// Why the exchange is to be abandoned: the body is too large, or the gate holds too much.
    pub fn take(&mut self, chunk: &[u8]) -> Result<(), Code> {
        if self.intake.received().saturating_add(chunk.len()) > self.config.max_body_bytes {
            return Err(Code::BodyTooLarge);
        }
        if !self.holding.fits(self.intake.held().saturating_add(chunk.len())) {
            return Err(Code::Overloaded);
        }
        if let Some(digest) = &mut self.digest {
            digest.update(chunk);
        }
        self.intake.push(chunk);
        self.hold()
    }

    /// Makes room for a body of `announced` bytes; where that is more than is free, it isn't worth reading.
    fn make_room(&mut self, announced: usize) -> Result<(), Code> {
        if !self.holding.fits(announced) {
            return Err(Code::Overloaded);
        }
        self.intake.reserve(announced);
        self.hold()
    }

    /// Counts what the intake holds.
    fn hold(&mut self) -> Result<(), Code> {
        if self.holding.resize(self.intake.held()) { Ok(()) } else { Err(Code::Overloaded) }
    }

    /// Gives the exchange up for a cause outside the payload.
    #[must_use]
    pub fn abandon(self, code: Code) -> Ruling {
        self.refuse(Refusal::new(code))
    }

    /// Rules on the complete body. `fresh` are 16 random bytes (see [`Exchange::needs_randomness`]).
    #[must_use]
    pub fn finish(self, fresh: [u8; 16]) -> Ruling {
        let Self { config, settings, head, intake, holding: _holding, digest, window, received_at, access_token } =
            self;
        let received = intake.received();
        let bench = Bench {
            config: &config,
            settings: settings.as_deref(),
            head: &head,
            digest,
            window: window.as_deref(),
            received_at,
            received,
            fresh,
            access_token: access_token.as_ref().map(|token| token.as_str()),
        };
        let ruled = match &config.request_encryption {
            Some(envelope) => envelope.open(intake).find_map(|plaintext| bench.try_payload(plaintext)),
            None => bench.try_payload(intake.into_plaintext()),
        };
        ruled.unwrap_or_else(|| bench.refuse_unread(Refusal::new(Code::UnreadableBody)))
    }

    fn refuse(&self, refusal: Refusal) -> Ruling {
        Bench {
            config: &self.config,
            settings: self.settings.as_deref(),
            head: &self.head,
            window: None,
            digest: None,
            received_at: self.received_at,
            received: self.received(),
            fresh: [0; 16],
            access_token: None,
        }
        .refuse_unread(refusal)
    }
}

/// All that a ruling is made from, once the body is complete.
struct Bench<'x> {
    config: &'x Config,
    settings: Option<&'x Settings>,
    head: &'x KycHead,
    window: Option<&'x Window>,
    /// Of the body as it came, where that may be signed and is complete.
    digest: Option<Box<BodyDigest>>,
    received_at: Timestamp,
    received: usize,
    fresh: [u8; 16],
    access_token: Option<&'x str>,
}

impl Bench<'_> {
    /// Rules on a plaintext; `None` when it is no JSON document, so that another key may be tried.
    fn try_payload(&self, plaintext: Plaintext) -> Option<Ruling> {
        let plaintext = Rc::new(plaintext);
        let document = Document::scan(&plaintext, self.config.scan_limits).ok()?;
        let app_id = text_at(&document, &["request_info", "app_id"]);
        let profile = self.config.profile_for(&self.head.authority, &self.head.path, app_id.as_deref());
        let ruled = self.rule(profile, &document, &plaintext);
        let mut ruling = ruled.unwrap_or_else(|refusal| self.refuse(Some(profile), refusal));
        ruling.record.note_key(self.config, plaintext.key());
        Some(ruling)
    }

    fn rule(&self, profile: &Profile, document: &Document<'_>, plaintext: &Rc<Plaintext>) -> Result<Ruling, Refusal> {
        let root = document.root();
        let settings = policy::settings(profile, self.settings);
        let settings = settings.ok_or_else(|| Refusal::new(Code::SettingsUnavailable))?;
        let kyc = Kyc::read(root).map_err(|cause| Refusal::not_v3(cause, requester_id_of(document)))?;
        let sighted = sighting::sight(self.config, self.window, &kyc, plaintext, self.received_at);
        if profile.decision.mode == Mode::Enforce && self.config.replay.refuses(sighted.sighting) {
            return Err(Refusal::replayed(sighted, requester_id_text(&kyc)));
        }
        let claims = Claims::draw(&self.config.evidence.claims, |name| self.head.claim(name).map(Cow::Borrowed), root);
        let verdict = judge(&Case {
            kyc: kyc.clone(),
            claims: &claims,
            evidence: &self.config.evidence,
            settings,
            rules: &profile.rules,
            today: Offset::UTC.to_datetime(self.received_at).date(),
            authority: Some(self.head.authority.as_str()).filter(|authority| !authority.is_empty()),
            path: &self.head.path,
        });
        let action = policy::action(verdict.decision, &profile.decision);
        let scope = Scope {
            kyc: kyc.clone(),
            claims: &claims,
            verdict: &verdict,
            received_at: self.received_at,
            date_order: self.config.evidence.date_order,
        };
        let command = self.command(profile, action, &scope, plaintext, sighted.sighting);
        let command = self.signed(command.map_err(|refusal| Refusal { sighted, ..refusal })?);
        let mut record = Record::judged(self.config, profile, &kyc, verdict, action, self.received_at, self.received);
        record.sighted = sighted;
        Ok(Ruling { command, record })
    }

    fn command(
        &self,
        profile: &Profile,
        action: Action,
        scope: &Scope<'_>,
        plaintext: &Rc<Plaintext>,
        sighting: Sighting,
    ) -> Result<Command, Refusal> {
        let policy = &profile.decision;
        let asserted = || {
            let mut set = assertion::of_verdict(policy, scope.verdict, &requester_id_text(&scope.kyc));
            set.extend(assertion::of_sighting(policy, sighting));
            set
        };
        if policy.mode == Mode::Shadow {
            return Ok(Command::Forward(Forward::as_it_came(asserted())));
        }
        match action {
            Action::Forward => self.forward(profile, asserted(), scope, plaintext).map(Command::Forward),
            Action::Respond => {
                answer::confirmation(&scope.kyc, scope.verdict, self.config.response_encryption.as_ref(), self.fresh)
                    .map(Command::Reply)
                    .ok_or_else(|| Refusal::new(Code::Internal))
            }
            Action::Deny => Ok(Command::Reply(answer::denial(&requester_id_text(&scope.kyc)))),
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
            let value = value.render(scope, self.access_token).ok_or_else(|| Refusal {
                requester_id: Some(requester_id_text(&scope.kyc)),
                ..Refusal::new(Code::UpstreamTokenUnavailable)
            })?;
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
        let answer = policy::reads_answer(self.config, profile).then(|| Awaited::answer_to(&scope.kyc));
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
            Some(template) => Body::Replace(Pieces::new(Rc::clone(plaintext), template.render(scope))),
            None if self.config.request_encryption.is_none() => Body::AsItCame,
            None => Body::Replace(Pieces::whole(Rc::clone(plaintext))),
        }
    }

    fn signed(&self, mut command: Command) -> Command {
        if let Command::Forward(forward) = &mut command {
            signing::sign(self.config, self.head, self.received_at, self.digest.as_deref().cloned(), forward);
        }
        command
    }

    /// Refuses a post of whose body nothing is known.
    fn refuse_unread(&self, refusal: Refusal) -> Ruling {
        self.refuse(policy::profile_by_head(self.config, self.head), refusal)
    }

    fn refuse(&self, profile: Option<&Profile>, refusal: Refusal) -> Ruling {
        let decision = policy::on_error(self.config, profile);
        let command = if policy::goes_on(decision, refusal.code) {
            let set = assertion::of_error(decision, refusal.requester_id.as_deref());
            self.signed(Command::Forward(Forward::as_it_came(set)))
        } else {
            Command::Reply(answer::problem(&refusal))
        };
        let record = Record::refused(self.config, profile, refusal, self.received_at, self.received);
        Ruling { command, record }
    }
}

/// `request_info.requester_id` as header-safe text.
fn requester_id_text(kyc: &Kyc<'_>) -> String {
    assertion::header_safe(&kyc.requester_id().as_str().unwrap_or_default())
}

/// The requester id of a document that is no V3 payload, where it has one.
fn requester_id_of(document: &Document<'_>) -> Option<String> {
    text_at(document, &["request_info", "requester_id"]).map(|id| assertion::header_safe(&id))
}

/// A string of a document, whether or not that is a V3 payload.
fn text_at<'d>(document: &'d Document<'d>, members: &[&str]) -> Option<Cow<'d, str>> {
    document.root().pointer(&Pointer::along(members))?.as_str()
}
