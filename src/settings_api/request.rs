//! A call to the settings API as a state machine: headers, chunks and the end of the body in, what to do out.

use std::rc::Rc;

use crate::http::{BodyHead, LocalReply, Media, Reservation};
use crate::scoring::Settings;

use super::block::SettingsApi;
use super::document::{self, MAX_BYTES};
use super::head::{Head, Method};
use super::precondition::Precondition;
use super::response::{self, RequestError};

/// How a call starts, once its headers are known.
pub enum RequestStart {
    /// It is over.
    Reply(LocalReply),
    /// It asks for the settings in force.
    Show,
    /// It is an update, whose body has to be read.
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
    /// The stream's. The settings count like the text that they were read from.
    _reservation: Reservation,
}

/// Returns whether a body is JSON by its headers.
fn is_json(body: &BodyHead) -> bool {
    body.media() == Ok(Media::Json)
}

impl Request {
    /// Starts on a call. Who isn't allowed to call learns nothing else.
    #[must_use]
    pub fn open(api: &SettingsApi, head: Head, reservation: Reservation) -> RequestStart {
        if !head.is_authorized(&api.bearer_sha256) {
            return RequestStart::Reply(response::unauthorized(head.has_credentials()));
        }
        match head.method {
            Method::Show => RequestStart::Show,
            Method::Other => RequestStart::Reply(response::method_not_allowed()),
            Method::Replace if !is_json(&head.body) => {
                RequestStart::Reply(response::unsupported_media_type(head.body.media().err()))
            }
            Method::Replace if head.body.content_length.unwrap_or_default() > MAX_BYTES => {
                RequestStart::Reply(response::error(RequestError::BodyTooLarge))
            }
            Method::Replace => {
                let mut request = Self { precondition: head.precondition, body: Vec::new(), reservation };
                let counted = request.count();
                counted.map_or_else(RequestStart::Reply, |()| RequestStart::Read(request))
            }
        }
    }

    /// Takes the next chunk of the body.
    ///
    /// # Errors
    /// The response, once the body is too large to go on, or the gate holds too much.
    pub fn take(&mut self, chunk: &[u8]) -> Result<(), LocalReply> {
        if self.body.len().saturating_add(chunk.len()) > MAX_BYTES {
            return Err(response::error(RequestError::BodyTooLarge));
        }
        self.body.extend_from_slice(chunk);
        self.count()
    }

    /// Returns the longest chunk that [`Request::take`] can take now. Of a longer one, a byte more than that is enough
    /// to see it.
    #[must_use]
    pub fn room(&self) -> usize {
        MAX_BYTES.saturating_sub(self.body.len()).min(self.reservation.free())
    }

    /// Counts what is kept.
    fn count(&mut self) -> Result<(), LocalReply> {
        let fits = self.reservation.resize(self.precondition.held().saturating_add(self.body.capacity()));
        if fits { Ok(()) } else { Err(response::error(RequestError::Overloaded)) }
    }

    /// Validates the complete body.
    ///
    /// # Errors
    /// The response that tells all that is wrong with it.
    pub fn finish(self) -> Result<Update, LocalReply> {
        let document = document::parse(&self.body).map_err(response::not_json)?;
        match Settings::from_json(&document) {
            Ok(settings) => Ok(Update {
                precondition: self.precondition,
                settings: Rc::new(settings),
                _reservation: self.reservation,
            }),
            Err(problems) => Err(response::invalid_settings(&problems)),
        }
    }
}
