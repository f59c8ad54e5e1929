//! The stages natively: first by criterion, then both sides of each in turns, which is where the ratios come from.
//!
//! `cargo bench` takes criterion's arguments. `LENGTHS`, `ONLY` (a part of a stage's name), `TURNS` and `JSON` (a file
//! to which the rows are appended, one object a line) are `scripts/bench-stages`'s.

use std::env::var;
use std::fs::OpenOptions;
use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use criterion::{Bencher, BenchmarkId, Criterion, Throughput};
use stages::turns::{self, Effort, HEADING};
use stages::{Side, Stage};

fn main() {
    let messages: Vec<(&Stage, usize)> = stages::all().filter(|stage| wanted(stage)).flat_map(with_lengths).collect();
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20)
        .configure_from_args();
    messages.iter().for_each(|(stage, length)| by_criterion(&mut criterion, stage, *length));
    criterion.final_summary();
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    println!("\n{HEADING}");
    messages.iter().for_each(|(stage, length)| in_turns(stage, *length));
}

fn wanted(stage: &Stage) -> bool {
    var("ONLY").is_ok_and(|part| stage.name.contains(&part)) || var("ONLY").is_err()
}

fn with_lengths(stage: &'static Stage) -> impl Iterator<Item = (&'static Stage, usize)> {
    let lengths = var("LENGTHS").unwrap_or_else(|_| "1024 10240 102400 1048576 4194304".to_owned());
    let lengths: Vec<usize> = lengths.split_whitespace().map(|length| length.parse().expect("a length")).collect();
    let lengths = if stage.scales { lengths } else { vec![10_240] };
    lengths.into_iter().map(move |length| (stage, length))
}

fn by_criterion(criterion: &mut Criterion, stage: &Stage, length: usize) {
    let mut sides = (stage.prepare)(length);
    let mut group = criterion.benchmark_group(stage.name);
    group.throughput(Throughput::Bytes(sides.bytes as u64));
    group.bench_function(BenchmarkId::new("kyc-gate", length), |bencher| run(bencher, &mut sides.product));
    if let Some(baseline) = &mut sides.baseline {
        group.bench_function(BenchmarkId::new("crates", length), |bencher| run(bencher, baseline));
    }
    group.finish();
}

fn run(bencher: &mut Bencher, side: &mut Side) {
    if !side.is_staged() {
        return bencher.iter(|| side.run());
    }
    bencher.iter_custom(|times| {
        let one = |_| {
            side.ready();
            let start = Instant::now();
            side.run();
            start.elapsed()
        };
        (0..times).map(one).sum()
    });
}

fn in_turns(stage: &'static Stage, length: usize) {
    let turns = var("TURNS").ok().and_then(|turns| turns.parse().ok()).unwrap_or(300);
    let start = Instant::now();
    #[allow(clippy::cast_precision_loss, reason = "minutes at most")]
    let clock = || start.elapsed().as_nanos() as f64;
    let row = black_box(turns::measure(stage, length, Effort { turns, most: 2e9 }, clock));
    println!("{}", row.line());
    if let Ok(path) = var("JSON") {
        let mut json = row.json();
        json["where"] = "native".into();
        let mut file = OpenOptions::new().create(true).append(true).open(path).expect("a file to append to");
        writeln!(file, "{json}").expect("room on the disk");
    }
}
