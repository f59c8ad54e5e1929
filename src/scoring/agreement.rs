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
}

impl<'v> FieldSource<'v> {
    pub(super) fn new(letter: &str, value: &'v str, zone: Option<&'v str>) -> Self {
        let value = value.trim();
        let (country, letters_and_digits) = Default::default();
        let is_zone = if is(letter, CHIP) { OnceCell::new() } else { is(letter, ZONE).into() };
        Self { value, name: Name::new(value), country, letters_and_digits, counts: letter.is_empty(), zone, is_zone }
    }

    /// Whether this is the machine readable zone. A chip's DG1 is the zone once more (ICAO 9303 part 10), cut as that
    /// is; so a chip that says what the zone says counts. DG11 has names in full, so another one doesn't.
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

/// Reads what sources have of a name.
pub(super) fn read<'v>(_: &Proof<'_>, _: Field, sources: &[(&'v str, &'v str)]) -> Vec<FieldSource<'v>> {
    let zone = sources.iter().find(|(letter, _)| is(letter, ZONE)).map(|(_, value)| *value);
    sources.iter().map(|(letter, value)| FieldSource::new(letter, value, zone)).collect()
}

/// Returns whether a source's letter is that of the machine readable zone.
pub(super) fn is_zone(letter: &str) -> bool {
    is(letter, ZONE)
}

fn is(letter: &str, known: &str) -> bool {
    letter.eq_ignore_ascii_case(known)
}

/// How many characters the machine readable zone has of a field, where that is all that is known of it.
pub(super) fn only_zone(proof: &Proof<'_>, field: Field) -> Option<usize> {
    let sources = proof.sources(field);
    let sources: Vec<_> = sources.iter().map(|(letter, value)| (&**letter, &**value)).collect();
    let values = read(proof, field, &sources);
    let all = values.iter().all(FieldSource::is_zone);
    values.iter().map(|source| source.value.chars().count()).max().filter(|_| all)
}

/// Whether a source carries the name that `full` has. Issuers cut names in the machine readable zone, or leave some
/// out.
pub(super) fn same_name(full: &FieldSource<'_>, other: &FieldSource<'_>) -> bool {
    full.name.agrees(&other.name) || (other.is_zone() && other.name.is_truncation_of(&full.name))
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
pub(super) fn sex(source: &FieldSource<'_>) -> char {
    let first = source.value.chars().next().map_or('X', |letter| letter.to_ascii_uppercase());
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
