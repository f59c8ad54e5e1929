//! Messages that one of the workers tells for all.

use super::data::{Expected, SharedData};

/// How long the workers of a process may take to come to the same point, in nanoseconds.
const SPAN: u64 = 60_000_000_000;

/// A message that all workers have at about the same time, such as what is odd about a configuration that each of them
/// loads. Whoever comes first tells it.
///
/// It is an entry of the shared table with the time at which it was told, in nanoseconds since the Unix epoch,
/// little-endian. After a minute the same message is a new one: the configuration was loaded again.
pub struct Announcement {
    key: String,
}

impl Announcement {
    /// Names the entry of the table.
    #[must_use]
    pub fn new(key: String) -> Self {
        Self { key }
    }

    /// Returns whether this worker is to tell it. Where the table keeps nothing, each one is: better told by all than
    /// by nobody.
    pub fn is_first(&self, data: &impl SharedData, now: u64) -> bool {
        let is_told = |seen: Option<&(Vec<u8>, u32)>| {
            let time = seen.and_then(|(value, _)| value.first_chunk()).map(|bytes| u64::from_le_bytes(*bytes));
            time.is_some_and(|time| time.abs_diff(now) < SPAN)
        };
        let seen = data.get(&self.key);
        if is_told(seen.as_ref()) {
            return false;
        }
        let written = data.set(&self.key, &now.to_le_bytes(), Expected::of(seen.as_ref()));
        written || !is_told(data.get(&self.key).as_ref())
    }
}
