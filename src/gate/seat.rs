//! Where a stream stands, and how it is taken over.
//!
//! Whoever takes what a stream holds leaves it as answered until it has been dealt with: what fails half-way is never
//! let through.

use std::cell::RefCell;
use std::rc::Rc;

use crate::exchange::backend_response::BackendResponse;
use crate::exchange::refusal::ErrorCode;
use crate::exchange::{Exchange, Ruling};
use crate::settings_api::Request;

use super::authorization_call::Asking;
use super::settings_call::Saving;

/// Shared with the watchdog and with calls, which end streams from outside of their callbacks.
pub type Seat = Rc<RefCell<State>>;

/// Where a stream stands.
pub enum State {
    /// Not a KYC post, or ruled on and gone on: nothing more to do.
    Passing,
    /// A KYC post whose caller has to be asked about. Its body waits undecoded.
    Asking(Asking),
    /// The exchange is reading the body.
    Holding(Exchange),
    /// A call to the settings API, whose body is being read.
    Reading(Request),
    /// A call to the settings API, which the settings store has yet to confirm.
    Saving(Saving),
    /// Ruled on and gone on; the backend's answer will be read, or is being.
    Awaiting(BackendResponse),
    /// Answered by the gate, or about to be.
    Answered,
}

/// The exchange of a held stream.
pub fn take_exchange(seat: &Seat) -> Option<Exchange> {
    match seat.replace(State::Answered) {
        State::Holding(exchange) => Some(exchange),
        other => put_back(seat, other),
    }
}

/// The post whose caller is being asked about.
pub fn take_asking(seat: &Seat) -> Option<Asking> {
    match seat.replace(State::Answered) {
        State::Asking(asking) => Some(asking),
        other => put_back(seat, other),
    }
}

/// The call to the settings API that is being read.
pub fn take_request(seat: &Seat) -> Option<Request> {
    match seat.replace(State::Answered) {
        State::Reading(request) => Some(request),
        other => put_back(seat, other),
    }
}

/// The call to the settings API that the store has yet to confirm.
pub fn take_saving(seat: &Seat) -> Option<Saving> {
    match seat.replace(State::Answered) {
        State::Saving(saving) => Some(saving),
        other => put_back(seat, other),
    }
}

/// The answer that is waited for, or being read.
pub fn take_awaited(seat: &Seat) -> Option<BackendResponse> {
    match seat.replace(State::Answered) {
        State::Awaiting(awaited) => Some(awaited),
        other => put_back(seat, other),
    }
}

/// Gives up the post of a stream whose ruling is still to come.
pub fn abandon(seat: &Seat, code: ErrorCode) -> Option<Ruling> {
    match seat.replace(State::Answered) {
        State::Holding(exchange) => Some(exchange.abandon(code)),
        State::Asking(asking) => Some(asking.waiting.abandon(code)),
        other => put_back(seat, other),
    }
}

fn put_back<T>(seat: &Seat, state: State) -> Option<T> {
    *seat.borrow_mut() = state;
    None
}
