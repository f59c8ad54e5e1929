//! How much memory requests hold while they wait for the rest of their bodies.
//!
//! What counts is what a request holds, not what it announces: announcing costs a client nothing, and a few connections
//! could keep all others out without sending a byte. An announced length is held against what is free, and then
//! forgotten.

use std::cell::Cell;
use std::rc::Rc;

/// Bytes that all requests of a worker hold at the moment; clones count together.
#[derive(Clone, Default)]
pub struct MemoryBudget(Rc<Cell<usize>>);

impl MemoryBudget {
    /// All of them together.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.get()
    }

    /// For a request that holds nothing yet, and may hold what others leave of `most` bytes.
    #[must_use]
    pub fn reserve(&self, most: usize) -> Reservation {
        Reservation { budget: self.clone(), most, bytes: 0 }
    }
}

/// What one request holds; given back on drop.
pub struct Reservation {
    budget: MemoryBudget,
    most: usize,
    bytes: usize,
}

impl Reservation {
    /// Whether the request could hold so many bytes in all, as long as the others hold what they do.
    #[must_use]
    pub fn fits(&self, bytes: usize) -> bool {
        self.others().saturating_add(bytes) <= self.most
    }

    /// From now on the request holds so many bytes in all. `false`, and no change, if they don't fit.
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
