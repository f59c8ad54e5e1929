//! Finding a field's values and sources by its display name.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::document::Value;
use super::super::field::{self, Field};

/// Longest display name, in bytes of JSON text. A name made long on purpose would else be decoded for nothing.
const MAX_NAME_BYTES: usize = 1024;

/// Most sources, and most values, of one field. REL-ID has four, the scanner behind it eight.
const MAX_SOURCES: usize = 16;

/// What a document says of a field in one place.
#[derive(Clone, Copy)]
enum Entry<'d> {
    /// A value of `identity_data`.
    Plain(Value<'d>),
    /// The `field_details` of an entry of `identity_data_details`.
    Detailed(Value<'d>),
}

impl<'d> Entry<'d> {
    /// The value, unless it is blank.
    fn value(self) -> Option<Value<'d>> {
        let value = match self {
            Self::Plain(value) => Some(value),
            Self::Detailed(details) => details.get("field_value"),
        };
        value.filter(|value| value.has_text())
    }

    fn sources(self) -> Vec<(Cow<'d, str>, Cow<'d, str>)> {
        let Self::Detailed(details) = self else { return Vec::new() };
        let sources = details.get("field_source_and_values").into_iter();
        let sources = sources.flat_map(|sources| sources.members_named_within(MAX_NAME_BYTES));
        let sources = sources.filter(|(_, value)| value.has_text());
        sources.filter_map(|(source, value)| Some((source, value.as_str()?))).take(MAX_SOURCES).collect()
    }
}

/// The known fields of a document. Scoring looks up some sixty, so the document is gone through once, before.
#[derive(Clone)]
pub(super) struct Fields<'d> {
    /// By field, then in the order of [`entries`].
    entries: Arc<[(Field, Entry<'d>)]>,
}

impl<'d> Fields<'d> {
    pub(super) fn of(document: Value<'d>) -> Self {
        let known = entries(document).filter_map(|(name, entry)| Some((Field::named(&name)?, entry)));
        let mut known: Vec<_> = known.collect();
        known.sort_by_key(|(field, _)| *field);
        Self { entries: known.into() }
    }

    /// All values that aren't blank, at most 16.
    pub(super) fn values(&self, field: Field) -> impl Iterator<Item = Value<'d>> {
        self.entries(field).filter_map(Entry::value).take(MAX_SOURCES)
    }

    /// The sources of the first details that have any.
    pub(super) fn sources(&self, field: Field) -> Vec<(Cow<'d, str>, Cow<'d, str>)> {
        self.entries(field).map(Entry::sources).find(|sources| !sources.is_empty()).unwrap_or_default()
    }

    fn entries(&self, field: Field) -> impl Iterator<Item = Entry<'d>> {
        let start = self.entries.partition_point(|(known, _)| *known < field);
        let entries = self.entries.get(start..).unwrap_or_default().iter();
        entries.take_while(move |(known, _)| *known == field).map(|(_, entry)| *entry)
    }
}

/// The first value that isn't blank of a field that is none of the known ones; nothing where nothing is left of its
/// name after folding.
pub(super) fn other<'d>(document: Value<'d>, display_name: &str) -> Option<Value<'d>> {
    let folded = Some(field::fold(display_name)).filter(|folded| !folded.is_empty())?;
    entries(document).filter(|(name, _)| field::folds_to(name, &folded)).find_map(|(_, entry)| entry.value())
}

/// What a document says of its fields, by display name: `identity_data`, then the details, locale "0" first.
fn entries<'d>(document: Value<'d>) -> impl Iterator<Item = (Cow<'d, str>, Entry<'d>)> {
    let plain = document.get("identity_data").into_iter().flat_map(|data| data.members_named_within(MAX_NAME_BYTES));
    let plain = plain.map(|(name, value)| (name, Entry::Plain(value)));
    let all = document.get("identity_data_details");
    let first = all.and_then(|locales| locales.get("0"));
    let others = all.into_iter().flat_map(|locales| locales.members_named_within(MAX_NAME_BYTES));
    let others = others.filter(|(locale, _)| locale != "0").map(|(_, entries)| entries);
    let details = first.into_iter().chain(others).flat_map(Value::elements).filter_map(detailed);
    plain.chain(details)
}

fn detailed(entry: Value<'_>) -> Option<(Cow<'_, str>, Entry<'_>)> {
    let name = entry.get("field_name").filter(|name| name.raw().len() <= MAX_NAME_BYTES)?.as_str()?;
    Some((name, Entry::Detailed(entry.get("field_details")?)))
}
