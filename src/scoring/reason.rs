//! Rejection reasons, in Rebilly's types. Rebilly does not say which check gives which; the mapping is ours
//! (`docs/scoring.md`).

use super::assessment::Assessment;
use super::check::{AddressCheck, CheckId, CheckOutcome, IdentityCheck};
use super::verdict::Reason;

/// Returns the reason that a failed check gives. One that `onMissing` alone makes fail found nothing wrong: it says
/// that something is missing, never that the document is forged.
pub(super) fn of(check: CheckId, assessment: Assessment) -> Reason {
    match (check, assessment) {
        (_, Assessment::Missing(_, CheckOutcome::Skip)) => Reason::CriticalInfoMissing,
        (CheckId::Identity(check), _) => of_identity(check, assessment),
        (CheckId::Address(check), _) => of_address(check, assessment),
    }
}

/// Sorts reasons and drops repeated ones. Name and date of birth share one reason where both differ.
pub(super) fn distinct(reasons: impl Iterator<Item = Reason>) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = reasons.collect();
    if reasons.contains(&Reason::NameMismatch) && reasons.contains(&Reason::DobMismatch) {
        reasons.retain(|reason| !matches!(reason, Reason::NameMismatch | Reason::DobMismatch));
        reasons.push(Reason::NameAndDobMismatch);
    }
    reasons.sort_unstable();
    reasons.dedup();
    reasons
}

fn of_identity(check: IdentityCheck, assessment: Assessment) -> Reason {
    let known = |reason| if_known(assessment, reason);
    match check {
        IdentityCheck::ContainsImage | IdentityCheck::DateOfBirth | IdentityCheck::Nationality => {
            Reason::CriticalInfoMissing
        }
        IdentityCheck::IsIdentityDocument => known(Reason::DocumentInvalid),
        IdentityCheck::DocumentSubtype => Reason::SubtypeMissing,
        IdentityCheck::IsPublishedOnline | IdentityCheck::MrzChecksum => known(Reason::DocumentInvalid),
        IdentityCheck::IsPhotocopy | IdentityCheck::IsTampered => known(Reason::TamperedDocument),
        IdentityCheck::FirstName | IdentityCheck::LastName => known(Reason::NameMismatch),
        IdentityCheck::MatchesDateOfBirth => known(Reason::DobMismatch),
        IdentityCheck::IssueDate => Reason::IssueDateMissing,
        IdentityCheck::ExpirationDate => Reason::ExpirationDateMissing,
        IdentityCheck::HasMinimalAge => known(Reason::UnderagePerson),
        IdentityCheck::HasMatchingFaceProof => known(Reason::ThirdPartyOrMismatch),
    }
}

fn of_address(check: AddressCheck, assessment: Assessment) -> Reason {
    let known = |reason| if_known(assessment, reason);
    match check {
        AddressCheck::FirstName | AddressCheck::LastName => known(Reason::NameMismatch),
        AddressCheck::Line1 | AddressCheck::City | AddressCheck::Region | AddressCheck::PostalCode => {
            known(Reason::DocumentNotMatching)
        }
        AddressCheck::Date => Reason::IssueDateMissing,
        AddressCheck::Phone => Reason::CriticalInfoMissing,
        AddressCheck::DocumentSubtype => Reason::SubtypeMissing,
        AddressCheck::IsTampered => known(Reason::TamperedDocument),
    }
}

/// Returns `critical-info-missing` where there was nothing to compare, or nothing that can be read.
fn if_known(assessment: Assessment, reason: Reason) -> Reason {
    let is_known = matches!(assessment, Assessment::Pass(_) | Assessment::Fail(_));
    if is_known { reason } else { Reason::CriticalInfoMissing }
}
