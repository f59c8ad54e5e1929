//! The facts of a case that are there but can't be read.

use std::collections::BTreeSet;

use crate::payload::v3::UnreadableFact;

use super::case::Case;
use super::face;
use super::reading::Reading;

/// Returns the names of the facts that can't be read, in the scores and in the documents.
pub(super) fn facts<'r>(case: &Case<'_>, documents: impl Iterator<Item = &'r Reading<'r>>) -> BTreeSet<UnreadableFact> {
    let mut names: BTreeSet<_> =
        documents.flat_map(|document| document.proof.unreadable_facts(&document.dates)).collect();
    if case.kyc.liveness_score().is_unreadable() {
        names.insert(UnreadableFact::LivenessScore);
    }
    if face::score(&case.kyc, case.evidence).is_unreadable() {
        names.insert(UnreadableFact::FaceScore);
    }
    names
}
