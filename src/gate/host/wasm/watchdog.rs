//! Notices that `allow_on_headers_stop_iteration` is missing.
//!
//! Without the flag, Envoy takes the pause in the header callback as "stop all" and never delivers the body: the
//! request would hang to the stream timeout. A filter can't read the flag. What it can see is Envoy's own count of the
//! bytes received (`request.total_size`): when that grew a while ago and no body callback came, the flag is missing.
//! A slow client's count does not grow, so it is left in peace. The first body callback on a held request proves that
//! the flag is there and ends the watch.

use std::cell::{Cell, RefCell};

use super::abi;

/// Ticks (of a quarter of a second) from the first sight of body bytes to the conclusion.
const PATIENCE_TICKS: u32 = 4;

/// Held requests of a worker, until the flag is proved; `S` is what the gate needs to end one.
pub struct Watchdog<S> {
    proved: Cell<bool>,
    reported: Cell<bool>,
    held: RefCell<Vec<Held<S>>>,
}

struct Held<S> {
    context: u32,
    stream: S,
    size_when_held: u64,
    ticks_with_bytes: u32,
}

impl<S> Default for Watchdog<S> {
    fn default() -> Self {
        Self { proved: Cell::default(), reported: Cell::default(), held: RefCell::default() }
    }
}

impl<S: Clone> Watchdog<S> {
    /// Tells whether there is still something to watch for.
    pub fn watches(&self) -> bool {
        !self.proved.get()
    }

    /// Watches a request that is now held with its body outstanding.
    pub fn hold(&self, context: u32, stream: &S) {
        if !self.proved.get() {
            let held = Held { context, stream: stream.clone(), size_when_held: received_size(), ticks_with_bytes: 0 };
            self.held.borrow_mut().push(held);
        }
    }

    /// Notes that a held request got a body callback.
    pub fn body_came(&self) {
        if !self.proved.replace(true) {
            self.held.borrow_mut().clear();
        }
    }

    /// Forgets a request that ended.
    pub fn forget(&self, context: u32) {
        self.held.borrow_mut().retain(|held| held.context != context);
    }

    /// Returns the requests that wait in vain, with their contexts. Leaves another context effective than it found.
    pub fn tick(&self) -> Vec<(u32, S)> {
        let mut stuck = Vec::new();
        self.held.borrow_mut().retain_mut(|held| {
            if abi::set_effective_context(held.context).is_ok() && received_size() > held.size_when_held {
                held.ticks_with_bytes = held.ticks_with_bytes.saturating_add(1);
            }
            let waits_in_vain = held.ticks_with_bytes >= PATIENCE_TICKS;
            if waits_in_vain {
                stuck.push((held.context, held.stream.clone()));
            }
            !waits_in_vain
        });
        stuck
    }

    /// Tells whether the operator is still to be told; `true` once.
    pub fn first_time(&self) -> bool {
        !self.reported.replace(true)
    }
}

/// Bytes of the current request that Envoy has received, headers included.
fn received_size() -> u64 {
    let bytes = abi::property("request\0total_size").unwrap_or_default();
    bytes.first_chunk::<8>().map_or(0, |size| u64::from_le_bytes(*size))
}
