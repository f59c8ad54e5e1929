//! The date of birth, against the claimed one or between the sources of the document.

use crate::payload::date;
use crate::payload::v3::DateReading;

use super::assessment::Assessment;
use super::case::Case;
use super::code::CheckCode;
use super::compared_field::ComparedField;
use super::evidence::Claim;
use super::reading::Reading;

/// Passes when the date of birth is the claimed one as far as it is known, or without a claim the same in all sources.
pub(super) fn matching(case: &Case<'_>, identity: &Reading<'_>) -> Assessment {
    let not_compared = Assessment::not_evaluated(CheckCode::BirthDateNotCompared);
    let birth = match identity.dates.birth {
        DateReading::Implausible => return Assessment::Unreadable(CheckCode::BirthDateImplausible),
        DateReading::Unreadable => return Assessment::Unreadable(CheckCode::BirthDateUnreadable),
        DateReading::Readable(birth) => Some(birth),
        DateReading::Absent => None,
    };
    let claim = case.claims.fact(Claim::DateOfBirth);
    if !claim.is_absent() {
        let claimed = claim.readable().and_then(|claimed| date::parse(claimed, case.evidence.date_order));
        let Some(claimed) = claimed else {
            return Assessment::Fail(CheckCode::BirthDateMismatchClaim);
        };
        return birth.map_or(not_compared, |birth| {
            let same = birth.agrees_with(claimed.into());
            Assessment::of(same, CheckCode::BirthDateMatchesClaim, CheckCode::BirthDateMismatchClaim)
        });
    }
    identity.agreement(ComparedField::DateOfBirth).map_or(not_compared, |agree| {
        Assessment::of(agree, CheckCode::BirthDateSourcesAgree, CheckCode::BirthDateSourcesDisagree)
    })
}
