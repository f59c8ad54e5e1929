//! The checks of the identity proof (`docs/scoring.md`).

use crate::payload::field::Field;
use crate::payload::mrz::{CheckDigits, Zone};
use crate::payload::v3::DateReading;
use crate::payload::{Fact, Proof};

use super::assessment::Assessment;
use super::case::Case;
use super::check::IdentityCheck;
use super::code::CheckCode;
use super::reading::Reading;
use super::report::Report;
use super::{age, birth, face, person, subtype};

/// The reason codes of a check that passed, that failed and that had no evidence.
pub(super) type OutcomeCodes = [CheckCode; 3];

/// The reason codes of a date that is readable, implausible, unreadable and missing.
pub(super) type DateCodes = [CheckCode; 4];

/// The reason codes of a fact that is there, unreadable and missing.
pub(super) type PresenceCodes = [CheckCode; 3];

/// The codes of `isTampered`.
pub(super) const TAMPERING: OutcomeCodes =
    [CheckCode::TamperingNotFound, CheckCode::TamperingFound, CheckCode::TamperingNotChecked];
const PHOTOCOPY: OutcomeCodes =
    [CheckCode::PhotocopyNotFound, CheckCode::PhotocopyFound, CheckCode::PhotocopyNotChecked];
const BIRTH: DateCodes = [
    CheckCode::BirthDateReadable,
    CheckCode::BirthDateImplausible,
    CheckCode::BirthDateUnreadable,
    CheckCode::BirthDateMissing,
];
/// The codes of a date of issue.
pub(super) const ISSUE: DateCodes = [
    CheckCode::IssueDateReadable,
    CheckCode::IssueDateImplausible,
    CheckCode::IssueDateUnreadable,
    CheckCode::IssueDateMissing,
];
const EXPIRY: DateCodes =
    [CheckCode::ExpiryReadable, CheckCode::ExpiryImplausible, CheckCode::ExpiryUnreadable, CheckCode::ExpiryMissing];
const PORTRAIT: PresenceCodes = [CheckCode::PortraitPresent, CheckCode::PortraitUnreadable, CheckCode::PortraitMissing];
const NATIONALITY: PresenceCodes =
    [CheckCode::NationalityPresent, CheckCode::NationalityUnreadable, CheckCode::NationalityMissing];

/// Assesses the identity document by one check.
pub(super) fn assess(case: &Case<'_>, identity: &Reading<'_>, check: IdentityCheck) -> Assessment {
    let (evidence, reports) = (case.evidence, &identity.reports);
    let (proof, dates) = (identity.proof, &identity.dates);
    match check {
        IdentityCheck::ContainsImage => present(&proof.portrait(), PORTRAIT),
        IdentityCheck::IsIdentityDocument => match subtype::is_identity_document(proof) {
            Fact::Readable(is_one) => {
                Assessment::of(is_one, CheckCode::IdentityDocument, CheckCode::NoIdentityDocument)
            }
            Fact::Unreadable => Assessment::Unreadable(CheckCode::DocumentTypeUnreadable),
            Fact::Absent => Assessment::not_proven(CheckCode::DocumentTypeMissing),
        },
        IdentityCheck::DocumentSubtype => accepted_subtype(proof, &evidence.identity_subtypes),
        IdentityCheck::IsPublishedOnline => published_online(&reports.published_online),
        IdentityCheck::IsPhotocopy => no_signal(&reports.photocopy, PHOTOCOPY),
        IdentityCheck::IsTampered => no_signal(&reports.tampered, TAMPERING),
        IdentityCheck::MrzChecksum => checksum(proof, &reports.mrz),
        IdentityCheck::FirstName => person::first_name(case, identity),
        IdentityCheck::LastName => person::last_name(case, identity),
        IdentityCheck::DateOfBirth => has_date(dates.birth, BIRTH),
        IdentityCheck::MatchesDateOfBirth => birth::matching(case, identity),
        IdentityCheck::IssueDate => has_date(dates.issue, ISSUE),
        IdentityCheck::ExpirationDate => has_date(dates.expiry, EXPIRY),
        IdentityCheck::Nationality => {
            let fields = [Field::Nationality, Field::NationalityCode, Field::NationalityAlpha2];
            present(&any(proof, &fields), NATIONALITY)
        }
        IdentityCheck::HasMinimalAge => age::reached(case, identity),
        IdentityCheck::HasMatchingFaceProof => face::matching(&case.kyc, evidence),
    }
}

