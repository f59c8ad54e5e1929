//! The access token for the backend, in a worker: the calls that fetch it, and the posts that carry it.

use std::cell::Cell;
use std::rc::Rc;

use zeroize::Zeroizing;

use crate::access_token::TokenSource;
use crate::config::Config;

use super::host::{self, CallResponse, Map, SharedTable};
use super::log::{self, Service};
use super::stats::Stats;

/// The access token, as a worker sees it.
pub struct LiveAccessToken {
    source: Option<TokenSource<SharedTable>>,
    fetching: Cell<Option<Fetch>>,
}

/// A call under way.
#[derive(Clone, Copy)]
struct Fetch {
    call: u32,
    began: u64,
}

impl LiveAccessToken {
    /// Returns that of a configuration.
    pub fn new(config: &Config) -> Self {
        let source = config.access_token_endpoint.as_ref();
        let source =
            source.map(|endpoint| TokenSource::new(Rc::clone(endpoint), &host::plugin_identity(), SharedTable));
        Self { source, fetching: Cell::new(None) }
    }

    /// Tells whether there is a token to fetch.
    pub fn polls(&self) -> bool {
        self.source.is_some()
    }

    /// Tells whether a token is being fetched.
    #[cfg(feature = "native")]
    pub fn is_fetching(&self) -> bool {
        self.fetching.get().is_some()
    }

    /// Returns the token, if there is one.
    pub fn token(&self) -> Option<Zeroizing<String>> {
        self.source.as_ref()?.token(host::now_nanoseconds())
    }

    /// Fetches a token, should it be this worker's turn. Only for the root context: the response comes to the caller.
    pub fn poll(&self, stats: &Stats) {
        let Some(source) = &self.source else { return };
        let began = host::now_nanoseconds();
        if !source.takes_turn(began) {
            return;
        }
        let endpoint = source.endpoint();
        let body = endpoint.call_body();
        let body = body.as_ref().map(|body| body.as_bytes());
        match host::http_call(&endpoint.upstream, endpoint.call_headers(), body) {
            Ok(call) => self.fetching.set(Some(Fetch { call, began })),
            Err(_) => conclude(source, None, began, stats),
        }
    }

    /// Takes the token service's response, if the call is the one under way.
    pub fn fetch_ended(&self, call: u32, size: usize, stats: &Stats) {
        let Some(source) = &self.source else { return };
        let Some(fetch) = self.fetching.get().filter(|fetch| fetch.call == call) else { return };
        self.fetching.set(None);
        let response = CallResponse::read(size);
        conclude(source, response.status.map(|status| (status, response.body.as_slice())), fetch.began, stats);
    }

    /// Looks at the backend's response to the post of the current stream. Should the backend refuse the very token in
    /// use, that may have been revoked.
    pub fn backend_responded(&self) {
        let Some(source) = &self.source else { return };
        let Ok(response) = host::headers(Map::ResponseHeaders) else { return };
        if !response.iter().any(|pair| pair == (b":status", b"401")) {
            return;
        }
        let now = host::now_nanoseconds();
        let Some(token) = source.token(now) else { return };
        let Ok(request) = host::headers(Map::RequestHeaders).map(Zeroizing::new) else { return };
        if request.iter().any(|(_, value)| value.ends_with(token.as_bytes())) {
            source.distrust(now);
        }
    }
}

fn conclude(source: &TokenSource<SharedTable>, response: Option<(u16, &[u8])>, began: u64, stats: &Stats) {
    let fetched = source.fetched(response, began, host::now_nanoseconds());
    stats.token_fetched(fetched.ok);
    if let Some(outage) = fetched.outage {
        log::outage(Service::AccessToken, outage);
    }
}
