//! What a replay counts.

use std::collections::{BTreeMap, HashMap};

use kyc_gate::scoring::CheckId;

use super::audit::Unscorable;
use super::pattern::{Outcome, Pattern, Policies, State};
use super::posts::Ineligible;
use super::slices::{By, Group, Slices};
use super::source::Position;

/// Number of checks of both proofs.
pub const CHECKS: usize = 26;

/// Most causes that are told apart.
const MAX_REASONS: usize = 64;

/// Why an item doesn't count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A post that can't be scored.
    Post(Ineligible),
    /// An audit line that can't be scored again.
    Audit(Unscorable),
    /// A part of an audit line.
    Broken,
    /// More bytes than any post or line may have.
    TooLong,
}

/// Checks that had no evidence, a bit for each in the order of [`CheckId::all`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Skips {
    /// In force.
    pub old: u32,
    /// Proposed.
    pub new: u32,
}

/// A post whose decision changes.
#[derive(Debug, Clone)]
pub struct Flip {
    /// Where it was read.
    pub at: Position,
    /// The post's id.
    pub id: Id,
    /// Position of its pattern in [`Tally::flip_patterns`].
    pub pattern: u32,
}

/// The id of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Id {
    /// It has none.
    None,
    /// The first 8 bytes of its SHA-256.
    Hash([u8; 8]),
    /// As it came, for `--show-data`.
    Plain(Box<str>),
}

/// What a replay counts. Grows by the number of patterns and, by some forty bytes each, of flips.
#[derive(Default)]
pub struct Tally {
    /// Posts or audit lines that were read, eligible or not.
    pub read: u64,
    /// Lines of a log that are no audit lines.
    pub other_lines: u64,
    /// The posts that both policies were asked about.
    pub patterns: BTreeMap<Pattern, u64>,
    /// Of those that weren't, the number, and where the first is.
    pub ineligible: BTreeMap<Reason, (u64, Position)>,
    /// The posts whose decision changes, in the order of the input.
    pub flips: Vec<Flip>,
    /// Their patterns.
    pub flip_patterns: Vec<Pattern>,
    /// The groups of posts.
    pub groups: BTreeMap<(By, String), Group>,
    /// Posts in which a check had no evidence: in force, proposed.
    pub skipped: [[u64; 2]; CHECKS],
    known: HashMap<Pattern, Outcome>,
    flip_indices: HashMap<Pattern, u32>,
}

impl Skips {
    /// Collects checks.
    pub fn of(checks: impl Iterator<Item = CheckId>) -> u32 {
        checks.filter_map(|check| CheckId::all().position(|known| known == check)).fold(0, |bits, at| bits | 1 << at)
    }
}

impl Tally {
    /// Counts a post that was scored.
    pub fn count(
        &mut self,
        policies: &Policies,
        at: Position,
        pattern: Pattern,
        id: impl FnOnce() -> Id,
        (slices, skips): (Option<Slices>, Skips),
    ) {
        self.read += 1;
        *self.patterns.entry(pattern).or_default() += 1;
        let outcome = *self.known.entry(pattern).or_insert_with(|| policies.conclude(&pattern));
        for (check, counts) in self.skipped.iter_mut().enumerate() {
            for (count, bits) in counts.iter_mut().zip([skips.old, skips.new]) {
                *count += u64::from(bits >> check & 1);
            }
        }
        if let Some(slices) = slices {
            slices.count(&outcome, &mut self.groups);
        }
        if outcome.is_flip() {
            let pattern = self.flip_pattern(pattern);
            self.flips.push(Flip { at, id: id(), pattern });
        }
    }

    /// Counts an item that can't be scored.
    pub fn refuse(&mut self, at: Position, reason: Reason) {
        self.read += 1;
        self.add_ineligible(reason, 1, at);
    }

    fn add_ineligible(&mut self, reason: Reason, more: u64, at: Position) {
        let is_new = !self.ineligible.contains_key(&reason);
        let reason = match reason {
            // Anybody can write a log with any number of revisions.
            Reason::Audit(Unscorable::OtherRevision(_)) if is_new && self.ineligible.len() >= MAX_REASONS => {
                Reason::Audit(Unscorable::OtherRevision("others".to_owned()))
            }
            reason => reason,
        };
        let (count, _) = self.ineligible.entry(reason).or_insert((0, at));
        *count += more;
    }

