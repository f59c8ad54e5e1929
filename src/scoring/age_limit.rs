//! The minimum age, and the country and state that pick it.

use crate::payload::country::{self, Alpha2, PrintedState};
use crate::payload::field::Field;
use crate::payload::{Fact, Proof};

use super::case::Case;
use super::evidence::AgeCountry;
use super::settings::AgeOverride;

/// The fields with the issuing country, most exact first.
const ISSUER: [Field; 3] = [Field::IssuingStateCode, Field::IssuingStateAlpha2, Field::IssuingStateName];
/// The fields with the nationality, most exact first.
const NATIONALITY: [Field; 3] = [Field::NationalityCode, Field::NationalityAlpha2, Field::Nationality];
/// The fields with the state of residence, most exact first.
const STATE: [Field; 2] = [Field::AddressJurisdictionCode, Field::AddressState];

/// The minimum age that holds for a document.
#[derive(Clone, Copy)]
pub(super) struct AgeLimit {
    /// Full years.
    pub years: u8,
    /// Whether the country or the state that picks it can't be read.
    pub is_place_unreadable: bool,
}

impl AgeLimit {
    /// Picks the minimum age: that of the country and state, else of the country, else the default.
    ///
    /// A country or a state that can't be read could be any: of what it may mean, the highest minimum age counts.
    pub(super) fn of(case: &Case<'_>, document: &Proof<'_>) -> Self {
        let settings = case.settings;
        let (default, overrides) = (settings.default_minimum_age, || settings.age_overrides.iter());
        let fields = match case.evidence.age_country {
            AgeCountry::IssuingState => ISSUER,
            AgeCountry::Nationality => NATIONALITY,
        };
        let readable = |years| Self { years, is_place_unreadable: false };
        let unreadable = |years| Self { years, is_place_unreadable: true };
        let country = match first_known(document, &fields) {
            Fact::Absent => return readable(default),
            Fact::Unreadable => return unreadable(strictest(default, overrides())),
            Fact::Readable(country) => country,
        };
        let ours = || overrides().filter(|entry| entry.country == country);
        let of_country = ours().find(|entry| entry.state.is_none()).map_or(default, |entry| entry.minimum_age);
        let configured: Vec<_> =
            ours().filter_map(|entry| Some((entry.state.as_deref()?, entry.minimum_age))).collect();
        match printed_states(document, country, &configured) {
            Fact::Absent => readable(of_country),
            Fact::Unreadable => unreadable(strictest(of_country, ours())),
            Fact::Readable(states) => {
                let of_state = configured.iter().find(|(state, _)| states.iter().any(|printed| printed.is(state)));
                readable(of_state.map_or(of_country, |(_, years)| *years))
            }
        }
    }
}

/// Returns the states that the document prints, where any are configured; unreadable where none of them is a
/// configured one or one of the country's.
fn printed_states(document: &Proof<'_>, country: Alpha2, configured: &[(&str, u8)]) -> Fact<Vec<PrintedState>> {
    let facts = STATE.map(|field| document.fact(field));
    if configured.is_empty() || facts.iter().all(Fact::is_absent) {
        return Fact::Absent;
    }
    let states = facts.into_iter().filter_map(Fact::readable).map(|text| PrintedState::read(country, text));
    let is_known = |state: &PrintedState| state.is_known() || configured.iter().any(|(one, _)| state.is(one));
    let known: Vec<_> = states.filter(is_known).collect();
    if known.is_empty() { Fact::Unreadable } else { Fact::Readable(known) }
}

fn strictest<'s>(limit: u8, others: impl Iterator<Item = &'s AgeOverride>) -> u8 {
    others.map(|entry| entry.minimum_age).fold(limit, u8::max)
}

/// Returns the country that issued a document.
pub(crate) fn issuer(proof: &Proof<'_>) -> Option<Alpha2> {
    first_known(proof, &ISSUER).readable()
}

/// Returns the nationality of a document's holder.
pub(crate) fn nationality(proof: &Proof<'_>) -> Option<Alpha2> {
    first_known(proof, &NATIONALITY).readable()
}

/// Returns the country of the first field that names one; absent where the fields are, or one has the code of no
/// country (`XXA`), and unreadable where nobody can tell which country they mean.
fn first_known(proof: &Proof<'_>, fields: &[Field]) -> Fact<Alpha2> {
    let facts = || fields.iter().map(|field| proof.fact(*field));
    let texts = || facts().filter_map(Fact::readable);
    if let Some(country) = texts().find_map(country::resolve) {
        Fact::Readable(country)
    } else if facts().all(|fact| fact.is_absent()) || texts().any(country::is_no_country) {
        Fact::Absent
    } else {
        Fact::Unreadable
    }
}
