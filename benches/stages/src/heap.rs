//! What one run takes from the allocator. The counting costs both sides of a stage the same.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

struct Counting;

#[global_allocator]
static HEAP: Counting = Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static CALLS: AtomicUsize = AtomicUsize::new(0);

/// What a run took.
#[derive(Clone, Copy)]
pub struct Taken {
    /// Calls that asked for memory, or for more of it.
    pub allocations: usize,
    /// The most bytes that were in use at once, beyond those before.
    pub peak: usize,
}

/// Counts what `work` takes.
pub fn of(work: impl FnOnce()) -> Taken {
    let (live, calls) = (LIVE.load(Relaxed), CALLS.load(Relaxed));
    PEAK.store(live, Relaxed);
    work();
    Taken { allocations: CALLS.load(Relaxed) - calls, peak: PEAK.load(Relaxed).saturating_sub(live) }
}

// Loads and stores instead of atomic sums: those would cost more than the allocation, and only one thread works.
fn count(size: usize) {
    let live = LIVE.load(Relaxed).wrapping_add(size);
    LIVE.store(live, Relaxed);
    PEAK.store(PEAK.load(Relaxed).max(live), Relaxed);
    CALLS.store(CALLS.load(Relaxed) + 1, Relaxed);
}

fn discount(size: usize) {
    LIVE.store(LIVE.load(Relaxed).wrapping_sub(size), Relaxed);
}

// SAFETY: every call is handed to `System` as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        discount(layout.size());
        count(size);
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        discount(layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}
