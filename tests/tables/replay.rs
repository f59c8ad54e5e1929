//! What a post is to those before it, by table, and what the window holds.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use kyc_gate::crypto::fingerprint::fingerprint;
use kyc_gate::replay::{OnReplay, Policy, Post, ReplayCheck, ReplayStatus, Window};
use kyc_gate::shared::{Expected, SharedData};

pub const NOW: u32 = 1_795_000_000;
pub const POLICY: Policy =
    Policy { action: OnReplay::Reject, window_seconds: 1000, retry_seconds: 60, max_entries: 1024 };

use crate::rows::each;
use ReplayStatus::{Conflict, First, NonceReuse, Repeat, Replay};

tables![
    classifies,
    tells_posts_at_the_same_time_apart,
    says_when_it_does_not_know,
    shares_one_secret,
    shows_nothing,
    keeps_its_size,
    outlives_a_smaller_size,
    refuses,
    prints
];

/// What the workers of a process share, with a hook for what happens in the middle of things.
#[derive(Default)]
struct Table {
    values: RefCell<BTreeMap<String, (Vec<u8>, u32)>>,
    version: Cell<u32>,
    frozen: Cell<bool>,
    before_next_write: RefCell<Option<Box<dyn FnOnce()>>>,
}

#[derive(Clone, Default)]
pub struct Shared(Rc<Table>);

impl Shared {
    pub fn before_next_write(&self, act: impl FnOnce() + 'static) {
        *self.0.before_next_write.borrow_mut() = Some(Box::new(act));
    }

    /// From here on, nothing can be written.
    pub fn freeze(&self) {
        self.0.frozen.set(true);
    }

    /// Everything but the secret.
    fn values(&self) -> Vec<Vec<u8>> {
        let values = self.0.values.borrow();
        values.iter().filter(|(key, _)| !key.ends_with(".secret")).map(|(_, (value, _))| value.clone()).collect()
    }

    pub fn size(&self) -> usize {
        self.values().iter().map(Vec::len).sum()
    }
}

impl SharedData for Shared {
    fn get(&self, key: &str) -> Option<(Vec<u8>, u32)> {
        self.0.values.borrow().get(key).cloned()
    }

    fn set(&self, key: &str, value: &[u8], expected: Expected) -> bool {
        let act = self.0.before_next_write.borrow_mut().take();
        if let Some(act) = act {
            act();
        }
        let mut values = self.0.values.borrow_mut();
        let as_expected = match expected {
            Expected::Anything => true,
            Expected::Nothing => !values.contains_key(key),
            Expected::Version(version) => values.get(key).is_none_or(|(_, seen)| *seen == version),
        };
        if self.0.frozen.get() || !as_expected {
            return false;
        }
        self.0.version.set(self.0.version.get() + 1);
        values.insert(key.to_owned(), (value.to_vec(), self.0.version.get()));
        true
    }
}

pub fn window(policy: Policy, shared: &Shared, fresh: u8) -> Window {
    Window::open(policy, b"plugin", Box::new(shared.clone()), &[fresh; 32].into())
}

/// A post: requester id, payload, and where it is GCM, key, nonce and tag.
type Row<'r> = (&'r str, &'r str, Option<[&'r str; 3]>);

pub fn check(window: &Window, (requester_id, payload, nonce): Row, now: u32) -> ReplayCheck {
    let nonce = nonce.map(|[key, nonce, tag]| (key, nonce.as_bytes(), tag.as_bytes()));
    window.check(&Post { requester_id, payload: payload.as_bytes(), nonce }, now)
}

