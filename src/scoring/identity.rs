//! The checks of the identity proof (gate.md 5.1).

use crate::payload::field::Field;
use crate::payload::{Proof, date, mrz};

use super::check::IdentityCheck;
use super::code::CheckCode;
use super::evidence::Evidence;
use super::finding::Finding;
use super::judge::Case;
use super::signal::Signal;
use super::{age, face, person, signal, subtype};

/// Codes of a check's three ends: passed, failed, without evidence.
pub(super) type Ends = [CheckCode; 3];

/// Signs of tampering.
pub(super) const TAMPERING: Ends =
    [CheckCode::TamperingNotFound, CheckCode::TamperingFound, CheckCode::TamperingNotChecked];
const PHOTOCOPY: Ends = [CheckCode::PhotocopyNotFound, CheckCode::PhotocopyFound, CheckCode::PhotocopyNotChecked];
const BIRTH: Ends = [CheckCode::BirthDateReadable, CheckCode::BirthDateUnreadable, CheckCode::BirthDateMissing];
const ISSUE: Ends = [CheckCode::IssueDateReadable, CheckCode::IssueDateUnreadable, CheckCode::IssueDateMissing];
const EXPIRY: Ends = [CheckCode::ExpiryReadable, CheckCode::ExpiryUnreadable, CheckCode::ExpiryMissing];

/// What a check finds in the identity document.
pub(super) fn find(case: &Case<'_>, check: IdentityCheck) -> Finding {
    let (evidence, signals) = (case.evidence, &case.evidence.signals);
    let proof = case.kyc.identity();
    match check {
        IdentityCheck::ContainsImage => {
            present(proof.has_portrait(), CheckCode::PortraitPresent, CheckCode::PortraitMissing)
        }
        IdentityCheck::IsIdentityDocument => {
            let typed = subtype::is_identity_document(proof);
            typed.map_or(Finding::not_proven(CheckCode::DocumentTypeMissing), |is_one| {
                Finding::of(is_one, CheckCode::IdentityDocument, CheckCode::NoIdentityDocument)
            })
        }
        IdentityCheck::DocumentSubtype => recognised(proof, &evidence.identity_subtypes),
        IdentityCheck::IsPublishedOnline => published(proof, &signals.published_online),
        IdentityCheck::IsPhotocopy => sound(proof, &signals.photocopy, PHOTOCOPY),
        IdentityCheck::IsTampered => sound(proof, &signals.tampered, TAMPERING),
        IdentityCheck::MrzChecksum => checksum(proof, &signals.mrz),
        IdentityCheck::FirstName => person::first_name(case, proof),
        IdentityCheck::LastName => person::last_name(case, proof),
        IdentityCheck::DateOfBirth => dated(proof, Field::DateOfBirth, BIRTH, evidence),
        IdentityCheck::MatchesDateOfBirth => person::matching_birth(case),
        IdentityCheck::IssueDate => dated(proof, Field::DateOfIssue, ISSUE, evidence),
        IdentityCheck::ExpirationDate => dated(proof, Field::DateOfExpiry, EXPIRY, evidence),
        IdentityCheck::Nationality => {
            let is_there = proof.field(Field::Nationality).is_some() || proof.field(Field::NationalityCode).is_some();
            present(is_there, CheckCode::NationalityPresent, CheckCode::NationalityMissing)
        }
        IdentityCheck::HasMinimalAge => age::reached(case),
        IdentityCheck::HasMatchingFaceProof => face::matching(&case.kyc, evidence),
    }
}

/// A fact that the document must carry.
pub(super) fn present(is_there: bool, there: CheckCode, missing: CheckCode) -> Finding {
    if is_there { Finding::Pass(there) } else { Finding::not_proven(missing) }
}

/// A subtype in the list.
pub(super) fn recognised(proof: &Proof<'_>, subtypes: &[String]) -> Finding {
    match subtype::of(proof) {
        None => Finding::not_proven(CheckCode::DocumentTypeMissing),
        Some(None) => Finding::Fail(CheckCode::SubtypeUnknown),
        Some(Some(found)) => {
            let accepted = subtypes.iter().any(|subtype| subtype == found);
            Finding::of(accepted, CheckCode::SubtypeAccepted, CheckCode::SubtypeNotAccepted)
        }
    }
}

/// The scanner looked for a forgery and found none.
pub(super) fn sound(proof: &Proof<'_>, signal: &Signal, [none, some, not_looked]: Ends) -> Finding {
    let sighting = signal::look(proof, signal);
    match (sighting.failed, sighting.passed) {
        (true, _) => Finding::Fail(some),
        (false, true) => Finding::Pass(none),
        (false, false) => Finding::not_evaluated(not_looked),
    }
}

/// Nothing in a scan proves that a document is nowhere online, so this never passes.
fn published(proof: &Proof<'_>, signal: &Signal) -> Finding {
    if signal::look(proof, signal).failed {
        Finding::Fail(CheckCode::PublishedOnline)
    } else {
        Finding::not_evaluated(CheckCode::PublicationNotChecked)
    }
}

/// The scanner's own word on the check digits, else ours.
fn checksum(proof: &Proof<'_>, signal: &Signal) -> Finding {
    let sighting = signal::look(proof, signal);
    if sighting.failed {
        return Finding::Fail(CheckCode::MrzReportedWrong);
    }
    if sighting.passed && !sighting.undone {
        return Finding::Pass(CheckCode::MrzReportedRight);
    }
    let recomputed = proof.field(Field::MrzStrings).and_then(|zone| mrz::check_digits(&zone));
    recomputed.map_or(Finding::not_evaluated(CheckCode::MrzNotChecked), |right| {
        Finding::of(right, CheckCode::MrzCheckDigitsRight, CheckCode::MrzCheckDigitWrong)
    })
}

fn dated(proof: &Proof<'_>, field: Field, [readable, unreadable, missing]: Ends, evidence: &Evidence) -> Finding {
    match proof.field(field) {
        None => Finding::not_proven(missing),
        Some(text) => Finding::of(date::parse(&text, evidence.date_order).is_some(), readable, unreadable),
    }
}