/// Passes when the document carries a fact that it must carry.
pub(super) fn present<T>(fact: &Fact<T>, [there, unreadable, missing]: PresenceCodes) -> Assessment {
    match fact {
        Fact::Readable(_) => Assessment::Pass(there),
        Fact::Unreadable => Assessment::Unreadable(unreadable),
        Fact::Absent => Assessment::not_proven(missing),
    }
}

/// Returns the first readable one of these fields; unreadable where one is there but none can be read.
pub(super) fn any(proof: &Proof<'_>, fields: &[Field]) -> Fact<()> {
    let facts = || fields.iter().map(|field| proof.fact(*field));
    if facts().any(|fact| fact.readable().is_some()) {
        return Fact::Readable(());
    }
    if facts().any(|fact| fact.is_unreadable()) { Fact::Unreadable } else { Fact::Absent }
}

/// Passes when the document carries a date that can be read and be true.
pub(super) fn has_date<T>(date: DateReading<T>, [readable, implausible, unreadable, missing]: DateCodes) -> Assessment {
    match date {
        DateReading::Readable(_) => Assessment::Pass(readable),
        DateReading::Implausible => Assessment::Unreadable(implausible),
        DateReading::Unreadable => Assessment::Unreadable(unreadable),
        DateReading::Absent => Assessment::not_proven(missing),
    }
}

/// Passes when the document has one of these subtypes.
pub(super) fn accepted_subtype(proof: &Proof<'_>, subtypes: &[String]) -> Assessment {
    match subtype::of(proof) {
        Fact::Absent => Assessment::not_proven(CheckCode::DocumentTypeMissing),
        Fact::Unreadable => Assessment::Unreadable(CheckCode::DocumentTypeUnreadable),
        Fact::Readable(None) => Assessment::Fail(CheckCode::SubtypeUnknown),
        Fact::Readable(Some(found)) => {
            let accepted = subtypes.iter().any(|subtype| subtype == found);
            Assessment::of(accepted, CheckCode::SubtypeAccepted, CheckCode::SubtypeNotAccepted)
        }
    }
}

/// Passes when the scanner looked for something, such as tampering, and did not find it. A check whose end nobody can
/// read fails.
pub(super) fn no_signal(report: &Report, [not_found, found, not_checked]: OutcomeCodes) -> Assessment {
    if report.failed {
        Assessment::Fail(found)
    } else if report.unreadable {
        Assessment::Unreadable(CheckCode::CheckStatusUnreadable)
    } else if report.passed {
        Assessment::Pass(not_found)
    } else {
        Assessment::not_evaluated(not_checked)
    }
}

/// Fails when the scanner found the document online. Nothing in a scan proves that it is not there, so this never
/// passes.
fn published_online(report: &Report) -> Assessment {
    let not_checked = CheckCode::PublicationNotChecked;
    match no_signal(report, [not_checked, CheckCode::PublishedOnline, not_checked]) {
        Assessment::Pass(code) => Assessment::not_evaluated(code),
        other => other,
    }
}

/// Assesses the check digits: by the scanner's own checks, and recomputed. Neither can make up for the other's failure,
/// and the scanner can't for a zone that nobody else can read.
fn checksum(proof: &Proof<'_>, report: &Report) -> Assessment {
    if report.failed {
        return Assessment::Fail(CheckCode::MrzReportedWrong);
    }
    if report.unreadable {
        return Assessment::Unreadable(CheckCode::CheckStatusUnreadable);
    }
    // Under two spellings the field has two zones, of which none may be wrong.
    let (mut is_any_right, mut is_any_wrong) = (false, false);
    match proof.zones() {
        Fact::Unreadable => return Assessment::Unreadable(CheckCode::MrzUnreadable),
        zones => zones.readable().into_iter().flatten().map(Zone::check_digits).for_each(|digits| {
            is_any_right |= digits == CheckDigits::Right;
            is_any_wrong |= digits == CheckDigits::Wrong;
        }),
    }
    if is_any_wrong {
        Assessment::Fail(CheckCode::MrzCheckDigitWrong)
    } else if report.passed && !report.not_done {
        Assessment::Pass(CheckCode::MrzReportedRight)
    } else if is_any_right {
        Assessment::Pass(CheckCode::MrzCheckDigitsRight)
    } else {
        Assessment::not_evaluated(CheckCode::MrzNotChecked)
    }
}
