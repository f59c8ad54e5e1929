//! How facts are drawn from the payload: the `evidence` block (`docs/configuration.md`).

use std::borrow::Cow;

use crate::payload::date::DateOrder;
use crate::payload::{Fact, Kind, Pointer, Value, name};
use crate::words::words;

use super::check::{CheckId, CheckOutcome};
use super::place;
use super::signal::Signal;

words! {
    /// What the customer can claim.
    pub enum Claim {
        /// Given names.
        FirstName = "firstName",
        /// Surname.
        LastName = "lastName",
        /// Date of birth, in one of the writings that documents use.
        DateOfBirth = "dateOfBirth",
        /// Street and number.
        Line1 = "line1",
        /// City.
        City = "city",
        /// State or region, by name or code.
        Region = "region",
        /// Postal code.
        PostalCode = "postalCode",
    }
}

impl Claim {
    /// Returns the length of the longest claim that can match, in bytes.
    #[must_use]
    pub fn max_bytes(self) -> usize {
        match self {
            Self::FirstName | Self::LastName | Self::DateOfBirth => name::MAX_BYTES,
            Self::Line1 | Self::City | Self::Region | Self::PostalCode => place::MAX_BYTES,
        }
    }
}

/// Where a claim is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimSource {
    /// A request header, lower case.
    Header(String),
    /// A place in the payload.
    Pointer(Pointer),
}

/// Where each claim is found, by [`Claim`]; index with [`Claim::ALL`]'s order.
pub type ClaimSources = [Option<ClaimSource>; 7];

/// What the customer claimed in this request. Blank claims are absent, those that are neither text nor number
/// unreadable.
#[derive(Default)]
pub struct Claims<'c> {
    values: [Fact<Cow<'c, str>>; 7],
}

impl<'c> Claims<'c> {
    /// Reads the claims of a request. `header` gives the bytes of a header's value by its lower-case name; bytes
    /// that are not UTF-8 are read as ISO 8859-1. A pointer leads to a string, or to a number, whose text counts.
    pub fn draw(sources: &ClaimSources, header: impl Fn(&str) -> Option<Cow<'c, [u8]>>, payload: Value<'c>) -> Self {
        let mut claims = Self::default();
        for (claim, source) in Claim::ALL.into_iter().zip(sources) {
            let value = match source {
                None => Fact::Absent,
                Some(ClaimSource::Header(name)) => header(name).map(header_text).into(),
                Some(ClaimSource::Pointer(pointer)) => payload.pointer(pointer).map_or(Fact::Absent, text),
            };
            claims.put(claim, value);
        }
        claims
    }
    /// Returns the claim, if one was made that can be read.
    #[must_use]
    pub fn get(&self, claim: Claim) -> Option<&str> {
        self.fact(claim).readable()
    }
    /// Returns the claim. One that can't be read was made, and matches nothing.
    #[must_use]
    pub fn fact(&self, claim: Claim) -> Fact<&str> {
        self.values.get(claim as usize).map_or(Fact::Absent, |value| value.as_ref().map(|text| &**text))
    }
    /// Sets a claim. Text of white space only is no claim.
    pub fn set(&mut self, claim: Claim, value: Cow<'c, str>) {
        self.put(claim, Fact::Readable(value));
    }

    fn put(&mut self, claim: Claim, value: Fact<Cow<'c, str>>) {
        let is_blank = |value: &Cow<'_, str>| value.trim().is_empty();
        if let Some(slot) = self.values.get_mut(claim as usize) {
            *slot = value.and_then(|value| if is_blank(&value) { Fact::Absent } else { Fact::Readable(value) });
        }
    }
}

/// The scale of the face score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FaceScale {
    /// `score`, FMR = 10^-score.
    #[default]
    Log10Fmr,
    /// `score`, 0 to 1.
    Unit,
    /// `score`, 0 to 100.
    Percent,
    /// `score_percent`, 0 to 100.
    ScorePercent,
}

