//! A ruling on the current stream: how it comes about and how it is carried out.
//!
//! The order is forced by Envoy: headers are writable only while the request is held, so the body is replaced first,
//! then the headers are set, then the route is chosen again, then the stream continues, once.

use crate::exchange::local_reply;
use crate::exchange::record::Record;
use crate::exchange::refusal::{ErrorCode, Refusal};
use crate::exchange::{Body, BodyChunks, Command, Exchange, Forward, Ruling};
use crate::http::LocalReply;

use super::host::{self, Buffer, HostError, HostResult, Map};
use super::log::{self, Notice};
use super::root::Plugin;
use super::seat::{Seat, State, abandon};

/// Rules on the post of the current stream, whose body is complete.
pub fn rule(plugin: &Plugin, seat: &Seat, mut exchange: Exchange, buffered: usize) {
    let begun = host::now_nanoseconds();
    let mut iv_seed = [0; 16];
    if exchange.needs_access_token() {
        exchange.set_access_token(plugin.access_token.token());
    }
    exchange.set_replay_window(plugin.window.clone());
    let ruling = if exchange.needs_randomness() && getrandom::fill(&mut iv_seed).is_err() {
        exchange.abandon(ErrorCode::Internal)
    } else {
        exchange.finish(iv_seed)
    };
    let microseconds = host::now_nanoseconds().saturating_sub(begun) / 1000;
    carry_out(plugin, seat, ruling, buffered, microseconds);
}

/// Carries out a ruling on the current stream, then tells what became of it.
pub fn carry_out(plugin: &Plugin, seat: &Seat, ruling: Ruling, buffered: usize, microseconds: u64) {
    match obey(seat, &ruling.command, buffered) {
        Ok(()) => publish(plugin, &ruling.record, microseconds),
        Err(HostError) => fail(Some(plugin), seat, Some(&ruling.record.failed())),
    }
}

/// Lets the current stream go on if it may, from outside of its own callbacks.
pub fn release(seat: &Seat) -> HostResult<()> {
    let goes_on = matches!(*seat.borrow(), State::Passing | State::Awaiting(_));
    if goes_on { host::continue_request() } else { Ok(()) }
}

/// Ends the current stream if a host call failed: it is never let through.
pub fn end_failed(plugin: Option<&Plugin>, seat: &Seat, done: HostResult<()>) {
    if done.is_err() {
        let ruling = abandon(seat, ErrorCode::Internal);
        fail(plugin, seat, ruling.as_ref().map(|ruling| &ruling.record));
    }
}

fn fail(plugin: Option<&Plugin>, seat: &Seat, record: Option<&Record>) {
    log::notice(Notice::HostCallFailed);
    match (plugin, record) {
        (Some(plugin), Some(record)) => publish(plugin, record, 0),
        (Some(plugin), None) => plugin.stats.failed(),
        (None, _) => {}
    }
    let requester_id = record.and_then(|record| record.requester_id.clone());
    let _ = send(seat, &local_reply::problem(&Refusal { requester_id, ..Refusal::new(ErrorCode::Internal) }));
}

fn obey(seat: &Seat, command: &Command, buffered: usize) -> HostResult<()> {
    *seat.borrow_mut() = State::Answered;
    match command {
        Command::Forward(forward) => {
            send_on(forward, buffered)?;
            *seat.borrow_mut() = forward.response.clone().map_or(State::Passing, State::Awaiting);
            Ok(())
        }
        Command::LocalReply(reply) => send(seat, reply),
    }
}

/// Answers the current stream.
pub fn send(seat: &Seat, reply: &LocalReply) -> HostResult<()> {
    *seat.borrow_mut() = State::Answered;
    let mut headers = vec![("content-type", reply.content_type)];
    headers.extend(reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    host::reply(reply.status, reply.details, &headers, &reply.body)
}

fn send_on(forward: &Forward, buffered: usize) -> HostResult<()> {
    if let Body::Replace(pieces) = &forward.body {
        replace_body(pieces, buffered)?;
    }
    for name in &forward.remove {
        host::remove_header(Map::RequestHeaders, name.as_bytes())?;
    }
    for (name, value) in &forward.set {
        host::set_header(Map::RequestHeaders, name, value)?;
    }
    host::clear_route_cache()
}

/// Envoy copies each piece, the first one in place of what it has. Nothing is put together on this side.
fn replace_body(pieces: &BodyChunks, buffered: usize) -> HostResult<()> {
    let mut pieces = pieces.iter();
    host::replace_buffer(Buffer::RequestBody, buffered, pieces.next().unwrap_or_default())?;
    pieces.try_for_each(|piece| host::append_buffer(Buffer::RequestBody, piece))
}

/// Tells operators of a post that has ended already: its access log is written.
pub fn account(plugin: &Plugin, record: &Record, microseconds: u64) {
    plugin.stats.ruled(record, microseconds);
    log::audit(record, microseconds);
}

/// Tells operators of a post.
pub fn publish(plugin: &Plugin, record: &Record, microseconds: u64) {
    host::set_filter_state("kyc_decision", record.decision());
    if let Some(id) = &record.requester_id {
        host::set_filter_state("kyc_requester_id", id);
    }
    if let Some(profile) = &record.profile {
        host::set_filter_state("kyc_profile", profile);
    }
    if let Some(verdict) = &record.verdict {
        host::set_filter_state("kyc_score", &verdict.score.to_string());
        host::set_filter_state("kyc_failed_checks", &record.failed_checks());
        host::set_filter_state("kyc_settings_revision", &verdict.revision);
    }
    account(plugin, record, microseconds);
}
