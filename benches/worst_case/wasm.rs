//! The cases of `cases.rs` for node, see `scripts/worst-case`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, reason = "the native one tells the names")]
mod cases;

use std::cell::RefCell;

thread_local! {
    static POST: RefCell<Option<cases::Post>> = const { RefCell::new(None) };
}

/// Makes the post of a case, of about so many bytes; gives its size.
#[unsafe(no_mangle)]
pub extern "C" fn prepare(case: usize, size: usize) -> usize {
    let post = cases::CASES[case].post(size);
    let length = post.body.len();
    POST.set(Some(post));
    length
}

/// Takes the post through the gate once; 1 if it was scored.
#[unsafe(no_mangle)]
pub extern "C" fn run() -> u32 {
    POST.with_borrow(|post| post.as_ref().unwrap().run().into())
}
