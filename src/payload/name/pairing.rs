//! Giving every claimed token a document token of its own: maximum bipartite matching by augmenting paths.

/// Most tokens on either side.
pub(super) const MAX_TOKENS: usize = 32;

/// Returns whether each of `claimed` can be given its own one of `document`. Taking the first that fits isn't enough:
/// of the claim ANNA ANNE the first may fit both words, the second only one of them.
pub(super) fn each_finds_its_own<T>(claimed: &[T], document: &[T], fits: impl Fn(&T, &T) -> bool) -> bool {
    if claimed.len() > document.len() || document.len() > MAX_TOKENS {
        return false;
    }
    let fitting: Vec<Vec<usize>> = claimed
        .iter()
        .map(|claim| document.iter().enumerate().filter(|(_, word)| fits(claim, word)).map(|(at, _)| at).collect())
        .collect();
    let mut owners = vec![None; document.len()];
    (0..claimed.len()).all(|claim| find(claim, &fitting, &mut owners, &mut vec![false; document.len()]))
}

/// Finds a word for `claim`, moving earlier claims to other words where that frees one. Goes at most as deep as
/// there are claims, since it asks no word twice.
fn find(claim: usize, fitting: &[Vec<usize>], owners: &mut [Option<usize>], asked: &mut [bool]) -> bool {
    for &word in fitting.get(claim).into_iter().flatten() {
        let Some(asked_before) = asked.get_mut(word) else { continue };
        if std::mem::replace(asked_before, true) {
            continue;
        }
        let owner = owners.get(word).copied().flatten();
        if owner.is_none_or(|owner| find(owner, fitting, owners, asked)) {
            if let Some(owner) = owners.get_mut(word) {
                *owner = Some(claim);
            }
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_claim_moves_over() {
        // 1 fits both words, 2 only the first: 1 has to give it up.
        assert!(each_finds_its_own(&[1, 2], &[10, 20], |claim, word| *claim == 1 || *word == 10));
        assert!(!each_finds_its_own(&[1, 2], &[10, 20], |_, word| *word == 10));
        assert!(!each_finds_its_own(&[1, 2], &[10], |_, _| true));
    }
}
