//! Outages of a service: of many failed calls, only the first one and the end are worth a line in the log.

use std::cell::Cell;

use super::data::{Expected, SharedData};

/// What is worth a line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage<C> {
    /// The service failed for the first time in a row, for this cause.
    Began(C),
    /// The service works again.
    Ended,
}

impl<C> Outage<C> {
    /// Returns whether a call's result begins or ends an outage.
    pub(super) fn between(failing: bool, result: Result<(), C>) -> Option<Self> {
        match result {
            Err(cause) if !failing => Some(Self::Began(cause)),
            Ok(()) if failing => Some(Self::Ended),
            _ => None,
        }
    }
}

/// The outages of a service that each worker calls for itself, told once for all of them.
///
/// It is an entry of the shared table: one byte, 1 while the service fails, written by compare-and-swap. Whoever
/// changes it tells that.
pub struct OutageLog {
    key: String,
    /// What this worker saw last. It serves where the table keeps nothing.
    failing: Cell<bool>,
}

impl OutageLog {
    /// Names the entry of the table.
    #[must_use]
    pub fn new(key: String) -> Self {
        Self { key, failing: Cell::new(false) }
    }

    /// Takes note of a call's result. Returns whether an outage began or ended, to one of the workers.
    pub fn note<C>(&self, data: &impl SharedData, result: Result<(), C>) -> Option<Outage<C>> {
        let seen = data.get(&self.key);
        let failed_before = self.failing.replace(result.is_err());
        let failing = seen.as_ref().map_or(failed_before, |(value, _)| value.first() == Some(&1));
        let state = [u8::from(result.is_err())];
        let outage = Outage::between(failing, result)?;
        let written = data.set(&self.key, &state, Expected::of(seen.as_ref()));
        (written || data.get(&self.key).is_none()).then_some(outage)
    }
}
