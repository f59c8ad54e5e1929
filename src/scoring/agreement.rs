//! Whether the sources of one document say the same: machine readable zone (M), print (V), chip (R), barcode (B).

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::payload::country::Alpha2;
use crate::payload::date::{self, DateOrder};
use crate::payload::field::Field;
use crate::payload::mrz::Zone;
use crate::payload::name::Name;
use crate::payload::{Proof, country};

const ZONE: &str = "M";
const CHIP: &str = "R";

/// One source's value of a field. It is compared with all the others, so what takes time to read is read once.
pub(super) struct FieldSource<'v> {
    value: &'v str,
    name: Name<'v>,
    country: OnceCell<Option<Alpha2>>,
    letters_and_digits: OnceCell<String>,
    /// What the document's machine readable zone has.
    zone: Option<&'v str>,
    is_zone: OnceCell<bool>,
    /// Whether this is a name that the machine readable zone cut at the end of its field.
    is_cut: bool,
}

impl<'v> FieldSource<'v> {
    fn new(letter: &str, value: &'v str, zone: Option<&'v str>) -> Self {
        let value = value.trim();
        let (country, letters_and_digits) = Default::default();
        let is_zone = if is(letter, CHIP) { OnceCell::new() } else { is(letter, ZONE).into() };
        Self { value, name: Name::new(value), country, letters_and_digits, zone, is_zone, is_cut: false }
    }

    /// Whether this is the machine readable zone. A chip's DG1 is the zone once more (ICAO 9303 part 10), cut as that
    /// is; so a chip that says what the zone says counts. DG11 has names in full, so another one doesn't.
    fn is_zone(&self) -> bool {
        let repeats = || self.zone.is_some_and(|zone| letters_and_digits(zone) == self.letters_and_digits());
        *self.is_zone.get_or_init(repeats)
    }

    fn country(&self) -> Option<Alpha2> {
        *self.country.get_or_init(|| country::resolve(self.value))
    }

    fn letters_and_digits(&self) -> &str {
        self.letters_and_digits.get_or_init(|| letters_and_digits(self.value))
    }
}

/// A field on which the sources of the identity document disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The field, such as `dateOfBirth`.
    pub field: &'static str,
    /// Letters of the sources that carry the field; REL-ID's four, no others.
    pub sources: Vec<char>,
}

type Same = fn(&FieldSource<'_>, &FieldSource<'_>, DateOrder) -> bool;

/// The fields that several sources carry, and what makes two of their values the same.
const COMPARED: [(Field, &str, Same); 9] = [
    (Field::GivenNames, "givenNames", |a, b, _| same_name(a, b)),
    (Field::Surname, "surname", |a, b, _| same_name(a, b)),
    (Field::DateOfBirth, "dateOfBirth", same_date),
    (Field::DateOfExpiry, "dateOfExpiry", same_date),
    (Field::DateOfIssue, "dateOfIssue", same_date),
    (Field::DocumentNumber, "documentNumber", |a, b, _| same_number(a, b)),
    (Field::NationalityCode, "nationality", |a, b, _| same_country(a, b)),
    (Field::IssuingStateCode, "issuingState", |a, b, _| same_country(a, b)),
    (Field::Sex, "sex", |a, b, _| sex(a) == sex(b)),
];

/// The fields on which the sources disagree, in a fixed order.
pub(super) fn disagreements(proof: &Proof<'_>, order: DateOrder) -> Vec<Disagreement> {
    let differ =
        COMPARED.into_iter().filter(|(field, _, same)| of(proof, *field, |a, b| same(a, b, order)) == Some(false));
    differ.map(|(field, name, _)| Disagreement { field: name, sources: letters(proof, field) }).collect()
}

/// Whether all sources of a field agree; `None` with fewer than two.
pub(super) fn of(
    proof: &Proof<'_>,
    field: Field,
    agree: impl Fn(&FieldSource<'_>, &FieldSource<'_>) -> bool,
) -> Option<bool> {
    let sources = proof.sources(field);
    if sources.len() < 2 {
        return None;
    }
    let values = read(proof, field, &sources);
    // One that all agree with is enough: MUELLER and MULLER are both MÜLLER. Each is compared with itself too, for an
    // unreadable date agrees with nothing.
    Some(values.iter().any(|full| values.iter().all(|other| agree(full, other))))
}

fn read<'v>(proof: &Proof<'_>, field: Field, sources: &'v [(Cow<'_, str>, Cow<'_, str>)]) -> Vec<FieldSource<'v>> {
    let zone = sources.iter().find(|(letter, _)| is(letter, ZONE)).map(|(_, value)| value.as_ref());
    let mut values: Vec<_> = sources.iter().map(|(letter, value)| FieldSource::new(letter, value, zone)).collect();
    if let Some(cut) = cut_in_zone(proof, field) {
        let cut = Name::new(&cut);
        for source in &mut values {
            source.is_cut = source.is_zone() && source.name.agrees(&cut);
        }
    }
    values
}

/// The name that `MRZ strings` has of a field, if it touches the end of its field there, so that something of it may be
/// missing.
fn cut_in_zone(proof: &Proof<'_>, field: Field) -> Option<String> {
    let name = Zone::read(&proof.field(Field::MrzStrings)?)?.name();
    match field {
        Field::Surname => name.is_surname_cut.then_some(name.surname),
        Field::GivenNames => name.are_given_names_cut.then_some(name.given_names),
        _ => None,
    }
}

