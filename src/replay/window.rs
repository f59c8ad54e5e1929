//! The window of posts that were seen before.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::crypto::fingerprint::fingerprint;
use crate::shared::{Expected, SharedData};

use super::policy::Policy;
use super::ring::{self, Digest, Entry};
use super::status::{ReplayCheck, ReplayStatus};

/// Entries are spread over so many shared values, by the first byte of their digest.
const BUCKETS: usize = 256;

/// A swap fails only when another one of the same bucket succeeded, so this many failures are a fault.
const ATTEMPTS: usize = 100;

/// What domain a digest is of.
const REQUESTER: u8 = 0;
const BODY: u8 = 1;
const NONCE: u8 = 2;
const TAG: u8 = 3;
const FINGERPRINT_KEY: u8 = 4;

/// What tells a post from others.
pub struct Post<'p> {
    /// `request_info.requester_id`.
    pub requester_id: &'p str,
    /// The payload in the clear.
    pub payload: &'p [u8],
    /// What its key is called, its nonce and its tag, where it is a GCM body that brought its nonce along.
    pub nonce: Option<(&'p str, &'p [u8], &'p [u8])>,
}

/// What all workers remember of the posts that were ruled on.
///
/// ```
/// use std::cell::RefCell;
/// use std::collections::HashMap;
///
/// use kyc_gate::replay::{OnReplay, Policy, Post, ReplayStatus, Window};
/// use kyc_gate::shared::{Expected, SharedData};
///
/// /// A table for one worker. Envoy's, for all of them, is a host call.
/// #[derive(Default)]
/// struct Table(RefCell<HashMap<String, (Vec<u8>, u32)>>);
///
/// impl SharedData for Table {
///     fn get(&self, key: &str) -> Option<(Vec<u8>, u32)> {
///         self.0.borrow().get(key).cloned()
///     }
///
///     fn set(&self, key: &str, value: &[u8], expected: Expected) -> bool {
///         let seen = self.get(key);
///         let writes = expected == Expected::Anything || expected == Expected::of(seen.as_ref());
///         if writes {
///             let version = seen.map_or(0, |(_, version)| version) + 1;
///             self.0.borrow_mut().insert(key.to_owned(), (value.to_vec(), version));
///         }
///         writes
///     }
/// }
///
/// let policy = Policy { action: OnReplay::Reject, ..Policy::default() };
/// // The caller brings the randomness: the core has none.
/// let window = Window::open(policy, b"kyc", Box::new(Table::default()), &[7; 32].into());
/// let status = |payload: &[u8], now: u32| {
///     window.check(&Post { requester_id: "r-1", payload, nonce: None }, now).status
/// };
/// assert_eq!(status(b"{}", 1_000), ReplayStatus::First);
/// assert_eq!(status(b"{}", 1_100), ReplayStatus::Repeat, "the sender's retry, within `retry_seconds`");
/// assert_eq!(status(b"{}", 1_300), ReplayStatus::Replay);
/// assert_eq!(status(b"[]", 1_300), ReplayStatus::Conflict);
/// assert!(policy.refuses(ReplayStatus::Replay) && !policy.refuses(ReplayStatus::Repeat));
/// ```
pub struct Window {
    policy: Policy,
    data: Box<dyn SharedData>,
    namespace: String,
    secret: Option<Zeroizing<[u8; 32]>>,
}

/// What is remembered under a key.
enum Remembered {
    Nothing,
    Same { since: u32 },
    Other,
    Unknown,
}

impl Window {
    /// Opens the window of a plugin. `new_secret` are 32 random bytes: the secret, unless another worker has brought
    /// one.
    #[must_use]
    pub fn open(policy: Policy, plugin: &[u8], data: Box<dyn SharedData>, new_secret: &Zeroizing<[u8; 32]>) -> Self {
        let plugin = Sha256::digest(plugin);
        let namespace = format!("kyc_gate.replay.{}", base16ct::lower::encode_string(&plugin));
        let secret_key = format!("{namespace}.secret");
        data.set(&secret_key, &**new_secret, Expected::Nothing);
        let secret = data.get(&secret_key).and_then(|(value, _)| Some(Zeroizing::new(value.try_into().ok()?)));
        Self { policy, data, namespace, secret }
    }

