//! The checks of the identity proof (`docs/scoring.md`).

use crate::payload::field::Field;
use crate::payload::{Proof, date, mrz};

use super::assessment::Assessment;
use super::case::Case;
use super::check::IdentityCheck;
use super::code::CheckCode;
use super::evidence::Evidence;
use super::signal::Signal;
use super::{age, face, person, subtype};

/// The reason codes of a check that passed, that failed and that had no evidence.
pub(super) type OutcomeCodes = [CheckCode; 3];

/// The codes of `isTampered`.
pub(super) const TAMPERING: OutcomeCodes =
    [CheckCode::TamperingNotFound, CheckCode::TamperingFound, CheckCode::TamperingNotChecked];
const PHOTOCOPY: OutcomeCodes =
    [CheckCode::PhotocopyNotFound, CheckCode::PhotocopyFound, CheckCode::PhotocopyNotChecked];
const BIRTH: OutcomeCodes = [CheckCode::BirthDateReadable, CheckCode::BirthDateUnreadable, CheckCode::BirthDateMissing];
const ISSUE: OutcomeCodes = [CheckCode::IssueDateReadable, CheckCode::IssueDateUnreadable, CheckCode::IssueDateMissing];
const EXPIRY: OutcomeCodes = [CheckCode::ExpiryReadable, CheckCode::ExpiryUnreadable, CheckCode::ExpiryMissing];

/// Assesses the identity document by one check.
pub(super) fn assess(case: &Case<'_>, check: IdentityCheck) -> Assessment {
    let (evidence, signals) = (case.evidence, &case.evidence.signals);
    let proof = case.kyc.identity();
    match check {
        IdentityCheck::ContainsImage => {
            present(proof.has_portrait(), CheckCode::PortraitPresent, CheckCode::PortraitMissing)
        }
        IdentityCheck::IsIdentityDocument => {
            let typed = subtype::is_identity_document(proof);
            typed.map_or(Assessment::not_proven(CheckCode::DocumentTypeMissing), |is_one| {
                Assessment::of(is_one, CheckCode::IdentityDocument, CheckCode::NoIdentityDocument)
            })
        }
        IdentityCheck::DocumentSubtype => accepted_subtype(proof, &evidence.identity_subtypes),
        IdentityCheck::IsPublishedOnline => published_online(proof, &signals.published_online),
        IdentityCheck::IsPhotocopy => no_signal(proof, &signals.photocopy, PHOTOCOPY),
        IdentityCheck::IsTampered => no_signal(proof, &signals.tampered, TAMPERING),
        IdentityCheck::MrzChecksum => checksum(proof, &signals.mrz),
        IdentityCheck::FirstName => person::first_name(case, proof),
        IdentityCheck::LastName => person::last_name(case, proof),
        IdentityCheck::DateOfBirth => has_date(proof, Field::DateOfBirth, BIRTH, evidence),
        IdentityCheck::MatchesDateOfBirth => person::matching_birth(case),
        IdentityCheck::IssueDate => has_date(proof, Field::DateOfIssue, ISSUE, evidence),
        IdentityCheck::ExpirationDate => has_date(proof, Field::DateOfExpiry, EXPIRY, evidence),
        IdentityCheck::Nationality => {
            let is_there = proof.field(Field::Nationality).is_some() || proof.field(Field::NationalityCode).is_some();
            present(is_there, CheckCode::NationalityPresent, CheckCode::NationalityMissing)
        }
        IdentityCheck::HasMinimalAge => age::reached(case),
        IdentityCheck::HasMatchingFaceProof => face::matching(&case.kyc, evidence),
    }
}

/// Passes when the document carries a fact that it must carry.
pub(super) fn present(is_there: bool, there: CheckCode, missing: CheckCode) -> Assessment {
    if is_there { Assessment::Pass(there) } else { Assessment::not_proven(missing) }
}

/// Passes when the document has one of these subtypes.
pub(super) fn accepted_subtype(proof: &Proof<'_>, subtypes: &[String]) -> Assessment {
    match subtype::of(proof) {
        None => Assessment::not_proven(CheckCode::DocumentTypeMissing),
        Some(None) => Assessment::Fail(CheckCode::SubtypeUnknown),
        Some(Some(found)) => {
            let accepted = subtypes.iter().any(|subtype| subtype == found);
            Assessment::of(accepted, CheckCode::SubtypeAccepted, CheckCode::SubtypeNotAccepted)
        }
    }
}

/// Passes when the scanner looked for something, such as tampering, and did not find it.
pub(super) fn no_signal(
    proof: &Proof<'_>,
    signal: &Signal,
    [not_found, found, not_checked]: OutcomeCodes,
) -> Assessment {
    let report = signal.search(proof);
    match (report.failed, report.passed) {
        (true, _) => Assessment::Fail(found),
        (false, true) => Assessment::Pass(not_found),
        (false, false) => Assessment::not_evaluated(not_checked),
    }
}

/// Fails when the scanner found the document online. Nothing in a scan proves that it is not there, so this never
/// passes.
fn published_online(proof: &Proof<'_>, signal: &Signal) -> Assessment {
    if signal.search(proof).failed {
        Assessment::Fail(CheckCode::PublishedOnline)
    } else {
        Assessment::not_evaluated(CheckCode::PublicationNotChecked)
    }
}

/// Assesses the check digits by the scanner's own checks, or recomputes them where it made none or not all.
fn checksum(proof: &Proof<'_>, signal: &Signal) -> Assessment {
    let report = signal.search(proof);
    if report.failed {
        return Assessment::Fail(CheckCode::MrzReportedWrong);
    }
    if report.passed && !report.not_done {
        return Assessment::Pass(CheckCode::MrzReportedRight);
    }
    let recomputed = proof.field(Field::MrzStrings).and_then(|zone| mrz::check_digits(&zone));
    recomputed.map_or(Assessment::not_evaluated(CheckCode::MrzNotChecked), |right| {
        Assessment::of(right, CheckCode::MrzCheckDigitsRight, CheckCode::MrzCheckDigitWrong)
    })
}

/// Passes when the document carries a readable date.
fn has_date(
    proof: &Proof<'_>,
    field: Field,
    [readable, unreadable, missing]: OutcomeCodes,
    evidence: &Evidence,
) -> Assessment {
    match proof.field(field) {
        None => Assessment::not_proven(missing),
        Some(text) => Assessment::of(date::parse(&text, evidence.date_order).is_some(), readable, unreadable),
    }
}
