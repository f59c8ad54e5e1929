//! One HTTP stream: Envoy's callbacks in, the exchange's ruling out.

use std::cell::RefCell;
use std::rc::Rc;

use jiff::Timestamp;
use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::Action;

use crate::exchange::Waiting;
use crate::exchange::refusal::ErrorCode;
use crate::exchange::request_head;

use super::authorization_call;
use super::backend_answer;
use super::host::{self, Buffer, HostError, HostResult, Map};
use super::pairs;
use super::root::Plugin;
use super::ruling::{account, carry_out, end_failed, publish, release, rule};
use super::seat::{Seat, State, abandon, take_exchange};
use super::settings_call;

/// The stream's context.
pub struct Stream {
    id: u32,
    plugin: Option<Rc<Plugin>>,
    seat: Seat,
    /// Bytes of the body that were taken in and left in Envoy's buffer.
    buffered: usize,
}

impl Stream {
    /// A new stream of a plugin.
    pub fn new(id: u32, plugin: Option<Rc<Plugin>>) -> Self {
        Self { id, plugin, seat: Rc::new(RefCell::new(State::Passing)), buffered: 0 }
    }

    fn open(&self, plugin: &Plugin, end_of_stream: bool) -> HostResult<()> {
        let map = host::header_pairs(Map::RequestHeaders)?;
        let arrival = request_head::read(&plugin.config, pairs::iter(&map));
        for name in arrival.forged {
            host::remove_header(Map::RequestHeaders, name)?;
        }
        if arrival.settings {
            return self.open_call(plugin, &map, end_of_stream);
        }
        let Some(head) = arrival.kyc else {
            plugin.stats.bypassed();
            return Ok(());
        };
        let received_at = Timestamp::from_nanosecond(host::now_nanoseconds().into()).map_err(|_| HostError)?;
        let waiting =
            Waiting::new(Rc::clone(&plugin.config), plugin.settings.in_force(), head, received_at, &plugin.memory);
        authorization_call::enter(plugin, self.id, &self.seat, waiting, end_of_stream)?;
        if !end_of_stream && matches!(*self.seat.borrow(), State::Holding(_) | State::Asking(_)) {
            plugin.watchdog.hold(self.id, &self.seat);
        }
        Ok(())
    }

    fn open_call(&self, plugin: &Plugin, headers: &[u8], end_of_stream: bool) -> HostResult<()> {
        settings_call::open(plugin, &self.seat, headers)?;
        if end_of_stream {
            return settings_call::finish(plugin, &self.seat);
        }
        if matches!(*self.seat.borrow(), State::Reading(_)) {
            plugin.watchdog.hold(self.id, &self.seat);
        }
        Ok(())
    }

    fn take(&mut self, plugin: &Plugin, size: usize, end_of_stream: bool) -> HostResult<()> {
        if matches!(*self.seat.borrow(), State::Reading(_)) {
            return self.take_call(plugin, size, end_of_stream);
        }
        let taken = match &mut *self.seat.borrow_mut() {
            State::Holding(exchange) => {
                plugin.watchdog.body_came();
                let chunk = next_chunk(&mut self.buffered, size, exchange.keeps_original())?;
                exchange.take(&chunk)
            }
            State::Asking(asking) => {
                plugin.watchdog.body_came();
                let chunk = next_chunk(&mut self.buffered, size, asking.waiting.keeps_original())?;
                asking.take(&chunk, self.buffered, end_of_stream)
            }
            _ => return Ok(()),
        };
        match (taken, end_of_stream) {
            (Ok(()), false) => Ok(()),
            (Ok(()), true) => self.finish(plugin),
            (Err(code), _) => {
                if let Some(ruling) = abandon(&self.seat, code) {
                    carry_out(plugin, &self.seat, ruling, self.buffered, 0);
                }
                Ok(())
            }
        }
    }

    fn take_call(&self, plugin: &Plugin, size: usize, end_of_stream: bool) -> HostResult<()> {
        plugin.watchdog.body_came();
        let chunk = host::buffer(Buffer::RequestBody, 0, size)?;
        host::replace_buffer(Buffer::RequestBody, size, &[])?;
        settings_call::take(&self.seat, &chunk)?;
        if end_of_stream { settings_call::finish(plugin, &self.seat) } else { Ok(()) }
    }

    fn finish(&self, plugin: &Plugin) -> HostResult<()> {
        if authorization_call::body_ended(&self.seat) {
            return Ok(());
        }
        match take_exchange(&self.seat) {
            Some(exchange) => {
                rule(plugin, &self.seat, exchange, self.buffered);
                Ok(())
            }
            None => settings_call::finish(plugin, &self.seat),
        }
    }

    /// What Envoy is to do after a callback.
    fn after(&self, done: HostResult<()>) -> Action {
        end_failed(self.plugin.as_deref(), &self.seat, done);
        match *self.seat.borrow() {
            State::Passing | State::Awaiting(_) => Action::Continue,
            State::Asking(_) | State::Holding(_) | State::Reading(_) | State::Saving(_) | State::Answered => {
                Action::Pause
            }
        }
    }

