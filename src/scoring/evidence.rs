//! How facts are drawn from the payload (`evidence`, gate.md section 4).

use std::borrow::Cow;

use crate::payload::date::DateOrder;
use crate::payload::{Kind, Pointer, Value};

use super::check::{CheckId, CheckOutcome};
use super::signal::Signal;

/// What the customer can claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Claim {
    FirstName,
    LastName,
    DateOfBirth,
    Line1,
    City,
    Region,
    PostalCode,
}

impl Claim {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::FirstName, Self::LastName, Self::DateOfBirth, Self::Line1, Self::City, Self::Region, Self::PostalCode];
    /// The name in `evidence.claims` and in `${claim:…}`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::FirstName => "firstName",
            Self::LastName => "lastName",
            Self::DateOfBirth => "dateOfBirth",
            Self::Line1 => "line1",
            Self::City => "city",
            Self::Region => "region",
            Self::PostalCode => "postalCode",
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

/// What the customer claimed in this request. An absent, empty or non-string claim is `None`.
#[derive(Default)]
pub struct Claims<'c> {
    values: [Option<Cow<'c, str>>; 7],
}

impl<'c> Claims<'c> {
    /// Draws the claims of a request. `header` gives the bytes of a header's value by its lower-case name; bytes
    /// that are not UTF-8 are read as ISO 8859-1. A pointer leads to a string, or, for the postal code, to a number.
    pub fn draw(sources: &ClaimSources, header: impl Fn(&str) -> Option<Cow<'c, [u8]>>, payload: Value<'c>) -> Self {
        let mut claims = Self::default();
        for (claim, source) in Claim::ALL.into_iter().zip(sources) {
            let value = match source {
                None => None,
                Some(ClaimSource::Header(name)) => header(name).map(header_text),
                Some(ClaimSource::Pointer(pointer)) => payload.pointer(pointer).and_then(|found| text(claim, found)),
            };
            if let Some(value) = value {
                claims.set(claim, value);
            }
        }
        claims
    }
    /// The claim, if made.
    #[must_use]
    pub fn get(&self, claim: Claim) -> Option<&str> {
        self.values.get(claim as usize)?.as_deref()
    }
    /// Records a claim; one of white space only is none.
    pub fn set(&mut self, claim: Claim, value: Cow<'c, str>) {
        if let Some(slot) = self.values.get_mut(claim as usize) {
            *slot = (!value.trim().is_empty()).then_some(value);
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
#[allow(missing_docs)]
pub enum AgeCountry {
    #[default]
    IssuingState,
    Nationality,
}

/// What tells each concern.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Signals {
    pub photocopy: Signal,
    pub tampered: Signal,
    pub published_online: Signal,
    pub mrz: Signal,
    /// Looked for in `error_list` only.
    pub expired: Signal,
}

/// The whole `evidence` block.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Evidence {
    pub claims: ClaimSources,
    pub face_scale: FaceScale,
    pub face_min_score: f64,
    pub liveness_min_score: f64,
    pub date_order: DateOrder,
    pub age_country: AgeCountry,
    /// Rebilly subtypes, as in `identitySubtypes`.
    pub identity_subtypes: Vec<String>,
    pub address_subtypes: Vec<String>,
    pub address_document: Pointer,
    pub signals: Signals,
    /// `onMissing`: what a check without evidence becomes ([`CheckOutcome::Fail`] or [`CheckOutcome::Skip`]), where
    /// set.
    pub on_missing: Vec<(CheckId, CheckOutcome)>,
    /// Jaro-Winkler limit per name token.
    pub name_similarity: f64,
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            claims: ClaimSources::default(),
            face_scale: FaceScale::default(),
            face_min_score: 1.6,
            liveness_min_score: 50.0,
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
            mrz: Signal::new(["check digit", "checksum"]),
            expired: Signal::new(["expir"]),
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

fn text(claim: Claim, value: Value<'_>) -> Option<Cow<'_, str>> {
    match value.kind() {
        Kind::String => value.as_str(),
        Kind::Number if claim == Claim::PostalCode => Some(Cow::Borrowed(value.raw())),
        _ => None,
    }
}
