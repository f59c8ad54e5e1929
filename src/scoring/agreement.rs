//! Whether the sources of one document say the same: machine readable zone (M), print (V), chip (R), barcode (B).

use std::cell::OnceCell;

use crate::payload::country::Alpha2;
use crate::payload::field::Field;
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
    counts: bool,
    /// What the document's machine readable zone has.
    zone: Option<&'v str>,
    is_zone: OnceCell<bool>,
    /// Whether this is a name that the machine readable zone cut at the end of its field.
    is_cut: bool,
}

impl<'v> FieldSource<'v> {
    pub(super) fn new(letter: &str, value: &'v str, zone: Option<&'v str>) -> Self {
        let value = value.trim();
        let (country, letters_and_digits) = Default::default();
        let is_zone = if is(letter, CHIP) { OnceCell::new() } else { is(letter, ZONE).into() };
        let (name, counts) = (Name::new(value), letter.is_empty());
        Self { value, name, country, letters_and_digits, counts, zone, is_zone, is_cut: false }
    }

    /// Returns whether this is the machine readable zone. A chip's DG1 is the zone once more (ICAO 9303 part 10), cut
    /// as that is; so a chip that says what the zone says counts. DG11 has names in full, so another one doesn't.
    fn is_zone(&self) -> bool {
        let repeats = || self.zone.is_some_and(|zone| letters_and_digits(zone) == self.letters_and_digits());
        *self.is_zone.get_or_init(repeats)
    }

    /// Returns whether this is no source's value but the one that counts.
    pub(super) fn counts(&self) -> bool {
        self.counts
    }

    /// Returns whether both are the same name, neither cut.
    pub(super) fn has_name(&self, other: &Self) -> bool {
        self.name.agrees(&other.name)
    }

    /// Returns whether both are the same number, neither cut.
    pub(super) fn has_number(&self, other: &Self) -> bool {
        self.letters_and_digits() == other.letters_and_digits()
    }

    pub(super) fn country(&self) -> Option<Alpha2> {
        *self.country.get_or_init(|| country::resolve(self.value))
    }

    fn letters_and_digits(&self) -> &str {
        self.letters_and_digits.get_or_init(|| letters_and_digits(self.value))
    }
}

/// Reads what sources, by their letters, have of a name.
pub(super) fn read<'v>(
    proof: &Proof<'_>,
    field: Field,
    sources: impl Iterator<Item = (&'v str, &'v str)> + Clone,
) -> Vec<FieldSource<'v>> {
    let zone = sources.clone().find(|(letter, _)| is(letter, ZONE)).map(|(_, value)| value);
    let mut values: Vec<_> = sources.map(|(letter, value)| FieldSource::new(letter, value, zone)).collect();
    if let Some(cut) = cut_in_zone(proof, field) {
        let cut = Name::new(&cut);
        for source in &mut values {
            source.is_cut = source.is_zone() && source.name.agrees(&cut);
        }
    }
    values
}

/// Returns the name that `MRZ strings` has of a field, if it touches the end of its field there, so that something of
/// it may be missing.
fn cut_in_zone(proof: &Proof<'_>, field: Field) -> Option<String> {
    let zone = proof.zone()?;
    match field {
        Field::Surname => zone.cut_surname(),
        Field::GivenNames => zone.cut_given_names(),
        _ => None,
    }
}

/// Returns whether `printed` is what the machine readable zone had room for of the name claimed, and no other source
/// says otherwise: each must begin with what the zone has, and have the claim in full.
pub(super) fn is_cut_from(proof: &Proof<'_>, field: Field, printed: &str, claim: &Name<'_>, similarity: f64) -> bool {
    let Some(cut) = cut_in_zone(proof, field) else { return false };
    let cut = Name::new(&cut);
    if !cut.agrees(&Name::new(printed)) || !cut.is_truncation_of(claim) {
        return false;
    }
    let sources = proof.sources(field).iter().map(|(letter, value)| (&**letter, &**value));
    let has_claim = |full: &Name<'_>| cut.is_truncation_of(full) && claim.is_in(full, similarity);
    read(proof, field, sources).iter().all(|source| source.is_cut || has_claim(&source.name))
}

/// Returns whether a source's letter is that of the machine readable zone.
pub(super) fn is_zone(letter: &str) -> bool {
    is(letter, ZONE)
}

fn is(letter: &str, known: &str) -> bool {
    letter.eq_ignore_ascii_case(known)
}

/// Returns whether a source carries the name that `full` has. A name that touches the end of its field in the machine
/// readable zone is the beginning of the full one (ICAO 9303 part 4).
pub(super) fn same_name(full: &FieldSource<'_>, other: &FieldSource<'_>) -> bool {
    full.name.agrees(&other.name) || (other.is_cut && other.name.is_truncation_of(&full.name))
}

/// Zones have nine places for a number (ICAO 9303 parts 4 to 6), and fill what is left over.
pub(super) fn same_number(full: &FieldSource<'_>, other: &FieldSource<'_>) -> bool {
    let (full, number) = (full.letters_and_digits(), other.letters_and_digits());
    full == number || (other.is_zone() && number.len() == 9 && full.starts_with(number))
}

pub(super) fn same_country(a: &FieldSource<'_>, b: &FieldSource<'_>) -> bool {
    match (a.country(), b.country()) {
        (Some(a), Some(b)) => a == b,
        _ => a.letters_and_digits() == b.letters_and_digits(),
    }
}

/// `F`, `M` or `X`; zones write the last as a filler.
pub(super) fn sex(text: &str) -> char {
    let first = text.trim().chars().next().map_or('X', |letter| letter.to_ascii_uppercase());
    if first == '<' { 'X' } else { first }
}

fn letters_and_digits(text: &str) -> String {
    #[cfg(test)]
    READ.set(READ.get() + 1);
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
thread_local! {
    /// Values read for their letters and digits, for tests that bound the work.
    pub(super) static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}
