//! How much memory streams hold: `limits.maxInflightBytes`.
//!
//! One reservation goes with a stream from its headers to the backend's response, and whatever is kept of the stream
//! counts in it. What counts is what has come, not what is announced: announcing costs a client nothing, and a few
//! connections could lock out all others without sending a byte. An announced length is only compared with what is
//! free.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the bytes that all streams of a worker hold; clones share one count. Atomic not for the count, which is one
/// thread's, but because the native module drops a worker's plugin on another thread.
#[derive(Clone, Default)]
pub struct MemoryBudget(Arc<AtomicUsize>);

impl MemoryBudget {
    /// Returns the bytes held now.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, bytes: usize) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    /// Creates the reservation of a stream that holds nothing yet, and may hold what others leave of `most` bytes.
    #[must_use]
    pub fn reserve(&self, most: usize) -> Reservation {
        Reservation { budget: self.clone(), most, bytes: 0 }
    }
}

/// The bytes that one stream holds; given back on drop.
pub struct Reservation {
    budget: MemoryBudget,
    most: usize,
    bytes: usize,
}

impl Reservation {
    /// Returns whether the stream could hold `bytes` in total now.
    #[must_use]
    pub fn fits(&self, bytes: usize) -> bool {
        self.others().saturating_add(bytes) <= self.most
    }

    /// Returns how many bytes more than now the stream could hold.
    #[must_use]
    pub fn free(&self) -> usize {
        self.most.saturating_sub(self.budget.bytes())
    }

    /// Sets the total that the stream holds. Returns `false`, and changes nothing, when it doesn't fit.
    #[must_use]
    pub fn resize(&mut self, bytes: usize) -> bool {
        let fits = self.fits(bytes);
        if fits {
            self.set(bytes);
        }
        fits
    }

    /// Sets the total that the stream holds to less than before.
    pub fn shrink_to(&mut self, bytes: usize) {
        self.set(bytes.min(self.bytes));
    }

    fn set(&mut self, bytes: usize) {
        self.budget.set(self.others().saturating_add(bytes));
        self.bytes = bytes;
    }

    fn others(&self) -> usize {
        self.budget.bytes().saturating_sub(self.bytes)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.set(self.others());
    }
}
