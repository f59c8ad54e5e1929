//! The window of posts that were seen before, whatever becomes of the memory that it is in: no post is taken for
//! another, none that is remembered passes for new, and what is held stays small.

use std::collections::{BTreeMap, BTreeSet};

use arbitrary::Arbitrary;
use kyc_gate::replay::{OnReplay, Policy, Post, ReplayCheck, ReplayStatus, Window};
use sha2::{Digest, Sha256};

use super::shared::Table;

/// Values that a window spreads its entries over, and bytes of an entry.
const BUCKETS: usize = 256;
const ENTRY: usize = 36;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    retry_seconds: u8,
    more_seconds: u8,
    max_entries: u16,
    events: [Event; 16],
    /// What the memory is overwritten with.
    planted: &'a [u8],
}

#[derive(Arbitrary, Debug)]
struct Event {
    kind: u8,
    worker: u8,
    id: u8,
    payload: u8,
    nonce: u8,
    /// Seconds since the last one.
    later: u8,
}

/// All that was posted, to tell what the window may say.
#[derive(Default)]
struct History {
    /// By requester id, the first payload in the window and when it came.
    posts: BTreeMap<u8, (u8, u32)>,
    nonces: BTreeMap<u8, (u8, u32)>,
    /// Whatever was posted at any time.
    all_posts: BTreeSet<(u8, u8)>,
    all_nonces: BTreeSet<(u8, u8)>,
    /// Entries may have been lost.
    is_doubtful: bool,
}

/// Lets workers see posts, the clock go back, writes fail and memory be overwritten.
pub fn run(data: &[u8]) {
    let Some(input) = super::read::<Input<'_>>(data) else { return };
    let policy = Policy {
        action: OnReplay::Reject,
        window_seconds: u32::from(input.retry_seconds) + u32::from(input.more_seconds),
        retry_seconds: input.retry_seconds.into(),
        max_entries: input.max_entries.into(),
    };
    let planted = &input.planted[..input.planted.len().min(1024)];
    let shared = Table::default();
    // Of the whole input, so that no part of it can be a digest under this secret.
    let secret: [u8; 32] = Sha256::digest(data).into();
    let open = || Window::open(policy, b"p", Box::new(shared.clone()), &secret.into());
    let workers = [open(), open()];
    let mut history = History::default();
    let mut now = 1_795_000_000_u32;
    for event in &input.events {
        match event.kind % 8 {
            5 => {
                shared.plant(planted, |key| !key.ends_with(".secret"));
                history.is_doubtful = true;
            }
            6 => {
                now -= u32::from(event.later);
                history.is_doubtful = true;
            }
            kind => {
                now += u32::from(event.later);
                let is_frozen = kind == 7;
                shared.freeze(is_frozen);
                let replay = event.check(&workers[usize::from(event.worker) % 2], now);
                history.check(event, now, policy, replay, is_frozen);
            }
        }
        let most = (policy.max_entries / BUCKETS).max(1) * ENTRY;
        assert!(shared.all(|key, value| key.ends_with(".secret") || value.len() <= most || value == planted));
    }
    // Who can't tell doesn't say that a post is new, and leaves nothing behind.
    shared.freeze(false);
    shared.plant(&planted[..planted.len().min(31)], |key| key.ends_with(".secret"));
    let before = shared.writes();
    assert_eq!(input.events[0].check(&open(), now), ReplayCheck { status: ReplayStatus::Unknown, evicted: 0 });
    assert_eq!(shared.writes(), before);
}

impl Event {
    fn id(&self) -> u8 {
        self.id % 4
    }

    fn payload(&self) -> u8 {
        self.payload % 3
    }

    /// A nonce and what it was used for.
    fn nonce(&self) -> Option<(u8, u8)> {
        (!self.nonce.is_multiple_of(4)).then_some((self.nonce % 4, self.payload() + self.nonce / 4 % 2 * 8))
    }

    fn check(&self, window: &Window, now: u32) -> ReplayCheck {
        let nonce = self.nonce().map(|(nonce, tag)| ([nonce; 12], [tag; 16]));
        let nonce = nonce.as_ref().map(|(nonce, tag)| ("K", &nonce[..], &tag[..]));
        window.check(&Post { requester_id: &self.id().to_string(), payload: &[self.payload()], nonce }, now)
    }
}

impl History {
    fn check(&mut self, event: &Event, now: u32, policy: Policy, replay: ReplayCheck, is_frozen: bool) {
        let (id, payload) = (event.id(), event.payload());
        self.posts.retain(|_, (_, since)| now.saturating_sub(*since) < policy.window_seconds);
        self.nonces.retain(|_, (_, since)| now.saturating_sub(*since) < policy.window_seconds);
        let new = if is_frozen { ReplayStatus::Unknown } else { ReplayStatus::First };
        let by_id = match self.posts.get(&id) {
            None => new,
            Some((known, _)) if *known != payload => ReplayStatus::Conflict,
            Some((_, since)) if now.saturating_sub(*since) < policy.retry_seconds => ReplayStatus::Repeat,
            Some(_) => ReplayStatus::Replay,
        };
        let by_nonce = event.nonce().map_or(ReplayStatus::First, |(nonce, tag)| match self.nonces.get(&nonce) {
            None => new,
            Some((known, _)) if *known != tag => ReplayStatus::NonceReuse,
            Some(_) => ReplayStatus::First,
        });
        let is_roomy = policy.max_entries / BUCKETS >= 32;
        assert!(self.is_doubtful || !is_roomy || replay.evicted == 0);
        self.is_doubtful |= replay.evicted > 0;
        if self.is_doubtful {
            self.check_for_slander(event, replay.status, is_frozen);
        } else {
            assert_eq!(replay.status, by_id.max(by_nonce));
        }
        if !is_frozen {
            self.posts.entry(id).or_insert((payload, now));
            self.nonces.extend(
                event
                    .nonce()
                    .filter(|(nonce, _)| !self.nonces.contains_key(nonce))
                    .map(|(nonce, tag)| (nonce, (tag, now))),
            );
            self.all_posts.insert((id, payload));
            self.all_nonces.extend(event.nonce());
        }
    }

    /// Whatever was lost: nothing is said of a post that no other one gave cause for.
    fn check_for_slander(&self, event: &Event, status: ReplayStatus, is_frozen: bool) {
        let other = |all: &BTreeSet<(u8, u8)>, (key, value): (u8, u8)| {
            all.iter().any(|(known, with)| *known == key && *with != value)
        };
        let post = (event.id(), event.payload());
        assert!(match status {
            ReplayStatus::First => true,
            ReplayStatus::Unknown => is_frozen,
            ReplayStatus::Repeat | ReplayStatus::Replay => self.all_posts.contains(&post),
            ReplayStatus::Conflict => other(&self.all_posts, post),
            ReplayStatus::NonceReuse => event.nonce().is_some_and(|nonce| other(&self.all_nonces, nonce)),
        });
    }
}