    /// What Envoy is to do after a callback on the response: the backend's is held while it is read, and goes nowhere
    /// when it was answered in its place. One to a request that is held is Envoy's own.
    fn after_response(&self, done: HostResult<()>) -> Action {
        end_failed(self.plugin.as_deref(), &self.seat, done);
        match *self.seat.borrow() {
            State::Awaiting(_) | State::Answered => Action::Pause,
            _ => Action::Continue,
        }
    }

    /// A reply of the gate's own goes through the filter chain like any response, and may have decision headers.
    fn strip_response(&self, map: Map) {
        if !matches!(*self.seat.borrow(), State::Answered) {
            let _ = self.strip(map);
        }
    }

    fn strip(&self, map: Map) -> HostResult<()> {
        let plugin = self.plugin.as_ref().ok_or(HostError)?;
        let headers = host::header_pairs(map)?;
        for name in request_head::forged(&plugin.config, pairs::iter(&headers)) {
            host::remove_header(map, name)?;
        }
        Ok(())
    }
}

/// Takes the next chunk of the body, of which Envoy keeps `buffered` bytes from before. Its own size counts those.
fn next_chunk(buffered: &mut usize, size: usize, keep: bool) -> HostResult<Vec<u8>> {
    let chunk = host::buffer(Buffer::RequestBody, *buffered, size.saturating_sub(*buffered))?;
    *buffered = if keep {
        size
    } else {
        host::replace_buffer(Buffer::RequestBody, size, &[])?;
        0
    };
    Ok(chunk)
}

/// Ends a request that waits in vain for its body. The stream must be the effective context.
pub fn end_stuck(plugin: &Plugin, seat: &Seat) -> HostResult<()> {
    let Some(ruling) = abandon(seat, ErrorCode::HeaderHoldMissing) else { return settings_call::end_stuck(seat) };
    carry_out(plugin, seat, ruling, 0, 0);
    release(seat)
}

impl Context for Stream {
    fn on_http_call_response(&mut self, call: u32, _headers: usize, size: usize, _trailers: usize) {
        let Some(plugin) = self.plugin.clone() else { return };
        if !authorization_call::answered(&plugin, call, size) {
            let done = settings_call::answered(&plugin, &self.seat);
            let _ = self.after(done);
        }
    }
}

/// The end of a stream, whatever ended it. Envoy has it dropped right after `on_done`, so that callback, which every
/// request would pay for, isn't needed.
impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(plugin) = &self.plugin {
            if let Some(ruling) = abandon(&self.seat, ErrorCode::Aborted) {
                account(plugin, &ruling.record, 0);
            }
            plugin.watchdog.forget(self.id);
            plugin.callers.forget(self.id);
            match self.seat.replace(State::Answered) {
                State::Saving(saving) => settings_call::abandon(plugin, &saving),
                State::Awaiting(_) => backend_answer::end_unread(plugin),
                _ => {}
            }
        }
    }
}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _count: usize, end_of_stream: bool) -> Action {
        let done = match self.plugin.clone() {
            Some(plugin) => self.open(&plugin, end_of_stream),
            None => Err(HostError),
        };
        self.after(done)
    }

    fn on_http_request_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        let done = match self.plugin.clone() {
            Some(plugin) => self.take(&plugin, size, end_of_stream),
            None => Err(HostError),
        };
        self.after(done)
    }

    /// With trailers, the body callback never says that the body ended (HTTP/2, and chunked HTTP/1.1).
    fn on_http_request_trailers(&mut self, _count: usize) -> Action {
        let done = match self.plugin.clone() {
            Some(plugin) => self.strip(Map::RequestTrailers).and_then(|()| self.finish(&plugin)),
            None => Err(HostError),
        };
        self.after(done)
    }

    fn on_http_response_headers(&mut self, _count: usize, end_of_stream: bool) -> Action {
        if matches!(*self.seat.borrow(), State::Answered) {
            return Action::Continue;
        }
        self.strip_response(Map::ResponseHeaders);
        if let Some(plugin) = &self.plugin {
            if let Some(ruling) = abandon(&self.seat, ErrorCode::Aborted) {
                publish(plugin, &ruling.record, 0);
                return Action::Continue;
            }
            plugin.access_token.backend_answered();
        }
        let done =
            self.plugin.as_ref().map_or(Ok(()), |plugin| backend_answer::open(plugin, &self.seat, end_of_stream));
        self.after_response(done)
    }

    fn on_http_response_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        let Some(plugin) = &self.plugin else { return Action::Continue };
        if !matches!(*self.seat.borrow(), State::Awaiting(_)) {
            return Action::Continue;
        }
        let done = backend_answer::take(plugin, &self.seat, size, end_of_stream);
        self.after_response(done)
    }

    fn on_http_response_trailers(&mut self, _count: usize) -> Action {
        let Some(plugin) = &self.plugin else { return Action::Continue };
        if !matches!(*self.seat.borrow(), State::Awaiting(_)) {
            self.strip_response(Map::ResponseTrailers);
            return Action::Continue;
        }
        let done = backend_answer::end_in_trailers(plugin, &self.seat);
        self.after_response(done)
    }
}
