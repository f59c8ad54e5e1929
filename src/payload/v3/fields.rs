//! The fields of a document, by display name: their values and what single sources say.

use std::borrow::Cow;
use std::ops::Range;

use super::super::document::Value;
use super::super::fact::Fact;
use super::super::field::{self, Field};
use super::super::node::Kind;
use super::scalar;

/// Longest display name, in bytes of JSON text. A name made long on purpose would else be decoded and folded for
/// nothing.
const MAX_NAME_BYTES: usize = 256;

/// As many known fields as most documents have, in `identity_data` and in the details.
const MANY_FIELDS: usize = 32;

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

    /// Returns what holds what single sources say.
    fn sources(self) -> Option<Value<'d>> {
        match self.statement {
            Statement::Plain(_) => None,
            Statement::Detailed(details) => details.get("field_source_and_values"),
        }
    }
}

/// Returns whether sources may hide anything: what isn't an object, but isn't blank either, and one with an endless
/// name.
fn are_hidden(sources: Value<'_>) -> bool {
    match sources.kind() {
        Kind::Object => sources.has_name_longer_than(MAX_NAME_BYTES),
        _ => !scalar::text(sources).is_absent(),
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

/// A value of a field that is readable.
pub(super) struct FieldValue<'d> {
    pub(super) json: Value<'d>,
    pub(super) text: Cow<'d, str>,
}

/// A part of one of the lists of [`Fields`], which have at most 16 entries for each of the known fields.
#[derive(Clone, Copy, Default)]
struct Part {
    start: u16,
    end: u16,
}

impl Part {
    /// Returns what a list has got since it had `start` entries.
    fn since<T>(start: usize, list: &[T]) -> Self {
        let narrow = |at| u16::try_from(at).unwrap_or(u16::MAX);
        Self { start: narrow(start), end: narrow(list.len()) }
    }

    fn of<T>(self, list: &[T]) -> &[T] {
        list.get(usize::from(self.start)..usize::from(self.end)).unwrap_or_default()
    }
}

/// What a document says of a known field: where it is in the lists of [`Fields`].
#[derive(Clone, Copy, Default)]
struct Known {
    is_there: bool,
    /// The readable values of all places, at most 16.
    values: Part,
    /// Those of them in the place that counts, which is the first that has any.
    counted: Part,
    /// Whether the place that counts has a value that can't be read, or more than are read.
    has_unreadable_value: bool,
    has_unreadable_source: bool,
    /// Whether there are more sources, or more values in the place that counts, than are read.
    has_more: bool,
    locales: Part,
}

/// The fields of a document, each read once. Checks, rules and macros look up any number of them.
pub(super) struct Fields<'d> {
    known: [Known; Field::COUNT],
    values: Vec<FieldValue<'d>>,
    sources: Vec<Source<'d>>,
    /// Where the sources of each locale are.
    locales: Vec<Part>,
    /// Other fields by the place of their folded names in `names`, sorted by those, then in the order in which values
    /// are looked for.
    others: Vec<(Range<usize>, Entry<'d>)>,
    names: String,
}

impl<'d> Fields<'d> {
    pub(super) fn of(document: Value<'d>) -> Self {
        let mut fields = Self {
            known: [Known::default(); Field::COUNT],
            values: Vec::new(),
            sources: Vec::new(),
            locales: Vec::new(),
            others: Vec::new(),
            names: String::new(),
        };
        let mut known = Vec::with_capacity(MANY_FIELDS);
        for (name, value) in document.get("identity_data").into_iter().flat_map(named) {
            fields.note(&name, Entry { place: 0, statement: Statement::Plain(value) }, &mut known);
        }
        if let Some(locales) = document.get("identity_data_details") {
            let first = locales.get("0");
            if let Some(first) = first {
                fields.note_locale(first, 1, &mut known);
            }
            let others = named(locales).filter(|(locale, _)| locale != "0");
            for ((_, entries), place) in others.zip(1 + usize::from(first.is_some())..) {
                fields.note_locale(entries, place, &mut known);
            }
        }
        known.sort_unstable_by_key(|(field, order, _)| (*field, *order));
        fields.values.reserve(known.len());
        fields.sources.reserve(known.len());
        for entries in known.chunk_by(|one, other| one.0 == other.0) {
            fields.read(entries);
        }
        let names = &fields.names;
        fields.others.sort_unstable_by(|(one, _), (other, _)| {
            names.get(one.clone()).cmp(&names.get(other.clone())).then(one.start.cmp(&other.start))
        });
        fields
    }

    fn note_locale(&mut self, entries: Value<'d>, place: usize, known: &mut Vec<(Field, usize, Entry<'d>)>) {
        for (name, details) in entries.elements().filter_map(detailed) {
            self.note(&name, Entry { place, statement: Statement::Detailed(details) }, known);
        }
    }

    /// Puts what is said under a display name to what is said of known fields, or of others.
    fn note(&mut self, name: &str, entry: Entry<'d>, known: &mut Vec<(Field, usize, Entry<'d>)>) {
        if let Some(field) = Field::with_plain_name(name) {
            return known.push((field, known.len(), entry));
        }
        let start = self.names.len();
        field::fold_into(name, &mut self.names);
        let folded = self.names.get(start..).unwrap_or_default();
        if let Some(field) = Field::with_folded_name(folded) {
            known.push((field, known.len(), entry));
            self.names.truncate(start);
        } else if !folded.is_empty() {
            self.others.push((start..self.names.len(), entry));
        }
    }

    /// Reads all that is said of one known field.
    fn read(&mut self, entries: &[(Field, usize, Entry<'d>)]) {
        let Some((field, ..)) = entries.first() else { return };
        let (values, sources, locales) = (self.values.len(), self.sources.len(), self.locales.len());
        let mut known = Known { is_there: true, ..Known::default() };
        for entries in entries.chunk_by(|one, other| one.2.place == other.2.place) {
            let counted = known.counted.end > known.counted.start || known.has_unreadable_value;
            for (.., entry) in entries {
                match entry.value(Some(*field)) {
                    Fact::Readable(json) if self.values.len() < values + MAX_SOURCES => {
                        self.values.push(FieldValue { json, text: field_text(json) });
                    }
                    Fact::Readable(_) if !counted => (known.has_unreadable_value, known.has_more) = (true, true),
                    // The details don't take the place of a value of `identity_data` that can't be read.
                    Fact::Unreadable if !counted => known.has_unreadable_value = true,
                    Fact::Readable(_) | Fact::Unreadable | Fact::Absent => {}
                }
            }
            if !counted {
                known.counted = Part::since(values, &self.values);
            }
            let start = self.sources.len();
            for all in entries.iter().filter_map(|(.., entry)| entry.sources()) {
                known.has_unreadable_source |= are_hidden(all);
                for (letter, value) in named(all) {
                    let value = scalar::text(value);
                    known.has_unreadable_source |= value.is_unreadable();
                    let Fact::Readable(value) = value else { continue };
                    let source = (letter, value);
                    if self.sources.get(start..).unwrap_or_default().contains(&source) {
                        continue;
                    }
                    if self.sources.len() < sources + MAX_SOURCES {
                        self.sources.push(source);
                    } else {
                        known.has_more = true;
                    }
                }
            }
            if start < self.sources.len() {
                self.locales.push(Part::since(start, &self.sources));
            }
        }
        known.values = Part::since(values, &self.values);
        known.locales = Part::since(locales, &self.locales);
        if let Some(field) = self.known.get_mut(*field as usize) {
            *field = known;
        }
    }

    /// Returns the readable values in the first place that says anything of a field, at most 16, in the document's
    /// order; several where the field stands there under several spellings.
    pub(super) fn values(&self, field: Field) -> &[FieldValue<'d>] {
        self.known(field).counted.of(&self.values)
    }

    /// Returns the first of them; the details don't take the place of a value of `identity_data` that can't be read.
    pub(super) fn first(&self, field: Field) -> Fact<&FieldValue<'d>> {
        match self.values(field).first() {
            Some(value) => Fact::Readable(value),
            None if self.has_unreadable_value(field) => Fact::Unreadable,
            None => Fact::Absent,
        }
    }

    /// Returns the readable values of all places, at most 16.
    pub(super) fn everywhere(&self, field: Field) -> &[FieldValue<'d>] {
        self.known(field).values.of(&self.values)
    }

    /// Returns the readable sources of a field, locale by locale, at most 16 in all. What differs by script is never
    /// set against each other; several entries of one locale, under one spelling or several, are.
    pub(super) fn sources(&self, field: Field) -> impl Iterator<Item = &[Source<'d>]> + Clone {
        self.known(field).locales.of(&self.locales).iter().map(|locale| locale.of(&self.sources))
    }

    /// Returns whether the place that counts has a value that can't be read, or more values than are read.
    pub(super) fn has_unreadable_value(&self, field: Field) -> bool {
        self.known(field).has_unreadable_value
    }

    /// Returns whether a field has more sources, or more values in the place that counts, than are read.
    pub(super) fn has_unread(&self, field: Field) -> bool {
        self.known(field).has_more
    }

    /// Returns whether a value that counts, or a source, can't be read, or there are more of them than are read.
    pub(super) fn has_unreadable(&self, field: Field) -> bool {
        let known = self.known(field);
        known.has_unreadable_value || known.has_unreadable_source || known.has_more
    }

    /// Returns the known fields that the document has, each once.
    pub(super) fn all(&self) -> impl Iterator<Item = Field> {
        Field::all().filter(|field| self.known(*field).is_there)
    }

    /// Returns the first readable value of a field that is none of the known ones, by its folded name.
    pub(super) fn other(&self, folded: &str) -> Option<Value<'d>> {
        let name = |name: &Range<usize>| self.names.get(name.clone()).unwrap_or_default();
        let start = self.others.partition_point(|(other, _)| name(other) < folded);
        let same = self.others.get(start..).unwrap_or_default().iter().take_while(|(other, _)| name(other) == folded);
        let mut facts = same.map(|(_, entry)| entry.value(None));
        facts.find(|fact| !fact.is_absent()).and_then(Fact::readable)
    }

    fn known(&self, field: Field) -> Known {
        self.known.get(field as usize).copied().unwrap_or_default()
    }
}

/// Returns whether a field has no name that can be read: `identity_data_details` has something else than arrays of
/// entries with a name, or a name is too long to be one.
pub(super) fn has_nameless(document: Value<'_>) -> bool {
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

/// Returns the members of an object but those whose names are too long to be one.
fn named(object: Value<'_>) -> impl Iterator<Item = (Cow<'_, str>, Value<'_>)> {
    object.members_named_within(MAX_NAME_BYTES)
}

/// Reads an entry of the details: its name and its `field_details`.
fn detailed(entry: Value<'_>) -> Option<(Cow<'_, str>, Value<'_>)> {
    let name = entry.get("field_name").filter(|name| name.raw().len() <= MAX_NAME_BYTES)?.as_str()?;
    Some((name, entry.get("field_details")?))
}
