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
    let claimed = match case.claims.fact(claim) {
        Fact::Unreadable => return Assessment::Fail(CheckCode::NameMismatchClaim),
        claimed => claimed.readable(),
    };
    let printed = match proof.fact(field) {
        Fact::Unreadable => return Assessment::Unreadable(CheckCode::NameUnreadable),
        printed => printed.readable().filter(|name| !name::is_absent(name)),
    };
    let Some(printed) = printed else { return missing(proof, field, claimed) };
    let Some(claimed) = claimed else {
        let compared = if field == Field::Surname { ComparedField::Surname } else { ComparedField::GivenNames };
        return match document.agreement(compared) {
            None => Assessment::not_evaluated(CheckCode::NameNotCompared),
            Some(agree) => Assessment::of(agree, CheckCode::NameSourcesAgree, CheckCode::NameSourcesDisagree),
        };
    };
    let similarity = case.evidence.name_similarity;
    let claim = Name::new(claimed);
    let is_cut = agreement::is_cut_from(proof, field, printed, &claim, similarity);
    let whole = match proof.field(more) {
        Some(more) => Cow::Owned(format!("{printed} {more}")),
        None => Cow::Borrowed(printed),
    };
    let matches = |printed: &str| claim.is_in(&Name::new(printed), similarity);
    // What has no Latin spelling, such as 山田, may be printed beside the Latin name.
    let elsewhere = || !name::is_latin(claimed) && proof.field_in_any_script(field).any(matches);
    let is_claimed = is_cut || matches(&whole) || elsewhere();
    Assessment::of(is_claimed, CheckCode::NameMatchesClaim, CheckCode::NameMismatchClaim)
}

/// Many people have one name only. Their documents leave the other one out, which is no fault unless it is claimed.
fn missing(proof: &Proof<'_>, field: Field, claimed: Option<&str>) -> Assessment {
    let other = if field == Field::Surname { Field::GivenNames } else { Field::Surname };
    let has_other = proof.field(other).is_some_and(|name| !name::is_absent(name));
    let is_single_name = has_other && claimed.is_none_or(name::is_absent);
    if is_single_name {
        Assessment::not_evaluated(CheckCode::NameMissing)
    } else {
        Assessment::not_proven(CheckCode::NameMissing)
    }
}
