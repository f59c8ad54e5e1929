//! The fields of a document, by display name: their values and what single sources say.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use super::super::document::Value;
use super::super::fact::Fact;
use super::super::field::{self, Field};
use super::super::node::Kind;
use super::scalar;

/// Longest display name, in bytes of JSON text. A name made long on purpose would else be decoded and folded for
/// nothing.
const MAX_NAME_BYTES: usize = 256;

/// Most sources, and most values, of one field. REL-ID has four, the scanner behind it eight.
const MAX_SOURCES: usize = 16;

/// Most lines of a machine readable zone, and most bytes of one as JSON text. The largest has three of 30 characters.
const MAX_LINES: usize = 8;
const MAX_LINE_BYTES: usize = 256;

/// A source's letter and its value of a field.
pub(super) type Source<'d> = (Cow<'d, str>, Cow<'d, str>);

/// What a document says of a field in one place.
#[derive(Clone, Copy)]
struct Entry<'d> {
    /// 0 for `identity_data`, 1 for locale "0" of the details, and so on in the order in which values are looked for.
    place: usize,
    statement: Statement<'d>,
}

#[derive(Clone, Copy)]
enum Statement<'d> {
    /// A value of `identity_data`.
    Plain(Value<'d>),
    /// The `field_details` of an entry of `identity_data_details`.
    Detailed(Value<'d>),
}

impl<'d> Entry<'d> {
    fn value(self, field: Option<Field>) -> Fact<Value<'d>> {
        let value = match self.statement {
            Statement::Plain(value) => Fact::Readable(value),
            Statement::Detailed(details) => scalar::at(details, &["field_value"]),
        };
        value.and_then(|value| match value.kind() {
            Kind::Array if field == Some(Field::MrzStrings) => lines(value),
            Kind::Null => Fact::Absent,
            Kind::String if !value.has_text() => Fact::Absent,
            Kind::String | Kind::Number => Fact::Readable(value),
            Kind::Bool | Kind::Array | Kind::Object => Fact::Unreadable,
        })
    }

    /// Returns what single sources say, as far as that can be read.
    fn sources(self) -> impl Iterator<Item = (Cow<'d, str>, Fact<Cow<'d, str>>)> {
        let details = match self.statement {
            Statement::Plain(_) => None,
            Statement::Detailed(details) => details.get("field_source_and_values"),
        };
        // What isn't an object, but isn't blank either, may hide anything; so may a source with an endless name.
        let is_hidden = |sources: &Value<'_>| match sources.kind() {
            Kind::Object => sources.has_name_longer_than(MAX_NAME_BYTES),
            _ => !scalar::text(*sources).is_absent(),
        };
        let hidden = details.filter(is_hidden);
        let sources = details.into_iter().flat_map(|sources| sources.members_named_within(MAX_NAME_BYTES));
        let sources = sources.map(|(letter, value)| (letter, scalar::text(value)));
        sources.chain(hidden.map(|_| (Cow::Borrowed(""), Fact::Unreadable)))
    }
}

/// Returns the array if it holds the lines of a machine readable zone and nothing else.
fn lines(array: Value<'_>) -> Fact<Value<'_>> {
    let is_line = |line: Value<'_>| line.kind() == Kind::String && line.raw().len() <= MAX_LINE_BYTES;
    match array.elements().filter(|line| !is_line(*line)).count() {
        0 if array.elements().nth(MAX_LINES).is_some() => Fact::Unreadable,
        0 if !array.elements().any(Value::has_text) => Fact::Absent,
        0 => Fact::Readable(array),
        _ => Fact::Unreadable,
    }
}

/// Returns the text of a field's value that is readable: a string's, a number's as it was sent, or the lines of a
/// machine readable zone, parted by `^`.
#[must_use]
pub fn field_text(value: Value<'_>) -> Cow<'_, str> {
    match value.kind() {
        Kind::Array => Cow::Owned(value.elements().filter_map(Value::as_str).collect::<Vec<_>>().join("^")),
        _ => value.as_str().unwrap_or(Cow::Borrowed(value.raw())),
    }
}

/// What the place that counts says of a field.
#[derive(Default)]
pub(super) struct Values<'d> {
    /// In the document's order; several where the field stands there under several spellings.
    pub(super) readable: Vec<Value<'d>>,
    /// Whether one can't be read, or there are more than are read.
    pub(super) has_unreadable: bool,
    has_more: bool,
}

impl<'d> Values<'d> {
    /// Returns the first that is readable.
    pub(super) fn first(&self) -> Fact<Value<'d>> {
        match self.readable.first() {
            Some(value) => Fact::Readable(*value),
            None if self.has_unreadable => Fact::Unreadable,
            None => Fact::Absent,
        }
    }
}

