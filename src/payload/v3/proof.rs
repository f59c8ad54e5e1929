//! A document: the identity document, or an address proof.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use super::super::date::DateOrder;
use super::super::document::Value;
use super::super::fact::Fact;
use super::super::field::{Field, FieldName};
use super::super::mrz::Zone;
use super::super::node::Kind;
use super::dates::Dates;
use super::error::{DocumentRole, NotV3};
use super::fields::{self, Fields, Source};
use super::status::{OverallStatus, Status};
use super::unreadable::UnreadableFact;
use super::{scalar, shape};

/// A document with REL-ID's shape: the identity document, or an address proof. Clones share what was read.
#[derive(Clone)]
pub struct Proof<'d> {
    document: Value<'d>,
    read: Arc<Read<'d>>,
}

/// What was read of a document: each of it once, whoever asks.
struct Read<'d> {
    fields: Fields<'d>,
    check_details: Vec<CheckDetail<'d>>,
    types: Fact<DocumentTypes<'d>>,
    /// By the spellings of the field.
    zones: OnceLock<Vec<Option<Zone>>>,
    has_unreadable_error: bool,
    dates: OnceLock<((DateOrder, Date), Dates)>,
}

/// What a document is, by the scanner.
pub struct DocumentTypes<'d> {
    /// `document_info.document_type_code`: whole numbers, or texts of them.
    pub codes: Vec<i64>,
    /// `document_info.document_type`, without blank ones.
    pub names: Vec<Cow<'d, str>>,
}

/// One `checks_performed[].check_detail[]` entry.
pub struct CheckDetail<'d> {
    /// Field or feature name. One that can't be read could be any.
    pub element: Fact<Cow<'d, str>>,
    /// How the check ended. It isn't passed unless that can be read.
    pub status: Fact<Status>,
}

impl CheckDetail<'_> {
    /// Returns whether the check was made and found nothing wrong.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.status == Fact::Readable(Status::Ok)
    }

    /// Returns whether the scanner says that it didn't make the check.
    #[must_use]
    pub fn was_not_done(&self) -> bool {
        self.status == Fact::Readable(Status::NotDone)
    }

    /// Returns whether the status can't be read, or the name of a check that isn't passed.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.status.is_unreadable() || self.element.is_unreadable() && self.failed()
    }

    /// Returns whether the check failed, or nobody can tell how it ended.
    #[must_use]
    pub fn failed(&self) -> bool {
        !self.passed() && !self.was_not_done()
    }
}

impl<'d> Proof<'d> {
    /// Reads a document and folds the names of its fields.
    ///
    /// # Errors
    /// [`NotV3::Document`] for anything but an object, [`NotV3::Member`] where a member that decides is of another type
    /// than it should be.
    pub fn read(document: Value<'d>, role: DocumentRole) -> Result<Self, NotV3> {
        if document.kind() != Kind::Object {
            return Err(NotV3::Document(role));
        }
        match shape::misshapen(document) {
            Some(member) => Err(NotV3::Member { document: role, member }),
            None => Ok(Self { document, read: Arc::new(Read::of(document)) }),
        }
    }

