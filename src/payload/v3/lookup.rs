//! Finding a field's value and sources by its display name. Each look-up goes once through the document's fields.

use std::borrow::Cow;

use super::super::document::Value;
use super::super::field::{self, Field};

/// Longest display name, in bytes of JSON text. A name made long on purpose would else be decoded for every look-up.
const MAX_NAME_BYTES: usize = 1024;

/// Most sources, and most values, of one field. REL-ID has four, the scanner behind it eight.
const MAX_SOURCES: usize = 16;

/// What is looked for.
pub(super) enum Wanted {
    Known(Field),
    /// A folded display name that is no known field's.
    Other(String),
}

impl Wanted {
    /// What a display name asks for; `None` where nothing is left of it after folding.
    pub(super) fn named(display_name: &str) -> Option<Self> {
        let known = Field::named(display_name).map(Self::Known);
        known.or_else(|| Some(Self::Other(field::fold(display_name))).filter(|_| !field::folds_to(display_name, "")))
    }

    fn is(&self, display_name: &str) -> bool {
        match self {
            Self::Known(field) => field.is_named(display_name),
            Self::Other(folded) => field::folds_to(display_name, folded),
        }
    }
}

/// The first value that isn't blank: in `identity_data`, then in the details.
pub(super) fn value<'d>(document: Value<'d>, wanted: &Wanted) -> Option<Value<'d>> {
    values(document, wanted).next()
}

/// All values that aren't blank, in the same order.
pub(super) fn values<'d>(document: Value<'d>, wanted: &Wanted) -> impl Iterator<Item = Value<'d>> {
    let plain = document.get("identity_data").into_iter().flat_map(|data| data.members_named_within(MAX_NAME_BYTES));
    let plain = plain.filter(|(name, _)| wanted.is(name)).map(|(_, value)| value);
    let detailed = details(document, wanted).filter_map(|details| details.get("field_value"));
    plain.chain(detailed).filter(|value| has_text(*value)).take(MAX_SOURCES)
}

/// The sources of the first details that have any.
pub(super) fn sources<'d>(document: Value<'d>, wanted: &Wanted) -> Vec<(Cow<'d, str>, Cow<'d, str>)> {
    let sources = details(document, wanted).filter_map(|details| details.get("field_source_and_values"));
    let mut sources = sources.map(|sources| {
        let given = sources.members_named_within(MAX_NAME_BYTES).filter(|(_, value)| has_text(*value));
        given.filter_map(|(source, value)| Some((source, value.as_str()?))).take(MAX_SOURCES).collect::<Vec<_>>()
    });
    sources.find(|sources| !sources.is_empty()).unwrap_or_default()
}

/// The `field_details` of a field, locale "0" first.
fn details<'d>(document: Value<'d>, wanted: &Wanted) -> impl Iterator<Item = Value<'d>> {
    let all = document.get("identity_data_details");
    let first = all.and_then(|locales| locales.get("0"));
    let others = all.into_iter().flat_map(|locales| locales.members_named_within(MAX_NAME_BYTES));
    let others = others.filter(|(locale, _)| locale != "0").map(|(_, entries)| entries);
    let entries = first.into_iter().chain(others).flat_map(Value::elements);
    entries.filter(|entry| is_of(*entry, wanted)).filter_map(|entry| entry.get("field_details"))
}

fn is_of(entry: Value<'_>, wanted: &Wanted) -> bool {
    let name = entry.get("field_name").filter(|name| name.raw().len() <= MAX_NAME_BYTES);
    name.and_then(Value::as_str).is_some_and(|name| wanted.is(&name))
}

/// Whether this is a string with more in it than white space.
fn has_text(value: Value<'_>) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}
