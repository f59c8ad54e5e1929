//! A response's callbacks, and the end of a stream.
//!
//! The backend's response to a forwarded post is taken out of Envoy's buffer chunk by chunk, so that the buffer's limit
//! holds only for what is put back.
//!
//! An Envoy that may not make the body's callback (`capability_restriction_config`) takes the body for one that the
//! gate lets pass. So the head is held without its status: Envoy never sends a head that lacks one, but a 502 of its
//! own.

use std::iter;

use crate::confirmation::ResponseError;
use crate::exchange::backend_response::{BackendResponse, ResponseOutcome, RewrittenResponse};
use crate::exchange::refusal::ErrorCode;

use super::host::{self, BodyBuffer, HostResult, Map, Retention};
use super::log::{self, Notice};
use super::stream::{Flow, Stream};
use super::stream_state::StreamState;

impl Stream {
    /// Looks at the headers.
    pub fn response_headers(&self, end_of_stream: bool) -> Flow {
        // A reply of the gate's own goes through the filter chain like any response, and may have decision headers.
        if self.replied() {
            return Flow::Continue;
        }
        let _ = self.remove_decision_headers(Map::ResponseHeaders);
        if let Some(ruling) = self.shared.abandon(ErrorCode::Aborted) {
            self.publish(&ruling.record, 0);
            return Flow::Continue;
        }
        self.plugin.access_token.backend_responded();
        let done = self.open_response(end_of_stream);
        self.after_response(done)
    }

    /// Takes the next chunk of the body, which has `size` bytes.
    pub fn response_body(&self, size: usize, end_of_stream: bool) -> Flow {
        if !self.awaits_response() {
            return Flow::Continue;
        }
        let done = self.take_response(size, end_of_stream);
        self.after_response(done)
    }

    /// Looks at the trailers.
    pub fn response_trailers(&self) -> Flow {
        if !self.awaits_response() {
            if !self.replied() {
                let _ = self.remove_decision_headers(Map::ResponseTrailers);
            }
            return Flow::Continue;
        }
        let done = self.finish_before_trailers();
        self.after_response(done)
    }

    /// Ends the stream, whatever ended it.
    pub fn end(&self) {
        if let Some(ruling) = self.shared.abandon(ErrorCode::Aborted) {
            self.account(&ruling.record, 0);
        }
        self.plugin.introspector.forget(self.id);
        if let Some(saving) = self.shared.take_saving() {
            self.abandon_saving(&saving);
        } else if self.shared.take_response().is_some() {
            self.response_unread();
        }
        self.shared.set(StreamState::LocalReply);
    }

    fn replied(&self) -> bool {
        self.shared.with(|state| matches!(state, StreamState::LocalReply))
    }

    fn awaits_response(&self) -> bool {
        self.shared.with(|state| matches!(state, StreamState::AwaitingResponse(_)))
    }

    /// Holds the backend's response while it is read; it goes nowhere when it was answered in its place. One
    /// to a request that is held is Envoy's own.
    fn after_response(&self, done: HostResult<()>) -> Flow {
        self.end_failed(done);
        if self.awaits_response() || self.replied() { Flow::Pause } else { Flow::Continue }
    }

    /// Without a body there is nothing to read.
    fn open_response(&self, end_of_stream: bool) -> HostResult<()> {
        let seen = self.shared.with(|state| match state {
            StreamState::AwaitingResponse(response) => {
                let headers = host::headers(Map::ResponseHeaders)?;
                Ok(Some(response.head(&self.plugin.config, headers.iter())))
            }
            _ => Ok(None),
        })?;
        match seen {
            None => Ok(()),
            Some(Err(error)) => self.refuse_response(error),
            Some(Ok(())) if end_of_stream => self.finish_response(),
            Some(Ok(())) => host::remove_header(Map::ResponseHeaders, b":status"),
        }
    }

    fn take_response(&self, size: usize, end_of_stream: bool) -> HostResult<()> {
        let config = &self.plugin.config;
        let taken = self.shared.with(|state| match state {
            StreamState::AwaitingResponse(response) => {
                let (body, room) = (BodyBuffer::of_response(), response.room(config));
                body.next_chunk(size, Retention::Take, room, |piece| response.take(config, piece))
            }
            _ => Ok(Ok(())),
        })?;
        match taken {
            Err(error) => self.refuse_response(error),
            Ok(()) if end_of_stream => self.finish_response(),
            Ok(()) => Ok(()),
        }
    }

    /// Removes the trailers, which describe what is no longer there.
    fn finish_before_trailers(&self) -> HostResult<()> {
        let trailers = host::headers(Map::ResponseTrailers)?;
        for (name, _) in trailers.iter() {
            host::remove_header(Map::ResponseTrailers, name)?;
        }
        self.finish_response()
    }

    fn finish_response(&self) -> HostResult<()> {
        let Some(response) = self.shared.take_response() else { return Ok(()) };
        let config = &self.plugin.config;
        let mut iv_seed = [0; 16];
        let random = config.response_encryption.is_none() || host::fill_random(&mut iv_seed).is_ok();
        let rewritten = if random { response.finish(config, iv_seed) } else { Err(ResponseError::Unsealable) };
        match rewritten {
            Ok(rewritten) => {
                put_back(&rewritten)?;
                self.report(rewritten.outcome);
                self.shared.set(StreamState::PassThrough);
                Ok(())
            }
            Err(error) => self.reply_instead(&response, error),
        }
    }

    fn refuse_response(&self, error: ResponseError) -> HostResult<()> {
        self.shared.take_response().map_or(Ok(()), |response| self.reply_instead(&response, error))
    }

    fn reply_instead(&self, response: &BackendResponse, error: ResponseError) -> HostResult<()> {
        self.report(ResponseOutcome::Refused(error));
        self.reply(&response.refuse(error))
    }

    fn report(&self, outcome: ResponseOutcome) {
        self.plugin.stats.responded(outcome);
        if self.plugin.config.observe.filter_state {
            host::set_filter_state("kyc_answer", outcome.as_str());
        }
        log::responded(outcome);
    }

    /// The stream ends without the response having been read. Only these two endings aren't the backend's or the
    /// client's: the response went by, or lacked its status.
    fn response_unread(&self) {
        self.plugin.stats.responded(ResponseOutcome::Lost);
        let details = host::response_code_details();
        if details == b"via_upstream" || details.starts_with(b"filter_removed_required_response_headers") {
            log::notice(Notice::ResponseUnread);
        }
    }
}

fn put_back(rewritten: &RewrittenResponse) -> HostResult<()> {
    BodyBuffer::of_response().replace(iter::once(rewritten.body.as_slice()))?;
    for name in &rewritten.remove {
        host::remove_header(Map::ResponseHeaders, name)?;
    }
    for (name, value) in &rewritten.set {
        host::set_header(Map::ResponseHeaders, name, value)?;
    }
    Ok(())
}
