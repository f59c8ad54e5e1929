//! Where a stream stands, and how it is taken over.
//!
//! Whoever takes what a stream holds leaves it as answered until it has been dealt with: what fails half-way is never
//! let through.

use std::cell::RefCell;
use std::rc::Rc;

use crate::exchange::backend_response::BackendResponse;
use crate::exchange::refusal::ErrorCode;
use crate::exchange::{Exchange, Ruling, Waiting};
use crate::settings_api::{Request, Update};

use super::host::BodyBuffer;

/// Where a stream stands.
pub enum StreamState {
    /// Not a KYC post, or ruled on and gone on: nothing more to do.
    PassThrough,
    /// A KYC post whose caller's token has to be asked about. Its body is kept undecoded.
    Authorizing(Authorizing),
    /// A KYC post whose body is being read.
    BufferingRequest(Exchange),
    /// A call to the settings API, whose body is being read.
    BufferingSettings(Request),
    /// A call to the settings API, which the settings store has yet to confirm.
    SavingSettings(SavingSettings),
    /// Ruled on and gone on; the backend's response will be read, or is being.
    AwaitingResponse(BackendResponse),
    /// Answered by the gate, or about to be.
    LocalReply,
}

/// A KYC post that waits until its caller is known.
pub struct Authorizing {
    /// The post, as far as it has come.
    pub waiting: Waiting,
    /// Whether its body has ended.
    pub body_ended: bool,
}

/// An update that the store has yet to take.
pub struct SavingSettings {
    /// What is to be in force.
    pub update: Update,
    /// When the lease of the update ends.
    pub until: u64,
}

/// A stream's state and its request body, shared with calls and the watchdog, which end streams from outside of their
/// callbacks.
#[derive(Clone)]
pub struct SharedStream(Rc<Shared>);

struct Shared {
    state: RefCell<StreamState>,
    request_body: BodyBuffer,
    /// Trailers that describe the body as it came.
    body_trailers: RefCell<Vec<&'static str>>,
}

impl SharedStream {
    /// Returns a new stream.
    pub fn new() -> Self {
        let (state, request_body) = (RefCell::new(StreamState::PassThrough), BodyBuffer::of_request());
        Self(Rc::new(Shared { state, request_body, body_trailers: RefCell::default() }))
    }

    /// Returns the request's body in Envoy's buffer.
    pub fn request_body(&self) -> &BodyBuffer {
        &self.0.request_body
    }

    /// Notes the trailers that describe the body as it came.
    pub fn note_body_trailers(&self, names: Vec<&'static str>) {
        drop(self.0.body_trailers.replace(names));
    }

    /// Takes the trailers that describe the body as it came.
    pub fn take_body_trailers(&self) -> Vec<&'static str> {
        self.0.body_trailers.take()
    }

    /// Looks at the state.
    pub fn with<T>(&self, look: impl FnOnce(&mut StreamState) -> T) -> T {
        look(&mut self.0.state.borrow_mut())
    }

    /// Sets the state.
    pub fn set(&self, state: StreamState) {
        drop(self.0.state.replace(state));
    }

    /// Takes the exchange of a post whose body is being read.
    pub fn take_exchange(&self) -> Option<Exchange> {
        match self.take() {
            StreamState::BufferingRequest(exchange) => Some(exchange),
            other => self.put_back(other),
        }
    }

    /// Takes the post whose caller is being asked about.
    pub fn take_authorizing(&self) -> Option<Authorizing> {
        match self.take() {
            StreamState::Authorizing(authorizing) => Some(authorizing),
            other => self.put_back(other),
        }
    }

    /// Takes the call to the settings API whose body is being read.
    pub fn take_settings_request(&self) -> Option<Request> {
        match self.take() {
            StreamState::BufferingSettings(request) => Some(request),
            other => self.put_back(other),
        }
    }

    /// Takes the update that the store has yet to confirm.
    pub fn take_saving(&self) -> Option<SavingSettings> {
        match self.take() {
            StreamState::SavingSettings(saving) => Some(saving),
            other => self.put_back(other),
        }
    }

    /// Takes the response that is waited for, or being read.
    pub fn take_response(&self) -> Option<BackendResponse> {
        match self.take() {
            StreamState::AwaitingResponse(response) => Some(response),
            other => self.put_back(other),
        }
    }

    /// Gives up a post that is still to be ruled on.
    pub fn abandon(&self, code: ErrorCode) -> Option<Ruling> {
        match self.take() {
            StreamState::BufferingRequest(exchange) => Some(exchange.abandon(code)),
            StreamState::Authorizing(authorizing) => Some(authorizing.waiting.abandon(code)),
            other => self.put_back(other),
        }
    }

    fn take(&self) -> StreamState {
        self.0.state.replace(StreamState::LocalReply)
    }

    fn put_back<T>(&self, state: StreamState) -> Option<T> {
        self.set(state);
        None
    }
}
