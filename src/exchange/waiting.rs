//! A KYC post whose caller hasn't been admitted: its body is kept as it comes and not looked at.

use std::rc::Rc;

use jiff::Timestamp;

use crate::authorization::{Judgement, Outcome, Reason};
use crate::config::Config;
use crate::crypto::Intake;
use crate::http::Credentials;
use crate::scoring::Settings;

use super::arrival::KycHead;
use super::policy;
use super::refusal::{Code, Refusal};
use super::{Exchange, Ruling};

/// A post at the door. Only [`Waiting::admit`] makes an [`Exchange`] of it, which is what decodes bodies.
pub struct Waiting {
    config: Rc<Config>,
    settings: Option<Rc<Settings>>,
    head: KycHead,
    received_at: Timestamp,
    body: Intake,
}

impl Waiting {
    /// Takes a KYC post in, to be scored by the settings in force now, should its caller be admitted.
    #[must_use]
    pub fn new(config: Rc<Config>, settings: Option<Rc<Settings>>, head: KycHead, received_at: Timestamp) -> Self {
        Self { config, settings, head, received_at, body: Intake::plain() }
    }

    /// Judges the caller as far as the configuration goes. Without `authorization`, anybody may post.
    #[must_use]
    pub fn judge(&self) -> Judgement<'_> {
        match &self.config.authorization {
            Some(authorization) => authorization.judge(&self.head.credentials),
            None => Judgement::Admitted,
        }
    }

    /// The caller's credentials, which nobody needs any more.
    pub fn take_credentials(&mut self) -> Credentials {
        std::mem::replace(&mut self.head.credentials, Credentials::Absent)
    }

    /// Whether Envoy must keep the body as it came; see [`Exchange::keeps_original`].
    #[must_use]
    pub fn keeps_original(&self) -> bool {
        policy::keeps_original(&self.config, &self.head)
    }

    /// Bytes of the body that are held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.body.received()
    }

    /// Takes the next chunk of the body in; `false` when the body is now too large to go on.
    #[must_use]
    pub fn take(&mut self, chunk: &[u8]) -> bool {
        if self.held().saturating_add(chunk.len()) > self.config.max_body_bytes {
            return false;
        }
        self.body.push(chunk);
        true
    }

    /// The caller may post.
    ///
    /// # Errors
    /// The ruling, where the post is refused all the same.
    pub fn admit(self) -> Result<Exchange, Box<Ruling>> {
        let Self { config, settings, head, received_at, body } = self;
        let mut exchange = Exchange::open(config, settings, head, received_at)?;
        let plain = body.into_plaintext();
        if plain.is_empty() || exchange.take(&plain) {
            Ok(exchange)
        } else {
            Err(Box::new(exchange.abandon(Code::BodyTooLarge)))
        }
    }

    /// The caller may not post.
    #[must_use]
    pub fn refuse(self, reason: Reason) -> Ruling {
        let challenges = self.config.authorization.as_ref().map(|authorization| authorization.challenges(reason));
        self.give_up(Refusal::unauthorized(challenges.unwrap_or_default()))
    }

    /// The issuer of the caller's token has spoken; `None` is that it hasn't.
    ///
    /// # Errors
    /// The ruling, where the post is refused.
    pub fn settle(self, outcome: Option<Outcome>) -> Result<Exchange, Box<Ruling>> {
        match outcome {
            Some(Outcome::Admitted) => self.admit(),
            Some(Outcome::Refused(reason)) => Err(Box::new(self.refuse(reason))),
            None => Err(Box::new(self.abandon(Code::AuthorizationUnavailable))),
        }
    }

    /// Gives the post up for a cause outside of it.
    #[must_use]
    pub fn abandon(self, code: Code) -> Ruling {
        self.give_up(Refusal::new(code))
    }

    fn give_up(self, refusal: Refusal) -> Ruling {
        let Self { config, settings, head, received_at, body } = self;
        Exchange { config, settings, head, intake: body, received_at, access_token: None }.refuse(refusal)
    }
}
