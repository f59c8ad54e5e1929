//! A call to the settings API as a state machine: headers, chunks and the end of the body in, what to do out.

use std::rc::Rc;

use serde_json::Value;

use crate::http::{LocalReply, Media, Reservation};
use crate::payload::{Document, Limits};
use crate::scoring::Settings;

use super::head::Method;
use super::response::{self, RequestError};
use super::{Head, Precondition, SettingsApi};

/// Largest settings document, in bytes: several times one with an age limit for every state of every country.
pub const MAX_BODY_BYTES: usize = 256 * 1024;
/// The size bounds the members already.
const LIMITS: Limits = Limits { max_depth: 16, max_fields: MAX_BODY_BYTES };

/// What to do after the headers.
pub enum Step {
    /// Answer.
    Answer(LocalReply),
    /// Show the settings in force.
    Show,
    /// Read the body.
    Read(Request),
}

/// An update that is being read.
pub struct Request {
    precondition: Precondition,
    body: Vec<u8>,
    reservation: Reservation,
}

/// An update in which everything is sound.
pub struct Update {
    /// What it may replace.
    pub precondition: Precondition,
    /// What is to be in force.
    pub settings: Rc<Settings>,
}

impl Request {
    /// Takes a call in. Who isn't allowed to call learns nothing else.
    #[must_use]
    pub fn open(api: &SettingsApi, head: Head, reservation: Reservation) -> Step {
        if !head.is_authorized(&api.bearer_sha256) {
            return Step::Answer(response::unauthorized(head.has_credentials()));
        }
        match head.method {
            Method::Show => Step::Show,
            Method::Other => Step::Answer(response::method_not_allowed()),
            Method::Replace if head.body.media() != Ok(Media::Json) => {
                Step::Answer(response::fault(RequestError::UnsupportedMediaType))
            }
            Method::Replace if head.body.content_length.unwrap_or_default() > MAX_BODY_BYTES => {
                Step::Answer(response::fault(RequestError::BodyTooLarge))
            }
            Method::Replace => Step::Read(Self { precondition: head.precondition, body: Vec::new(), reservation }),
        }
    }

    /// Takes the next chunk of the body in.
    ///
    /// # Errors
    /// The answer, once the body is too large to go on, or the gate holds too much.
    pub fn take(&mut self, chunk: &[u8]) -> Result<(), LocalReply> {
        if self.body.len().saturating_add(chunk.len()) > MAX_BODY_BYTES {
            return Err(response::fault(RequestError::BodyTooLarge));
        }
        self.body.extend_from_slice(chunk);
        let fits = self.reservation.resize(self.body.capacity());
        if fits { Ok(()) } else { Err(response::fault(RequestError::Overloaded)) }
    }

    /// Validates the complete body.
    ///
    /// # Errors
    /// The answer that tells all that is wrong with it.
    pub fn finish(self) -> Result<Update, LocalReply> {
        let document = json(&self.body)?;
        match Settings::from_json(&document) {
            Ok(settings) => Ok(Update { precondition: self.precondition, settings: Rc::new(settings) }),
            Err(problems) => Err(response::invalid_settings(&problems)),
        }
    }
}

/// The settings that a document gives, if it is a sound one.
pub(super) fn settings(body: &[u8]) -> Option<Settings> {
    if body.len() > MAX_BODY_BYTES {
        return None;
    }
    Settings::from_json(&json(body).ok()?).ok()
}

/// The scan comes first: `serde_json` would let a duplicate key win silently.
fn json(body: &[u8]) -> Result<Value, LocalReply> {
    Document::scan(body, LIMITS).map_err(|error| response::not_json(error.to_string()))?;
    serde_json::from_slice(body)
        .map_err(|_| response::not_json("holds a number or a string that can't be represented".to_owned()))
}
