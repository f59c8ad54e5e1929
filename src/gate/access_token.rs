//! The access token for the backend, in Envoy: the worker that fetches it, and the posts that carry it.

use std::cell::Cell;
use std::rc::Rc;

use zeroize::Zeroizing;

use crate::access_token::{MAX_RESPONSE_BYTES, News, TokenSource};
use crate::config::Config;

use super::host::{self, Buffer, Map};
use super::log::{self, Notice};
use super::pairs;
use super::settings::{self, Shared};
use super::stats::Stats;

/// The access token, as a worker sees it.
pub struct LiveToken {
    source: Option<TokenSource<Shared>>,
    fetching: Cell<Option<Fetch>>,
}

/// A call under way.
#[derive(Clone, Copy)]
struct Fetch {
    call: u32,
    began: u64,
}

impl LiveToken {
    /// That of a configuration.
    pub fn of(config: &Config) -> Self {
        let source = config.access_token_endpoint.as_ref();
        let source = source.map(|endpoint| TokenSource::new(Rc::clone(endpoint), &settings::plugin(), Shared));
        Self { source, fetching: Cell::new(None) }
    }

    /// Whether there is a token to fetch.
    pub fn polls(&self) -> bool {
        self.source.is_some()
    }

    /// The token, if there is one.
    pub fn token(&self) -> Option<Zeroizing<String>> {
        self.source.as_ref()?.token(host::now_nanoseconds())
    }

    /// Fetches a token, should it be this worker's turn. Only for the root context: the answer comes to the caller.
    pub fn poll(&self, stats: &Stats) {
        let Some(source) = &self.source else { return };
        let began = host::now_nanoseconds();
        if !source.takes_turn(began) {
            return;
        }
        let endpoint = source.endpoint();
        let body = endpoint.call_body();
        let body = body.as_ref().map(|body| body.as_bytes());
        let upstream = &endpoint.upstream;
        match host::http_call(&upstream.cluster, endpoint.call_headers(), body, upstream.timeout()) {
            Ok(call) => self.fetching.set(Some(Fetch { call, began })),
            Err(_) => conclude(source, None, began, stats),
        }
    }

    /// Takes the service's answer, if the call is the one under way.
    pub fn answered(&self, call: u32, size: usize, stats: &Stats) {
        let Some(source) = &self.source else { return };
        let Some(fetch) = self.fetching.get().filter(|fetch| fetch.call == call) else { return };
        self.fetching.set(None);
        // A huge answer isn't even copied.
        let most = size.min(MAX_RESPONSE_BYTES.saturating_add(1));
        let body = Zeroizing::new(host::buffer(Buffer::CallResponseBody, 0, most).unwrap_or_default());
        conclude(source, settings::answer_status().map(|status| (status, body.as_slice())), fetch.began, stats);
    }

    /// The backend answers a post of the current stream. Should it refuse the very token in use, that may have been
    /// revoked.
    pub fn backend_answered(&self) {
        let Some(source) = &self.source else { return };
        let answer = host::header_pairs(Map::ResponseHeaders).unwrap_or_default();
        if !pairs::iter(&answer).any(|pair| pair == (b":status", b"401")) {
            return;
        }
        let now = host::now_nanoseconds();
        let Some(token) = source.token(now) else { return };
        let request = Zeroizing::new(host::header_pairs(Map::RequestHeaders).unwrap_or_default());
        if pairs::iter(&request).any(|(_, value)| value.ends_with(token.as_bytes())) {
            source.distrust(now);
        }
    }
}

fn conclude(source: &TokenSource<Shared>, answer: Option<(u16, &[u8])>, began: u64, stats: &Stats) {
    let fetched = source.fetched(answer, began, host::now_nanoseconds());
    stats.token_fetched(fetched.ok);
    match fetched.news {
        Some(News::Lost) => log::notice(Notice::AccessTokenLost),
        Some(News::Back) => log::notice(Notice::AccessTokenBack),
        None => {}
    }
}
