//! One KYC post's life as a state machine: headers, chunks and the end of the body in, one [`Ruling`] out.
//!
//! Guarantees: exactly one ruling for each exchange; no ruling to forward before the whole body was read; the payload
//! is looked at only once it is authentic (GCM) or complete (the other modes). No host calls, clocks or randomness.

pub mod answer;
pub mod arrival;
pub mod assertion;
pub mod record;
pub mod refusal;

use std::borrow::Cow;
use std::rc::Rc;

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::config::{Action, Config, ForwardBody, Mode, OnError};
use crate::crypto::Intake;
use crate::payload::{Document, Kyc, Pointer};
use crate::scoring::{Case, Claims, Verdict, judge};
use crate::template::Scope;

use answer::Reply;
use arrival::KycHead;
use record::Record;
use refusal::{Code, Refusal};

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
    /// Headers to remove, since they describe a body that is no longer there.
    pub remove: &'static [&'static str],
    /// The body it goes on with.
    pub body: Body,
}

/// The body of a forwarded request.
pub enum Body {
    /// What the client sent; Envoy still has it.
    AsItCame,
    /// These bytes instead.
    Replace(Vec<u8>),
}

/// Digests and signatures of the body as it came (RFC 9530, RFC 9421, RFC 3230, RFC 1864).
const BODY_METADATA: &[&str] =
    &["content-digest", "repr-digest", "digest", "content-md5", "signature", "signature-input", "content-encoding"];

/// A KYC post that is being read.
pub struct Exchange {
    config: Rc<Config>,
    head: KycHead,
    intake: Intake,
    received_at: Timestamp,
}

impl Exchange {
    /// Takes a KYC post in. The ruling is there at once where the headers suffice to refuse it.
    pub fn open(config: Rc<Config>, head: KycHead, received_at: Timestamp) -> Result<Self, Box<Ruling>> {
        let refused = head.media.refusal().or_else(|| {
            (head.content_length.unwrap_or_default() > config.max_body_bytes).then_some(Code::BodyTooLarge)
        });
        let mut intake = config.request_encryption.as_ref().map_or_else(Intake::plain, Intake::sealed);
        if refused.is_none() {
            intake.reserve(head.content_length.unwrap_or_default());
        }
        let exchange = Self { config, head, intake, received_at };
        match refused {
            Some(code) => Err(Box::new(exchange.refuse(Refusal::new(code)))),
            None => Ok(exchange),
        }
    }

    /// Whether Envoy must keep the body as it came, because the request may have to go on with it.
    #[must_use]
    pub fn keeps_original(&self) -> bool {
        let decision = &self.config.decision;
        decision.mode == Mode::Shadow
            || decision.on_error == OnError::Forward
            || decision.forward_body == ForwardBody::Original
            || self.forwards_payload_unchanged()
    }

    /// Whether an answer may have to be encrypted, so that [`Exchange::finish`] needs fresh random bytes.
    #[must_use]
    pub fn needs_randomness(&self) -> bool {
        self.config.response_encryption.is_some()
    }

    /// Body bytes taken in so far.
    #[must_use]
    pub fn received(&self) -> usize {
        self.intake.received()
    }

    /// Takes the next chunk of the body in; `false` when the body is now too large to go on.
    #[must_use]
    pub fn take(&mut self, chunk: &[u8]) -> bool {
        if self.intake.received().saturating_add(chunk.len()) > self.config.max_body_bytes {
            return false;
        }
        self.intake.push(chunk);
        true
    }

    /// Gives the exchange up for a cause outside the payload.
    #[must_use]
    pub fn abandon(self, code: Code) -> Ruling {
        self.refuse(Refusal::new(code))
    }

    /// Rules on the complete body. `fresh` are 16 random bytes (see [`Exchange::needs_randomness`]).
    #[must_use]
    pub fn finish(self, fresh: [u8; 16]) -> Ruling {
        let Self { config, head, intake, received_at } = self;
        let bench = Bench { config: &config, head: &head, received_at, received: intake.received(), fresh };
        let ruled = match &config.request_encryption {
            Some(envelope) => {
                envelope.open(intake).find_map(|plaintext| bench.try_payload(&plaintext)).unwrap_or_else(unreadable)
            }
            None => bench.try_payload(&intake.into_plaintext()).unwrap_or_else(unreadable),
        };
        ruled.unwrap_or_else(|refusal| bench.refuse(refusal))
    }

    fn forwards_payload_unchanged(&self) -> bool {
        self.config.request_encryption.is_none() && self.config.request_body.is_none()
    }

    fn refuse(&self, refusal: Refusal) -> Ruling {
        Bench {
            config: &self.config,
            head: &self.head,
            received_at: self.received_at,
            received: self.received(),
            fresh: [0; 16],
        }
        .refuse(refusal)
    }
}

fn unreadable() -> Result<Ruling, Refusal> {
    Err(Refusal::new(Code::UnreadableBody))
}

