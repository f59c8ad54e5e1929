//! What a worker knows of callers' tokens, and which ones it is asking the issuer about (RFC 7662).

use std::cell::RefCell;
use std::rc::Rc;

use sha2::{Digest, Sha256};

use crate::authorization::{Cache, Introspection, Joined, PendingCalls, TokenVerdict};
use crate::config::Config;
use crate::http::{Bearer, CallFailure};
use crate::shared::OutageLog;

use super::host::{self, CallResponse, SharedTable};
use super::log::{self, Service};
use super::stats::Stats;
use super::stream_state::SharedStream;

/// Tokens by what is known of them, and the calls under way.
pub struct Introspector {
    config: Rc<Config>,
    cache: RefCell<Cache>,
    pending: RefCell<PendingCalls<SharedStream>>,
    outages: OutageLog,
}

impl Introspector {
    /// Returns one that knows no token.
    pub fn new(config: Rc<Config>) -> Self {
        let mut digest = Sha256::new().chain_update(host::plugin_identity());
        if let Some(introspection) = config.authorization.as_ref().and_then(|block| block.introspection.as_ref()) {
            let upstream = &introspection.upstream;
            for part in [&upstream.cluster, &upstream.authority, &upstream.path] {
                digest = digest.chain_update([0]).chain_update(part);
            }
        }
        let key = format!("kyc_gate.introspection.{}.outage", base16ct::lower::encode_string(&digest.finalize()));
        Self { config, cache: RefCell::default(), pending: RefCell::default(), outages: OutageLog::new(key) }
    }

    /// Tells whether `authorization.introspection` is configured.
    pub fn is_on(&self) -> bool {
        self.introspection().is_some()
    }

    /// Returns what is known of a token and still holds.
    pub fn known(&self, sha256: &[u8; 32]) -> Option<TokenVerdict> {
        self.cache.borrow().get(sha256, host::now_nanoseconds())
    }

    /// Has a stream wait for the verdict on a token, asking about it unless that is under way. `false` when nobody can
    /// be asked.
    pub fn ask(&self, bearer: Bearer, context: u32, stream: SharedStream, stats: &Stats) -> bool {
        let sha256 = bearer.sha256;
        let joined = self.pending.borrow_mut().join(bearer, context, stream);
        let asked = joined == Joined::Existing || self.call(&sha256, context);
        if !asked {
            self.forget(context);
            self.report(stats, Err(CallFailure::Unreachable));
        }
        asked
    }

    /// Forgets a stream that ended.
    pub fn forget(&self, context: u32) {
        self.pending.borrow_mut().leave(context);
    }

    /// Returns the token that a call asked about; `None` when the call isn't one of these.
    pub fn token_of(&self, call: u32) -> Option<[u8; 32]> {
        self.pending.borrow().token_of(call)
    }

    /// Reads the issuer's response about a token; `None` when it gives no verdict.
    pub fn read(&self, sha256: [u8; 32], size: usize, stats: &Stats) -> Option<TokenVerdict> {
        let now = host::now_nanoseconds();
        let response = CallResponse::read(size);
        let read = self.introspection()?.read(response.status, &response.body, now);
        self.report(stats, read.map(|_| ()));
        let timed = read.ok()?;
        self.cache.borrow_mut().put(sha256, timed, now);
        Some(timed.verdict)
    }

    /// Returns the streams that wait for the verdict on a token, with their contexts. They wait no longer.
    pub fn complete(&self, sha256: &[u8; 32]) -> Vec<(u32, SharedStream)> {
        self.pending.borrow_mut().complete(sha256)
    }

    /// Returns the tokens that are waited for although nobody would hear of the response.
    pub fn orphaned(&self) -> Vec<[u8; 32]> {
        self.pending.borrow().orphaned()
    }

    /// Returns the context of a stream that waits for the verdict on a token.
    #[cfg(feature = "native")]
    pub fn waiting(&self, sha256: &[u8; 32]) -> Option<u32> {
        self.pending.borrow().waiting(sha256)
    }

    /// Asks about a token again, in the name of this context, which is the effective one; whether that could be done.
    pub fn retry(&self, sha256: &[u8; 32], context: u32, stats: &Stats) -> bool {
        let called = self.call(sha256, context);
        if !called {
            self.report(stats, Err(CallFailure::Unreachable));
        }
        called
    }

    fn introspection(&self) -> Option<&Introspection> {
        self.config.authorization.as_ref()?.introspection.as_ref()
    }

    fn call(&self, sha256: &[u8; 32], context: u32) -> bool {
        let Some(introspection) = self.introspection() else { return false };
        let mut pending = self.pending.borrow_mut();
        let Some(body) = pending.bearer(sha256).and_then(Bearer::token).map(Introspection::body) else { return false };
        let call = host::http_call(&introspection.upstream, introspection.headers(), Some(body.as_bytes()));
        if let Ok(call) = call {
            pending.started(sha256, call, context);
        }
        call.is_ok()
    }

    fn report(&self, stats: &Stats, result: Result<(), CallFailure>) {
        stats.introspected(result.is_ok());
        if let Some(outage) = self.outages.note(&SharedTable, result) {
            log::outage(Service::Introspection, outage);
        }
    }
}
