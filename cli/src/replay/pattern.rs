//! Posts that are alike to both policies.

use kyc_gate::scoring::Decision;

use super::judged::{Judged, Side};
use super::policy::{Conclusion, Policy};
use super::unknown::Unknowns;

/// What both policies make of a post. A replay counts patterns, so its memory grows by their number and not by the
/// number of posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pattern {
    /// In force.
    pub old: Side,
    /// Proposed. Of a post of which not all is known, what is proposed at best.
    pub new: Side,
    /// What is proposed at worst, where that isn't known.
    pub worst: Option<Judged>,
    /// Why it isn't known.
    pub unknowns: Unknowns,
}

/// What becomes of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Accepted.
    Accept,
    /// To be reviewed by a person.
    Review,
    /// Rejected.
    Reject,
    /// Refused without a decision.
    Error,
    /// Can't be told from audit lines.
    Unknown,
}

/// A pattern with the two policies' conclusions.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// In force.
    pub old: Option<Conclusion>,
    /// Proposed; at best, where not all is known.
    pub new: Option<Conclusion>,
    /// Whether all is known.
    pub exact: bool,
    /// What becomes of the post in force.
    pub from: State,
    /// What becomes of it as proposed.
    pub to: State,
}

/// The two policies that are compared.
pub struct Policies {
    /// In force.
    pub old: Policy,
    /// Proposed.
    pub new: Policy,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Accept, Self::Review, Self::Reject, Self::Error, Self::Unknown];
    /// The states of a post in force.
    pub const KNOWN: [Self; 4] = [Self::Accept, Self::Review, Self::Reject, Self::Error];

    /// Returns the word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Review => "review",
            Self::Reject => "reject",
            Self::Error => "error",
            Self::Unknown => "unknown",
        }
    }
}

impl From<Decision> for State {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Accept => Self::Accept,
            Decision::Review => Self::Review,
            Decision::Reject => Self::Reject,
        }
    }
}

impl Outcome {
    /// Returns whether the decision changes.
    #[must_use]
    pub fn is_flip(&self) -> bool {
        self.to != State::Unknown && self.from != self.to
    }
}

impl Policies {
    /// Concludes what both policies make of a pattern.
    #[must_use]
    pub fn conclude(&self, pattern: &Pattern) -> Outcome {
        let old = pattern.old.judged().and_then(|judged| self.old.conclude(judged));
        let new = pattern.new.judged().and_then(|judged| self.new.conclude(judged));
        let state = |conclusion: Option<Conclusion>| conclusion.map_or(State::Error, |found| found.decision.into());
        let worst = pattern.worst.as_ref().and_then(|judged| self.new.conclude(judged));
        let certain = pattern.worst.is_none() || worst.map(|found| found.decision) == new.map(|found| found.decision);
        Outcome {
            old,
            new,
            exact: pattern.worst.is_none(),
            from: state(old),
            to: if certain { state(new) } else { State::Unknown },
        }
    }
}
