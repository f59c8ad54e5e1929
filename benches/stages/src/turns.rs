//! Timing two sides in turns: whatever slows the machine down slows both, so that their ratio holds on a noisy one.

use serde_json::{Value, json};

use crate::{Side, Stage, heap};

/// How long one turn of a side lasts at least, in nanoseconds, where its work can be repeated.
const TURN: f64 = 300_000.0;

/// How often and how long both sides take turns; the first to be reached counts, but [`Effort::LEAST`] are made.
#[derive(Clone, Copy)]
pub struct Effort {
    pub turns: usize,
    /// In nanoseconds.
    pub most: f64,
}

impl Effort {
    const LEAST: usize = 7;
}

/// One side's times, in nanoseconds for a message, and what the message took from the heap.
struct Timing {
    median: f64,
    /// The 2nd percentile: what an undisturbed processor takes.
    undisturbed: f64,
    heap: heap::Taken,
}

/// A stage's measurement.
pub struct Row {
    stage: &'static Stage,
    bytes: usize,
    product: Timing,
    baseline: Option<Timing>,
}

struct Sampled<'s> {
    side: &'s mut Side,
    times: usize,
    samples: Vec<f64>,
    heap: heap::Taken,
}

impl<'s> Sampled<'s> {
    fn new(side: &'s mut Side, clock: &impl Fn() -> f64) -> Self {
        // The first run finds cold caches, and V8 compiling.
        side.ready();
        side.run();
        side.ready();
        let heap = heap::of(|| side.run());
        let mut sampled = Self { side, times: 1, samples: Vec::new(), heap };
        let once = (0..3).map(|_| sampled.time(clock)).fold(f64::INFINITY, f64::min);
        if !sampled.side.is_staged() && once < TURN {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below TURN")]
            let times = (TURN / once.max(1.0)).ceil() as usize;
            sampled.times = times;
        }
        sampled
    }

    #[allow(clippy::cast_precision_loss, reason = "a small number")]
    fn time(&mut self, clock: &impl Fn() -> f64) -> f64 {
        self.side.ready();
        let start = clock();
        for _ in 0..self.times {
            self.side.run();
        }
        (clock() - start) / self.times as f64
    }

    fn turn(&mut self, clock: &impl Fn() -> f64) {
        let sample = self.time(clock);
        self.samples.push(sample);
    }

    fn timing(mut self) -> Timing {
        self.samples.sort_by(f64::total_cmp);
        let at = |index: usize| self.samples[index];
        Timing { median: at(self.samples.len() / 2), undisturbed: at(self.samples.len() / 50), heap: self.heap }
    }
}

/// Times a stage with messages of about `length` bytes. `clock` tells nanoseconds.
pub fn measure(stage: &'static Stage, length: usize, effort: Effort, clock: impl Fn() -> f64) -> Row {
    let mut sides = (stage.prepare)(length);
    let mut product = Sampled::new(&mut sides.product, &clock);
    let mut baseline = sides.baseline.as_mut().map(|side| Sampled::new(side, &clock));
    let start = clock();
    for turn in 0..effort.turns {
        if turn >= Effort::LEAST && clock() - start > effort.most {
            break;
        }
        product.turn(&clock);
        if let Some(baseline) = &mut baseline {
            baseline.turn(&clock);
        }
    }
    Row { stage, bytes: sides.bytes, product: product.timing(), baseline: baseline.map(Sampled::timing) }
}

/// What stands above the rows.
pub const HEADING: &str = "\
stage                            bytes |     product µs   (und.)    MB/s  allocs     heap KB |    baseline µs   (und.)    MB/s  allocs     heap KB | times as fast, baseline";

impl Row {
    /// The row as a line under [`HEADING`].
    pub fn line(&self) -> String {
        let Self { stage, bytes, product, baseline } = self;
        let mut line = format!("{:<28} {bytes:>9} | {}", stage.name, product.columns(*bytes));
        if let Some(baseline) = baseline {
            let ratio = baseline.undisturbed / product.undisturbed;
            line += &format!(" | {} | {ratio:>6.2} {}", baseline.columns(*bytes), stage.baseline);
        }
        line
    }

    /// The row for programs.
    pub fn json(&self) -> Value {
        let Self { stage, bytes, product, baseline } = self;
        let ratio = baseline.as_ref().map(|baseline| baseline.undisturbed / product.undisturbed);
        json!({
            "stage": stage.name,
            "bytes": bytes,
            "product": product.json(*bytes),
            "baseline": baseline.as_ref().map(|timing| timing.json(*bytes)),
            "baseline_by": stage.baseline,
            "ratio": ratio,
        })
    }
}

#[allow(clippy::cast_precision_loss, reason = "no message is that long")]
impl Timing {
    fn megabytes(&self, bytes: usize) -> f64 {
        bytes as f64 / self.undisturbed * 1000.0
    }

    fn columns(&self, bytes: usize) -> String {
        let (median, undisturbed) = (self.median / 1000.0, self.undisturbed / 1000.0);
        let (rate, heap) = (self.megabytes(bytes), self.heap.peak as f64 / 1024.0);
        format!("{median:>14.2} {undisturbed:>8.2} {rate:>7.0} {:>7} {heap:>11.1}", self.heap.allocations)
    }

    fn json(&self, bytes: usize) -> Value {
        json!({
            "median_ns": self.median,
            "undisturbed_ns": self.undisturbed,
            "megabytes_per_second": self.megabytes(bytes),
            "allocations": self.heap.allocations,
            "heap_bytes": self.heap.peak,
        })
    }
}
