//! One KYC post's life as a state machine: headers, chunks and the end of the body in, one [`Ruling`] out.
//!
//! Guarantees: exactly one ruling for each exchange; no ruling to forward before the whole body was read; the payload
//! is looked at only once it is authentic (GCM) or complete (the other modes). No host calls, clocks or randomness.

pub mod backend_response;
pub mod body;
pub mod decision_headers;
mod evaluation;
pub mod local_reply;
mod policy;
pub mod record;
pub mod refusal;
mod replay_check;
pub mod request_head;
mod signing;
mod waiting;

use std::rc::Rc;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::crypto::BodyDecoder;
use crate::http::{LocalReply, Media, MemoryBudget, Reservation};
use crate::replay::Window;
use crate::scoring::Settings;
use crate::signature::BodyDigest;

use backend_response::BackendResponse;
pub use body::{Body, BodyChunks};
use evaluation::Evaluation;
use record::Record;
use refusal::{ErrorCode, Refusal};
use request_head::RequestHead;

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
    LocalReply(LocalReply),
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
    pub answer: Option<BackendResponse>,
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
    head: RequestHead,
    decoder: BodyDecoder,
    window: Option<Rc<Window>>,
    /// Of the body as it came, where that may be signed.
    digest: Option<Box<BodyDigest>>,
    reservation: Reservation,
    received_at: Timestamp,
    access_token: Option<Zeroizing<String>>,
}

impl Exchange {
    /// Takes a KYC post in, to be scored by the settings in force now, whatever becomes of them meanwhile. The ruling
    /// is there at once where the headers, no settings or no memory suffice to refuse it.
    pub fn open(
        config: Rc<Config>,
        settings: Option<Rc<Settings>>,
        head: RequestHead,
        received_at: Timestamp,
        budget: &MemoryBudget,
    ) -> Result<Self, Box<Ruling>> {
        let announced = head.body.content_length.unwrap_or_default();
        let too_large = announced > config.max_body_bytes;
        let unsupported = head.body.media == Media::Unsupported;
        let refused = unsupported
            .then_some(ErrorCode::UnsupportedMediaType)
            .or_else(|| too_large.then_some(ErrorCode::BodyTooLarge))
            .or_else(|| {
                let unscorable = settings.is_none() && policy::needs_top_level_settings(&config, &head);
                unscorable.then_some(ErrorCode::SettingsUnavailable)
            });
        let decoder = config.request_encryption.as_ref().map_or_else(BodyDecoder::plain, BodyDecoder::sealed);
        let reservation = budget.reserve(config.max_inflight_bytes);
        let digested = config.signer.is_some() && policy::keeps_original(&config, &head);
        let digest = digested.then(Box::default);
        let mut exchange = Self {
            config,
            settings,
            head,
            decoder,
            reservation,
            digest,
            window: None,
            received_at,
            access_token: None,
        };
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

    /// Whether an answer may have to be encrypted, so that [`Exchange::finish`] needs iv_seed random bytes.
    #[must_use]
    pub fn needs_randomness(&self) -> bool {
        self.config.response_encryption.is_some()
    }

    /// Brings the window of posts that were seen before, which is looked at and written to by [`Exchange::finish`].
    pub fn set_replay_window(&mut self, window: Option<Rc<Window>>) {
        self.window = window;
    }

    /// Whether the post may have to carry an access token, so that [`Exchange::set_access_token`] has to come before
    /// [`Exchange::finish`].
    #[must_use]
    pub fn needs_access_token(&self) -> bool {
        policy::needs_access_token(&self.config, &self.head)
    }

    /// Brings the access token, if there is one: visible ASCII.
    pub fn set_access_token(&mut self, access_token: Option<Zeroizing<String>>) {
        self.access_token = access_token;
    }

    /// Body bytes taken in so far.
    #[must_use]
    pub fn received(&self) -> usize {
        self.decoder.received()
    }

    /// Takes the next chunk of the body in.
    ///
    /// # Errors
    /// Why the exchange is to be abandoned: the body is too large, or the gate holds too much.
    pub fn take(&mut self, chunk: &[u8]) -> Result<(), ErrorCode> {
        if self.decoder.received().saturating_add(chunk.len()) > self.config.max_body_bytes {
            return Err(ErrorCode::BodyTooLarge);
        }
        if !self.reservation.fits(self.decoder.held().saturating_add(chunk.len())) {
            return Err(ErrorCode::Overloaded);
        }
        if let Some(digest) = &mut self.digest {
            digest.update(chunk);
        }
        self.decoder.push(chunk);
        self.hold()
    }

    /// Makes room for a body of `announced` bytes; where that is more than is free, it isn't worth reading.
    fn make_room(&mut self, announced: usize) -> Result<(), ErrorCode> {
        if !self.reservation.fits(announced) {
            return Err(ErrorCode::Overloaded);
        }
        self.decoder.reserve(announced);
        self.hold()
    }

    /// Counts what the decoder holds.
    fn hold(&mut self) -> Result<(), ErrorCode> {
        if self.reservation.resize(self.decoder.held()) { Ok(()) } else { Err(ErrorCode::Overloaded) }
    }

    /// Gives the exchange up for a cause outside the payload.
    #[must_use]
    pub fn abandon(self, code: ErrorCode) -> Ruling {
        self.refuse(Refusal::new(code))
    }

    /// Rules on the complete body. `iv_seed` are 16 random bytes (see [`Exchange::needs_randomness`]).
    #[must_use]
    pub fn finish(self, iv_seed: [u8; 16]) -> Ruling {
        let Self { config, settings, head, decoder, reservation: _holding, digest, window, received_at, access_token } =
            self;
        let received = decoder.received();
        let evaluation = Evaluation {
            config: &config,
            settings: settings.as_deref(),
            head: &head,
            digest,
            window: window.as_deref(),
            received_at,
            received,
            iv_seed,
            access_token: access_token.as_ref().map(|token| token.as_str()),
        };
        let ruled = match &config.request_encryption {
            Some(envelope) => envelope.open(decoder).find_map(|plaintext| evaluation.try_payload(plaintext)),
            None => evaluation.try_payload(decoder.into_plaintext()),
        };
        ruled.unwrap_or_else(|| evaluation.refuse_unread(Refusal::new(ErrorCode::UnreadableBody)))
    }

    fn refuse(&self, refusal: Refusal) -> Ruling {
        Evaluation {
            config: &self.config,
            settings: self.settings.as_deref(),
            head: &self.head,
            window: None,
            digest: None,
            received_at: self.received_at,
            received: self.received(),
            iv_seed: [0; 16],
            access_token: None,
        }
        .refuse_unread(refusal)
    }
}
