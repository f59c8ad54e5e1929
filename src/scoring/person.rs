//! The person: names and date of birth, against claims or between the sources of one document.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::payload::field::Field;
use crate::payload::{Proof, date, name};

use super::evidence::Claim;
use super::finding::Finding;
use super::judge::Case;

/// Distinct values of one field beyond which nobody needs to compare: a document has four sources.
const MOST_VALUES: usize = 8;

/// The first name, `Given name(s)`.
pub(super) fn first_name(case: &Case<'_>, proof: &Proof<'_>) -> Finding {
    names(case, proof, Claim::FirstName, [Field::GivenNames, Field::MiddleName])
}

/// The last name, `Surname`.
pub(super) fn last_name(case: &Case<'_>, proof: &Proof<'_>) -> Finding {
    names(case, proof, Claim::LastName, [Field::Surname, Field::SecondSurname])
}

/// `field` must be there; a claim may also name what the document prints apart, in `more`.
fn names(case: &Case<'_>, proof: &Proof<'_>, claim: Claim, [field, more]: [Field; 2]) -> Finding {
    let Some(printed) = proof.field(field) else { return Finding::NOT_PROVEN };
    let Some(claimed) = case.claims.get(claim) else {
        return agreement(proof, field, name::sources_agree);
    };
    let similarity = case.evidence.name_similarity;
    let whole = match proof.field(more) {
        Some(more) => Cow::Owned(format!("{printed} {more}")),
        None => printed,
    };
    Finding::of(name::claim_matches(claimed, &whole, similarity))
}

/// The date of birth, if there is a readable one.
pub(super) fn birth(case: &Case<'_>) -> Option<Date> {
    read(case, &case.kyc.identity().field(Field::DateOfBirth)?)
}

/// Whether the date of birth is the claimed one, or the same in all sources. Without a readable date there is nothing
/// to compare: `dateOfBirth` charges for that, and not both.
pub(super) fn matching_birth(case: &Case<'_>) -> Finding {
    let Some(birth) = birth(case) else { return Finding::NOT_EVALUATED };
    match case.claims.get(Claim::DateOfBirth) {
        Some(claimed) => Finding::of(read(case, claimed) == Some(birth)),
        None => agreement(&case.kyc.identity(), Field::DateOfBirth, |a, b| {
            read(case, a).is_some_and(|date| read(case, b) == Some(date))
        }),
    }
}

fn read(case: &Case<'_>, text: &str) -> Option<Date> {
    date::parse(text, case.evidence.date_order)
}

/// Whether two or more sources carry a field and all agree.
fn agreement(proof: &Proof<'_>, field: Field, agree: impl Fn(&str, &str) -> bool) -> Finding {
    let sources = proof.sources(field);
    if sources.len() < 2 {
        return Finding::NOT_EVALUATED;
    }
    let mut values: Vec<&str> = sources.iter().map(|(_, value)| value.as_ref()).collect();
    values.sort_unstable();
    values.dedup();
    if values.len() > MOST_VALUES {
        return Finding::Fail;
    }
    // One value for all sources is compared with itself: an unreadable date agrees with nothing.
    let agreed = values.iter().enumerate().all(|(at, a)| values.iter().skip(at).all(|b| agree(a, b)));
    Finding::of(agreed)
}
