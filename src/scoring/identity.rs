//! The checks of the identity proof (gate.md 5.1).

use crate::payload::field::Field;
use crate::payload::{Proof, date, mrz};

use super::check::IdentityCheck;
use super::evidence::Evidence;
use super::finding::Finding;
use super::judge::Case;
use super::{age, face, person, signal, subtype};

/// What a check finds in the identity document.
pub(super) fn find(case: &Case<'_>, check: IdentityCheck) -> Finding {
    let (evidence, signals) = (case.evidence, &case.evidence.signals);
    let proof = case.kyc.identity();
    match check {
        IdentityCheck::ContainsImage => present(proof.has_portrait()),
        IdentityCheck::IsIdentityDocument => {
            subtype::is_identity_document(&proof).map_or(Finding::NOT_PROVEN, Finding::of)
        }
        IdentityCheck::DocumentSubtype => recognised(&proof, &evidence.identity_subtypes),
        IdentityCheck::IsPublishedOnline => published(&proof, &signals.published_online),
        IdentityCheck::IsPhotocopy => sound(&proof, &signals.photocopy),
        IdentityCheck::IsTampered => sound(&proof, &signals.tampered),
        IdentityCheck::MrzChecksum => checksum(&proof, &signals.mrz),
        IdentityCheck::FirstName => person::first_name(case, &proof),
        IdentityCheck::LastName => person::last_name(case, &proof),
        IdentityCheck::DateOfBirth => dated(&proof, Field::DateOfBirth, evidence),
        IdentityCheck::MatchesDateOfBirth => person::matching_birth(case),
        IdentityCheck::IssueDate => dated(&proof, Field::DateOfIssue, evidence),
        IdentityCheck::ExpirationDate => dated(&proof, Field::DateOfExpiry, evidence),
        IdentityCheck::Nationality => {
            present(proof.field(Field::Nationality).is_some() || proof.field(Field::NationalityCode).is_some())
        }
        IdentityCheck::HasMinimalAge => age::reached(case),
        IdentityCheck::HasMatchingFaceProof => face::matching(&case.kyc, evidence),
    }
}

/// A fact that the document must carry.
pub(super) fn present(is_there: bool) -> Finding {
    if is_there { Finding::Pass } else { Finding::NOT_PROVEN }
}

/// A subtype in the list.
pub(super) fn recognised(proof: &Proof<'_>, subtypes: &[String]) -> Finding {
    match subtype::of(proof) {
        None => Finding::NOT_PROVEN,
        Some(found) => Finding::of(found.is_some_and(|found| subtypes.iter().any(|subtype| subtype == found))),
    }
}

/// The scanner looked for a forgery and found none.
pub(super) fn sound(proof: &Proof<'_>, signals: &[String]) -> Finding {
    let sighting = signal::look(proof, signals);
    match (sighting.failed, sighting.passed) {
        (true, _) => Finding::Fail,
        (false, true) => Finding::Pass,
        (false, false) => Finding::NOT_EVALUATED,
    }
}

/// Nothing in a scan proves that a document is nowhere online, so this never passes.
fn published(proof: &Proof<'_>, signals: &[String]) -> Finding {
    if signal::look(proof, signals).failed { Finding::Fail } else { Finding::NOT_EVALUATED }
}

/// The scanner's own word on the check digits, else ours.
fn checksum(proof: &Proof<'_>, signals: &[String]) -> Finding {
    let sighting = signal::look(proof, signals);
    if sighting.failed {
        return Finding::Fail;
    }
    if sighting.passed && !sighting.undone {
        return Finding::Pass;
    }
    let recomputed = proof.field(Field::MrzStrings).and_then(|zone| mrz::check_digits(&zone));
    recomputed.map_or(Finding::NOT_EVALUATED, Finding::of)
}

fn dated(proof: &Proof<'_>, field: Field, evidence: &Evidence) -> Finding {
    match proof.field(field) {
        None => Finding::NOT_PROVEN,
        Some(text) => Finding::of(date::parse(&text, evidence.date_order).is_some()),
    }
}
