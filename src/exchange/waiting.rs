//! A KYC post whose caller hasn't been authorized yet: its body is kept as it comes and not decoded.

use std::rc::Rc;

use jiff::Timestamp;

use crate::authorization::{Denial, Judgement, TokenVerdict};
use crate::config::Config;
use crate::crypto::BodyDecoder;
use crate::http::{Credentials, MemoryBudget};
use crate::scoring::Settings;

use super::bounded_body::BoundedBody;
use super::context::Context;
use super::evaluation::Evaluation;
use super::exchange::Exchange;
use super::policy;
use super::refusal::{ErrorCode, Refusal};
use super::request_head::RequestHead;
use super::ruling::Ruling;

/// A post that waits for authorization. Only [`Waiting::admit`] turns it into an [`Exchange`], which decodes the body.
pub struct Waiting {
    context: Context,
    body: BoundedBody,
}

impl Waiting {
    /// Creates the state for a KYC post, to be scored by the settings in force now, should its caller be admitted.
    ///
    /// # Errors
    /// The ruling, where the gate holds too much to keep the post.
    pub fn new(
        config: Rc<Config>,
        settings: Option<Rc<Settings>>,
        head: RequestHead,
        received_at: Timestamp,
        budget: &MemoryBudget,
    ) -> Result<Self, Box<Ruling>> {
        let reservation = budget.reserve(config.max_inflight_bytes);
        let context = Context::new(config, settings, head, received_at);
        match BoundedBody::new(BodyDecoder::plain(), &context.config, &context.head, reservation) {
            Ok(body) => Ok(Self { context, body }),
            Err(code) => Err(Box::new(Evaluation::unread(&context, 0).refuse_unread(Refusal::new(code)))),
        }
    }

    /// Judges the caller by the configuration. Without `authorization`, anybody may post.
    #[must_use]
    pub fn judge(&self) -> Judgement<'_> {
        match &self.context.config.authorization {
            Some(authorization) => authorization.judge(&self.context.head.credentials),
            None => Judgement::Admitted,
        }
    }

    /// Takes the caller's credentials out; nothing here needs them any more.
    pub fn take_credentials(&mut self) -> Credentials {
        std::mem::replace(&mut self.context.head.credentials, Credentials::Absent)
    }

    /// Returns whether Envoy must keep the original body; see [`Exchange::keeps_original`].
    #[must_use]
    pub fn keeps_original(&self) -> bool {
        policy::keeps_original(&self.context.config, &self.context.head)
    }

    /// Returns the longest chunk that [`Waiting::take`] can take now; see [`Exchange::room`].
    #[must_use]
    pub fn room(&self) -> usize {
        self.body.room()
    }

    /// Adds the next chunk of the body.
    ///
    /// # Errors
    /// The code with which to [abandon](Waiting::abandon) the post: [`ErrorCode::BodyTooLarge`] or
    /// [`ErrorCode::Overloaded`].
    pub fn take(&mut self, chunk: &[u8]) -> Result<(), ErrorCode> {
        self.body.take(chunk)
    }

    /// Admits the caller, and hands the body received so far to the exchange.
    ///
    /// # Errors
    /// The ruling, where the post is refused all the same.
    pub fn admit(self) -> Result<Exchange, Box<Ruling>> {
        let Self { context, body } = self;
        // From here on the exchange counts what is held of the body.
        let (decoder, reservation) = body.into_parts();
        let plain = decoder.into_plaintext();
        let mut exchange = Exchange::open_in(context, reservation)?;
        match if plain.is_empty() { Ok(()) } else { exchange.take(&plain) } {
            Ok(()) => Ok(exchange),
            Err(code) => Err(Box::new(exchange.abandon(code))),
        }
    }

    /// Refuses the caller.
    #[must_use]
    pub fn refuse(self, denial: Denial) -> Ruling {
        let authorization = self.context.config.authorization.as_ref();
        let challenges = authorization.map(|authorization| authorization.challenges(denial)).unwrap_or_default();
        self.rule(Refusal::unauthorized(challenges))
    }

    /// Applies the token issuer's verdict; `None` when the issuer gave none.
    ///
    /// # Errors
    /// The ruling, where the post is refused.
    pub fn settle(self, verdict: Option<TokenVerdict>) -> Result<Exchange, Box<Ruling>> {
        match verdict {
            Some(TokenVerdict::Admitted) => self.admit(),
            Some(TokenVerdict::Refused(denial)) => Err(Box::new(self.refuse(denial))),
            None => Err(Box::new(self.abandon(ErrorCode::AuthorizationUnavailable))),
        }
    }

    /// Abandons the post for a cause outside of it.
    #[must_use]
    pub fn abandon(self, code: ErrorCode) -> Ruling {
        self.rule(Refusal::new(code))
    }

    fn rule(self, refusal: Refusal) -> Ruling {
        Evaluation::unread(&self.context, self.body.received()).refuse_unread(refusal)
    }
}
