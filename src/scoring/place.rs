//! Comparing parts of an address.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::payload::name;

/// The longest address that is compared, in bytes. Real ones are far shorter, and a comparison must stay cheap.
pub(super) const MAX_BYTES: usize = 1_000;

/// Characters of the shortest postal code that is looked for among other things. Shorter numbers are those of houses.
const SHORTEST_CODE: usize = 3;

/// Returns whether every claimed word is in the printed text. Words are compared as names are. Numbers must be equal:
/// a number that is nearly the same is another house.
pub(super) fn holds_words(claimed: &str, printed: &str, similarity: f64) -> bool {
    let (Some(claimed), Some(printed)) = (groups(claimed), groups(printed)) else { return false };
    let (claimed_numbers, claimed_words) = by_digits(claimed);
    let (mut numbers, words) = by_digits(printed);
    let all_numbers = claimed_numbers.iter().all(|claimed| match numbers.iter().position(|found| found == claimed) {
        Some(at) => {
            numbers.swap_remove(at);
            true
        }
        None => false,
    });
    match (all_numbers, claimed_words.is_empty()) {
        (false, _) => false,
        (true, true) => !claimed_numbers.is_empty(),
        (true, false) => name::claim_matches(&claimed_words.join(" "), &words.join(" "), similarity),
    }
}

/// Returns whether a printed postal code is the claimed one, or has it as whole groups: `LV1010` and `1010` in
/// `LV-1010`.
pub(super) fn is_code(claimed: &str, printed: &str) -> bool {
    let Some((claimed, printed)) = code(claimed).zip(code_groups(printed)) else { return false };
    printed.concat() == claimed || holds(&printed, &claimed)
}

/// Returns whether an undivided address has a postal code: as one group of at least three characters, or as groups
/// that stand next to each other (`SW1A 1AA`). The number that the address begins with is a house's.
pub(super) fn holds_code(claimed: &str, printed: &str) -> bool {
    let Some((claimed, printed)) = code(claimed).zip(code_groups(printed)) else { return false };
    let is_number = |group: &String| group.bytes().all(|byte| byte.is_ascii_digit());
    let house = usize::from(printed.first().is_some_and(is_number));
    holds(printed.get(house..).unwrap_or_default(), &claimed)
}

fn holds(groups: &[String], code: &str) -> bool {
    let starts = 0..groups.len();
    code.chars().count() >= SHORTEST_CODE && starts.into_iter().any(|start| spells(groups.iter().skip(start), code))
}

/// Returns whether the first groups, joined, are the code. Only whole groups count, so that 1010 is not in 21010.
fn spells<'t>(groups: impl Iterator<Item = &'t String>, code: &str) -> bool {
    let mut rest = code;
    for group in groups {
        let Some(left) = rest.strip_prefix(group.as_str()) else { return false };
        if left.is_empty() {
            return true;
        }
        rest = left;
    }
    false
}

/// Returns a postal code without spaces and hyphens; `None` where nothing is left of it.
fn code(text: &str) -> Option<String> {
    code_groups(text).map(|groups| groups.concat()).filter(|code| !code.is_empty())
}

fn code_groups(text: &str) -> Option<Vec<String>> {
    Some(groups(text)?.iter().map(|group| folded(group)).collect())
}

/// Parts a text at what is neither letter nor digit. The letters keep their marks: `MUENCHEN` and `MUNCHEN` are both
/// `MÜNCHEN`, but not each other.
fn groups(text: &str) -> Option<Vec<String>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let composed: String = text.nfkc().collect();
    let parts = composed.split(|character: char| !character.is_alphanumeric() && !is_combining_mark(character));
    Some(parts.filter(|group| !group.is_empty()).map(str::to_owned).collect())
}

/// Parts groups with a digit, folded, from those without.
fn by_digits(groups: Vec<String>) -> (Vec<String>, Vec<String>) {
    let (numbers, words): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|group| group.chars().any(|character| character.is_ascii_digit()));
    (numbers.iter().map(|number| folded(number)).collect(), words)
}

fn folded(group: &str) -> String {
    name::fold(group).concat()
}