/// The fields of a document. Checks, rules and macros look up any number of them, so every name is folded once, before.
#[derive(Clone)]
pub(super) struct Fields<'d> {
    /// By field, then in the order of [`entries`].
    known: Arc<[(Field, Entry<'d>)]>,
    /// By the hash of the folded name, then in that order.
    others: Arc<[(u64, Cow<'d, str>, Entry<'d>)]>,
}

impl<'d> Fields<'d> {
    pub(super) fn of(document: Value<'d>) -> Self {
        let (mut known, mut others) = (Vec::new(), Vec::new());
        let mut folded = String::new();
        for (name, entry) in entries(document) {
            field::fold_into(&name, &mut folded);
            match Field::with_folded_name(&folded) {
                Some(field) => known.push((field, entry)),
                None if folded.is_empty() => {}
                None => others.push((hash(&folded), name, entry)),
            }
        }
        known.sort_by_key(|(field, _)| *field);
        others.sort_by_key(|(hash, ..)| *hash);
        Self { known: known.into(), others: others.into() }
    }

    /// Returns what the first place that says anything of a field says: the details don't take the place of a value of
    /// `identity_data` that can't be read.
    pub(super) fn values(&self, field: Field) -> Values<'d> {
        for entries in self.entries(field).chunk_by(|one, other| one.1.place == other.1.place) {
            let mut values = Values::default();
            for (_, entry) in entries {
                match entry.value(Some(field)) {
                    Fact::Absent => {}
                    Fact::Unreadable => values.has_unreadable = true,
                    Fact::Readable(_) if values.readable.len() == MAX_SOURCES => {
                        (values.has_unreadable, values.has_more) = (true, true);
                        break;
                    }
                    Fact::Readable(value) => values.readable.push(value),
                }
            }
            if !values.first().is_absent() {
                return values;
            }
        }
        Values::default()
    }

    /// Returns the readable values of all places, at most 16.
    pub(super) fn everywhere(&self, field: Field) -> impl Iterator<Item = Value<'d>> {
        let values = self.entries(field).iter().map(move |(_, entry)| entry.value(Some(field)));
        values.filter_map(Fact::readable).take(MAX_SOURCES)
    }

    /// Returns the readable sources of a field, locale by locale, at most 16 in all. What differs by script is never
    /// set against each other; several entries of one locale, under one spelling or several, are.
    pub(super) fn sources(&self, field: Field) -> Vec<Vec<Source<'d>>> {
        self.sources_and_more(field).0
    }

    /// Returns what single sources say of a field, as far as it is a text, in all locales; at most 16.
    pub(super) fn source_texts(&self, field: Field) -> impl Iterator<Item = Cow<'d, str>> {
        let sources = self.entries(field).iter().flat_map(|(_, entry)| entry.sources());
        sources.filter_map(|(_, value)| value.readable()).take(MAX_SOURCES)
    }

    /// Returns whether a field has more sources, or more values in the place that counts, than are read.
    pub(super) fn has_unread(&self, field: Field) -> bool {
        self.sources_and_more(field).1 || self.values(field).has_more
    }

    /// Returns the sources that are read, and whether there are more of them.
    fn sources_and_more(&self, field: Field) -> (Vec<Vec<Source<'d>>>, bool) {
        let (mut left, mut has_more) = (MAX_SOURCES, false);
        let mut locales = Vec::new();
        for entries in self.entries(field).chunk_by(|one, other| one.1.place == other.1.place) {
            let mut sources: Vec<Source<'d>> = Vec::new();
            for (letter, value) in entries.iter().flat_map(|(_, entry)| entry.sources()) {
                let Fact::Readable(value) = value else { continue };
                let source = (letter, value);
                if sources.contains(&source) {
                    continue;
                }
                if left == 0 {
                    has_more = true;
                    break;
                }
                sources.push(source);
                left -= 1;
            }
            if !sources.is_empty() {
                locales.push(sources);
            }
        }
        (locales, has_more)
    }

    /// Returns whether a value that counts, or a source, can't be read, or there are more of them than are read.
    pub(super) fn has_unreadable(&self, field: Field) -> bool {
        let mut sources = self.entries(field).iter().flat_map(|(_, entry)| entry.sources());
        self.values(field).has_unreadable || sources.any(|(_, value)| value.is_unreadable()) || self.has_unread(field)
    }

    /// Returns whether a field has no name that can be read: `identity_data_details` has something else than arrays of
    /// entries with a name, or a name is too long to be one.
    pub(super) fn has_nameless(document: Value<'d>) -> bool {
        let is_too_long = |data: Value<'_>| data.has_name_longer_than(MAX_NAME_BYTES);
        let details = document.get("identity_data_details");
        let mut locales = details.into_iter().flat_map(Value::members).map(|(_, locale)| locale);
        let is_named = |entry: Value<'_>| {
            entry.get("field_name").is_some_and(|name| name.has_text() && name.raw().len() <= MAX_NAME_BYTES)
        };
        let is_nameless = |locale: Value<'_>| match locale.kind() {
            Kind::Array => !locale.elements().all(is_named),
            _ => !scalar::text(locale).is_absent(),
        };
        document.get("identity_data").is_some_and(is_too_long)
            || details.is_some_and(is_too_long)
            || locales.any(is_nameless)
    }

    /// Returns the known fields that the document has, each once.
    pub(super) fn known(&self) -> impl Iterator<Item = Field> {
        self.known.chunk_by(|one, other| one.0 == other.0).filter_map(|entries| Some(entries.first()?.0))
    }

    /// Returns the first readable value of a field that is none of the known ones; nothing where nothing is left of its
    /// name after folding.
    pub(super) fn other(&self, display_name: &str) -> Option<Value<'d>> {
        let folded = field::fold(display_name);
        let hash = hash(&folded);
        let start = self.others.partition_point(|(known, ..)| *known < hash);
        let same = self.others.get(start..).unwrap_or_default().iter().take_while(|(known, ..)| *known == hash);
        let named = same.filter(|(_, name, _)| field::folds_to(name, &folded));
        let mut facts = named.map(|(.., entry)| entry.value(None));
        facts.find(|fact| !fact.is_absent()).and_then(Fact::readable)
    }

    fn entries(&self, field: Field) -> &[(Field, Entry<'d>)] {
        let start = self.known.partition_point(|(known, _)| *known < field);
        let end = self.known.partition_point(|(known, _)| *known <= field);
        self.known.get(start..end).unwrap_or_default()
    }
}