fn classifies() {
    let gcm = |nonce, tag| Some(["K", nonce, tag]);
    // Posts one after the other: seconds since the first, the post, and what it is.
    let tables: [&[(u32, Row, ReplayStatus)]; 8] = [
        // The sender's retry, until it is too late for one; then until the window forgets.
        &[
            (0, ("a", "{}", None), First),
            (0, ("a", "{}", None), Repeat),
            (59, ("a", "{}", None), Repeat),
            (60, ("a", "{}", None), Replay),
            (999, ("a", "{}", None), Replay),
            (1000, ("a", "{}", None), First),
            (1059, ("a", "{}", None), Repeat),
        ],
        // Seeing it again doesn't make it younger.
        &[(0, ("a", "{}", None), First), (40, ("a", "{}", None), Repeat), (80, ("a", "{}", None), Replay)],
        // Another body, at any time; the first one stays the one that counts.
        &[
            (0, ("a", "{}", None), First),
            (1, ("a", "{ }", None), Conflict),
            (2, ("a", "{ }", None), Conflict),
            (3, ("a", "{}", None), Repeat),
            (999, ("a", "[]", None), Conflict),
            (1000, ("a", "[]", None), First),
        ],
        // Zeros at the end are bytes like any others.
        &[(0, ("a", "x", None), First), (1, ("a", "x\0", None), Conflict)],
        // Another id is another post, whatever it says.
        &[(0, ("a", "{}", None), First), (0, ("b", "{}", None), First), (0, ("", "{}", None), First)],
        // Encrypted anew, it is the same post; sent as it was as well.
        &[
            (0, ("a", "{}", gcm("n1", "t1")), First),
            (1, ("a", "{}", gcm("n2", "t2")), Repeat),
            (2, ("a", "{}", gcm("n1", "t1")), Repeat),
            (61, ("a", "{}", gcm("n1", "t1")), Replay),
        ],
        // A nonce twice, for another post, for another body of the same one, for a body of another length.
        &[
            (0, ("a", "{}", gcm("n1", "t1")), First),
            (1, ("b", "[]", gcm("n1", "t2")), NonceReuse),
            (2, ("a", "[]", gcm("n1", "t3")), NonceReuse),
            (3, ("c", "{ }", gcm("n1", "t1")), NonceReuse),
            (4, ("d", "{}", gcm("n2", "t1")), First),
        ],
        // Under another key, a nonce is another one.
        &[(0, ("a", "{}", Some(["K1", "n", "t"])), First), (1, ("b", "{}", Some(["K2", "n", "u"])), First)],
    ];
    for (at, table) in tables.into_iter().enumerate() {
        let shared = Shared::default();
        // Two workers take turns.
        let workers = [window(POLICY, &shared, 1), window(POLICY, &shared, 2)];
        for (row, (after, post, status)) in table.iter().enumerate() {
            let seen = check(&workers[row % 2], *post, NOW + after);
            assert_eq!(seen, ReplayCheck { status: *status, evicted: 0 }, "table {at}, row {row}");
        }
    }
}

/// Whatever another worker does between a look and a write, nothing of it is lost, and one post is the first.
fn tells_posts_at_the_same_time_apart() {
    each([("{}", Repeat), ("[]", Conflict)], |(payload, status)| {
        let shared = Shared::default();
        let ours = window(POLICY, &shared, 1);
        let theirs = window(POLICY, &shared, 1);
        shared.before_next_write(move || assert_eq!(check(&theirs, ("a", "{}", None), NOW).status, First));
        assert_eq!(check(&ours, ("a", payload, None), NOW).status, status);
    });
}

fn says_when_it_does_not_know() {
    let shared = Shared::default();
    let open = window(POLICY, &shared, 1);
    shared.freeze();
    assert_eq!(check(&open, ("a", "{}", None), NOW).status, ReplayStatus::Unknown);
    let nothing = Shared::default();
    nothing.freeze();
    assert_eq!(check(&window(POLICY, &nothing, 1), ("a", "{}", None), NOW).status, ReplayStatus::Unknown);
}

fn shares_one_secret() {
    let shared = Shared::default();
    assert_eq!(check(&window(POLICY, &shared, 1), ("a", "{}", None), NOW).status, First);
    assert_eq!(check(&window(POLICY, &shared, 2), ("a", "{}", None), NOW).status, Repeat);
    let other = Window::open(POLICY, b"other plugin", Box::new(shared.clone()), &[1; 32].into());
    assert_eq!(check(&other, ("a", "{}", None), NOW).status, First);
}

