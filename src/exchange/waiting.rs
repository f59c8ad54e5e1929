//! A KYC post whose caller hasn't been admitted: its body is kept as it comes and not looked at.

use std::rc::Rc;

use jiff::Timestamp;

use crate::authorization::{Denial, Judgement, TokenVerdict};
use crate::config::Config;
use crate::crypto::BodyDecoder;
use crate::http::{Credentials, MemoryBudget, Reservation};
use crate::scoring::Settings;

use super::policy;
use super::refusal::{ErrorCode, Refusal};
use super::request_head::RequestHead;
use super::{Exchange, Ruling};

/// A post at the door. Only [`Waiting::admit`] makes an [`Exchange`] of it, which is what decodes bodies.
pub struct Waiting {
    config: Rc<Config>,
    settings: Option<Rc<Settings>>,
    head: RequestHead,
    received_at: Timestamp,
    body: BodyDecoder,
    budget: MemoryBudget,
    reservation: Reservation,
}

impl Waiting {
    /// Takes a KYC post in, to be scored by the settings in force now, should its caller be admitted.
    #[must_use]
    pub fn new(
        config: Rc<Config>,
        settings: Option<Rc<Settings>>,
        head: RequestHead,
        received_at: Timestamp,
        budget: &MemoryBudget,
    ) -> Self {
        let reservation = budget.reserve(config.max_inflight_bytes);
        Self { config, settings, head, received_at, body: BodyDecoder::plain(), budget: budget.clone(), reservation }
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

    /// Takes the next chunk of the body in.
    ///
    /// # Errors
    /// Why the post is to be abandoned: the body is too large, or the gate holds too much.
    pub fn take(&mut self, chunk: &[u8]) -> Result<(), ErrorCode> {
        if self.body.received().saturating_add(chunk.len()) > self.config.max_body_bytes {
            return Err(ErrorCode::BodyTooLarge);
        }
        if !self.reservation.fits(self.body.held().saturating_add(chunk.len())) {
            return Err(ErrorCode::Overloaded);
        }
        self.body.push(chunk);
        if self.reservation.resize(self.body.held()) { Ok(()) } else { Err(ErrorCode::Overloaded) }
    }

    /// The caller may post.
    ///
    /// # Errors
    /// The ruling, where the post is refused all the same.
    pub fn admit(self) -> Result<Exchange, Box<Ruling>> {
        let Self { config, settings, head, received_at, body, budget, reservation } = self;
        // From here on the exchange counts what is held of the body.
        drop(reservation);
        let mut exchange = Exchange::open(config, settings, head, received_at, &budget)?;
        let plain = body.into_plaintext();
        match if plain.is_empty() { Ok(()) } else { exchange.take(&plain) } {
            Ok(()) => Ok(exchange),
            Err(code) => Err(Box::new(exchange.abandon(code))),
        }
    }

    /// The caller may not post.
    #[must_use]
    pub fn refuse(self, reason: Denial) -> Ruling {
        let challenges = self.config.authorization.as_ref().map(|authorization| authorization.challenges(reason));
        self.give_up(Refusal::unauthorized(challenges.unwrap_or_default()))
    }

    /// The issuer of the caller's token has spoken; `None` is that it hasn't.
    ///
    /// # Errors
    /// The ruling, where the post is refused.
    pub fn settle(self, outcome: Option<TokenVerdict>) -> Result<Exchange, Box<Ruling>> {
        match outcome {
            Some(TokenVerdict::Admitted) => self.admit(),
            Some(TokenVerdict::Refused(reason)) => Err(Box::new(self.refuse(reason))),
            None => Err(Box::new(self.abandon(ErrorCode::AuthorizationUnavailable))),
        }
    }

    /// Gives the post up for a cause outside of it.
    #[must_use]
    pub fn abandon(self, code: ErrorCode) -> Ruling {
        self.give_up(Refusal::new(code))
    }

    fn give_up(self, refusal: Refusal) -> Ruling {
        let Self { config, settings, head, received_at, body, reservation, .. } = self;
        let exchange = Exchange {
            config,
            settings,
            head,
            decoder: body,
            digest: None,
            reservation,
            window: None,
            received_at,
            access_token: None,
        };
        exchange.refuse(refusal)
    }
}