    /// Adds what was counted of a later part of the input.
    pub fn add(&mut self, other: Self) {
        self.read += other.read;
        self.other_lines += other.other_lines;
        for (pattern, count) in other.patterns {
            *self.patterns.entry(pattern).or_default() += count;
        }
        for (reason, (more, at)) in other.ineligible {
            self.add_ineligible(reason, more, at);
        }
        for (key, group) in other.groups {
            self.groups.entry(key).or_default().add(&group);
        }
        for (counts, more) in self.skipped.iter_mut().zip(other.skipped) {
            for (count, more) in counts.iter_mut().zip(more) {
                *count += more;
            }
        }
        let indices: Vec<u32> = other.flip_patterns.iter().map(|pattern| self.flip_pattern(*pattern)).collect();
        self.flips.extend(other.flips.into_iter().filter_map(|flip| {
            let pattern = indices.get(usize::try_from(flip.pattern).ok()?)?;
            Some(Flip { pattern: *pattern, ..flip })
        }));
    }

    /// Returns the pattern of a flip.
    #[must_use]
    pub fn pattern_of(&self, flip: &Flip) -> Option<&Pattern> {
        self.flip_patterns.get(usize::try_from(flip.pattern).ok()?)
    }

    /// Returns how many posts go from a state to another.
    #[must_use]
    pub fn transitions(&self, policies: &Policies) -> BTreeMap<(State, State), u64> {
        let mut transitions = BTreeMap::new();
        for (pattern, count) in &self.patterns {
            let outcome = policies.conclude(pattern);
            *transitions.entry((outcome.from, outcome.to)).or_default() += count;
        }
        transitions
    }

    fn flip_pattern(&mut self, pattern: Pattern) -> u32 {
        let next = u32::try_from(self.flip_patterns.len()).unwrap_or(u32::MAX);
        let at = *self.flip_indices.entry(pattern).or_insert(next);
        if at == next {
            self.flip_patterns.push(pattern);
        }
        at
    }
}

impl Reason {
    /// Returns the word.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Post(Ineligible::Refused(code, Some(cause))) => format!("{code}/{cause}"),
            Self::Post(Ineligible::Refused(code, None)) => (*code).to_owned(),
            Self::Post(Ineligible::NotKyc) => "not-kyc-post".to_owned(),
            Self::Post(Ineligible::NoKey) => "no-key".to_owned(),
            Self::Post(Ineligible::Envelope(member)) => format!("envelope/{member}"),
            Self::Post(Ineligible::NoTime) => "no-time".to_owned(),
            Self::Audit(Unscorable::Refused(code)) => (*code).to_owned(),
            Self::Audit(Unscorable::OtherRevision(revision)) => format!("other-revision/{revision}"),
            Self::Audit(Unscorable::UnknownProfile) => "unknown-profile".to_owned(),
            Self::Audit(Unscorable::OtherChecks) => "other-checks".to_owned(),
            Self::Audit(Unscorable::OtherRules) => "other-rules".to_owned(),
            Self::Audit(Unscorable::Contradictory) => "contradictory".to_owned(),
            Self::Broken => "broken-line".to_owned(),
            Self::TooLong => "too-long".to_owned(),
        }
    }

    /// Returns the sentence.
    #[must_use]
    pub fn text(&self) -> &'static str {
        match self {
            Self::Post(Ineligible::Refused("unreadable-body", _)) => "the body can't be read",
            Self::Post(Ineligible::Refused("invalid-payload", _)) => "JSON, but not a REL-ID V3 payload",
            Self::Post(Ineligible::Refused(..)) => "both policies refuse the post",
            Self::Post(Ineligible::NotKyc) => "neither policy takes the request for a KYC post",
            Self::Post(Ineligible::NoKey) => "encrypted, and the key isn't in the environment",
            Self::Post(Ineligible::Envelope(_)) => "a member of the envelope isn't right",
            Self::Post(Ineligible::NoTime) => "nothing says when the post came; give --at",
            Self::Audit(Unscorable::Refused(_)) => "the gate refused the post, so there is no decision to compare",
            Self::Audit(Unscorable::OtherRevision(_)) => "judged by another configuration than the one in force",
            Self::Audit(Unscorable::UnknownProfile) => "of a profile that the configuration in force doesn't have",
            Self::Audit(Unscorable::OtherChecks) => "with other checks than this version has",
            Self::Audit(Unscorable::OtherRules) => "with a rule that the configuration in force doesn't have",
            Self::Audit(Unscorable::Contradictory) => "its decision isn't the one that its checks and rules come to",
            Self::Broken => "an audit line that is cut or damaged",
            Self::TooLong => "longer than any post or line may be",
        }
    }
}
