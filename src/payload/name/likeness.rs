//! How alike two Latin words are as names, from 0 to 1.
//!
//! 1 is the same word. What [`super::distance`] costs is measured against a budget that grows with the word: where the
//! budget is spent, the likeness is [`AT_BUDGET`], the default of `nameSimilarity`. Two words that are both known as
//! names are two people's, unless one is a spelling of the other.

use super::distance::{self, Allowed};
use super::respelling::Cost;
use super::{known, pinyin};

/// The likeness of words that are as far apart as a slip may take them.
const AT_BUDGET: f64 = 0.92;

/// The likeness of two spellings of one listed name.
pub(super) const ONE_NAME: f64 = 0.98;

/// Returns how alike two words in Latin capitals are; 0 below `least`. `are_listed` says that both are known as names
/// whatever the list of names says.
pub(super) fn of(a: &str, b: &str, are_listed: bool, least: f64) -> f64 {
    let Some((one, other)) = words(a, b) else { return 0.0 };
    let budget = budget(one, other);
    let are_names = are_listed
        || (known::is_name(one) && known::is_name(other))
        || (pinyin::is_given_name(one) && pinyin::is_given_name(other));
    let allowed = if are_names { Allowed::SameName } else { Allowed::Anything };
    let cost = distance::between(one, other, allowed, limit(budget, least));
    cost.map_or(0.0, |cost| 1.0 - (1.0 - AT_BUDGET) * f64::from(cost) / f64::from(budget))
}

/// Returns whether two words in Latin capitals differ by no more than spelling.
pub(super) fn is_respelling(a: &str, b: &str) -> bool {
    words(a, b)
        .is_some_and(|(one, other)| distance::between(one, other, Allowed::SameName, budget(one, other)).is_some())
}

/// Only words in Latin capitals are compared letter by letter.
fn words<'w>(a: &'w str, b: &'w str) -> Option<(&'w [u8], &'w [u8])> {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|c| c.is_ascii_uppercase());
    (is_word(a) && is_word(b)).then_some((a.as_bytes(), b.as_bytes()))
}

/// Returns what may happen to the longer one of two words.
fn budget(one: &[u8], other: &[u8]) -> Cost {
    match one.len().max(other.len()) {
        0..=2 => 10,
        3 => 30,
        4 | 5 => 55,
        6..=8 => 100,
        9..=11 => 130,
        _ => 180,
    }
}

/// Returns the cost at which the likeness falls below `least`.
fn limit(budget: Cost, least: f64) -> Cost {
    let times = ((1.0 - least) / (1.0 - AT_BUDGET)).clamp(0.0, 20.0);
    // At most 3,600, and never negative.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let limit = (f64::from(budget) * times + 1e-6).floor() as Cost;
    limit
}
