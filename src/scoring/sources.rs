//! Whether all that a document says of a field is the same: the machine readable zone (M), the print (V), the chip (R),
//! the barcode (B), and the value that counts.

use jiff::civil::Date;

use crate::payload::date::{DateKind, DateOrder, PartialDate};
use crate::payload::field::Field;
use crate::payload::{Proof, name};

use super::agreement::{self, FieldSource};
use super::compared_field::ComparedField;

/// What a source says of a field, or the value that counts.
#[derive(Clone, Copy)]
struct Statement<'p> {
    field: Field,
    /// The source's letter; empty for the value that counts.
    letter: &'p str,
    text: &'p str,
}

/// Returns whether all sources of a field agree; `None` where there are fewer than two to compare.
///
/// The value that counts was taken from one of them, so it never is the second one that agrees. Where it contradicts it
/// is one more, and its spellings are several. What differs by script alone isn't compared.
pub(super) fn agreement(
    proof: &Proof<'_>,
    compared: ComparedField,
    date_order: DateOrder,
    today: Date,
) -> Option<bool> {
    let fields = compared.fields();
    // Nobody has looked whether those beyond agree; scanners don't give so many.
    if fields.iter().any(|field| proof.has_unread_sources(*field)) {
        return Some(false);
    }
    // Countries compare as such whatever the script, so theirs are in one.
    let locales = if let [field] = fields { proof.sources_by_locale(*field).count().max(1) } else { 1 };
    let mut is_compared = false;
    for locale in 0..locales {
        let statements = statements(proof, fields, (fields.len() == 1).then_some(locale));
        if statements.is_empty() {
            continue;
        }
        let Comparison { agree, several } = compare(proof, compared, statements, date_order, today);
        if !agree {
            return Some(false);
        }
        is_compared |= several;
    }
    is_compared.then_some(true)
}

fn compare(
    proof: &Proof<'_>,
    compared: ComparedField,
    statements: Vec<Statement<'_>>,
    date_order: DateOrder,
    today: Date,
) -> Comparison {
    let kind = match compared {
        ComparedField::GivenNames | ComparedField::Surname => return names(proof, statements),
        ComparedField::DocumentNumber => return numbers(&statements),
        ComparedField::Nationality | ComparedField::IssuingState => return countries(&statements),
        ComparedField::Sex => return sexes(&statements),
        ComparedField::DateOfBirth => DateKind::Birth,
        ComparedField::DateOfExpiry => DateKind::Expiry,
        ComparedField::DateOfIssue => DateKind::Issue,
    };
    dates(statements, kind, date_order, today)
}

/// What a source says of a field, or the value that counts. No `Debug`: it is identity data.
pub struct Stated {
    /// The source's letter; empty for the value that counts.
    pub letter: String,
    /// What it says.
    pub text: String,
    /// Sources of different locales aren't compared.
    pub locale: usize,
    /// Of a locale, those that agree with each other have the same number, from 0.
    pub group: usize,
}

/// Returns what is said of a field, locale by locale, the value that counts last. One that agrees with the first of a
/// group belongs to it.
pub(super) fn stated(proof: &Proof<'_>, compared: ComparedField, date_order: DateOrder, today: Date) -> Vec<Stated> {
    let fields = compared.fields();
    let locales = if let [field] = fields { proof.sources_by_locale(*field).count().max(1) } else { 1 };
    let mut all = Vec::new();
    for locale in 0..locales {
        let mut groups: Vec<Statement<'_>> = Vec::new();
        for one in statements(proof, fields, (fields.len() == 1).then_some(locale)) {
            let agrees = |first: &Statement<'_>| compare(proof, compared, vec![*first, one], date_order, today).agree;
            let known = groups.iter().position(agrees);
            let group = known.unwrap_or(groups.len());
            if known.is_none() {
                groups.push(one);
            }
            all.push(Stated { letter: one.letter.to_owned(), text: one.text.to_owned(), locale, group });
        }
    }
    all
}

