//! The facts of a payload, and the verdict on it.

use arbitrary::Arbitrary;
use jiff::civil::Date;
use kyc_gate::payload::date::{DateKind, DateOrder, PartialDate, is_plausible_birth};
use kyc_gate::payload::field::{self, Field};
use kyc_gate::payload::v3::field_text;
use kyc_gate::payload::{Document, Kind, Kyc, Limits, Proof, UnreadableFact};
use kyc_gate::scoring::{Case, CheckOutcome, Claim, Claims, Evidence, Rule, Settings, Verdict, judge};

use super::payload::Payload;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    claims: [Option<&'a str>; 7],
    payload: Payload<'a>,
}

const TODAY: Date = Date::constant(2026, 11, 21);

const FIELDS: [Field; 8] = [
    Field::Surname,
    Field::GivenNames,
    Field::DateOfBirth,
    Field::MrzStrings,
    Field::IssuingStateCode,
    Field::AddressState,
    Field::DocumentNumber,
    Field::Phone,
];

/// Looks at everything that a payload has, and judges it.
pub fn run(data: &[u8]) {
    let Some(input) = super::read::<Input<'_>>(data) else { return };
    let bytes = input.payload.bytes(false);
    let Ok(document) = Document::scan(&bytes, Limits::default()) else { return };
    let Ok(kyc) = Kyc::read(document.root()) else { return };
    // The text that goes back to REL-ID is the text that came.
    let user_id: String = serde_json::from_str(kyc.user_id().raw()).unwrap();
    assert_eq!(kyc.user_id().as_str().as_deref(), Some(user_id.as_str()));
    look(kyc.identity());
    let mut claims = Claims::default();
    for (claim, text) in Claim::ALL.into_iter().zip(input.claims) {
        claims.set(claim, text.unwrap_or_default().into());
    }
    check(&verdict(kyc, &claims, &Rule::shipped()));
}

/// Judges by the shipped settings.
pub fn verdict(kyc: Kyc<'_>, claims: &Claims<'_>, rules: &[Rule]) -> Verdict {
    let case = Case {
        kyc,
        claims,
        evidence: &Evidence::default(),
        settings: &Settings::default(),
        today: TODAY,
        authority: None,
        path: "/kyc",
    };
    judge(&case, rules)
}

/// Whatever the dates are, the one that counts is read from a value that is there, and what macros give of it means the
/// same. Less is never known than is told.
fn look_at_dates(proof: &Proof<'_>) {
    let dates = proof.dates(DateOrder::Mdy, TODAY);
    if let Some(birth) = dates.birth.readable() {
        let counted = proof.date_that_counts(Field::DateOfBirth, &dates).map(field_text).unwrap();
        assert_eq!(PartialDate::parse(&counted, DateOrder::Mdy), Some(birth));
        assert_eq!(PartialDate::parse(&birth.to_string(), DateOrder::Dmy), Some(birth));
        assert!(birth.earliest_day() <= birth.latest_day(TODAY) && birth.latest_day(TODAY) <= TODAY);
        for spelling in proof.spellings(Field::DateOfBirth) {
            let other = PartialDate::parse(spelling, DateOrder::Mdy).filter(|birth| is_plausible_birth(*birth, TODAY));
            assert!(other.is_none_or(|other| other.latest_day(TODAY) <= birth.latest_day(TODAY)));
        }
    }
    assert_eq!(dates.birth.readable().is_some(), proof.date_that_counts(Field::DateOfBirth, &dates).is_some());
    assert!(!dates.birth.fact().is_unreadable() || dates.has_unreadable(Field::DateOfBirth));
    for field in FIELDS {
        for (_, value) in proof.sources(field) {
            let read = |kind| PartialDate::parse_source(value, DateOrder::Dmy, kind, TODAY);
            assert_eq!(read(DateKind::Birth).is_some(), read(DateKind::Expiry).is_some());
        }
    }
    let unreadable = proof.unreadable_facts(&dates);
    assert!(unreadable.is_sorted_by(|one, other| one < other));
    assert_eq!(unreadable.contains(&UnreadableFact::DateOfBirth), dates.has_unreadable(Field::DateOfBirth));
}

fn look_at_statuses(proof: &Proof<'_>) {
    for detail in proof.check_details() {
        let ends = [detail.passed(), detail.was_not_done(), detail.failed()];
        assert_eq!(ends.into_iter().filter(|end| *end).count(), 1);
    }
    if let Some(status) = proof.overall_status() {
        assert!(!status.word().trim().is_empty() && status.as_sent().trim() == status.as_sent());
    }
}

fn look(proof: &Proof<'_>) {
    look_at_dates(proof);
    look_at_statuses(proof);
    for field in FIELDS {
        let value = proof.field(field);
        assert!(value.as_ref().is_none_or(|value| !value.trim().is_empty()));
        let mut values = proof.field_in_any_script(field);
        assert!(proof.field_in_any_script(field).count() <= 16);
        // What can't be read in `identity_data` isn't looked for elsewhere.
        assert!(values.next() == value || proof.fact(field).is_unreadable());
        assert_eq!(proof.spellings(field).next(), value);
        let locales = || proof.sources_by_locale(field);
        assert!(locales().all(|sources| !sources.is_empty()) && locales().flatten().count() <= 16);
    }
    if let Some(data) = proof.value().get("identity_data") {
        for (name, value) in data.members().take(64) {
            let folded = field::fold(&name);
            assert!(field::folds_to(&name, &folded) && field::folds_to(&folded, &folded));
            // Another member may fold to the same and be unreadable.
            let has_text = value.as_str().is_some_and(|text| !text.trim().is_empty())
                && data.members().all(|(_, value)| value.kind() == Kind::String);
            let is_found = name.len() > 40 || folded.is_empty() || proof.field_named(&name).is_some();
            assert!(is_found || !has_text, "{name:?}");
        }
    }
}

fn check(verdict: &Verdict) {
    let lowest =
        verdict.address.as_ref().map_or(verdict.identity.score, |address| address.score.min(verdict.identity.score));
    assert_eq!(verdict.score, lowest);
    assert!(verdict.score <= 100);
    assert_eq!(verdict.checks.len(), if verdict.address.is_some() { 26 } else { 16 });
    assert!(verdict.checks.iter().all(|made| made.points == 0 || made.outcome == CheckOutcome::Fail));
    assert!(verdict.rules.iter().all(|fired| verdict.decision >= fired.then));
    serde_json::from_str::<serde_json::Value>(&verdict.explanation()).unwrap();
}