/// Whose country picks the age limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AgeCountry {
    /// The country that issued the document.
    #[default]
    IssuingState,
    /// The country of the nationality.
    Nationality,
}

/// The signals of each concern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signals {
    /// The document is a photocopy or was shown on a screen.
    pub photocopy: Signal,
    /// The document was changed or replayed.
    pub tampered: Signal,
    /// The document was found online.
    pub published_online: Signal,
    /// Check digits of the machine readable zone.
    pub mrz: Signal,
    /// Looked for in `error_list` only.
    pub expired: Signal,
}

/// The whole `evidence` block.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Where each claim is found.
    pub claims: ClaimSources,
    /// Which face score is used, and on which scale.
    pub face_scale: FaceScale,
    /// The lowest face score that passes.
    pub face_min_score: f64,
    /// The lowest liveness score that passes, of 0 to 100.
    pub liveness_min_score: f64,
    /// What `hasMatchingFaceProof` becomes without a liveness score, or with one below 0: it fails, or the face alone
    /// decides. It applies before [`Evidence::on_missing`].
    pub liveness_on_missing: CheckOutcome,
    /// How a date with slashes and the year last is read.
    pub date_order: DateOrder,
    /// Which country picks the minimum age.
    pub age_country: AgeCountry,
    /// Rebilly subtypes that are taken as identity documents.
    pub identity_subtypes: Vec<String>,
    /// Rebilly subtypes that are taken as address proofs.
    pub address_subtypes: Vec<String>,
    /// Where an address proof is in the payload.
    pub address_document: Pointer,
    /// What points to each concern.
    pub signals: Signals,
    /// `onMissing`: what a check without evidence becomes ([`CheckOutcome::Fail`] or [`CheckOutcome::Skip`]), where
    /// set.
    pub on_missing: Vec<(CheckId, CheckOutcome)>,
    /// How alike two words of a name must be, from 0, where every word will do, to 1, where they must be equal.
    pub name_similarity: f64,
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            claims: ClaimSources::default(),
            face_scale: FaceScale::default(),
            face_min_score: 1.6,
            liveness_min_score: 50.0,
            liveness_on_missing: CheckOutcome::Skip,
            date_order: DateOrder::default(),
            age_country: AgeCountry::default(),
            identity_subtypes: owned(&["passport", "id-card", "driver-license"]),
            address_subtypes: owned(&[
                "utility-bill",
                "bank-statement",
                "id-card",
                "driver-license",
                "rental-receipt",
                "lease-agreement",
                "public-service",
            ]),
            address_document: Pointer::along(&["kyc_info", "address_document"]),
            signals: Signals::default(),
            on_missing: Vec::new(),
            name_similarity: 0.92,
        }
    }
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            photocopy: Signal::new([
                "black and white",
                "photocopy",
                "photo copy",
                "colorness",
                "colourness",
                "copy check",
                "electronic device",
                "screen capture",
            ]),
            tampered: Signal::new([
                "tamper",
                "manipulat",
                "photo embed",
                "photo replac",
                "photo area",
                "image pattern",
                "security text",
                "extended ocr",
                "extended mrz",
                "geometry",
                "virtual camera",
                "not live",
            ]),
            published_online: Signal::default(),
            mrz: Signal::new(["check digit", "checkdigit", "checksum"]),
            expired: Signal::new(["expired"]),
        }
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn header_text(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map_or_else(|_| Cow::Owned(latin1(bytes)), Cow::Borrowed),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|error| latin1(error.as_bytes()))),
    }
}

/// ISO 8859-1, what HTTP headers were once defined as, and what servers still send.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn text(value: Value<'_>) -> Fact<Cow<'_, str>> {
    match value.kind() {
        Kind::Null => Fact::Absent,
        Kind::String => value.as_str().into(),
        Kind::Number => Fact::Readable(Cow::Borrowed(value.raw())),
        Kind::Bool | Kind::Array | Kind::Object => Fact::Unreadable,
    }
}
