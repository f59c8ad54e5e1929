//! A KYC post from its headers to its ruling.

use std::rc::Rc;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::crypto::{BodyDecoder, Envelope};
use crate::http::{MemoryBudget, Reservation};
use crate::replay::Window;
use crate::scoring::Settings;
use crate::signature::BodyDigest;

use super::bounded_body::BoundedBody;
use super::context::Context;
use super::evaluation::{Evaluation, Inputs};
use super::policy;
use super::refusal::{ErrorCode, Refusal};
use super::request_head::{self, RequestHead};
use super::ruling::{Command, Forward, Ruling};

/// A KYC post whose body is being read.
///
/// ```
/// use std::rc::Rc;
///
/// use kyc_gate::config::Config;
/// use kyc_gate::exchange::{Command, Exchange, request_head};
/// use kyc_gate::http::MemoryBudget;
///
/// let config = Config::parse(br#"{ "decision": { "onAccept": "respond" } }"#, &|_| None).ok().ok_or("refused")?;
/// let config = Rc::new(config);
/// let headers = [(":method", "POST"), (":path", "/kyc"), ("content-type", "application/json")];
/// let headers = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
/// let head = request_head::read(&config, headers).kyc.ok_or("not a KYC post")?;
///
/// let received_at = jiff::Timestamp::from_second(1_795_867_200).map_err(|_| "out of range")?;
/// let budget = MemoryBudget::default();
/// let mut exchange = Exchange::open(Rc::clone(&config), config.initial_settings(), head, received_at, &budget)
///     .ok()
///     .ok_or("refused by its headers")?;
/// for chunk in [&b"{\"kyc_info\":"[..], b" {}}"] {
///     exchange.take(chunk).map_err(|code| code.as_str())?;
/// }
/// // The caller brings the randomness: the core has none.
/// let ruling = exchange.finish([7; 16]);
/// let Command::LocalReply(reply) = ruling.command else { return Err("no ids, so it is not forwarded".into()) };
/// assert_eq!((reply.status, reply.details), (422, "kyc_gate_invalid_payload"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Exchange {
    context: Context,
    body: BoundedBody,
    window: Option<Rc<Window>>,
    /// Of the body as it came, where the post may go on with it and be signed.
    digest: Option<Box<BodyDigest>>,
    access_token: Option<Zeroizing<String>>,
}

impl Exchange {
    /// Opens the exchange of a KYC post, to be scored by the settings in force now.
    ///
    /// # Errors
    /// The ruling, where headers, missing settings or missing memory suffice to refuse the post.
    pub fn open(
        config: Rc<Config>,
        settings: Option<Rc<Settings>>,
        head: RequestHead,
        received_at: Timestamp,
        budget: &MemoryBudget,
    ) -> Result<Self, Box<Ruling>> {
        let reservation = budget.reserve(config.max_inflight_bytes);
        Self::open_in(Context::new(config, settings, head, received_at), reservation)
    }

    /// Opens the exchange of a post whose stream has a reservation already.
    pub(super) fn open_in(context: Context, reservation: Reservation) -> Result<Self, Box<Ruling>> {
        let body = match check_head(&context).and_then(|()| Ok(empty_body(&context, reservation)?)) {
            Ok(body) => body,
            Err(refusal) => return Err(Box::new(Evaluation::unread(&context, 0).refuse_unread(refusal))),
        };
        let Context { config, head, .. } = &context;
        let digests = config.signer.is_some() && policy::keeps_original(config, head);
        let digest = digests.then(Box::default);
        Ok(Self { context, body, window: None, digest, access_token: None })
    }

    /// Returns whether Envoy must keep the original body, because the request may have to go on with it: under any
    /// profile that it can still get, or as an error before the profile is known.
    #[must_use]
    pub fn keeps_original(&self) -> bool {
        policy::keeps_original(&self.context.config, &self.context.head)
    }

    /// Returns whether a response may have to be encrypted, so that [`Exchange::finish`] needs random bytes.
    #[must_use]
    pub fn needs_randomness(&self) -> bool {
        self.context.config.response_encryption.is_some()
    }

