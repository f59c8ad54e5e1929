//! Names, against claims or between the sources of one document.

use std::borrow::Cow;

use crate::payload::field::Field;
use crate::payload::name::{self, Name};
use crate::payload::{Fact, Proof};

use super::agreement;
use super::assessment::Assessment;
use super::case::Case;
use super::code::CheckCode;
use super::compared_field::ComparedField;
use super::evidence::Claim;
use super::reading::Reading;

/// Room for the whole name in TD1, the shortest machine readable zone (ICAO 9303 part 5), in characters.
const SHORTEST_ZONE: usize = 30;

/// Assesses the first name, `Given name(s)`.
pub(super) fn first_name(case: &Case<'_>, document: &Reading<'_>) -> Assessment {
    names(case, document, Claim::FirstName, [Field::GivenNames, Field::MiddleName])
}

/// Assesses the last name, `Surname`.
pub(super) fn last_name(case: &Case<'_>, document: &Reading<'_>) -> Assessment {
    names(case, document, Claim::LastName, [Field::Surname, Field::SecondSurname])
}

/// `field` must be there; a claim may also name what the document prints apart, in `more`.
fn names(case: &Case<'_>, document: &Reading<'_>, claim: Claim, [field, more]: [Field; 2]) -> Assessment {
    let proof = document.proof;
    let printed = match proof.fact(field) {
        Fact::Readable(printed) => printed,
        Fact::Unreadable => return Assessment::Unreadable(CheckCode::NameUnreadable),
        Fact::Absent => return Assessment::not_proven(CheckCode::NameMissing),
    };
    let Some(claimed) = case.claims.get(claim) else {
        return match document.agreement(if claim == Claim::FirstName {
            ComparedField::GivenNames
        } else {
            ComparedField::Surname
        }) {
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
