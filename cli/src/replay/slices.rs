//! The groups that a post belongs to: issuing state, kind of document and age band.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::pattern::{Outcome, State};

/// By what posts are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The country that issued the document, ISO 3166-1 alpha-2.
    IssuingState,
    /// Rebilly's subtype.
    DocumentType,
    /// The age on the day of the post.
    Age,
}

/// The groups of one post; nothing finer is kept of it.
pub struct Slices {
    groups: [(By, String); 3],
}

/// How the posts of one group end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Group {
    /// In force, in the order of [`State::KNOWN`].
    pub old: [u64; 4],
    /// Proposed.
    pub new: [u64; 4],
    /// Posts whose decision changes.
    pub flips: u64,
}

/// Groups with fewer posts are not told: somebody might be recognised.
pub const LEAST: u64 = 20;
/// What groups are put together under that are too small to be told.
pub const SMALL: &str = "(groups under 20)";
const UNKNOWN: &str = "(unknown)";

impl By {
    /// Every way of grouping.
    pub const ALL: [Self; 3] = [Self::IssuingState, Self::DocumentType, Self::Age];

    /// Returns the word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IssuingState => "issuingState",
            Self::DocumentType => "documentType",
            Self::Age => "age",
        }
    }
}

impl Slices {
    /// Returns the template by which the core draws what [`Self::read`] reads.
    #[must_use]
    pub fn template() -> Value {
        json!({ "state": "${issuing_state_code}", "subtype": "${doc_subtype}", "age": "${age}" })
    }

    /// Reads what the template gave.
    #[must_use]
    pub fn read(drawn: &Value) -> Self {
        let text = |name| drawn.get(name).and_then(Value::as_str).unwrap_or(UNKNOWN).to_owned();
        let age = drawn.get("age").and_then(Value::as_u64).map_or(UNKNOWN, band).to_owned();
        Self { groups: [(By::IssuingState, text("state")), (By::DocumentType, text("subtype")), (By::Age, age)] }
    }

    /// Counts the post in its groups.
    pub fn count(self, outcome: &Outcome, groups: &mut BTreeMap<(By, String), Group>) {
        for key in self.groups {
            groups.entry(key).or_default().count(outcome);
        }
    }
}

impl Group {
    /// Returns the number of posts.
    #[must_use]
    pub fn posts(&self) -> u64 {
        self.old.iter().sum()
    }

    fn count(&mut self, outcome: &Outcome) {
        for (counts, state) in [(&mut self.old, outcome.from), (&mut self.new, outcome.to)] {
            let at = State::KNOWN.iter().position(|known| *known == state);
            if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
        }
        self.flips += u64::from(outcome.is_flip());
    }

    /// Adds another group's posts.
    pub fn add(&mut self, other: &Self) {
        for (count, more) in self.old.iter_mut().zip(other.old).chain(self.new.iter_mut().zip(other.new)) {
            *count += more;
        }
        self.flips += other.flips;
    }
}

/// Returns the groups of one kind that may be told, largest first. Those with fewer than [`LEAST`] posts are put
/// together; where even that is too small to be told, or could be had by subtraction, the smallest of the others goes
/// with them.
#[must_use]
pub fn told(groups: &BTreeMap<(By, String), Group>, by: By) -> Vec<(String, Group)> {
    let of_kind = groups.iter().filter(|((kind, _), _)| *kind == by);
    let mut rows: Vec<(String, Group)> = of_kind.map(|((_, name), group)| (name.clone(), *group)).collect();
    if by == By::Age {
        rows.sort_by_key(|(name, _)| BANDS.iter().position(|band| band.1 == name).unwrap_or(BANDS.len()));
    } else {
        rows.sort_by_key(|(name, group)| (std::cmp::Reverse(group.posts()), name.clone()));
    }
    let (mut large, small): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, group)| group.posts() >= LEAST);
    if small.is_empty() {
        return large;
    }
    let mut rest = Group::default();
    small.iter().for_each(|(_, group)| rest.add(group));
    if rest.posts() < LEAST {
        let smallest = large.iter().enumerate().min_by_key(|(_, (_, group))| group.posts()).map(|(at, _)| at);
        // Without a large group, everything is too small to be told.
        let Some(smallest) = smallest else { return Vec::new() };
        rest.add(&large.remove(smallest).1);
    }
    large.push((SMALL.to_owned(), rest));
    large
}

const BANDS: [(u64, &str); 7] = [
    (18, "under 18"),
    (25, "18 to 24"),
    (35, "25 to 34"),
    (45, "35 to 44"),
    (55, "45 to 54"),
    (65, "55 to 64"),
    (u64::MAX, "65 and over"),
];

fn band(age: u64) -> &'static str {
    BANDS.iter().find(|(end, _)| age < *end).map_or(UNKNOWN, |(_, name)| name)
}
