//! One case of `cases.rs`, or their names: `worst_case [NUMBER SIZE]`. See `scripts/worst-case`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

#[path = "../../tests/memory/allocator.rs"]
mod allocator;
mod cases;

use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use allocator::{MOST, NOW};

/// Prints bytes of the body, processor milliseconds of a run, and bytes that a run takes at its peak.
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [number, size] = arguments.as_slice() else {
        cases::CASES.iter().for_each(|case| println!("{}", case.name));
        return;
    };
    let post = cases::CASES[number.parse::<usize>().unwrap()].post(size.parse().unwrap());
    // What is made once only isn't the post's.
    assert!(post.run(), "not scored");
    let before = NOW.load(Relaxed);
    MOST.store(before, Relaxed);
    post.run();
    let peak = MOST.load(Relaxed) - before;
    // The system counts in ticks of milliseconds, so many runs are taken together.
    let begun = Instant::now();
    let start = on_processor(begun);
    let mut runs = 0_u32;
    while runs < 3 || begun.elapsed().as_millis() < 500 {
        post.run();
        runs += 1;
    }
    let mean = (on_processor(begun) - start) / f64::from(runs);
    println!("{} {mean:.3} {peak}", post.body.len());
}

/// Milliseconds that this process has run, so that others on the machine don't count; by the clock where there is no
/// telling.
fn on_processor(begun: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| begun.elapsed().as_secs_f64() * 1e3, |nanoseconds| nanoseconds / 1e6)
}
