//! Ticks. Envoy has no timers for HTTP filters, so one thread of the module wakes the main thread for all
//! configurations. It lives as long as the process: the library is never unloaded (`-z nodelete`).

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::abi::{self, Config, Scheduler};
use crate::gate::host::{HostError, HostResult};

/// What wakes a configuration. On drop it does no more: that waits for a wake-up under way.
pub struct Timer(u64);

struct Entry {
    timer: u64,
    scheduler: Scheduler,
    period: Duration,
    next: Instant,
}

struct Entries {
    list: Vec<Entry>,
    last: u64,
    running: bool,
}

static ENTRIES: Mutex<Entries> = Mutex::new(Entries { list: Vec::new(), last: 0, running: false });
static CHANGED: Condvar = Condvar::new();

impl Timer {
    /// Returns one that doesn't tick.
    pub fn new() -> Self {
        let mut entries = entries();
        entries.last = entries.last.wrapping_add(1);
        Self(entries.last)
    }

    /// Sets the period; 0 stops it. Only on the main thread.
    pub fn tick_every(&self, config: Config, milliseconds: u32) -> HostResult<()> {
        if milliseconds == 0 {
            self.stop();
            return Ok(());
        }
        if abi::only_validates() {
            return Ok(());
        }
        let period = Duration::from_millis(milliseconds.into());
        let next = Instant::now().checked_add(period).ok_or(NO_TIMER)?;
        let mut entries = entries();
        match entries.list.iter_mut().find(|entry| entry.timer == self.0) {
            Some(entry) => (entry.period, entry.next) = (period, next),
            None => {
                let scheduler = config.scheduler().ok_or(NO_TIMER)?;
                entries.list.push(Entry { timer: self.0, scheduler, period, next });
            }
        }
        if !entries.running {
            let begun = thread::Builder::new().name("kyc-gate-timer".to_owned()).spawn(run);
            entries.running = begun.is_ok();
            begun.map_err(|_| NO_TIMER)?;
        }
        CHANGED.notify_one();
        Ok(())
    }

    fn stop(&self) {
        entries().list.retain(|entry| entry.timer != self.0);
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run() {
    let mut entries = entries();
    loop {
        let now = Instant::now();
        for entry in entries.list.iter_mut().filter(|entry| entry.next <= now) {
            entry.scheduler.commit();
            // A main thread that was busy gets one tick for all it missed.
            entry.next = now.checked_add(entry.period).unwrap_or(now);
        }
        let next = entries.list.iter().map(|entry| entry.next).min();
        entries = match next {
            Some(next) => {
                let patience = next.saturating_duration_since(now);
                CHANGED
                    .wait_timeout(entries, patience)
                    .map_or_else(|error| error.into_inner().0, |(entries, _)| entries)
            }
            None => CHANGED.wait(entries).unwrap_or_else(PoisonError::into_inner),
        };
    }
}

fn entries() -> MutexGuard<'static, Entries> {
    ENTRIES.lock().unwrap_or_else(PoisonError::into_inner)
}

const NO_TIMER: HostError = HostError { call: "http_filter_config_scheduler_new", status: 0 };
