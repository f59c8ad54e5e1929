//! A request's callbacks: headers, chunks of the body and trailers in, rulings out.

use std::rc::Rc;

use crate::exchange::{Waiting, local_reply, redirect, request_head};

use super::host::{self, HeaderMap, HostResult, Map, Retention};
use super::plugin::DECISION_STATE;
use super::stream::{Flow, Stream};
use super::stream_state::StreamState;

impl Stream {
    /// Looks at the headers.
    pub fn request_headers(&self, end_of_stream: bool) -> Flow {
        let done = self.open(end_of_stream);
        self.after_request(done)
    }

    /// Takes the next chunk of the body, of which Envoy has `size` bytes.
    pub fn request_body(&self, size: usize, end_of_stream: bool) -> Flow {
        let done = self.take(size, end_of_stream);
        self.after_request(done)
    }

    /// Looks at the trailers. With trailers, the body callback never says that the body ended (HTTP/2, and chunked
    /// HTTP/1.1).
    pub fn request_trailers(&self) -> Flow {
        let done = self.read_trailers().and_then(|()| self.body_ended());
        self.after_request(done)
    }

    /// Removes decision headers from the trailers, and notes which of them describe a body that may be replaced.
    fn read_trailers(&self) -> HostResult<()> {
        let trailers = host::headers(Map::RequestTrailers)?;
        for name in request_head::forged(&self.plugin.config, trailers.iter()) {
            host::remove_header(Map::RequestTrailers, name)?;
        }
        self.shared.note_body_trailers(request_head::body_metadata(trailers.iter()));
        Ok(())
    }

    /// Removes the decision headers that came, which only the gate may set.
    pub(super) fn remove_decision_headers(&self, map: Map) -> HostResult<()> {
        let headers = host::headers(map)?;
        for name in request_head::forged(&self.plugin.config, headers.iter()) {
            host::remove_header(map, name)?;
        }
        Ok(())
    }

    fn open(&self, end_of_stream: bool) -> HostResult<()> {
        let headers = host::headers(Map::RequestHeaders)?;
        let arrival = request_head::read(&self.plugin.config, headers.iter());
        if arrival.may_be_redirected && host::has_filter_state(DECISION_STATE) {
            return self.redirected(&headers);
        }
        let forged = !arrival.forged.is_empty();
        for name in arrival.forged {
            host::remove_header(Map::RequestHeaders, name)?;
        }
        if arrival.settings {
            return self.open_settings(&headers, end_of_stream);
        }
        let Some(head) = arrival.kyc else {
            self.plugin.stats.bypassed();
            // A forged header may have chosen the route.
            return if forged { host::clear_route_cache() } else { Ok(()) };
        };
        let (received_at, settings) = (host::now(), self.plugin.settings.current());
        match Waiting::new(Rc::clone(&self.plugin.config), settings, head, received_at, &self.plugin.memory) {
            Ok(waiting) => self.authorize(waiting, end_of_stream),
            Err(ruling) => self.carry_out(*ruling, 0),
        }
        Ok(())
    }

    /// Keeps the gate's own decision headers, with which a judged post comes back.
    fn redirected(&self, headers: &HeaderMap) -> HostResult<()> {
        let Some(refusal) = redirect::refusal(&self.plugin.config, headers.iter()) else { return Ok(()) };
        self.plugin.stats.failed(refusal.code);
        self.reply(&local_reply::problem(&refusal))
    }

    fn take(&self, size: usize, end_of_stream: bool) -> HostResult<()> {
        let body = self.shared.request_body();
        let retention = |keeps| if keeps { Retention::Keep } else { Retention::Take };
        let taken = self.shared.with(|state| match state {
            StreamState::BufferingRequest(exchange) => {
                // The last chunk is left to be replaced at once, or dropped with the stream: one host call less.
                let (retention, room) = (retention(exchange.keeps_original() || end_of_stream), exchange.room());
                body.next_chunk(size, retention, room, |piece| exchange.take(piece))
            }
            StreamState::Authorizing(authorizing) => {
                let waiting = &mut authorizing.waiting;
                let (retention, room) = (retention(waiting.keeps_original()), waiting.room());
                body.next_chunk(size, retention, room, |piece| waiting.take(piece))
            }
            _ => Ok(Ok(())),
        })?;
        if let Err(code) = taken {
            self.refuse(code);
            return Ok(());
        }
        self.take_settings(size)?;
        if end_of_stream { self.body_ended() } else { Ok(()) }
    }

    fn body_ended(&self) -> HostResult<()> {
        let authorizing = self.shared.with(|state| match state {
            StreamState::Authorizing(authorizing) => {
                authorizing.body_ended = true;
                true
            }
            _ => false,
        });
        if authorizing {
            return Ok(());
        }
        match self.shared.take_exchange() {
            Some(exchange) => {
                self.rule(exchange);
                Ok(())
            }
            None => self.finish_settings(),
        }
    }

    fn after_request(&self, done: HostResult<()>) -> Flow {
        self.end_failed(done);
        self.shared.with(|state| match state {
            StreamState::PassThrough | StreamState::AwaitingResponse(_) => Flow::Continue,
            StreamState::Authorizing(_)
            | StreamState::BufferingRequest(_)
            | StreamState::BufferingSettings(_)
            | StreamState::SavingSettings(_)
            | StreamState::LocalReply => Flow::Pause,
        })
    }
}
