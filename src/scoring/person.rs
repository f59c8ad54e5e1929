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

/// Room for the whole name in TD1, the shortest machine readable zone (ICAO 9303 part 5), in characters.
const SHORTEST_ZONE: usize = 30;

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
    let Some(printed) = proof.field(field) else { return Assessment::not_proven(CheckCode::NameMissing) };
    let Some(claimed) = case.claims.get(claim) else {
        return match agreement::of(proof, field, agreement::same_name) {
            None => Assessment::not_evaluated(CheckCode::NameNotCompared),
            Some(agree) => Assessment::of(agree, CheckCode::NameSourcesAgree, CheckCode::NameSourcesDisagree),
        };
    };
    if is_cut(proof, field) && name::is_truncation(&printed, claimed) {
        return Assessment::Pass(CheckCode::NameMatchesClaim);
    }
    let whole = match proof.field(more) {
        Some(more) => Cow::Owned(format!("{printed} {more}")),
        None => printed,
    };
    let claim = Name::new(claimed);
    let matches = |printed: &str| claim.is_in(&Name::new(printed), case.evidence.name_similarity);
    // What has no Latin spelling, such as 山田, may be printed beside the Latin name.
    let elsewhere = || !name::is_latin(claimed) && proof.field_in_any_script(field).iter().any(|name| matches(name));
    Assessment::of(matches(&whole) || elsewhere(), CheckCode::NameMatchesClaim, CheckCode::NameMismatchClaim)
}

/// Whether all that is known of a name is what the machine readable zone had room for.
fn is_cut(proof: &Proof<'_>, field: Field) -> bool {
    let in_zone = |field| agreement::only_zone(proof, field);
    let other = if field == Field::Surname { Field::GivenNames } else { Field::Surname };
    let separator = 2;
    in_zone(field).is_some_and(|length| length + in_zone(other).unwrap_or(0) + separator >= SHORTEST_ZONE)
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
