use std::borrow::Cow;

use super::super::document::Value;
use super::super::field::Field;
use super::super::node::Kind;
use super::at;
use super::lookup::{self, Fields};

/// A document with REL-ID's shape: the identity document, or an address proof.
#[derive(Clone)]
pub struct Proof<'d> {
    document: Value<'d>,
    fields: Fields<'d>,
}

/// One `checks_performed[].check_detail[]` entry.
pub struct CheckDetail<'d> {
    /// Field or feature name.
    pub element: Cow<'d, str>,
    /// `OK`, `NOT DONE`, or anything else for a failure.
    pub status: Cow<'d, str>,
}

impl<'d> Proof<'d> {
    /// A document-shaped object; `None` for any other kind of value.
    #[must_use]
    pub fn new(document: Value<'d>) -> Option<Self> {
        (document.kind() == Kind::Object).then(|| Self { document, fields: Fields::of(document) })
    }
    /// The object itself.
    #[must_use]
    pub fn value(&self) -> Value<'d> {
        self.document
    }
    /// The value of a known field: `identity_data`, then locale "0" of `identity_data_details`, then its other
    /// locales. Empty values and white space count as absent.
    #[must_use]
    pub fn field(&self, field: Field) -> Option<Cow<'d, str>> {
        self.fields.values(field).next().and_then(Value::as_str)
    }
    /// The values of a known field in all scripts, at most 16, in the order in which [`Proof::field`] looks for one.
    #[must_use]
    pub fn field_in_any_script(&self, field: Field) -> Vec<Cow<'d, str>> {
        self.fields.values(field).filter_map(Value::as_str).collect()
    }
    /// The string value (for splicing) of a field by display name, looked up as [`Proof::field`] does; a name that
    /// is no known field or alias is looked up by its folded text.
    #[must_use]
    pub fn field_named(&self, display_name: &str) -> Option<Value<'d>> {
        match Field::named(display_name) {
            Some(field) => self.fields.values(field).next(),
            None => lookup::other(self.document, display_name),
        }
    }
    /// The non-empty `field_source_and_values` of a field: (source letter, value), at most 16 of them.
    ///
    /// They are those of one entry of `identity_data_details`, the first that has any, in locale "0" or else in the
    /// other locales: what differs by script alone is never set against each other.
    #[must_use]
    pub fn sources(&self, field: Field) -> Vec<(Cow<'d, str>, Cow<'d, str>)> {
        self.fields.sources(field)
    }
    /// `document_info.document_type_code`.
    #[must_use]
    pub fn type_codes(&self) -> Vec<i64> {
        self.list(&["document_info", "document_type_code"]).filter_map(Value::as_i64).collect()
    }
    /// `document_info.document_type`.
    #[must_use]
    pub fn type_names(&self) -> Vec<Cow<'d, str>> {
        self.list(&["document_info", "document_type"]).filter_map(Value::as_str).collect()
    }
    /// `document_info.document_names` (string values).
    #[must_use]
    pub fn template_names(&self) -> Vec<Value<'d>> {
        self.list(&["document_info", "document_names"]).filter(|name| name.kind() == Kind::String).collect()
    }
    /// Whether `portrait_image` or `visualportrait_image` is a non-empty string.
    #[must_use]
    pub fn has_portrait(&self) -> bool {
        let images = at(self.document, &["document_info", "document_images"]);
        let has = |name| images.and_then(|images| images.get(name)).is_some_and(Value::is_non_empty_string);
        has("portrait_image") || has("visualportrait_image")
    }
    /// All `check_detail` entries of all `checks_performed` that have an element and a status.
    pub fn check_details(&self) -> impl Iterator<Item = CheckDetail<'d>> + use<'d> {
        let checks = self.list(&["document_status", "checks_performed"]);
        let details = checks.filter_map(|check| check.get("check_detail")).flat_map(Value::elements);
        details.filter_map(|detail| {
            let text = |name| detail.get(name).and_then(Value::as_str);
            Some(CheckDetail { element: text("element")?, status: text("status")? })
        })
    }
    /// `document_status.error_list`.
    pub fn errors(&self) -> impl Iterator<Item = Cow<'d, str>> + use<'d> {
        self.list(&["document_status", "error_list"]).filter_map(Value::as_str)
    }
    /// `document_status.overall_document_status` (a string value).
    #[must_use]
    pub fn overall_status(&self) -> Option<Value<'d>> {
        at(self.document, &["document_status", "overall_document_status"]).filter(|v| v.kind() == Kind::String)
    }

    fn list(&self, path: &[&str]) -> impl Iterator<Item = Value<'d>> + use<'d> {
        at(self.document, path).into_iter().flat_map(Value::elements)
    }
}