    /// Returns the object itself.
    #[must_use]
    pub fn value(&self) -> Value<'d> {
        self.document
    }

    /// Returns the value of a known field that counts.
    ///
    /// It is looked for in `identity_data`, then in locale "0" of `identity_data_details`, then in its other locales. A
    /// number counts as its text; `null`, empty texts and white space as absent. Of several spellings of the field in
    /// one place the first that is readable counts; of dates see [`Proof::dates`].
    #[must_use]
    pub fn fact(&self, field: Field) -> Fact<&str> {
        self.read.fields.first(field).map(|value| &*value.text)
    }

    /// Returns [`Proof::fact`] where it is readable.
    #[must_use]
    pub fn field(&self, field: Field) -> Option<&str> {
        self.fact(field).readable()
    }

    /// Returns the readable values of a field in the place that counts, at most 16: more than one where it stands there
    /// under several spellings.
    pub fn spellings(&self, field: Field) -> impl Iterator<Item = &str> + Clone {
        self.read.fields.values(field).iter().map(|value| &*value.text)
    }

    /// Returns the readable values of a known field in all scripts, at most 16, in the order in which [`Proof::fact`]
    /// looks for one.
    pub fn field_in_any_script(&self, field: Field) -> impl Iterator<Item = &str> {
        self.read.fields.everywhere(field).iter().map(|value| &*value.text)
    }

    /// Returns the value (for splicing) of a field by display name, looked up as [`Proof::fact`] does; a name that is
    /// no known field or alias is looked up by its folded text. Numbers stay numbers.
    #[must_use]
    pub fn field_named(&self, display_name: &str) -> Option<Value<'d>> {
        self.value_of(&FieldName::of(display_name))
    }

    /// Returns [`Proof::field_named`], or of a date that stands there under several spellings the one that counts.
    #[must_use]
    pub fn field_that_counts(&self, name: &FieldName, dates: &Dates) -> Option<Value<'d>> {
        let counted = match name {
            FieldName::Known(field) => self.date_that_counts(*field, dates),
            FieldName::Other(_) => None,
        };
        counted.or_else(|| self.value_of(name))
    }

    fn value_of(&self, name: &FieldName) -> Option<Value<'d>> {
        match name {
            FieldName::Known(field) => self.read.fields.first(*field).readable().map(|value| value.json),
            FieldName::Other(folded) => self.read.fields.other(folded),
        }
    }

    /// Returns the value of `identity_data` or of the details whose date counts; `None` for a field that is no date,
    /// and where none can be read and be true.
    #[must_use]
    pub fn date_that_counts(&self, field: Field, dates: &Dates) -> Option<Value<'d>> {
        self.read.fields.values(field).get(dates.counted(field)?).map(|value| value.json)
    }

    /// Returns the dates of the document, held against each other and against the day of the request.
    #[must_use]
    pub fn dates(&self, order: DateOrder, today: Date) -> Dates {
        let read = || Dates::of(&self.read.fields, order, today);
        let (by, dates) = self.read.dates.get_or_init(|| ((order, today), read()));
        if *by == (order, today) { *dates } else { read() }
    }

    /// Returns the readable `field_source_and_values` of a field, as source letter and value, in the first locale that
    /// has any.
    #[must_use]
    pub fn sources(&self, field: Field) -> &[Source<'d>] {
        self.sources_by_locale(field).next().unwrap_or_default()
    }

    /// Returns the readable `field_source_and_values` of a field, as source letter and value, for each locale that has
    /// any, "0" first; at most 16 in all.
    ///
    /// What differs by script alone is never set against each other. A locale's entries under several spellings are,
    /// and one letter may come several times.
    pub fn sources_by_locale(&self, field: Field) -> impl Iterator<Item = &[Source<'d>]> + Clone {
        self.read.fields.sources(field)
    }

    /// Returns whether a field has more sources, or more values in the place that counts, than the 16 that are read.
    #[must_use]
    pub fn has_unread_sources(&self, field: Field) -> bool {
        self.read.fields.has_unread(field)
    }

    /// Returns the codes and names of the document's type; unreadable where there is something, but none of either.
    #[must_use]
    pub fn types(&self) -> Fact<&DocumentTypes<'d>> {
        self.read.types.as_ref()
    }

    /// Returns `document_info.document_type_code`: whole numbers, or texts of them.
    #[must_use]
    pub fn type_codes(&self) -> &[i64] {
        self.types().readable().map(|types| types.codes.as_slice()).unwrap_or_default()
    }

    /// Returns `document_info.document_type`.
    #[must_use]
    pub fn type_names(&self) -> Vec<Cow<'d, str>> {
        self.list(&["document_info", "document_type"]).filter_map(Value::as_str).collect()
    }

    /// Returns `document_info.document_names`, string values.
    #[must_use]
    pub fn template_names(&self) -> Vec<Value<'d>> {
        self.list(&["document_info", "document_names"]).filter(|name| name.kind() == Kind::String).collect()
    }

    /// Returns `portrait_image`, or else `visualportrait_image`, of which one must be a string that isn't blank.
    #[must_use]
    pub fn portrait(&self) -> Fact<Value<'d>> {
        let images = scalar::at(self.document, &["document_info", "document_images"]);
        let image = |name| match images.and_then(|images| scalar::at(images, &[name])) {
            Fact::Readable(image) if image.kind() != Kind::String => Fact::Unreadable,
            Fact::Readable(image) if !image.has_text() => Fact::Absent,
            image => image,
        };
        match image("portrait_image") {
            Fact::Readable(image) => Fact::Readable(image),
            Fact::Absent => image("visualportrait_image"),
            Fact::Unreadable => image("visualportrait_image").readable().map_or(Fact::Unreadable, Fact::Readable),
        }
    }

    /// Returns whether `portrait_image` or `visualportrait_image` is a string that isn't blank.
    #[must_use]
    pub fn has_portrait(&self) -> bool {
        self.portrait().readable().is_some()
    }

    /// Returns all `check_detail` entries of all `checks_performed` that have an element, readable or not.
    pub fn check_details(&self) -> impl Iterator<Item = &CheckDetail<'d>> {
        self.read.check_details.iter()
    }

    /// Returns the strings of `document_status.error_list`, at any depth; a string in its place is the only one.
    pub fn errors(&self) -> impl Iterator<Item = Cow<'d, str>> + use<'d> {
        self.error_list().into_iter().flatten()
    }

    /// Returns [`Proof::errors`] where the document has a list of them.
    #[must_use]
    pub fn error_list(&self) -> Option<impl Iterator<Item = Cow<'d, str>> + use<'d>> {
        let list = scalar::at(self.document, &["document_status", "error_list"]).readable()?;
        Some(list.strings().filter_map(Value::as_str))
    }

    /// Returns whether an entry of `document_status.error_list` holds something, but no text: nobody can tell of what
    /// it speaks.
    #[must_use]
    pub fn has_unreadable_error(&self) -> bool {
        self.read.has_unreadable_error
    }

    /// Returns `document_status.overall_document_status`.
    #[must_use]
    pub fn overall_status(&self) -> Option<OverallStatus<'d>> {
        let status = scalar::at(self.document, &["document_status", "overall_document_status"]).readable()?;
        OverallStatus::of(status)
    }

    /// Returns the machine readable zones (`MRZ strings`), as many as the field has spellings; unreadable where one of
    /// the texts is none, or can't be read at all.
    #[must_use]
    pub fn zones(&self) -> Fact<impl Iterator<Item = &Zone>> {
        let zones = self.read_zones();
        if self.read.fields.has_unreadable_value(Field::MrzStrings) || zones.iter().any(Option::is_none) {
            return Fact::Unreadable;
        }
        if zones.is_empty() { Fact::Absent } else { Fact::Readable(zones.iter().flatten()) }
    }

    /// Returns the zone of the spelling that counts, if that is one.
    #[must_use]
    pub fn zone(&self) -> Option<&Zone> {
        self.read_zones().first()?.as_ref()
    }

    fn read_zones(&self) -> &[Option<Zone>] {
        self.read.zones.get_or_init(|| self.spellings(Field::MrzStrings).map(Zone::read).collect())
    }

    /// Returns the names of the facts of this document that can't be read, each once. `dates` are its dates.
    #[must_use]
    pub fn unreadable_facts(&self, dates: &Dates) -> Vec<UnreadableFact> {
        let mut facts = Vec::new();
        for field in self.read.fields.all() {
            let fact = match field {
                Field::DateOfBirth => UnreadableFact::DateOfBirth,
                Field::DateOfExpiry => UnreadableFact::DateOfExpiry,
                Field::DateOfIssue => UnreadableFact::DateOfIssue,
                Field::MrzStrings => UnreadableFact::Mrz,
                _ => UnreadableFact::Field,
            };
            let is_unreadable_zone = || field == Field::MrzStrings && self.zones().is_unreadable();
            if self.read.fields.has_unreadable(field) || dates.has_unreadable(field) || is_unreadable_zone() {
                facts.push(fact);
            }
        }
        if fields::has_nameless(self.document) {
            facts.push(UnreadableFact::Field);
        }
        if self.has_unreadable_error() || self.check_details().any(CheckDetail::is_unreadable) {
            facts.push(UnreadableFact::CheckStatus);
        }
        facts.sort_unstable();
        facts.dedup();
        facts
    }

    fn list(&self, path: &[&str]) -> impl Iterator<Item = Value<'d>> + use<'d> {
        elements(scalar::at(self.document, path))
    }
}