    /// Sets the window of earlier posts, which [`Exchange::finish`] reads and writes.
    pub fn set_replay_window(&mut self, window: Option<Rc<Window>>) {
        self.window = window;
    }

    /// Returns whether the post may have to carry an access token, so that [`Exchange::set_access_token`] has to come
    /// before [`Exchange::finish`].
    #[must_use]
    pub fn needs_access_token(&self) -> bool {
        policy::needs_access_token(&self.context.config, &self.context.head)
    }

    /// Sets the access token, if there is one: visible ASCII.
    pub fn set_access_token(&mut self, access_token: Option<Zeroizing<String>>) {
        self.access_token = access_token;
    }

    /// Returns the number of body bytes received so far.
    #[must_use]
    pub fn received(&self) -> usize {
        self.body.received()
    }

    /// Returns the longest chunk that [`Exchange::take`] can take now. Of a longer one, a byte more than that is enough
    /// to see it.
    #[must_use]
    pub fn room(&self) -> usize {
        self.body.room()
    }

    /// Adds the next chunk of the body.
    ///
    /// # Errors
    /// The code with which to [abandon](Exchange::abandon) the exchange: [`ErrorCode::BodyTooLarge`] or
    /// [`ErrorCode::Overloaded`].
    pub fn take(&mut self, chunk: &[u8]) -> Result<(), ErrorCode> {
        self.body.take(chunk)?;
        if let Some(digest) = &mut self.digest {
            digest.update(chunk);
        }
        Ok(())
    }

    /// Abandons the exchange for a cause outside the payload.
    #[must_use]
    pub fn abandon(self, code: ErrorCode) -> Ruling {
        Evaluation::unread(&self.context, self.received()).refuse_unread(Refusal::new(code))
    }

    /// Rules on the complete body. `iv_seed` are 16 random bytes (see [`Exchange::needs_randomness`]).
    #[must_use]
    pub fn finish(self, iv_seed: [u8; 16]) -> Ruling {
        let Self { context, body, window, digest, access_token } = self;
        let received = body.received();
        // The bytes count until the ruling is made.
        let (decoder, reservation) = body.into_parts();
        let access_token = access_token.as_ref().map(|token| token.as_str());
        let inputs = Inputs { digest, window: window.as_deref(), iv_seed, access_token };
        let evaluation = Evaluation::new(&context, received, inputs);
        let ruling = match &context.config.request_encryption {
            Some(envelope) => envelope.read(decoder, |plaintext| evaluation.try_payload(plaintext)),
            None => evaluation.try_payload(decoder.into_plaintext()),
        };
        let mut ruling = ruling.unwrap_or_else(|cause| evaluation.refuse_unread(Refusal::unreadable(cause)));
        if let Command::Forward(Forward { response: Some(response), .. }) = &mut ruling.command {
            response.count_in(reservation);
        }
        ruling
    }
}

/// Starts on the body that the headers announce.
fn empty_body(Context { config, head, .. }: &Context, reservation: Reservation) -> Result<BoundedBody, ErrorCode> {
    let decoder = config.request_encryption.as_ref().map_or_else(BodyDecoder::plain, Envelope::decoder);
    let mut body = BoundedBody::new(decoder, config, head, reservation)?;
    body.expect(head.body.content_length.unwrap_or_default())?;
    Ok(body)
}

/// Checks what the headers alone tell.
fn check_head(Context { config, settings, head, .. }: &Context) -> Result<(), Refusal> {
    if !head.is_allowed_method(config) {
        return Err(Refusal::method_not_allowed(request_head::allowed_methods(config)));
    }
    head.body.media().map_err(|cause| Refusal::unsupported(&cause))?;
    if head.body.content_length.unwrap_or_default() > config.max_body_bytes {
        return Err(ErrorCode::BodyTooLarge.into());
    }
    if settings.is_none() && policy::needs_top_level_settings(config, head) {
        return Err(ErrorCode::SettingsUnavailable.into());
    }
    Ok(())
}
