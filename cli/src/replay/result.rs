//! A replay's result, as all outputs show it.

use std::path::Path;

use super::condition::Judgement;
use super::pattern::{Outcome, Pattern, Policies};
use super::run::Replayed;
use super::summary::Summary;
use super::tally::{Flip, Id};
use crate::replay::source::{Position, hex};
use crate::terminal::inert;

/// A replay's result.
pub struct Outcomes {
    /// The two policies.
    pub policies: Policies,
    /// What was read and counted.
    pub replayed: Replayed,
    /// The figures.
    pub summary: Summary,
    /// The differences, in words.
    pub difference: Vec<String>,
    /// `--fail-if`.
    pub judgements: Vec<Judgement>,
    /// Whether audit lines were scored.
    pub is_audit: bool,
    /// The command, without what tells only where its outputs go.
    pub command: String,
}

/// A post whose decision changes, ready to be shown.
pub struct ShownFlip<'r> {
    /// File and line.
    pub place: String,
    /// The id, or its digest; empty without one.
    pub id: String,
    /// Its pattern.
    pub pattern: &'r Pattern,
}

impl Outcomes {
    /// Returns the posts whose decision changes, in the order of the input.
    pub fn flips(&self) -> impl Iterator<Item = ShownFlip<'_>> {
        let tally = &self.replayed.tally;
        tally.flips.iter().filter_map(move |flip| {
            Some(ShownFlip { place: self.place(flip.at), id: shown(flip), pattern: tally.pattern_of(flip)? })
        })
    }

    /// Returns what both policies make of a pattern.
    #[must_use]
    pub fn conclude(&self, pattern: &Pattern) -> Outcome {
        self.policies.conclude(pattern)
    }

    /// Returns a place in the input, as it is shown.
    #[must_use]
    pub fn place(&self, at: Position) -> String {
        let file = usize::try_from(at.file).ok().and_then(|file| self.replayed.files.get(file));
        let file = file.map(|file| on_a_line(file)).unwrap_or_default();
        if at.line == 0 { file } else { format!("{file}:{}", at.line) }
    }

    /// Returns what was read, in a word.
    #[must_use]
    pub fn items(&self) -> &'static str {
        match (self.is_audit, self.summary.read) {
            (true, 1) => "audit line",
            (true, _) => "audit lines",
            (false, 1) => "post",
            (false, _) => "posts",
        }
    }
}

fn shown(flip: &Flip) -> String {
    match &flip.id {
        Id::None => String::new(),
        Id::Hash(digest) => hex(digest),
        Id::Plain(id) => on_a_line(id),
    }
}

/// Returns a path as it is shown.
#[must_use]
pub fn file_name(path: &Path) -> String {
    on_a_line(&path.display().to_string())
}

/// Returns a text of somebody else's on one line, without what a terminal or a page would obey.
fn on_a_line(text: &str) -> String {
    inert(text).replace('\n', "\u{fffd}")
}

/// Returns a score in force and as proposed.
#[must_use]
pub fn scores(outcome: &Outcome) -> [String; 2] {
    let old = outcome.old.map(|found| found.score().to_string());
    let new = outcome.new.filter(|_| outcome.exact).map(|found| found.score().to_string());
    [old, new].map(Option::unwrap_or_default)
}