impl<'d> Read<'d> {
    fn of(document: Value<'d>) -> Self {
        let status = document.get("document_status");
        let checks = status.and_then(|status| status.get("checks_performed"));
        let mut check_details = Vec::new();
        for check in checks.into_iter().flat_map(Value::elements) {
            for detail in check.get("check_detail").into_iter().flat_map(Value::elements) {
                let element = detail.get("element").map(element).unwrap_or_default();
                if !element.is_absent() {
                    let status = detail.get("status").map(Status::of).unwrap_or_default();
                    check_details.push(CheckDetail { element, status });
                }
            }
        }
        let errors = status.and_then(|status| status.get("error_list"));
        Self {
            fields: Fields::of(document),
            check_details,
            types: types(document),
            zones: OnceLock::new(),
            has_unreadable_error: errors.into_iter().flat_map(Value::elements).any(says_nothing),
            dates: OnceLock::new(),
        }
    }
}

fn elements<'d>(list: Fact<Value<'d>>) -> impl Iterator<Item = Value<'d>> + use<'d> {
    list.readable().into_iter().flat_map(Value::elements)
}

/// Reads the codes and names of a document's type.
fn types(document: Value<'_>) -> Fact<DocumentTypes<'_>> {
    let info = scalar::at(document, &["document_info"]);
    let [codes, names] =
        ["document_type_code", "document_type"].map(|name| info.and_then(|info| scalar::at(info, &[name])));
    let types = DocumentTypes {
        codes: elements(codes).filter_map(whole_number).collect(),
        names: elements(names).filter(|name| name.has_text()).filter_map(Value::as_str).collect(),
    };
    if !types.codes.is_empty() || !types.names.is_empty() {
        return Fact::Readable(types);
    }
    let is_there = |place: Fact<Value<'_>>| match place {
        Fact::Absent => false,
        Fact::Unreadable => true,
        Fact::Readable(list) if list.kind() == Kind::Array => {
            list.elements().any(|element| !scalar::text(element).is_absent())
        }
        Fact::Readable(value) => !scalar::text(value).is_absent(),
    };
    if is_there(codes) || is_there(names) { Fact::Unreadable } else { Fact::Absent }
}

/// Returns whether an error holds something, but no text.
fn says_nothing(error: Value<'_>) -> bool {
    let is_absent = |value: Value<'_>| scalar::text(value).is_absent();
    !error.strings().any(Value::has_text) && error.scalars().any(|value| !is_absent(value))
}

/// Reads an element's name: a text and nothing else, for no check is called by a number.
fn element(value: Value<'_>) -> Fact<Cow<'_, str>> {
    if value.kind() == Kind::Number { Fact::Unreadable } else { scalar::text(value) }
}

/// Reads a whole number, written as one (`11`), with a fraction of nothing (`11.0`) or as text.
fn whole_number(value: Value<'_>) -> Option<i64> {
    let integer = value.as_i64();
    integer.or_else(|| {
        let number = scalar::score(value).readable()?.number;
        number.to_string().parse().ok()
    })
}
