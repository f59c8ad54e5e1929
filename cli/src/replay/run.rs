//! The work: one thread reads, one on each core scores, and what they counted is put together in the order of the
//! input, so that the same input gives the same result on any machine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use sha2::{Digest, Sha256};

use super::audit::Audit;
use super::audit_line::{self, Found};
use super::pattern::Policies;
use super::posts::{Given, Scorer};
use super::progress::Progress;
use super::source::{self, Batch, Source, Split};
use super::tally::{Id, Reason, Tally};
use crate::failure::Failure;

/// Most bytes of a line of a log: an audit line is bounded, but not what stands around it.
const MAX_LINE_BYTES: usize = 1 << 20;
/// Most bytes of a recorded post: the largest body that a configuration may allow, in base64, with its headers.
const MAX_POST_BYTES: usize = (256 << 20) / 3 * 4 + (1 << 20);

/// What is read.
pub enum Input {
    /// Recorded posts.
    Posts(Vec<PathBuf>, Given),
    /// Logs with audit lines.
    Audit(Vec<PathBuf>, AuditOptions),
}

/// How audit lines are read.
#[derive(Clone, Copy)]
pub struct AuditOptions {
    /// Whether lines of other configurations count.
    pub any_revision: bool,
}

/// What was read, and what was counted.
pub struct Replayed {
    /// The counts.
    pub tally: Tally,
    /// SHA-256 of the input.
    pub digest: String,
    /// Names of the files.
    pub files: Vec<String>,
}

/// Scores everything under both policies.
///
/// # Errors
/// A file that can't be read.
pub fn run(policies: &Policies, input: &Input, show_data: bool) -> Result<Replayed, Failure> {
    let (paths, split, most) = match input {
        Input::Posts(paths, _) => (paths, Split::Posts, MAX_POST_BYTES),
        Input::Audit(paths, _) => (paths, Split::Lines, MAX_LINE_BYTES),
    };
    let sources = source::list(paths)?;
    let read = Arc::new(AtomicU64::new(0));
    let progress = Progress::start(&read, total(&sources));
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (batches, batch_queue) = sync_channel::<(u64, Batch)>(workers);
    let (results, result_queue) = sync_channel::<(u64, Result<Tally, Failure>)>(workers);
    let batch_queue = Mutex::new(batch_queue);
    let (digest, tally) = thread::scope(|scope| {
        for _ in 0..workers {
            let (results, batch_queue) = (results.clone(), &batch_queue);
            scope.spawn(move || work(policies, input, show_data, batch_queue, &results));
        }
        drop(results);
        let (sources, read) = (&sources, &read);
        // Owns the sender: the workers end when there is nobody left who could send.
        let reader = scope.spawn(move || {
            let mut number = 0;
            source::read(sources, split, most, read, |batch| {
                let sent = batches.send((number, batch)).is_ok();
                number += 1;
                sent
            })
        });
        let tally = collect(&result_queue);
        let digest = reader.join().unwrap_or_else(|_| Err(Failure::Usage("the reader failed".to_owned())));
        (digest, tally)
    });
    progress.finish();
    Ok(Replayed { digest: digest?, tally: tally?, files: sources.into_iter().map(|source| source.name).collect() })
}

fn total(sources: &[Source]) -> Option<u64> {
    sources.iter().map(|source| source.bytes).sum()
}

/// Scores batches until there are no more.
fn work(
    policies: &Policies,
    input: &Input,
    show_data: bool,
    batches: &Mutex<Receiver<(u64, Batch)>>,
    results: &SyncSender<(u64, Result<Tally, Failure>)>,
) {
    let score = scoring(policies, input, show_data);
    loop {
        let next = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, batch)) = next else { return };
        let tally = match &score {
            Ok(score) => Ok(score(&batch)),
            Err(error) => Err(Failure::Usage(error.to_string())),
        };
        if results.send((number, tally)).is_err() {
            return;
        }
    }
}

type Scoring<'p> = Box<dyn Fn(&Batch) -> Tally + 'p>;

fn scoring<'p>(policies: &'p Policies, input: &'p Input, show_data: bool) -> Result<Scoring<'p>, Failure> {
    match input {
        Input::Posts(_, given) => {
            let scorer = Scorer::new(policies, given)?;
            Ok(Box::new(move |batch| score_posts(policies, &scorer, batch, show_data)))
        }
        Input::Audit(_, options) => {
            let audit = Audit::new(policies, options.any_revision);
            Ok(Box::new(move |batch| score_lines(policies, &audit, batch, show_data)))
        }
    }
}

fn score_posts(policies: &Policies, scorer: &Scorer<'_>, batch: &Batch, show_data: bool) -> Tally {
    let mut tally = Tally::default();
    for (at, bytes) in batch.items() {
        let Some(bytes) = bytes else {
            tally.refuse(at, Reason::TooLong);
            continue;
        };
        match scorer.score(bytes) {
            Ok(scored) => {
                let id = || id(scored.requester_id.as_deref(), show_data);
                tally.count(policies, at, scored.pattern, id, (scored.slices, scored.skips));
            }
            Err(cause) => tally.refuse(at, Reason::Post(cause)),
        }
    }
    tally
}

fn score_lines(policies: &Policies, audit: &Audit<'_>, batch: &Batch, show_data: bool) -> Tally {
    let mut tally = Tally::default();
    for (at, bytes) in batch.items() {
        let Some(bytes) = bytes else {
            tally.refuse(at, Reason::TooLong);
            continue;
        };
        let found = audit_line::find(bytes, |line| {
            let pattern = audit.score(line)?;
            Ok((pattern, line.requester_id.as_deref().map(str::to_owned), audit.skips(line)))
        });
        match found {
            Found::Line(Ok((pattern, requester_id, skips))) => {
                let id = || id(requester_id.as_deref(), show_data);
                tally.count(policies, at, pattern, id, (None, skips));
            }
            Found::Line(Err(cause)) => tally.refuse(at, Reason::Audit(cause)),
            Found::Broken => tally.refuse(at, Reason::Broken),
            Found::Other => tally.other_lines += 1,
        }
    }
    tally
}

fn id(requester_id: Option<&str>, show_data: bool) -> Id {
    match requester_id {
        None => Id::None,
        Some(text) if show_data => Id::Plain(text.into()),
        Some(text) => {
            let digest = Sha256::digest(text.as_bytes());
            digest.first_chunk().copied().map_or(Id::None, Id::Hash)
        }
    }
}

/// Puts the counts together in the order of the batches.
fn collect(results: &Receiver<(u64, Result<Tally, Failure>)>) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let mut early = BTreeMap::new();
    let mut next = 0;
    let mut failure = None;
    while let Ok((number, counted)) = results.recv() {
        match counted {
            Ok(counted) => _ = early.insert(number, counted),
            Err(error) => failure = Some(error),
        }
        while let Some(counted) = early.remove(&next) {
            tally.add(counted);
            next += 1;
        }
    }
    failure.map_or(Ok(tally), Err)
}
