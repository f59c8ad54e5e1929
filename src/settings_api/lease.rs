//! Who talks to the store, and when: one worker polls, and one update at a time is on its way.
//!
//! Both are entries of the shared table with a time on them, taken by compare-and-swap: should the worker that has one
//! vanish, it is free again at that time.

use super::{Expected, SharedData};

/// Times are nanoseconds since the Unix epoch.
pub(super) struct Lease {
    poll_key: String,
    update_key: String,
}

/// When the next poll is due, and whether the last one failed.
#[derive(Clone, Copy, Default)]
struct Poll {
    due: u64,
    failing: bool,
}

impl Lease {
    pub(super) fn new(namespace: &str) -> Self {
        Self { poll_key: format!("{namespace}.poll"), update_key: format!("{namespace}.update") }
    }

    /// Takes the poll over if it is due; the next one will be due at `next`.
    pub(super) fn take_poll(&self, data: &impl SharedData, now: u64, next: u64) -> bool {
        let seen = data.get(&self.poll_key);
        let poll = Poll::read(seen.as_ref());
        poll.due <= now && data.set(&self.poll_key, &Poll { due: next, ..poll }.value(), Expected::of(seen.as_ref()))
    }

    /// Notes how a poll went; whether that is news. The next one, set to `next` when this one was taken over, is now
    /// due at `due`, unless somebody asked for it at another time.
    pub(super) fn end_poll(&self, data: &impl SharedData, failed: bool, next: u64, due: u64) -> bool {
        let seen = data.get(&self.poll_key);
        let poll = Poll::read(seen.as_ref());
        let next = Poll { due: if poll.due == next { due } else { poll.due }, failing: failed };
        data.set(&self.poll_key, &next.value(), Expected::of(seen.as_ref())) && poll.failing != failed
    }

    /// Brings the next poll forward, unless it is due earlier anyway.
    pub(super) fn poll_by(&self, data: &impl SharedData, due: u64) {
        let seen = data.get(&self.poll_key);
        let poll = Poll::read(seen.as_ref());
        if due < poll.due {
            // Should another worker change it just now, it polls just now.
            data.set(&self.poll_key, &Poll { due, ..poll }.value(), Expected::of(seen.as_ref()));
        }
    }

    /// Begins an update that ends at `until` at the latest, unless another one is under way.
    pub(super) fn begin_update(&self, data: &impl SharedData, now: u64, until: u64) -> bool {
        let seen = data.get(&self.update_key);
        let taken_until = seen.as_ref().map_or(0, |(value, _)| time(value));
        taken_until <= now && data.set(&self.update_key, &until.to_le_bytes(), Expected::of(seen.as_ref()))
    }

    /// Ends the update that was begun with this `until`, which no other update has.
    pub(super) fn end_update(&self, data: &impl SharedData, until: u64) {
        if let Some((value, version)) = data.get(&self.update_key)
            && time(&value) == until
        {
            data.set(&self.update_key, &0_u64.to_le_bytes(), Expected::Version(version));
        }
    }
}

impl Poll {
    fn read(stored: Option<&(Vec<u8>, u32)>) -> Self {
        stored.map_or_else(Self::default, |(value, _)| Self { due: time(value), failing: value.get(8) == Some(&1) })
    }

    fn value(self) -> Vec<u8> {
        let mut value = self.due.to_le_bytes().to_vec();
        value.push(u8::from(self.failing));
        value
    }
}

fn time(value: &[u8]) -> u64 {
    value.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
