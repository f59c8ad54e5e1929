//! The token in use, the same for all workers, and whose turn it is to fetch the next one.
//!
//! Two entries of the shared table: the *token* with its times, and the *turn*, which puts off other calls until this
//! one has timed out: there is one call at a time, and none is waited for that nobody will hear of.

use std::rc::Rc;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::http::CallFailure;
use crate::shared::{Expected, Lease, Outage, SharedData};

use super::endpoint::{Endpoint, IssuedToken};

const SECOND: u64 = 1_000_000_000;
const MILLISECOND: u64 = 1_000_000;
/// What a call may take beyond its timeout until the worker hears of it.
const GRACE: u64 = SECOND;
/// A token isn't used in its last tenth, nor in its last ten seconds: a post needs time to get to the backend.
const MARGIN: u64 = 10 * SECOND;
const LONGEST_PAUSE: u64 = 30 * SECOND;
/// A token that the backend refuses is replaced early, but none before this age or a tenth of its lifetime: the backend
/// may refuse for other reasons.
const MATURITY: u64 = 30 * SECOND;

/// Where forwarded posts get their token from. Times are nanoseconds since the Unix epoch.
pub struct TokenSource<D> {
    endpoint: Rc<Endpoint>,
    token_key: String,
    turn: Lease,
    data: D,
}

/// How a fetch went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchReport {
    /// Whether there is a new token.
    pub ok: bool,
    /// Whether an outage of the token service began or ended.
    pub outage: Option<Outage<CallFailure>>,
}

/// The entry of a token: three times, then the token's bytes.
struct Entry {
    fetched: u64,
    refresh: u64,
    until: u64,
    token: Zeroizing<Vec<u8>>,
}

impl<D: SharedData> TokenSource<D> {
    /// Opens the source of a plugin; `plugin` tells it from others in the same process. Another way to get a token has
    /// a token of its own.
    pub fn new(endpoint: Rc<Endpoint>, plugin: &[u8], data: D) -> Self {
        let mut digest = Sha256::new().chain_update(plugin);
        let upstream = &endpoint.upstream;
        let places = [upstream.cluster.as_str(), &upstream.authority, &upstream.path, endpoint.method];
        let given =
            endpoint.headers.iter().chain(&endpoint.parameters).flat_map(|(name, value)| [name.as_str(), value]);
        for part in places.into_iter().chain(given) {
            digest = digest.chain_update([0]).chain_update(part);
        }
        let namespace = format!("kyc_gate.access_token.{}", base16ct::lower::encode_string(&digest.finalize()));
        let (token_key, turn) = (format!("{namespace}.token"), Lease::new(format!("{namespace}.turn")));
        Self { endpoint, token_key, turn, data }
    }

    /// Returns the block of the configuration.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Returns the token, while it is good.
    pub fn token(&self, now: u64) -> Option<Zeroizing<String>> {
        let entry = self.entry()?.0;
        let text = || String::from_utf8(entry.token.to_vec()).ok().map(Zeroizing::new);
        (now < entry.until).then(text).flatten()
    }

    /// Tells whether this worker is to fetch a token now. If so, [`TokenSource::fetched`] must follow.
    pub fn takes_turn(&self, now: u64) -> bool {
        let is_fresh = self.entry().is_some_and(|(entry, _)| now < entry.refresh);
        !is_fresh && self.turn.take(&self.data, now, self.end_of_call(now))
    }

    /// Takes the service's response to a call that was made at `began`: status and body, `None` where there was none.
    pub fn fetched(&self, response: Option<(u16, &[u8])>, began: u64, now: u64) -> FetchReport {
        let (status, body) = response.map_or((None, &[][..]), |(status, body)| (Some(status), body));
        let result = self.endpoint.read(status, body).map(|token| {
            self.data.set(&self.token_key, &Entry::of(&token, began).value(), Expected::Anything);
        });
        let ok = result.is_ok();
        // A service that grants tokens for a moment only is not asked all the time either.
        let due = |failures| now.saturating_add(if failures == 0 { SECOND } else { pause(failures) });
        FetchReport { ok, outage: self.turn.finish(&self.data, self.end_of_call(began), result, due) }
    }

    /// Returns when a call that began then has ended, be it in vain.
    fn end_of_call(&self, began: u64) -> u64 {
        let timeout = u64::from(self.endpoint.upstream.timeout_ms).saturating_mul(MILLISECOND);
        began.saturating_add(timeout).saturating_add(GRACE)
    }

    /// Takes note that the backend refused the token, which may have been revoked: the next one is fetched before its
    /// time. The old one stays in use until then.
    pub fn distrust(&self, now: u64) {
        let Some((entry, version)) = self.entry() else { return };
        let mature = entry.fetched.saturating_add(MATURITY.min(entry.until.saturating_sub(entry.fetched) / 10));
        if (mature..entry.refresh).contains(&now) {
            self.data.set(&self.token_key, &Entry { refresh: now, ..entry }.value(), Expected::Version(version));
        }
    }

    fn entry(&self) -> Option<(Entry, u32)> {
        let (value, version) = self.data.get(&self.token_key)?;
        Some((Entry::read(Zeroizing::new(value))?, version))
    }
}

impl Entry {
    /// Creates the entry of a token. The next one is fetched after three quarters of the lifetime, up to a tenth later:
    /// by the token itself, so that many gateways that started together don't ask together for ever.
    fn of(issued: &IssuedToken, began: u64) -> Self {
        let lifetime = u64::try_from(issued.lifetime.as_nanos()).unwrap_or(u64::MAX);
        let spread = Sha256::digest(issued.token.as_bytes()).first().copied().unwrap_or_default();
        let early = lifetime / 4 - lifetime / 10 / 255 * u64::from(spread);
        Self {
            fetched: began,
            refresh: began.saturating_add(lifetime.saturating_sub(early)),
            until: began.saturating_add(lifetime.saturating_sub(MARGIN.min(lifetime / 10))),
            token: Zeroizing::new(issued.token.as_bytes().to_vec()),
        }
    }

    fn read(value: Zeroizing<Vec<u8>>) -> Option<Self> {
        let token = Zeroizing::new(value.get(24..)?.to_vec());
        Some(Self { fetched: time(&value, 0)?, refresh: time(&value, 8)?, until: time(&value, 16)?, token })
    }

    fn value(&self) -> Zeroizing<Vec<u8>> {
        let times = [self.fetched, self.refresh, self.until].map(u64::to_le_bytes).concat();
        Zeroizing::new([times.as_slice(), &self.token].concat())
    }
}

/// Returns one second, then twice as long after each failure.
fn pause(failures: u64) -> u64 {
    let doublings = u32::try_from(failures.saturating_sub(1)).unwrap_or(u32::MAX).min(10);
    SECOND.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

fn time(value: &[u8], at: usize) -> Option<u64> {
    value.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}
