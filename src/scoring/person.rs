//! The person: names and date of birth, against claims or between the sources of one document.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::payload::field::Field;
use crate::payload::name::{self, Name};
use crate::payload::{Proof, date};

use super::agreement;
use super::assessment::Assessment;
use super::case::Case;
use super::code::CheckCode;
use super::evidence::Claim;

/// Assesses the first name, `Given name(s)`.
pub(super) fn first_name(case: &Case<'_>, proof: &Proof<'_>) -> Assessment {
    names(case, proof, Claim::FirstName, [Field::GivenNames, Field::MiddleName])
}

/// Assesses the last name, `Surname`.
pub(super) fn last_name(case: &Case<'_>, proof: &Proof<'_>) -> Assessment {
    names(case, proof, Claim::LastName, [Field::Surname, Field::SecondSurname])
}

/// `field` must be there; a claim may also name what the document prints apart, in `more`.
fn names(case: &Case<'_>, proof: &Proof<'_>, claim: Claim, [field, more]: [Field; 2]) -> Assessment {
    let claimed = case.claims.get(claim);
    let Some(printed) = name_of(proof, field) else { return missing(proof, field, claimed) };
    let Some(claimed) = claimed else {
        return match agreement::of(proof, field, agreement::same_name) {
            None => Assessment::not_evaluated(CheckCode::NameNotCompared),
            Some(agree) => Assessment::of(agree, CheckCode::NameSourcesAgree, CheckCode::NameSourcesDisagree),
        };
    };
    let similarity = case.evidence.name_similarity;
    let claim = Name::new(claimed);
    let is_cut = agreement::is_cut_from(proof, field, &printed, &claim, similarity);
    let whole = match proof.field(more) {
        Some(more) => Cow::Owned(format!("{printed} {more}")),
        None => printed,
    };
    let matches = |printed: &str| claim.is_in(&Name::new(printed), similarity);
    // What has no Latin spelling, such as 山田, may be printed beside the Latin name.
    let elsewhere = || !name::is_latin(claimed) && proof.field_in_any_script(field).iter().any(|name| matches(name));
    let is_claimed = is_cut || matches(&whole) || elsewhere();
    Assessment::of(is_claimed, CheckCode::NameMatchesClaim, CheckCode::NameMismatchClaim)
}

/// A name that says something: not punctuation alone, not `FNU` or `LNU`.
fn name_of<'d>(proof: &Proof<'d>, field: Field) -> Option<Cow<'d, str>> {
    proof.field(field).filter(|name| !name::is_absent(name))
}

/// Many people have one name only. Their documents leave the other one out, which is no fault unless it is claimed.
fn missing(proof: &Proof<'_>, field: Field, claimed: Option<&str>) -> Assessment {
    let other = if field == Field::Surname { Field::GivenNames } else { Field::Surname };
    let is_single_name = name_of(proof, other).is_some() && claimed.is_none_or(name::is_absent);
    if is_single_name {
        Assessment::not_evaluated(CheckCode::NameMissing)
    } else {
        Assessment::not_proven(CheckCode::NameMissing)
    }
}

/// The date of birth, if there is a readable one.
pub(super) fn birth(case: &Case<'_>) -> Option<Date> {
    read(case, &case.kyc.identity().field(Field::DateOfBirth)?)
}

/// Whether the date of birth is the claimed one, or the same in all sources. Without a readable date there is nothing
/// to compare: `dateOfBirth` charges for that, and not both.
pub(super) fn matching_birth(case: &Case<'_>) -> Assessment {
    let not_compared = Assessment::not_evaluated(CheckCode::BirthDateNotCompared);
    let Some(birth) = birth(case) else { return not_compared };
    if let Some(claimed) = case.claims.get(Claim::DateOfBirth) {
        let same = read(case, claimed) == Some(birth);
        return Assessment::of(same, CheckCode::BirthDateMatchesClaim, CheckCode::BirthDateMismatchClaim);
    }
    let proof = case.kyc.identity();
    let order = case.evidence.date_order;
    agreement::of(proof, Field::DateOfBirth, |a, b| agreement::same_date(a, b, order)).map_or(not_compared, |agree| {
        Assessment::of(agree, CheckCode::BirthDateSourcesAgree, CheckCode::BirthDateSourcesDisagree)
    })
}

fn read(case: &Case<'_>, text: &str) -> Option<Date> {
    date::parse(text, case.evidence.date_order)
}