    /// Looks a post up among those before it, and remembers it. Of posts that come at the same time, one is the
    /// first. `now` is in seconds since the Unix epoch.
    #[must_use]
    pub fn check(&self, post: &Post<'_>, now: u32) -> ReplayCheck {
        let Some(secret) = &self.secret else { return ReplayCheck { status: ReplayStatus::Unknown, evicted: 0 } };
        let by_nonce = post.nonce.map_or(ReplayCheck::default(), |(key_id, nonce, tag)| {
            let key = digest(secret, NONCE, &[key_id.as_bytes(), nonce]);
            let value = digest(secret, TAG, &[tag, &length(post.payload)]);
            let (found, evicted) = self.remember(&Entry { time: now, key, value });
            let status = match found {
                Remembered::Nothing | Remembered::Same { .. } => ReplayStatus::First,
                Remembered::Other => ReplayStatus::NonceReuse,
                Remembered::Unknown => ReplayStatus::Unknown,
            };
            ReplayCheck { status, evicted }
        });
        let key = digest(secret, REQUESTER, &[post.requester_id.as_bytes()]);
        let print = fingerprint(&digest(secret, FINGERPRINT_KEY, &[]), post.payload);
        let value = digest(secret, BODY, &[&print]);
        let (found, evicted) = self.remember(&Entry { time: now, key, value });
        let by_id = match found {
            Remembered::Nothing => ReplayStatus::First,
            Remembered::Same { since } if now.saturating_sub(since) < self.policy.retry_seconds => ReplayStatus::Repeat,
            Remembered::Same { .. } => ReplayStatus::Replay,
            Remembered::Other => ReplayStatus::Conflict,
            Remembered::Unknown => ReplayStatus::Unknown,
        };
        ReplayCheck { status: by_id.max(by_nonce.status), evicted: evicted.saturating_add(by_nonce.evicted) }
    }

    /// Returns what is remembered under the key of an entry; the entry itself, if that is nothing. And how many others
    /// had to make room.
    fn remember(&self, entry: &Entry) -> (Remembered, usize) {
        let [bucket, ..] = entry.key;
        let bucket = format!("{}.{bucket:02x}", self.namespace);
        for _ in 0..ATTEMPTS {
            let seen = self.data.get(&bucket);
            let stored = seen.as_ref().map_or(&[][..], |(value, _)| value);
            let young: Vec<Entry> = ring::young(stored, entry.time, self.policy.window_seconds).collect();
            if let Some(known) = young.iter().find(|known| known.key == entry.key) {
                let same = known.value == entry.value;
                return (if same { Remembered::Same { since: known.time } } else { Remembered::Other }, 0);
            }
            let (value, evicted) = ring::write(&young, *entry, self.policy.max_entries / BUCKETS);
            if self.data.set(&bucket, &value, Expected::of(seen.as_ref())) {
                return (Remembered::Nothing, evicted);
            }
        }
        (Remembered::Unknown, 0)
    }
}

/// Under the secret: whoever reads the shared data without it can't try ids or bodies out.
fn digest(secret: &[u8; 32], domain: u8, parts: &[&[u8]]) -> Digest {
    let mut hash = Sha256::new().chain_update(secret).chain_update([domain]);
    for part in parts {
        hash.update(length(part));
        hash.update(part);
    }
    let full: [u8; 32] = hash.finalize().into();
    let mut half = Digest::default();
    half.iter_mut().zip(full).for_each(|(slot, byte)| *slot = byte);
    half
}

fn length(part: &[u8]) -> [u8; 8] {
    u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes()
}