/// Hashes a name such that nobody can make many of one hash on purpose.
fn hash(folded: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(folded.as_bytes());
    hasher.finish()
}

/// Returns what a document says of its fields, by display name: `identity_data`, then the details, locale "0" first.
fn entries<'d>(document: Value<'d>) -> impl Iterator<Item = (Cow<'d, str>, Entry<'d>)> {
    let plain = document.get("identity_data").into_iter().flat_map(|data| data.members_named_within(MAX_NAME_BYTES));
    let plain = plain.map(|(name, value)| (name, Entry { place: 0, statement: Statement::Plain(value) }));
    let all = document.get("identity_data_details");
    let first = all.and_then(|locales| locales.get("0"));
    let others = all.into_iter().flat_map(|locales| locales.members_named_within(MAX_NAME_BYTES));
    let others = others.filter(|(locale, _)| locale != "0").map(|(_, entries)| entries);
    let locales = first.into_iter().chain(others).zip(1..);
    let details = locales.flat_map(|(locale, place)| locale.elements().filter_map(move |entry| detailed(entry, place)));
    plain.chain(details)
}

/// Reads an entry of the details.
fn detailed(entry: Value<'_>, place: usize) -> Option<(Cow<'_, str>, Entry<'_>)> {
    let name = entry.get("field_name").filter(|name| name.raw().len() <= MAX_NAME_BYTES)?.as_str()?;
    Some((name, Entry { place, statement: Statement::Detailed(entry.get("field_details")?) }))
}
