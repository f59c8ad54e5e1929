//! The backend's answer to a forwarded post: Envoy's response callbacks in, what goes back out.
//!
//! The answer is taken out of Envoy's buffer chunk by chunk, so that the buffer's limit holds only for what is put
//! back.
//!
//! An Envoy that may not make the body's callback (`capability_restriction_config`) takes the body for one that the
//! gate lets pass. So the head is held without its status: Envoy never sends a head that lacks one, but a 502 of its
//! own.

use crate::confirmation::ResponseError;
use crate::exchange::backend_response::{BackendResponse, ResponseOutcome, RewrittenResponse, STALE};

use super::host::{self, Buffer, HostResult, Map};
use super::log::{self, Notice};
use super::pairs;
use super::root::Plugin;
use super::ruling::send;
use super::seat::{Seat, State, take_awaited};

/// Looks at the headers. Without a body there is nothing to read.
pub fn open(plugin: &Plugin, seat: &Seat, end_of_stream: bool) -> HostResult<()> {
    let seen = match &mut *seat.borrow_mut() {
        State::Awaiting(awaited) => {
            let headers = host::header_pairs(Map::ResponseHeaders)?;
            awaited.head(&plugin.config, pairs::iter(&headers))
        }
        _ => return Ok(()),
    };
    match seen {
        Err(fault) => refuse(plugin, seat, fault),
        Ok(()) if end_of_stream => finish(plugin, seat),
        Ok(()) => host::remove_header(Map::ResponseHeaders, b":status"),
    }
}

/// Takes the next chunk of the body in.
pub fn take(plugin: &Plugin, seat: &Seat, size: usize, end_of_stream: bool) -> HostResult<()> {
    let chunk = host::buffer(Buffer::ResponseBody, 0, size)?;
    host::replace_buffer(Buffer::ResponseBody, size, &[])?;
    let taken = match &mut *seat.borrow_mut() {
        State::Awaiting(awaited) => awaited.take(&plugin.config, &chunk),
        _ => return Ok(()),
    };
    match taken {
        Err(fault) => refuse(plugin, seat, fault),
        Ok(()) if end_of_stream => finish(plugin, seat),
        Ok(()) => Ok(()),
    }
}

/// The body ended before its trailers, which describe what is no longer there.
pub fn end_in_trailers(plugin: &Plugin, seat: &Seat) -> HostResult<()> {
    let trailers = host::header_pairs(Map::ResponseTrailers)?;
    for (name, _) in pairs::iter(&trailers) {
        host::remove_header(Map::ResponseTrailers, name)?;
    }
    finish(plugin, seat)
}

fn finish(plugin: &Plugin, seat: &Seat) -> HostResult<()> {
    let Some(awaited) = take_awaited(seat) else { return Ok(()) };
    let mut iv_seed = [0; 16];
    let random = plugin.config.response_encryption.is_none() || getrandom::fill(&mut iv_seed).is_ok();
    let returned = if random { awaited.finish(&plugin.config, iv_seed) } else { Err(ResponseError::Unsealable) };
    match returned {
        Ok(returned) => {
            put_back(&returned)?;
            tell(plugin, returned.outcome);
            *seat.borrow_mut() = State::Passing;
            Ok(())
        }
        Err(fault) => reply(plugin, seat, &awaited, fault),
    }
}

fn put_back(returned: &RewrittenResponse) -> HostResult<()> {
    host::replace_buffer(Buffer::ResponseBody, 0, &returned.body)?;
    for name in STALE {
        host::remove_header(Map::ResponseHeaders, name.as_bytes())?;
    }
    for (name, value) in &returned.set {
        host::set_header(Map::ResponseHeaders, name, value)?;
    }
    Ok(())
}

fn refuse(plugin: &Plugin, seat: &Seat, fault: ResponseError) -> HostResult<()> {
    take_awaited(seat).map_or(Ok(()), |awaited| reply(plugin, seat, &awaited, fault))
}

fn reply(plugin: &Plugin, seat: &Seat, awaited: &BackendResponse, fault: ResponseError) -> HostResult<()> {
    tell(plugin, ResponseOutcome::Refused(fault));
    send(seat, &awaited.refuse(fault))
}

fn tell(plugin: &Plugin, outcome: ResponseOutcome) {
    plugin.stats.answered(outcome);
    host::set_filter_state("kyc_answer", outcome.as_str());
    log::answered(outcome);
}

/// The stream ends without the answer having been read. Only these two endings aren't the backend's or the client's:
/// the answer went by, or lacked its status.
pub fn end_unread(plugin: &Plugin) {
    plugin.stats.answered(ResponseOutcome::Lost);
    let details = host::property("response\0code_details").unwrap_or_default();
    if details == b"via_upstream" || details.starts_with(b"filter_removed_required_response_headers") {
        log::notice(Notice::AnswerUnread);
    }
}
