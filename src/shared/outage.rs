//! Outages of a service: of many failed calls, only the first one and the end are worth a line in the log.

use std::cell::Cell;

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

/// The outages of a service that each worker calls for itself.
#[derive(Debug, Default)]
pub struct OutageLog {
    failing: Cell<bool>,
}

impl OutageLog {
    /// Takes note of a call's result. Returns whether an outage began or ended.
    ///
    /// ```
    /// use kyc_gate::shared::{Outage, OutageLog};
    ///
    /// let log = OutageLog::default();
    /// let results = [Ok(()), Err("timeout"), Err("status"), Ok(())];
    /// assert_eq!(results.map(|result| log.note(result)), [None, Some(Outage::Began("timeout")), None,
    /// Some(Outage::Ended)]);
    /// ```
    pub fn note<C>(&self, result: Result<(), C>) -> Option<Outage<C>> {
        Outage::between(self.failing.replace(result.is_err()), result)
    }
}
