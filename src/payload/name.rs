//! Names of people: folding and comparison.

/// Folds a name to its comparable tokens: NFKD, no marks, upper case, `'` `-` `.` `,` to space.
#[must_use]
pub fn fold(name: &str) -> Vec<String> {
    let _ = name;
    todo!()
}

/// Whether every claimed token finds its own document token with Jaro-Winkler similarity ≥ `similarity`.
#[must_use]
pub fn claim_matches(claimed: &str, document: &str, similarity: f64) -> bool {
    let _ = (claimed, document, similarity);
    todo!()
}

/// Whether two sources of one document carry the same name after folding.
#[must_use]
pub fn sources_agree(a: &str, b: &str) -> bool {
    let _ = (a, b);
    todo!()
}
