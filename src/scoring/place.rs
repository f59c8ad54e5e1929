//! Comparing parts of an address.

use crate::payload::name;

/// The longest address that is compared, in bytes. Real ones are far shorter, and a comparison must stay cheap.
const LONGEST: usize = 1_000;

/// Returns whether every claimed word is in the printed text. Words are compared as names are. Numbers must be equal:
/// a number that is nearly the same is another house.
pub(super) fn holds_words(claimed: &str, printed: &str, similarity: f64) -> bool {
    let (Some(claimed), Some(printed)) = (tokens(claimed), tokens(printed)) else { return false };
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

/// Returns whether a postal code is in the printed text, however either is grouped: `LV-1010`, `lv1010`, `SW1A 1AA`.
pub(super) fn holds_code(claimed: &str, printed: &str) -> bool {
    let (Some(claimed), Some(printed)) = (tokens(claimed), tokens(printed)) else { return false };
    let code = claimed.concat();
    (0..printed.len()).any(|start| spells(printed.iter().skip(start), &code))
}

/// Returns whether the first tokens, joined, are the code. Only whole tokens count, so that 1010 is not in 21010.
fn spells<'t>(tokens: impl Iterator<Item = &'t String>, code: &str) -> bool {
    let mut rest = code;
    for token in tokens {
        let Some(left) = rest.strip_prefix(token.as_str()) else { return false };
        if left.is_empty() {
            return true;
        }
        rest = left;
    }
    false
}

fn tokens(text: &str) -> Option<Vec<String>> {
    if text.len() > LONGEST {
        return None;
    }
    let letters_and_digits = |token: &String| -> Vec<String> {
        token.split(|character: char| !character.is_alphanumeric()).map(str::to_owned).collect()
    };
    let tokens = name::fold(text).iter().flat_map(letters_and_digits).filter(|token| !token.is_empty()).collect();
    Some(tokens)
}

fn by_digits(tokens: Vec<String>) -> (Vec<String>, Vec<String>) {
    tokens.into_iter().partition(|token| token.chars().any(|character| character.is_ascii_digit()))
}
