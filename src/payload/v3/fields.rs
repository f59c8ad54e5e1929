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

/// A value of a field that is readable.
pub(super) struct FieldValue<'d> {
    pub(super) json: Value<'d>,
    pub(super) text: Cow<'d, str>,
}

/// What a document says of a known field: where it is in the lists of [`Fields`].
#[derive(Clone, Default)]
struct Known {
    is_there: bool,
    /// The readable values of all places, at most 16.
    values: Range<usize>,
    /// How many of them are in the place that counts, which is the first that has any.
    counted: usize,
    /// Whether the place that counts has a value that can't be read, or more than are read.
    has_unreadable_value: bool,
    has_unreadable_source: bool,
    /// Whether there are more sources, or more values in the place that counts, than are read.
    has_more: bool,
    locales: Range<usize>,
}

/// The fields of a document, each read once. Checks, rules and macros look up any number of them.
pub(super) struct Fields<'d> {
    known: [Known; Field::COUNT],
    values: Vec<FieldValue<'d>>,
    sources: Vec<Source<'d>>,
    /// Where the sources of each locale are.
    locales: Vec<Range<usize>>,
    /// Other fields by the place of their folded names in `names`, sorted by those, then in the order of [`entries`].
    others: Vec<(Range<usize>, Entry<'d>)>,
    names: String,
}

impl<'d> Fields<'d> {
    pub(super) fn of(document: Value<'d>) -> Self {
        let mut fields = Self {
            known: Default::default(),
            values: Vec::new(),
            sources: Vec::new(),
            locales: Vec::new(),
            others: Vec::new(),
            names: String::new(),
        };
        let (mut known, mut folded) = (Vec::with_capacity(MANY_FIELDS), String::new());
        for (name, entry) in entries(document) {
            if let Some(field) = Field::with_plain_name(&name) {
                known.push((field, known.len(), entry));
                continue;
            }
            field::fold_into(&name, &mut folded);
            match Field::with_folded_name(&folded) {
                Some(field) => known.push((field, known.len(), entry)),
                None if folded.is_empty() => {}
                None => {
                    let start = fields.names.len();
                    fields.names.push_str(&folded);
                    fields.others.push((start..fields.names.len(), entry));
                }
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

    /// Reads all that is said of one known field.
    fn read(&mut self, entries: &[(Field, usize, Entry<'d>)]) {
        let Some((field, ..)) = entries.first() else { return };
        let (values, sources, locales) = (self.values.len(), self.sources.len(), self.locales.len());
        let mut known = Known { is_there: true, ..Known::default() };
        for entries in entries.chunk_by(|one, other| one.2.place == other.2.place) {
            let counted = known.counted > 0 || known.has_unreadable_value;
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
                known.counted = self.values.len() - values;
            }
            let start = self.sources.len();
            for (letter, value) in entries.iter().flat_map(|(.., entry)| entry.sources()) {
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
            if start < self.sources.len() {
                self.locales.push(start..self.sources.len());
            }
        }
        known.values = values..self.values.len();
        known.locales = locales..self.locales.len();
        if let Some(field) = self.known.get_mut(*field as usize) {
            *field = known;
        }
    }

    /// Returns the readable values in the first place that says anything of a field, at most 16, in the document's
    /// order; several where the field stands there under several spellings.
    pub(super) fn values(&self, field: Field) -> &[FieldValue<'d>] {
        self.known(field).map_or(&[], |known| self.everywhere(field).get(..known.counted).unwrap_or_default())
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
        self.known(field).and_then(|known| self.values.get(known.values.clone())).unwrap_or_default()
    }

    /// Returns the readable sources of a field, locale by locale, at most 16 in all. What differs by script is never
    /// set against each other; several entries of one locale, under one spelling or several, are.
    pub(super) fn sources(&self, field: Field) -> impl Iterator<Item = &[Source<'d>]> + Clone {
        let locales = self.known(field).and_then(|known| self.locales.get(known.locales.clone())).unwrap_or_default();
        locales.iter().filter_map(|locale| self.sources.get(locale.clone()))
    }

    /// Returns whether the place that counts has a value that can't be read, or more values than are read.
    pub(super) fn has_unreadable_value(&self, field: Field) -> bool {
        self.known(field).is_some_and(|known| known.has_unreadable_value)
    }

    /// Returns whether a field has more sources, or more values in the place that counts, than are read.
    pub(super) fn has_unread(&self, field: Field) -> bool {
        self.known(field).is_some_and(|known| known.has_more)
    }

    /// Returns whether a value that counts, or a source, can't be read, or there are more of them than are read.
    pub(super) fn has_unreadable(&self, field: Field) -> bool {
        self.known(field)
            .is_some_and(|known| known.has_unreadable_value || known.has_unreadable_source || known.has_more)
    }

    /// Returns the known fields that the document has, each once.
    pub(super) fn all(&self) -> impl Iterator<Item = Field> {
        Field::all().filter(|field| self.known(*field).is_some_and(|known| known.is_there))
    }

    /// Returns the first readable value of a field that is none of the known ones, by its folded name.
    pub(super) fn other(&self, folded: &str) -> Option<Value<'d>> {
        let name = |name: &Range<usize>| self.names.get(name.clone()).unwrap_or_default();
        let start = self.others.partition_point(|(other, _)| name(other) < folded);
        let same = self.others.get(start..).unwrap_or_default().iter().take_while(|(other, _)| name(other) == folded);
        let mut facts = same.map(|(_, entry)| entry.value(None));
        facts.find(|fact| !fact.is_absent()).and_then(Fact::readable)
    }

    fn known(&self, field: Field) -> Option<&Known> {
        self.known.get(field as usize)
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
