//! The figures of a replay, made of what was counted.

use std::collections::BTreeMap;

use kyc_gate::scoring::CheckId;

use super::cause::Cause;
use super::pattern::{Policies, State};
use super::tally::Tally;
use super::unknown::Unknown;

/// The figures of a replay.
#[derive(Default)]
pub struct Summary {
    /// Posts or audit lines that were read.
    pub read: u64,
    /// Of those, the ones that can't be scored.
    pub ineligible: u64,
    /// Of those, the ones that were scored.
    pub posts: u64,
    /// Posts whose decision changes.
    pub flips: u64,
    /// From which state to which.
    pub transitions: BTreeMap<(State, State), u64>,
    /// Every check that any post made.
    pub checks: Vec<CheckFigures>,
    /// What made decisions change, the most frequent first.
    pub causes: Vec<(Cause, Share)>,
    /// Why decisions aren't known: the number of posts that each reason is one of.
    pub unknowns: Vec<(Unknown, u64)>,
}

/// A check.
pub struct CheckFigures {
    /// The check.
    pub check: CheckId,
    /// Posts that made it: in force, proposed.
    pub made: [u64; 2],
    /// Posts that failed it.
    pub failed: [u64; 2],
    /// Posts without evidence for it.
    pub skipped: [u64; 2],
    /// What failing it costs, the least and the most of all profiles.
    pub points: [(u8, u8); 2],
    /// Its share in the decisions that change.
    pub share: Share,
}

/// A share in the decisions that change.
#[derive(Debug, Clone, Copy, Default)]
pub struct Share {
    /// In those that become worse.
    pub worse: f64,
    /// In those that become better.
    pub better: f64,
}

impl Share {
    /// Returns the share in all of them.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.worse + self.better
    }
}

impl Summary {
    /// Computes the figures.
    #[must_use]
    pub fn new(policies: &Policies, tally: &Tally) -> Self {
        let causes = causes(policies, tally);
        let mut summary = Self {
            read: tally.read,
            ineligible: tally.ineligible.values().map(|(count, _)| count).sum(),
            checks: checks(policies, tally, &causes),
            unknowns: unknowns(policies, tally),
            ..Self::of_transitions(tally.transitions(policies))
        };
        summary.causes = causes.into_iter().collect();
        summary
            .causes
            .sort_by(|(one, first), (other, second)| second.sum().total_cmp(&first.sum()).then_with(|| one.cmp(other)));
        summary
    }

    /// Computes the figures that transitions tell.
    #[must_use]
    pub fn of_transitions(transitions: BTreeMap<(State, State), u64>) -> Self {
        let flips = transitions.iter().filter(|((from, to), _)| from != to && *to != State::Unknown);
        Self {
            posts: transitions.values().sum(),
            flips: flips.map(|(_, count)| count).sum(),
            transitions,
            ..Self::default()
        }
    }

    /// Returns the number of posts that go from a state to another.
    #[must_use]
    pub fn transition(&self, from: State, to: State) -> u64 {
        self.transitions.get(&(from, to)).copied().unwrap_or_default()
    }

    /// Returns the number of posts in a state in force.
    #[must_use]
    pub fn in_force(&self, state: State) -> u64 {
        self.transitions.iter().filter(|((from, _), _)| *from == state).map(|(_, count)| count).sum()
    }

    /// Returns the number of posts in a state as proposed.
    #[must_use]
    pub fn proposed(&self, state: State) -> u64 {
        self.transitions.iter().filter(|((_, to), _)| *to == state).map(|(_, count)| count).sum()
    }

    /// Returns the states that any post is in.
    #[must_use]
    pub fn states(&self) -> Vec<State> {
        let decisions = [State::Accept, State::Review, State::Reject];
        let others = [State::Error, State::Unknown].into_iter();
        let is_any = |state: &State| self.in_force(*state) > 0 || self.proposed(*state) > 0;
        decisions.into_iter().chain(others.filter(is_any)).collect()
    }
}

fn causes(policies: &Policies, tally: &Tally) -> BTreeMap<Cause, Share> {
    let mut flips = vec![0_u64; tally.flip_patterns.len()];
    for flip in &tally.flips {
        if let Some(count) = usize::try_from(flip.pattern).ok().and_then(|at| flips.get_mut(at)) {
            *count += 1;
        }
    }
    let mut causes: BTreeMap<Cause, Share> = BTreeMap::new();
    for (pattern, count) in tally.flip_patterns.iter().zip(flips) {
        let outcome = policies.conclude(pattern);
        for (cause, value) in policies.causes(pattern) {
            let share = causes.entry(cause).or_default();
            let side = if outcome.from < outcome.to { &mut share.worse } else { &mut share.better };
            *side += value * super::condition::number(count);
        }
    }
    causes
}

fn checks(policies: &Policies, tally: &Tally, causes: &BTreeMap<Cause, Share>) -> Vec<CheckFigures> {
    let figures = CheckId::all().zip(&tally.skipped).map(|(check, skipped)| {
        let is_address = matches!(check, CheckId::Address(_));
        let (mut made, mut failed) = ([0; 2], [0; 2]);
        for (pattern, count) in &tally.patterns {
            for (at, side) in [pattern.old, pattern.new].iter().enumerate() {
                let Some(judged) = side.judged().filter(|judged| !is_address || judged.address.is_some()) else {
                    continue;
                };
                made.get_mut(at).into_iter().for_each(|made| *made += count);
                failed.get_mut(at).filter(|_| judged.fails(check)).into_iter().for_each(|failed| *failed += count);
            }
        }
        let points = [&policies.old, &policies.new].map(|policy| {
            let weights = || policy.profiles.iter().map(|profile| profile.weight(check));
            (weights().min().unwrap_or_default(), weights().max().unwrap_or_default())
        });
        let share = causes.get(&Cause::Check(check)).copied().unwrap_or_default();
        CheckFigures { check, made, failed, skipped: *skipped, points, share }
    });
    figures.filter(|figures| figures.made != [0; 2]).collect()
}

fn unknowns(policies: &Policies, tally: &Tally) -> Vec<(Unknown, u64)> {
    let count = |unknown: Unknown| {
        let patterns = tally.patterns.iter().filter(|(pattern, _)| pattern.unknowns.iter().any(|why| why == unknown));
        let undecided = patterns.filter(|(pattern, _)| policies.conclude(pattern).to == State::Unknown);
        undecided.map(|(_, count)| *count).sum::<u64>()
    };
    let counted = Unknown::ALL.into_iter().map(|unknown| (unknown, count(unknown)));
    counted.filter(|(_, count)| *count > 0).collect()
}
