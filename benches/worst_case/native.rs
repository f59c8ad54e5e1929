//! One case of `cases.rs`, or their names: `worst_case [NUMBER SIZE]`. See `scripts/worst-case`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod cases;

use std::time::Instant;

/// Prints bytes of the body, milliseconds of the fastest run, and bytes that the first run took at its peak.
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
    let begun = Instant::now();
    let mut fastest = f64::MAX;
    let mut runs = 0;
    while runs < 3 || (runs < 50 && begun.elapsed().as_millis() < 300) {
        let start = Instant::now();
        post.run();
        fastest = fastest.min(start.elapsed().as_secs_f64() * 1e3);
        runs += 1;
    }
    println!("{} {fastest:.3} {peak}", post.body.len());
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
