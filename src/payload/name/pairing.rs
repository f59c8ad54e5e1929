//! Giving every claimed token a document token of its own: maximum bipartite matching by augmenting paths.

/// Most tokens on either side: a bit each.
pub(super) const MAX_TOKENS: usize = 32;

/// Returns whether each of `claimed` can be given its own one of `document`. Taking the first that fits isn't enough:
/// of the claim ANNA ANNE the first may fit both words, the second only one of them.
pub(super) fn each_finds_its_own<T>(claimed: &[T], document: &[T], fits: impl Fn(&T, &T) -> bool) -> bool {
    if claimed.len() > document.len() || document.len() > MAX_TOKENS {
        return false;
    }
    // Of each claim the words that fit it, a bit for each.
    let mut fitting = [0_u32; MAX_TOKENS];
    for (claim, fitting) in claimed.iter().zip(&mut fitting) {
        for (at, word) in document.iter().enumerate() {
            *fitting |= u32::from(fits(claim, word)) << at;
        }
        if *fitting == 0 {
            return false;
        }
    }
    let mut owners = [None; MAX_TOKENS];
    (0..claimed.len()).all(|claim| find(claim, &fitting, &mut owners, &mut 0))
}

/// Finds a word for `claim`, moving earlier claims to other words where that frees one. Goes at most as deep as
/// there are claims, since it asks no word twice.
fn find(claim: usize, fitting: &[u32], owners: &mut [Option<usize>], asked: &mut u32) -> bool {
    let fitting_this = fitting.get(claim).copied().unwrap_or_default();
    loop {
        let word = (fitting_this & !*asked).trailing_zeros();
        let Some(bit) = 1_u32.checked_shl(word) else { return false };
        *asked |= bit;
        let word = word as usize;
        let owner = owners.get(word).copied().flatten();
        if owner.is_none_or(|owner| find(owner, fitting, owners, asked)) {
            if let Some(owner) = owners.get_mut(word) {
                *owner = Some(claim);
            }
            return true;
        }
    }
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
