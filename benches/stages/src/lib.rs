//! The stages of a post, each as the gate does it and as one would do it with published crates.
//!
//! One list serves criterion (`native.rs`) and V8 (`stages.mjs`): both time the two sides in turns, see [`turns`].

mod ciphers;
mod heap;
mod payload;
mod post;
pub mod turns;
#[cfg(target_arch = "wasm32")]
mod wasm;

use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;

/// One stage.
pub struct Stage {
    /// What is done.
    pub name: &'static str,
    /// By what the other side does it; empty where there is none.
    pub baseline: &'static str,
    /// Whether messages of several lengths make a difference.
    pub scales: bool,
    /// Makes a message of about so many bytes and the two sides that work it off.
    pub prepare: fn(usize) -> Sides,
}

/// A stage with its message.
pub struct Sides {
    /// The message's length.
    pub bytes: usize,
    /// The gate.
    pub product: Side,
    /// What it is compared with.
    pub baseline: Option<Side>,
}

/// One side of a stage.
pub struct Side {
    ready: Option<Box<dyn FnMut()>>,
    run: Box<dyn FnMut()>,
}

impl Side {
    /// Work that is timed as a whole.
    fn new<T>(mut work: impl FnMut() -> T + 'static) -> Self {
        Self { ready: None, run: Box::new(move || drop(black_box(work()))) }
    }

    /// Work that starts from something which isn't timed and can be used once.
    fn from<S: 'static, T>(mut begin: impl FnMut() -> S + 'static, mut work: impl FnMut(S) -> T + 'static) -> Self {
        let started = Rc::new(Cell::new(None));
        let taken = Rc::clone(&started);
        let run = move || {
            if let Some(state) = taken.take() {
                drop(black_box(work(state)));
            }
        };
        Self { ready: Some(Box::new(move || started.set(Some(begin())))), run: Box::new(run) }
    }

    /// Whether it takes [`Side::ready`] before each [`Side::run`].
    pub fn is_staged(&self) -> bool {
        self.ready.is_some()
    }

    /// Does what isn't timed.
    pub fn ready(&mut self) {
        if let Some(ready) = &mut self.ready {
            ready();
        }
    }

    /// Works the message off once.
    pub fn run(&mut self) {
        (self.run)();
    }
}

/// All of them, in the order of a post's way.
pub fn all() -> impl Iterator<Item = &'static Stage> {
    ciphers::STAGES.iter().chain(post::STAGES)
}
