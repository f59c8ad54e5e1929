//! Whether all that a document says of a field is the same: the machine readable zone (M), the print (V), the chip (R),
//! the barcode (B), and the value that counts.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::payload::date::{DateKind, DateOrder, PartialDate};
use crate::payload::field::Field;
use crate::payload::{Proof, name};

use super::agreement::{self, FieldSource};
use super::compared_field::ComparedField;

/// What a source says of a field, or the value that counts.
struct Statement<'d> {
    field: Field,
    /// The source's letter; empty for the value that counts.
    letter: Cow<'d, str>,
    text: Cow<'d, str>,
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
    // Nobody has looked whether those beyond agree; scanners don't give so many.
    if compared.fields().iter().any(|field| proof.has_unread_sources(*field)) {
        return Some(false);
    }
    let mut is_compared = false;
    for statements in by_locale(proof, compared) {
        let (agree, letters) = match compared {
            ComparedField::GivenNames | ComparedField::Surname => names(proof, &statements),
            ComparedField::DateOfBirth => dates(&statements, DateKind::Birth, date_order, today),
            ComparedField::DateOfExpiry => dates(&statements, DateKind::Expiry, date_order, today),
            ComparedField::DateOfIssue => dates(&statements, DateKind::Issue, date_order, today),
            ComparedField::DocumentNumber => numbers(&statements),
            ComparedField::Nationality | ComparedField::IssuingState => countries(&statements),
            ComparedField::Sex => sexes(&statements),
        };
        if !agree {
            return Some(false);
        }
        let first = letters.first().copied().unwrap_or_default();
        is_compared |= letters.iter().any(|letter| !letter.eq_ignore_ascii_case(first));
    }
    is_compared.then_some(true)
}

/// Collects what is said of a field in each locale, together with the value that counts. Countries compare as such
/// whatever the script, so theirs are in one.
fn by_locale<'d>(proof: &Proof<'d>, compared: ComparedField) -> Vec<Vec<Statement<'d>>> {
    let fields = compared.fields();
    let locales = fields.iter().flat_map(|field| {
        let locales = proof.sources_by_locale(*field).into_iter();
        locales.map(|sources| {
            // A source without a letter is one all the same, and not the value that counts.
            let named = |letter: Cow<'d, str>| if letter.is_empty() { Cow::Borrowed("?") } else { letter };
            let statements =
                sources.into_iter().map(|(letter, text)| Statement { field: *field, letter: named(letter), text });
            statements.collect::<Vec<_>>()
        })
    });
    let mut locales: Vec<_> = if let [_] = fields { locales.collect() } else { vec![locales.flatten().collect()] };
    if locales.is_empty() {
        locales.push(Vec::new());
    }
    for statements in &mut locales {
        let stated = fields.iter().flat_map(|field| {
            let spellings = proof.spellings(*field).into_iter();
            spellings.map(|text| Statement { field: *field, letter: Cow::Borrowed(""), text })
        });
        statements.extend(stated);
    }
    locales
}

/// Whether statements agree, and the letters of the sources that could be compared.
type Comparison<'s> = (bool, Vec<&'s str>);

/// Compares names, cut ones too. Those that say nothing aren't compared. The value that counts is left out where it is
/// in another script.
fn names<'s>(proof: &Proof<'_>, statements: &'s [Statement<'_>]) -> Comparison<'s> {
    let telling: Vec<_> = statements.iter().filter(|one| !name::is_absent(&one.text)).collect();
    let latin = telling.iter().find(|one| !one.letter.is_empty()).map(|one| name::is_latin(&one.text));
    let is_compared =
        |one: &&&Statement<'_>| !one.letter.is_empty() || latin.is_none_or(|latin| name::is_latin(&one.text) == latin);
    let compared: Vec<_> = telling.iter().filter(is_compared).copied().collect();
    let field = statements.first().map(|statement| statement.field);
    let sources: Vec<_> = compared.iter().map(|one| (&*one.letter, &*one.text)).collect();
    let names = field.map(|field| agreement::read(proof, field, &sources)).unwrap_or_default();
    (one_has_all(&names, FieldSource::has_name, agreement::same_name), letters(compared))
}

/// Compares dates as far as they are known. A source's own writing is read; what is no date is no disagreement.
fn dates<'s>(statements: &'s [Statement<'_>], kind: DateKind, order: DateOrder, today: Date) -> Comparison<'s> {
    let read = |statement: &Statement<'_>| match &*statement.letter {
        "" => PartialDate::parse(&statement.text, order),
        _ => PartialDate::parse_source(&statement.text, order, kind, today),
    };
    let dates: Vec<_> = statements.iter().filter_map(|statement| Some((statement, read(statement)?))).collect();
    let agree = all_agree(&dates, |(_, one), (_, other)| one.agrees_with(*other));
    (agree, letters(dates.into_iter().map(|(statement, _)| statement)))
}

fn numbers<'s>(statements: &'s [Statement<'_>]) -> Comparison<'s> {
    (one_has_all(&sources(statements), FieldSource::has_number, agreement::same_number), letters(statements))
}

/// Compares countries by name and by code alike. Of what isn't known as a country, only values of the same field are
/// compared, as texts: `Latvian` doesn't contradict `LVA`.
fn countries<'s>(statements: &'s [Statement<'_>]) -> Comparison<'s> {
    let sources: Vec<_> = statements.iter().map(|statement| statement.field).zip(sources(statements)).collect();
    let agree = all_agree(&sources, |(field, one), (other_field, other)| {
        let is_known = one.country().is_some() && other.country().is_some();
        (!is_known && field != other_field) || agreement::same_country(one, other)
    });
    (agree, letters(statements))
}

fn sexes<'s>(statements: &'s [Statement<'_>]) -> Comparison<'s> {
    let agree = all_agree(&sources(statements), |one, other| agreement::sex(one) == agreement::sex(other));
    (agree, letters(statements))
}

fn sources<'s>(statements: &'s [Statement<'_>]) -> Vec<FieldSource<'s>> {
    let zone = statements.iter().find(|statement| agreement::is_zone(&statement.letter));
    let zone = zone.map(|statement| &*statement.text);
    statements.iter().map(|statement| FieldSource::new(&statement.letter, &statement.text, zone)).collect()
}

fn letters<'s, 'd: 's>(statements: impl IntoIterator<Item = &'s Statement<'d>>) -> Vec<&'s str> {
    statements.into_iter().map(|statement| &*statement.letter).filter(|letter| !letter.is_empty()).collect()
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