/// Nothing of a post is in what is shared, and the same post leaves other bytes under another secret.
fn shows_nothing() {
    let post = ("requester-7f3a", "payload-7f3a", Some(["KEY_7f3a", "nonce-7f3a", "tag-7f3a"]));
    let traces = [1, 2].map(|fresh| {
        let shared = Shared::default();
        let _ = check(&window(POLICY, &shared, fresh), post, NOW);
        assert_eq!(shared.size(), 2 * 36);
        shared.values().concat()
    });
    for trace in &traces {
        assert!(!trace.windows(4).any(|bytes| bytes == b"7f3a"));
    }
    assert!(!traces[0].windows(16).any(|bytes| traces[1].windows(16).any(|other| other == bytes)));
}

/// However many come, the oldest make room, and each that does is counted.
fn keeps_its_size() {
    let shared = Shared::default();
    let window = window(POLICY, &shared, 1);
    let mut evicted = 0;
    for at in 0..5000 {
        let seen = check(&window, (&at.to_string(), "{}", None), NOW + at / 50);
        assert_eq!(seen.status, First);
        evicted += seen.evicted;
        assert!(shared.size() <= POLICY.max_entries * 36);
    }
    assert_eq!(shared.size() / 36 + evicted, 5000);
    assert!(shared.size() > POLICY.max_entries * 36 * 9 / 10, "only {} bytes", shared.size());
    // The last ones are remembered, the first ones aren't.
    assert_eq!(check(&window, ("4999", "{}", None), NOW + 100).status, Repeat);
    assert_eq!(check(&window, ("0", "{}", None), NOW + 100).status, First);
    // What is too old to matter makes room without being counted.
    assert_eq!(check(&window, ("new", "{}", None), NOW + 2000), ReplayCheck::default());
}

/// A configuration with fewer entries takes over what one with more has left.
fn outlives_a_smaller_size() {
    let shared = Shared::default();
    let large = window(Policy { max_entries: 4096, ..POLICY }, &shared, 1);
    for at in 0..4000 {
        let _ = check(&large, (&at.to_string(), "{}", None), NOW);
    }
    assert!(shared.size() > POLICY.max_entries * 36);
    let small = window(POLICY, &shared, 1);
    let evicted: usize = (4000..9000).map(|at| check(&small, (&at.to_string(), "{}", None), NOW).evicted).sum();
    assert!(evicted > 4000 && shared.size() <= POLICY.max_entries * 36);
}

fn refuses() {
    let refused = [ReplayStatus::Unknown, Replay, Conflict, NonceReuse];
    each([First].into_iter().chain(ReplayStatus::TOLD), |status| {
        for (action, refuses) in [(OnReplay::Off, false), (OnReplay::Flag, false), (OnReplay::Reject, true)] {
            let policy = Policy { action, ..POLICY };
            assert_eq!(policy.refuses(status), refuses && refused.contains(&status), "{status:?} {action:?}");
        }
    });
}

/// What the vectors make of long texts is what the crate makes of them.
fn prints() {
    let text: Vec<u8> = (0..70_001_u64).map(|at| u8::try_from(at * at % 251).unwrap()).collect();
    let mut prints = std::collections::BTreeSet::new();
    each([0, 1, 15, 16, 17, 511, 512, 513, 70_000, 70_001], |length| {
        let print = fingerprint(&[7; 16], &text[..length]);
        assert_eq!(print, reference(&[7; 16], &text[..length]), "{length}");
        assert!(length == 0 || print != fingerprint(&[8; 16], &text[..length]));
        assert!(prints.insert(print), "{length}");
    });
}

fn reference(key: &[u8; 16], text: &[u8]) -> [u8; 16] {
    use ghash::universal_hash::UniversalHash;
    let mut hash = ghash::GHash::new(key.into());
    hash.update_padded(text);
    hash.update_padded(&u128::try_from(text.len()).unwrap().to_be_bytes());
    hash.finalize().into()
}
