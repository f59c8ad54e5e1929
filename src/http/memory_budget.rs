//! How much memory requests hold while their bodies arrive.
//!
//! What counts is what a request holds, not what it announces: announcing costs a client nothing, and a few connections
//! could lock out all others without sending a byte. An announced length is only compared with what is free.

use std::cell::Cell;
use std::rc::Rc;

/// Counts the bytes that all requests of a worker hold; clones share one count.
#[derive(Clone, Default)]
pub struct MemoryBudget(Rc<Cell<usize>>);

impl MemoryBudget {
    /// Returns the bytes held now.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.get()
    }

    /// Creates the reservation of a request that holds nothing yet, and may hold what others leave of `most` bytes.
    #[must_use]
    pub fn reserve(&self, most: usize) -> Reservation {
        Reservation { budget: self.clone(), most, bytes: 0 }
    }
}

/// The bytes that one request holds; given back on drop.
pub struct Reservation {
    budget: MemoryBudget,
    most: usize,
    bytes: usize,
}

impl Reservation {
    /// Whether the request could hold `bytes` in total now.
    #[must_use]
    pub fn fits(&self, bytes: usize) -> bool {
        self.others().saturating_add(bytes) <= self.most
    }

    /// Sets the total that the request holds. Returns `false`, and changes nothing, when it doesn't fit.
    #[must_use]
    pub fn resize(&mut self, bytes: usize) -> bool {
        let fits = self.fits(bytes);
        if fits {
            self.budget.0.set(self.others().saturating_add(bytes));
            self.bytes = bytes;
        }
        fits
    }

    fn others(&self) -> usize {
        self.budget.bytes().saturating_sub(self.bytes)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.0.set(self.others());
    }
}