/// Whether `printed` is what the machine readable zone had room for of the name claimed, and no other source says
/// otherwise: each must begin with what the zone has, and have the claim in full.
pub(super) fn is_cut_from(proof: &Proof<'_>, field: Field, printed: &str, claim: &Name<'_>, similarity: f64) -> bool {
    let Some(cut) = cut_in_zone(proof, field) else { return false };
    let cut = Name::new(&cut);
    if !cut.agrees(&Name::new(printed)) || !cut.is_truncation_of(claim) {
        return false;
    }
    let sources = proof.sources(field);
    let has_claim = |full: &Name<'_>| cut.is_truncation_of(full) && claim.is_in(full, similarity);
    read(proof, field, &sources).iter().all(|source| source.is_cut || has_claim(&source.name))
}

fn is(letter: &str, known: &str) -> bool {
    letter.eq_ignore_ascii_case(known)
}

/// Whether a source carries the name that `full` has. A name that touches the end of its field in the machine readable
/// zone is the beginning of the full one (ICAO 9303 part 4).
pub(super) fn same_name(full: &FieldSource<'_>, other: &FieldSource<'_>) -> bool {
    full.name.agrees(&other.name) || (other.is_cut && other.name.is_truncation_of(&full.name))
}

/// Whether both are the same readable date.
pub(super) fn same_date(a: &FieldSource<'_>, b: &FieldSource<'_>, order: DateOrder) -> bool {
    date::parse(a.value, order).is_some_and(|date| date::parse(b.value, order) == Some(date))
}

/// Zones have nine places for a number (ICAO 9303 parts 4 to 6), and fill what is left over.
fn same_number(full: &FieldSource<'_>, other: &FieldSource<'_>) -> bool {
    let (full, number) = (full.letters_and_digits(), other.letters_and_digits());
    full == number || (other.is_zone() && number.len() >= 9 && full.starts_with(number))
}

fn same_country(a: &FieldSource<'_>, b: &FieldSource<'_>) -> bool {
    match (a.country(), b.country()) {
        (Some(a), Some(b)) => a == b,
        _ => a.letters_and_digits() == b.letters_and_digits(),
    }
}

/// `F`, `M` or `X`; zones write the last as a filler.
fn sex(source: &FieldSource<'_>) -> char {
    let first = source.value.chars().next().map_or('X', |letter| letter.to_ascii_uppercase());
    if first == '<' { 'X' } else { first }
}

fn letters_and_digits(text: &str) -> String {
    #[cfg(test)]
    tests::READ.set(tests::READ.get() + 1);
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Anything but REL-ID's letters could carry text of the sender's.
fn letters(proof: &Proof<'_>, field: Field) -> Vec<char> {
    let sources = proof.sources(field);
    let known = ['M', 'V', 'R', 'B'].into_iter();
    known.filter(|letter| sources.iter().any(|(source, _)| source.eq_ignore_ascii_case(&letter.to_string()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::v3::DocumentRole;
    use crate::payload::{Document, Limits, name};

    thread_local! {
        /// Values read for their letters and digits.
        pub(super) static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    /// Sixteen sources of a field, and what is done to its proof.
    fn with_sources(field: &str, value: impl Fn(usize) -> String, act: impl FnOnce(&Proof<'_>)) {
        let sources: Vec<String> = (0..16).map(|at| format!(r#""V{at}":"{}""#, value(at))).collect();
        let details = format!(r#"{{"field_value":"A","field_source_and_values":{{{}}}}}"#, sources.join(","));
        let json =
            format!(r#"{{"identity_data_details":{{"0":[{{"field_name":"{field}","field_details":{details}}}]}}}}"#);
        let document = Document::scan(json.as_bytes(), Limits::default()).unwrap();
        act(&Proof::read(document.root(), DocumentRole::Identity).unwrap());
    }

    /// However many sources are compared with each other, each is read once.
    #[test]
    fn a_source_is_read_once() {
        const WORDS: usize = 30;
        let text = |at: usize| format!("{} {at}", "عبدالرحمن ".repeat(WORDS / 2) + &"Ёлкин ".repeat(WORDS / 2 - 1));
        with_sources("Surname", text, |proof| {
            let before = name::words_read();
            assert_eq!(of(proof, Field::Surname, same_name), Some(false));
            // Once with the words apart, once bound.
            assert!(name::words_read() - before <= 16 * WORDS * 2, "{}", name::words_read() - before);
        });
    }

    #[test]
    fn a_country_and_a_number_are_read_once() {
        // All agree but for the last one, so that each is compared with each.
        let value = |at: usize| if at == 15 { "Zambia".to_owned() } else { format!("Zimbabwe{}", " ".repeat(at)) };
        for (name, field) in
            [("Issuing state code", Field::IssuingStateCode), ("Nationality code", Field::NationalityCode)]
        {
            with_sources(name, value, |proof| {
                assert!(country::resolve("Zambia").is_some());
                let before = country::names_read();
                assert_eq!(of(proof, field, same_country), Some(false));
                assert_eq!(country::names_read() - before, 16);
            });
        }
        let unknown = |at: usize| format!("{}{}", "Nowhere".repeat(20), at / 15);
        for same in [same_country, same_number] {
            with_sources("Document number", unknown, |proof| {
                let before = READ.get();
                assert_eq!(of(proof, Field::DocumentNumber, same), Some(false));
                assert_eq!(READ.get() - before, 16);
            });
        }
    }
}
