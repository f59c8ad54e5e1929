//! One case of `cases.rs`, or their names: `worst_case [NUMBER SIZE]`. See `scripts/worst-case`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod cases;

use std::time::Instant;

/// Prints bytes of the body, processor milliseconds of a run, and bytes that the first run took at its peak.
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [number, size] = arguments.as_slice() else {
        cases::CASES.iter().for_each(|case| println!("{}", case.name));
        return;
    };
    let post = cases::CASES[number.parse::<usize>().unwrap()].post(size.parse().unwrap());
    let before = forget_peak();
    assert!(post.run(), "not scored");
    let peak = peak().zip(before).map_or("-".to_owned(), |(peak, before)| peak.saturating_sub(before).to_string());
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

/// Linux alone tells a process its own peak, and lets it start anew.
fn forget_peak() -> Option<u64> {
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    peak()
}

fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}
