//! The facts of a case that are there but can't be read.

use std::collections::BTreeSet;

use crate::payload::v3::UnreadableFact;

use super::case::Case;
use super::face;
use super::reading::Reading;

/// Returns the names of the facts that can't be read, in the scores, in the documents, and where the age limit comes
/// from.
pub(super) fn facts(
    case: &Case<'_>,
    identity: &Reading<'_>,
    address: Option<&Reading<'_>>,
) -> BTreeSet<UnreadableFact> {
    let documents = [identity].into_iter().chain(address);
    let mut names: BTreeSet<_> =
        documents.flat_map(|document| document.proof.unreadable_facts(&document.dates)).collect();
    if case.kyc.liveness_score().is_unreadable() {
        names.insert(UnreadableFact::LivenessScore);
    }
    if identity.age_limit(case).is_place_unreadable {
        names.insert(UnreadableFact::Field);
    }
    if face::score(&case.kyc, case.evidence).is_unreadable() {
        names.insert(UnreadableFact::FaceScore);
    }
    names
}
