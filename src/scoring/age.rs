//! Age, and the limit that holds for it.

use crate::payload::country::{self, Alpha2, PrintedState};
use crate::payload::field::Field;
use crate::payload::v3::DateReading;
use crate::payload::{Proof, date};

use super::assessment::Assessment;
use super::case::Case;
use super::code::CheckCode;
use super::evidence::AgeCountry;
use super::reading::Reading;

/// The fields with the issuing country, most exact first.
const ISSUER: [Field; 3] = [Field::IssuingStateCode, Field::IssuingStateAlpha2, Field::IssuingStateName];
/// The fields with the nationality, most exact first.
const NATIONALITY: [Field; 3] = [Field::NationalityCode, Field::NationalityAlpha2, Field::Nationality];
/// The fields with the state of residence, most exact first.
const STATE: [Field; 2] = [Field::AddressJurisdictionCode, Field::AddressState];

/// Passes when the person has reached the minimum age on the day of the request.
///
/// Of a date of birth that isn't known to the day, the latest day that it can mean counts.
pub(super) fn reached(case: &Case<'_>, identity: &Reading<'_>) -> Assessment {
    match identity.dates.birth {
        DateReading::Absent => Assessment::not_proven(CheckCode::AgeUnknown),
        DateReading::Implausible => Assessment::Unreadable(CheckCode::BirthDateImplausible),
        DateReading::Unreadable => Assessment::Unreadable(CheckCode::BirthDateUnreadable),
        DateReading::Readable(_) => {
            Assessment::of(!is_underage(case, identity), CheckCode::AgeReached, CheckCode::AgeBelowLimit)
        }
    }
}

/// Returns whether the age is known and below the limit.
pub(super) fn is_underage(case: &Case<'_>, identity: &Reading<'_>) -> bool {
    known_underage(case, identity) == Some(true)
}

/// Returns whether the person is below the age limit; `None` where the age isn't known.
pub(super) fn known_underage(case: &Case<'_>, identity: &Reading<'_>) -> Option<bool> {
    of(case, identity).map(|age| age < u16::from(limit(case)))
}

/// Returns the age in full years, counted from the latest day that the date of birth can mean.
pub(super) fn of(case: &Case<'_>, identity: &Reading<'_>) -> Option<u16> {
    date::age(identity.dates.birth.readable()?.latest_day(case.today), case.today)
}

/// Returns the minimum age in years: that of the country and state, else of the country, else the default.
pub(super) fn limit(case: &Case<'_>) -> u8 {
    let proof = case.kyc.identity();
    let country = match case.evidence.age_country {
        AgeCountry::IssuingState => issuer(proof),
        AgeCountry::Nationality => nationality(proof),
    };
    let Some(country) = country else { return case.settings.default_minimum_age };
    let ours = || case.settings.age_overrides.iter().filter(|entry| entry.country == country);
    let printed = |field| proof.field(field).map(|state| PrintedState::read(country, &state));
    let has_states = ours().any(|entry| entry.state.is_some());
    let states: Vec<_> = STATE.into_iter().filter(|_| has_states).filter_map(printed).collect();
    let of_state =
        ours().find(|entry| entry.state.as_deref().is_some_and(|state| states.iter().any(|printed| printed.is(state))));
    of_state
        .or_else(|| ours().find(|entry| entry.state.is_none()))
        .map_or(case.settings.default_minimum_age, |entry| entry.minimum_age)
}

/// Returns the country that issued a document.
pub(crate) fn issuer(proof: &Proof<'_>) -> Option<Alpha2> {
    first_known(proof, &ISSUER)
}

/// Returns the nationality of a document's holder.
pub(crate) fn nationality(proof: &Proof<'_>) -> Option<Alpha2> {
    first_known(proof, &NATIONALITY)
}

fn first_known(proof: &Proof<'_>, fields: &[Field]) -> Option<Alpha2> {
    fields.iter().find_map(|field| country::resolve(&proof.field(*field)?))
}
