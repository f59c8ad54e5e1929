//! The checks of the address proof (`docs/scoring.md`).

use crate::payload::field::Field;
use crate::payload::{Fact, Proof, country};

use super::assessment::Assessment;
use super::case::Case;
use super::check::AddressCheck;
use super::code::CheckCode;
use super::evidence::Claim;
use super::identity::{ISSUE, PresenceCodes, TAMPERING, accepted_subtype, any, has_date, no_signal, present};
use super::reading::Reading;
use super::{age_limit, person, place};

const PHONE: PresenceCodes = [CheckCode::PhonePresent, CheckCode::PhoneUnreadable, CheckCode::PhoneMissing];

/// Assesses the address proof by one check.
pub(super) fn assess(case: &Case<'_>, address: &Reading<'_>, check: AddressCheck) -> Assessment {
    let proof = address.proof;
    match check {
        AddressCheck::FirstName => person::first_name(case, address),
        AddressCheck::LastName => person::last_name(case, address),
        AddressCheck::Line1 => claimed(case, proof, Claim::Line1, &[Field::AddressStreet]),
        AddressCheck::City => claimed(case, proof, Claim::City, &[Field::AddressCity]),
        AddressCheck::Region => {
            claimed(case, proof, Claim::Region, &[Field::AddressState, Field::AddressJurisdictionCode])
        }
        AddressCheck::PostalCode => claimed(case, proof, Claim::PostalCode, &[Field::AddressPostalCode]),
        AddressCheck::Date => has_date(address.dates.issue, ISSUE),
        AddressCheck::Phone => present(&proof.fact(Field::Phone), PHONE),
        AddressCheck::DocumentSubtype => accepted_subtype(proof, &case.evidence.address_subtypes),
        AddressCheck::IsTampered => no_signal(&address.reports.tampered, TAMPERING),
    }
}

/// Passes when a claimed part of the address is in its own field or in the undivided `Address`.
fn claimed(case: &Case<'_>, proof: &Proof<'_>, claim: Claim, parts: &[Field]) -> Assessment {
    let claimed = match case.claims.fact(claim) {
        Fact::Absent => return Assessment::not_evaluated(CheckCode::AddressNotClaimed),
        Fact::Unreadable => return Assessment::Fail(CheckCode::AddressMismatchClaim),
        Fact::Readable(claimed) => claimed,
    };
    match any(proof, &[parts, &[Field::Address]].concat()) {
        Fact::Unreadable => return Assessment::Unreadable(CheckCode::AddressUnreadable),
        Fact::Absent => return Assessment::not_proven(CheckCode::AddressMissing),
        Fact::Readable(()) => {}
    }
    let parts: Vec<_> = parts.iter().filter_map(|field| proof.field(*field)).collect();
    let whole = proof.field(Field::Address);
    let holds_words = |printed: &str| place::holds_words(claimed, printed, case.evidence.name_similarity);
    let is_postal_code = claim == Claim::PostalCode;
    let is_part = |part: &str| if is_postal_code { place::is_code(claimed, part) } else { holds_words(part) };
    let is_in_whole = |whole: &str| if is_postal_code { place::holds_code(claimed, whole) } else { holds_words(whole) };
    let same_region = claim == Claim::Region
        && age_limit::issuer(proof)
            .is_some_and(|country| parts.iter().any(|part| country::same_state(country, claimed, part)));
    let found = same_region || parts.iter().any(|part| is_part(part)) || whole.is_some_and(is_in_whole);
    Assessment::of(found, CheckCode::AddressMatchesClaim, CheckCode::AddressMismatchClaim)
}