/// Returns what is said of fields in a locale, or in all of them, and the values that count.
fn statements<'p>(proof: &'p Proof<'_>, fields: &[Field], locale: Option<usize>) -> Vec<Statement<'p>> {
    let mut statements = Vec::new();
    for field in fields {
        for (at, sources) in proof.sources_by_locale(*field).enumerate() {
            if locale.is_some_and(|locale| locale != at) {
                continue;
            }
            for (letter, text) in sources {
                // A source without a letter is one all the same, and not the value that counts.
                let letter = if letter.is_empty() { "?" } else { letter };
                statements.push(Statement { field: *field, letter, text });
            }
        }
    }
    for field in fields {
        statements.extend(proof.spellings(*field).map(|text| Statement { field: *field, letter: "", text }));
    }
    statements
}

struct Comparison {
    /// Whether all that could be compared agrees.
    agree: bool,
    /// Whether that came from several sources.
    several: bool,
}

impl Comparison {
    fn new(agree: bool, compared: &[Statement<'_>]) -> Self {
        let mut letters = compared.iter().map(|statement| statement.letter).filter(|letter| !letter.is_empty());
        let first = letters.next().unwrap_or_default();
        Self { agree, several: letters.any(|letter| !letter.eq_ignore_ascii_case(first)) }
    }
}

/// Compares names, cut ones too. Those that say nothing aren't compared. The value that counts is left out where it is
/// in another script.
fn names(proof: &Proof<'_>, mut statements: Vec<Statement<'_>>) -> Comparison {
    // Telling whether a name says nothing, and in which script, means reading it: once.
    statements.retain(|one| !name::is_absent(one.text));
    let latin = statements.iter().find(|one| !one.letter.is_empty()).map(|one| name::is_latin(one.text));
    statements.retain(|one| !one.letter.is_empty() || latin.is_none_or(|latin| name::is_latin(one.text) == latin));
    let Some(first) = statements.first() else { return Comparison { agree: true, several: false } };
    let is_same = |one: &Statement<'_>| one.text == first.text || name::are_plainly_same(first.text, one.text);
    // What isn't plainly the same as itself is no plain name.
    let are_same = name::are_plainly_same(first.text, first.text) && statements.iter().all(is_same);
    let agree = are_same || {
        let sources = statements.iter().map(|one| (one.letter, one.text));
        let names = agreement::read(proof, first.field, sources);
        one_has_all(&names, FieldSource::has_name, agreement::same_name)
    };
    Comparison::new(agree, &statements)
}

/// Compares dates as far as they are known. A source's own writing is read; what is no date is no disagreement.
fn dates(mut statements: Vec<Statement<'_>>, kind: DateKind, order: DateOrder, today: Date) -> Comparison {
    let mut dates = Vec::with_capacity(statements.len());
    statements.retain(|statement| {
        let date = match statement.letter {
            "" => PartialDate::parse(statement.text, order),
            _ => PartialDate::parse_source(statement.text, order, kind, today),
        };
        dates.extend(date);
        date.is_some()
    });
    Comparison::new(all_agree(&dates, |one, other| one.agrees_with(*other)), &statements)
}

fn numbers(statements: &[Statement<'_>]) -> Comparison {
    let has_all = || one_has_all(&sources(statements), FieldSource::has_number, agreement::same_number);
    Comparison::new(are_one_text(statements) || has_all(), statements)
}

/// Compares countries by name and by code alike. Of what isn't known as a country, only values of the same field are
/// compared, as texts: `Latvian` doesn't contradict `LVA`.
fn countries(statements: &[Statement<'_>]) -> Comparison {
    let agree = || {
        let fields = statements.iter().map(|statement| statement.field);
        let sources: Vec<_> = fields.zip(sources(statements)).collect();
        all_agree(&sources, |(field, one), (other_field, other)| {
            let is_known = one.country().is_some() && other.country().is_some();
            (!is_known && field != other_field) || agreement::same_country(one, other)
        })
    };
    Comparison::new(are_one_text(statements) || agree(), statements)
}

fn sexes(statements: &[Statement<'_>]) -> Comparison {
    let mut sexes = statements.iter().map(|statement| agreement::sex(statement.text));
    Comparison::new(sexes.next().is_none_or(|first| sexes.all(|sex| sex == first)), statements)
}

/// Returns whether nothing but one text is said, which most sources do and needs no reading.
fn are_one_text(statements: &[Statement<'_>]) -> bool {
    let mut texts = statements.iter().map(|statement| statement.text.trim());
    texts.next().is_none_or(|first| texts.all(|text| text == first))
}

fn sources<'s>(statements: &[Statement<'s>]) -> Vec<FieldSource<'s>> {
    let zone = statements.iter().find(|statement| agreement::is_zone(statement.letter));
    let zone = zone.map(|statement| statement.text);
    statements.iter().map(|statement| FieldSource::new(statement.letter, statement.text, zone)).collect()
}

/// Returns whether one has what all others have: `MUELLER` and `MULLER` are both `MÜLLER`, and a zone may have cut it.
/// The value that counts isn't compared where a source says the very same: it was taken from there, cut or not.
fn one_has_all<'v>(
    sources: &[FieldSource<'v>],
    is_same: impl Fn(&FieldSource<'v>, &FieldSource<'v>) -> bool,
    has: impl Fn(&FieldSource<'v>, &FieldSource<'v>) -> bool,
) -> bool {
    let is_taken = |stated: &FieldSource<'v>| {
        stated.counts() && sources.iter().any(|source| !source.counts() && is_same(source, stated))
    };
    let telling: Vec<_> = sources.iter().filter(|source| !is_taken(source)).collect();
    telling.is_empty() || telling.iter().any(|full| telling.iter().all(|other| has(full, other)))
}

fn all_agree<T>(items: &[T], agree: impl Fn(&T, &T) -> bool) -> bool {
    let behind = |at: usize| items.get(at + 1..).unwrap_or_default();
    items.iter().enumerate().all(|(at, one)| behind(at).iter().all(|other| agree(one, other)))
}

#[cfg(test)]
mod tests {
    use super::super::agreement::READ;
    use super::*;
    use crate::payload::v3::DocumentRole;
    use crate::payload::{Document, Limits, country, name};

