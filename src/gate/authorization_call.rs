//! A KYC post whose caller has to be asked about: the call to the issuer of its token, and what becomes of the post.
//!
//! The call is made in the name of the post that first needs it, and its answer settles all posts that wait for it.
//! Should that post go away, nobody would hear of the answer; then the next tick makes the call again, in the name of
//! the root context.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::authorization::{Cache, Introspection, Joined, Judgement, MAX_RESPONSE_BYTES, PendingCalls, TokenVerdict};
use crate::config::Config;
use crate::exchange::refusal::ErrorCode;
use crate::exchange::{Exchange, Ruling, Waiting};
use crate::http::{Bearer, Credentials};

use super::host::{self, Buffer, HostError, HostResult};
use super::log::{self, Notice};
use super::root::Plugin;
use super::ruling;
use super::seat::{Seat, State, take_asking};
use super::settings;

/// A post that waits until its caller is known.
pub struct Asking {
    pub waiting: Waiting,
    ended: bool,
    buffered: usize,
}

impl Asking {
    /// Takes the next chunk of the body in, of which Envoy keeps so many bytes.
    pub fn take(&mut self, chunk: &[u8], buffered: usize, end_of_stream: bool) -> Result<(), ErrorCode> {
        self.buffered = buffered;
        self.ended |= end_of_stream;
        self.waiting.take(chunk)
    }
}

/// What a worker knows of callers, and whom it is asking about.
pub struct Callers {
    config: Rc<Config>,
    cache: RefCell<Cache>,
    pending: RefCell<PendingCalls<Seat>>,
    failing: Cell<bool>,
}

impl Callers {
    pub fn new(config: Rc<Config>) -> Self {
        Self { config, cache: RefCell::default(), pending: RefCell::default(), failing: Cell::new(false) }
    }

    fn introspection(&self) -> Option<&Introspection> {
        self.config.authorization.as_ref()?.introspection.as_ref()
    }

    /// Whether calls may have to be made again.
    pub fn asks(&self) -> bool {
        self.introspection().is_some()
    }

    /// A post ended.
    pub fn forget(&self, context: u32) {
        self.pending.borrow_mut().leave(context);
    }

    /// Asks about a token that somebody waits to hear about.
    fn call(&self, sha256: &[u8; 32], context: u32) -> HostResult<()> {
        let introspection = self.introspection().ok_or(HostError)?;
        let mut pending = self.pending.borrow_mut();
        let body = pending.bearer(sha256).and_then(Bearer::token).map(Introspection::body).ok_or(HostError)?;
        let upstream = &introspection.upstream;
        let call =
            host::http_call(&upstream.cluster, introspection.headers(), Some(body.as_bytes()), upstream.timeout())?;
        pending.started(sha256, call, context);
        Ok(())
    }

    /// What the issuer's answer says.
    fn read(&self, plugin: &Plugin, sha256: [u8; 32], size: usize) -> Option<TokenVerdict> {
        let now = host::now_nanoseconds();
        // A huge answer isn't even copied.
        let most = size.min(MAX_RESPONSE_BYTES.saturating_add(1));
        let body = host::buffer(Buffer::CallResponseBody, 0, most).unwrap_or_default();
        let known = self.introspection()?.read(settings::answer_status(), &body, now);
        self.note(plugin, known.is_some());
        if let Some(known) = known {
            self.cache.borrow_mut().put(sha256, known, now);
        }
        known.map(|known| known.outcome)
    }

    fn note(&self, plugin: &Plugin, ok: bool) {
        plugin.stats.introspected(ok);
        if self.failing.replace(!ok) == ok {
            log::notice(if ok { Notice::IntrospectionBack } else { Notice::IntrospectionLost });
        }
    }
}

/// Judges the caller of a post whose headers have come.
pub fn enter(plugin: &Plugin, context: u32, seat: &Seat, waiting: Waiting, ended: bool) -> HostResult<()> {
    let opened = match waiting.judge() {
        Judgement::Admitted => waiting.admit(),
        Judgement::Refused(reason) => Err(Box::new(waiting.refuse(reason))),
        Judgement::Ask(bearer) => {
            let known = plugin.callers.cache.borrow().get(&bearer.sha256, host::now_nanoseconds());
            match known {
                Some(outcome) => waiting.settle(Some(outcome)),
                None => return ask(plugin, context, seat, waiting, ended),
            }
        }
    };
    go_on(plugin, seat, opened, ended, 0);
    Ok(())
}

fn ask(plugin: &Plugin, context: u32, seat: &Seat, mut waiting: Waiting, ended: bool) -> HostResult<()> {
    let Credentials::Bearer(bearer) = waiting.take_credentials() else { return Err(HostError) };
    let (callers, sha256) = (&plugin.callers, bearer.sha256);
    let joined = callers.pending.borrow_mut().join(bearer, context, Rc::clone(seat));
    if joined == Joined::First && callers.call(&sha256, context).is_err() {
        callers.forget(context);
        callers.note(plugin, false);
        go_on(plugin, seat, waiting.settle(None), ended, 0);
        return Ok(());
    }
    *seat.borrow_mut() = State::Asking(Asking { waiting, ended, buffered: 0 });
    Ok(())
}

/// The body of a post ended with its trailers; whether its caller is being asked about.
pub fn body_ended(seat: &Seat) -> bool {
    match &mut *seat.borrow_mut() {
        State::Asking(asking) => {
            asking.ended = true;
            true
        }
        _ => false,
    }
}

/// Takes the answer to a call; whether it was one of these. Leaves another context effective than it found.
pub fn answered(plugin: &Plugin, call: u32, size: usize) -> bool {
    let token = plugin.callers.pending.borrow().token_of(call);
    let Some(sha256) = token else { return false };
    let outcome = plugin.callers.read(plugin, sha256, size);
    settle(plugin, &sha256, outcome);
    true
}

/// Makes the calls again of which nobody would hear the answer. Only for the root context.
pub fn tick(plugin: &Plugin, root: u32) {
    let stranded = plugin.callers.pending.borrow().orphaned();
    for sha256 in stranded {
        // Whoever was settled before may have been made effective instead.
        if host::set_effective_context(root).is_err() {
            return;
        }
        if plugin.callers.call(&sha256, root).is_err() {
            plugin.callers.note(plugin, false);
            settle(plugin, &sha256, None);
        }
    }
}

fn settle(plugin: &Plugin, sha256: &[u8; 32], outcome: Option<TokenVerdict>) {
    let waiting = plugin.callers.pending.borrow_mut().complete(sha256);
    for (context, seat) in waiting {
        let done = host::set_effective_context(context).and_then(|()| settle_one(plugin, &seat, outcome));
        ruling::end_failed(Some(plugin), &seat, done);
    }
}

fn settle_one(plugin: &Plugin, seat: &Seat, outcome: Option<TokenVerdict>) -> HostResult<()> {
    let Some(Asking { waiting, ended, buffered }) = take_asking(seat) else { return Ok(()) };
    go_on(plugin, seat, waiting.settle(outcome), ended, buffered);
    ruling::release(seat)
}

fn go_on(plugin: &Plugin, seat: &Seat, opened: Result<Exchange, Box<Ruling>>, ended: bool, buffered: usize) {
    match opened {
        Err(ruling) => ruling::carry_out(plugin, seat, *ruling, buffered, 0),
        Ok(exchange) if ended => ruling::rule(plugin, seat, exchange, buffered),
        Ok(exchange) => *seat.borrow_mut() = State::Holding(exchange),
    }
}