/// All that a ruling is made from, once the body is complete.
struct Bench<'x> {
    config: &'x Config,
    head: &'x KycHead,
    received_at: Timestamp,
    received: usize,
    fresh: [u8; 16],
}

impl Bench<'_> {
    /// Rules on a plaintext; `None` when it is no JSON document, so that another key may be tried.
    fn try_payload(&self, plaintext: &[u8]) -> Option<Result<Ruling, Refusal>> {
        let document = Document::scan(plaintext, self.config.scan_limits).ok()?;
        Some(self.rule(&document, plaintext))
    }

    fn rule(&self, document: &Document<'_>, plaintext: &[u8]) -> Result<Ruling, Refusal> {
        let root = document.root();
        let kyc = Kyc::read(root).map_err(|cause| Refusal::not_v3(cause, requester_id_of(document)))?;
        let claims = Claims::draw(&self.config.evidence.claims, |name| self.head.claim(name).map(Cow::Borrowed), root);
        let verdict = judge(&Case {
            kyc,
            claims: &claims,
            evidence: &self.config.evidence,
            settings: &self.config.settings,
            rules: &self.config.rules,
            today: Offset::UTC.to_datetime(self.received_at).date(),
            authority: self.head.authority.as_deref(),
            path: &self.head.path,
        });
        let action = self.action_on(&verdict);
        let scope = Scope {
            kyc,
            claims: &claims,
            verdict: &verdict,
            received_at: self.received_at,
            date_order: self.config.evidence.date_order,
        };
        let command = self.command(action, &scope, plaintext)?;
        let record = Record::judged(self.config, kyc, verdict, action, self.received_at, self.received);
        Ok(Ruling { command, record })
    }

    fn action_on(&self, verdict: &Verdict) -> Action {
        use crate::scoring::Decision;
        let policy = &self.config.decision;
        match verdict.decision {
            Decision::Accept => policy.on_accept,
            Decision::Review => policy.on_review,
            Decision::Reject => policy.on_reject,
        }
    }

    fn command(&self, action: Action, scope: &Scope<'_>, plaintext: &[u8]) -> Result<Command, Refusal> {
        let policy = &self.config.decision;
        let asserted = || assertion::of_verdict(policy, scope.verdict, &requester_id_text(&scope.kyc));
        if policy.mode == Mode::Shadow {
            return Ok(Command::Forward(Forward { set: asserted(), remove: &[], body: Body::AsItCame }));
        }
        match action {
            Action::Forward => Ok(Command::Forward(self.forward(asserted(), scope, plaintext))),
            Action::Respond => {
                answer::confirmation(&scope.kyc, scope.verdict, self.config.response_encryption.as_ref(), self.fresh)
                    .map(Command::Reply)
                    .ok_or_else(|| Refusal::new(Code::Internal))
            }
            Action::Deny => Ok(Command::Reply(answer::denial(&requester_id_text(&scope.kyc)))),
        }
    }

    fn forward(&self, mut set: Vec<(String, String)>, scope: &Scope<'_>, plaintext: &[u8]) -> Forward {
        for (name, line) in &self.config.headers {
            set.push((name.clone(), line.render(scope)));
        }
        let body = self.body(scope, plaintext);
        let (length, remove) = match &body {
            Body::AsItCame => (self.received, &[][..]),
            Body::Replace(bytes) => (bytes.len(), BODY_METADATA),
        };
        set.push(("content-length".to_owned(), length.to_string()));
        if matches!(body, Body::Replace(_)) && !self.head.media.is_json() {
            set.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        Forward { set, remove, body }
    }

    fn body(&self, scope: &Scope<'_>, plaintext: &[u8]) -> Body {
        if self.config.decision.forward_body == ForwardBody::Original {
            return Body::AsItCame;
        }
        match &self.config.request_body {
            Some(template) => {
                let mut body = Vec::new();
                template.render(scope, &mut body);
                Body::Replace(body)
            }
            None if self.config.request_encryption.is_none() => Body::AsItCame,
            None => Body::Replace(plaintext.to_vec()),
        }
    }

    fn refuse(&self, refusal: Refusal) -> Ruling {
        let policy = &self.config.decision;
        let command = if policy.mode == Mode::Shadow || policy.on_error == OnError::Forward {
            let set = assertion::of_error(policy, refusal.requester_id.as_deref());
            Command::Forward(Forward { set, remove: &[], body: Body::AsItCame })
        } else {
            Command::Reply(answer::problem(&refusal))
        };
        let record = Record::refused(self.config, refusal, self.received_at, self.received);
        Ruling { command, record }
    }
}

/// `request_info.requester_id` as header-safe text.
fn requester_id_text(kyc: &Kyc<'_>) -> String {
    assertion::header_safe(&kyc.requester_id().as_str().unwrap_or_default())
}

/// The requester id of a document that is no V3 payload, where it has one.
fn requester_id_of(document: &Document<'_>) -> Option<String> {
    let pointer = Pointer::parse("/request_info/requester_id").ok()?;
    let value = document.root().pointer(&pointer)?;
    Some(assertion::header_safe(&value.as_str()?))
}