    /// Compares sixteen sources of a field.
    fn compared(field: &str, compared: ComparedField, value: impl Fn(usize) -> String) -> Option<bool> {
        let sources: Vec<String> = (0..16).map(|at| format!(r#""V{at}":"{}""#, value(at))).collect();
        let details = format!(r#"{{"field_source_and_values":{{{}}}}}"#, sources.join(","));
        let json =
            format!(r#"{{"identity_data_details":{{"0":[{{"field_name":"{field}","field_details":{details}}}]}}}}"#);
        let document = Document::scan(json.as_bytes(), Limits::default()).unwrap();
        let proof = Proof::read(document.root(), DocumentRole::Identity).unwrap();
        agreement(&proof, compared, DateOrder::Dmy, Date::constant(2026, 11, 21))
    }

    /// However many sources are compared with each other, each is read once.
    #[test]
    fn a_source_is_read_once() {
        const WORDS: usize = 30;
        let text = |at: usize| format!("{} {at}", "عبدالرحمن ".repeat(WORDS / 2) + &"Ёлкин ".repeat(WORDS / 2 - 1));
        let before = name::words_read();
        assert_eq!(compared("Surname", ComparedField::Surname, text), Some(false));
        // Once with the words apart, once bound.
        assert!(name::words_read() - before <= 16 * WORDS * 2, "{}", name::words_read() - before);
    }

    #[test]
    fn a_country_and_a_number_are_read_once() {
        // All agree but for the last one, so that each is compared with each.
        let value = |at: usize| if at == 15 { "Zambia".to_owned() } else { format!("Zimbabwe{}", " ".repeat(at)) };
        let unknown = |at: usize| format!("{}{}", "Nowhere".repeat(20), at / 15);
        for (name, field) in
            [("Issuing state code", ComparedField::IssuingState), ("Nationality code", ComparedField::Nationality)]
        {
            assert!(country::resolve("Zambia").is_some());
            let before = country::names_read();
            assert_eq!(compared(name, field, value), Some(false));
            assert_eq!(country::names_read() - before, 16);
            let before = READ.get();
            assert_eq!(compared(name, field, unknown), Some(false));
            assert_eq!(READ.get() - before, 16);
        }
        let before = READ.get();
        assert_eq!(compared("Document number", ComparedField::DocumentNumber, unknown), Some(false));
        assert_eq!(READ.get() - before, 16);
    }
}
