//! Why, in Rebilly's rejection reason types. Rebilly does not say which check gives which; the mapping is ours.

use super::check::{AddressCheck, CheckId, IdentityCheck};
use super::finding::Finding;
use super::verdict::Reason;

/// The reason of a check that failed.
pub(super) fn of(check: CheckId, finding: Finding) -> Reason {
    match check {
        CheckId::Identity(check) => of_identity(check, finding),
        CheckId::Address(check) => of_address(check, finding),
    }
}

/// Distinct and sorted; name and date of birth have a common reason where both differ.
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

fn of_identity(check: IdentityCheck, finding: Finding) -> Reason {
    let mismatch = |reason| unless_missing(finding, reason);
    match check {
        IdentityCheck::ContainsImage | IdentityCheck::DateOfBirth | IdentityCheck::Nationality => {
            Reason::CriticalInfoMissing
        }
        IdentityCheck::IsIdentityDocument => mismatch(Reason::DocumentInvalid),
        IdentityCheck::DocumentSubtype => Reason::SubtypeMissing,
        IdentityCheck::IsPublishedOnline | IdentityCheck::MrzChecksum => Reason::DocumentInvalid,
        IdentityCheck::IsPhotocopy | IdentityCheck::IsTampered => Reason::TamperedDocument,
        IdentityCheck::FirstName | IdentityCheck::LastName => mismatch(Reason::NameMismatch),
        IdentityCheck::MatchesDateOfBirth => mismatch(Reason::DobMismatch),
        IdentityCheck::IssueDate => Reason::IssueDateMissing,
        IdentityCheck::ExpirationDate => Reason::ExpirationDateMissing,
        IdentityCheck::HasMinimalAge => mismatch(Reason::UnderagePerson),
        IdentityCheck::HasMatchingFaceProof => mismatch(Reason::ThirdPartyOrMismatch),
    }
}

fn of_address(check: AddressCheck, finding: Finding) -> Reason {
    let mismatch = |reason| unless_missing(finding, reason);
    match check {
        AddressCheck::FirstName | AddressCheck::LastName => mismatch(Reason::NameMismatch),
        AddressCheck::Line1 | AddressCheck::City | AddressCheck::Region | AddressCheck::PostalCode => {
            mismatch(Reason::DocumentNotMatching)
        }
        AddressCheck::Date => Reason::IssueDateMissing,
        AddressCheck::Phone => Reason::CriticalInfoMissing,
        AddressCheck::DocumentSubtype => Reason::SubtypeMissing,
        AddressCheck::IsTampered => Reason::TamperedDocument,
    }
}

/// What is not there does not differ from anything.
fn unless_missing(finding: Finding, reason: Reason) -> Reason {
    if matches!(finding, Finding::Missing(..)) { Reason::CriticalInfoMissing } else { reason }
}
