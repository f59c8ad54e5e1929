//! Turns: whose it is to make a call, and when the next one is due.

use super::data::{Expected, SharedData};
use super::outage::Outage;

/// A turn that one worker at a time has, and how often it failed in a row.
///
/// It is an entry of the shared table, which workers take by compare-and-swap: at most one has it, and should that one
/// vanish, it is free again at the time until which it was taken. Times are nanoseconds since the Unix epoch.
pub struct Lease {
    key: String,
}

/// The entry: two numbers of 64 bits, little-endian.
#[derive(Clone, Copy, Default)]
struct Turn {
    due: u64,
    failures: u64,
}

impl Lease {
    /// Names the entry of the table.
    #[must_use]
    pub fn new(key: String) -> Self {
        Self { key }
    }

    /// Takes the turn if it is due. Nobody else gets it before `until`, unless it is given back earlier.
    pub fn take(&self, data: &impl SharedData, now: u64, until: u64) -> bool {
        let seen = data.get(&self.key);
        let turn = Turn::read(seen.as_ref());
        turn.due <= now && self.write(data, Turn { due: until, ..turn }, seen.as_ref())
    }

    /// Gives a turn back that was taken until `until`. The next one is due at `due`, which is told the number of
    /// failures in a row, unless the turn was [hastened](Self::hasten) or somebody else has it meanwhile. Returns
    /// whether an outage began or ended.
    pub fn finish<C>(
        &self,
        data: &impl SharedData,
        until: u64,
        result: Result<(), C>,
        due: impl FnOnce(u64) -> u64,
    ) -> Option<Outage<C>> {
        let seen = data.get(&self.key);
        let before = Turn::read(seen.as_ref());
        let failures = if result.is_ok() { 0 } else { before.failures.saturating_add(1) };
        let due = if before.due == until { due(failures) } else { before.due };
        let written = self.write(data, Turn { due, failures }, seen.as_ref());
        written.then(|| Outage::between(before.failures > 0, result)).flatten()
    }

    /// Brings the next turn forward, unless it is due earlier anyway.
    pub fn hasten(&self, data: &impl SharedData, due: u64) {
        let seen = data.get(&self.key);
        let turn = Turn::read(seen.as_ref());
        if due < turn.due {
            // Should another worker change it just now, it takes the turn just now.
            self.write(data, Turn { due, ..turn }, seen.as_ref());
        }
    }

    fn write(&self, data: &impl SharedData, turn: Turn, seen: Option<&(Vec<u8>, u32)>) -> bool {
        data.set(&self.key, &[turn.due, turn.failures].map(u64::to_le_bytes).concat(), Expected::of(seen))
    }
}

impl Turn {
    fn read(stored: Option<&(Vec<u8>, u32)>) -> Self {
        let (numbers, _) = stored.map_or(&[][..], |(value, _)| value).as_chunks();
        let mut numbers = numbers.iter().copied().map(u64::from_le_bytes);
        Self { due: numbers.next().unwrap_or_default(), failures: numbers.next().unwrap_or_default() }
    }
}
