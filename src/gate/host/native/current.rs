//! Whose hook it is: the configuration and the stream that host functions speak of.
//!
//! A hook [`enter`]s with both. What would run other hooks before it returns, a local reply and going on, waits until
//! the outermost hook is through: then no state of a stream is half-changed, and the stream may end meanwhile.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use zeroize::Zeroizing;

use super::abi::{Config, Filter};
use super::table::Table;
use super::timer::Timer;
use super::vault::{Values, Vault};
use crate::gate::host::{HostError, HostResult};

/// The context that isn't a stream's: the configuration on the main thread.
pub const ROOT: u32 = 0;

/// What a configuration has of the host, on all threads.
pub struct Host {
    /// Envoy's side.
    pub config: Config,
    /// The filter's name, which tells this plugin from others.
    pub name: Vec<u8>,
    /// The plugin's configuration, as it came.
    pub configuration: Vec<u8>,
    /// What all plugins of this name share.
    pub table: Arc<Table>,
    /// Envoy's numbers of the metrics, by name.
    pub metrics: Mutex<HashMap<String, usize>>,
    /// Wakes the main thread.
    pub timer: Timer,
    /// The secrets that come by SDS.
    pub vault: Vault,
}

/// A configuration on one thread.
pub struct Scope {
    /// What it has on all threads.
    pub host: Arc<Host>,
    /// The filter state that outlasts an internal redirect.
    pub kept: RefCell<Vec<String>>,
    /// What the secrets held when they were last looked at.
    pub seen: RefCell<Option<Arc<Values>>>,
    /// The secrets to load the configuration with.
    pub values: RefCell<Arc<Values>>,
}

/// The response to a call.
#[derive(Default)]
pub struct Answer {
    /// The HTTP status; `None` when there was no response.
    pub status: Option<u16>,
    /// The body, or the beginning of one that is too large.
    pub body: Zeroizing<Vec<u8>>,
}

/// What is left to do once no hook is running.
pub enum Deferred {
    /// Answer a stream.
    Reply(u32, Reply),
    /// Let a stream go on.
    Continue(u32),
}

/// A local reply.
pub struct Reply {
    pub status: u32,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub details: &'static str,
}

struct Current {
    scope: Rc<Scope>,
    context: u32,
    /// `None` for the root, and for a stream that ended.
    filter: Option<Filter>,
    /// Whether a piece of a body of this stream lies before the hook.
    brings_body: bool,
}

/// A call under way: whose it is, Envoy's number, and the gate's.
struct PendingCall {
    context: u32,
    id: u64,
    call: u32,
}

#[derive(Default)]
struct Thread {
    current: RefCell<Option<Current>>,
    filters: RefCell<HashMap<u32, Filter>>,
    last_context: Cell<u32>,
    last_call: Cell<u32>,
    calls: RefCell<Vec<PendingCall>>,
    answer: RefCell<Answer>,
    depth: Cell<u32>,
    deferred: RefCell<Vec<Deferred>>,
}

thread_local! {
    static THREAD: Thread = Thread::default();
}

impl Thread {
    fn filter(&self, context: u32) -> Option<Filter> {
        self.filters.borrow().get(&context).copied()
    }
}

impl Host {
    /// Returns what a new configuration has.
    pub fn new(config: Config, name: &[u8], configuration: &[u8]) -> Self {
        Self {
            config,
            name: name.to_vec(),
            configuration: configuration.to_vec(),
            table: Table::of(name),
            metrics: Mutex::default(),
            timer: Timer::new(),
            vault: Vault::default(),
        }
    }
}

impl Scope {
    /// Returns a configuration on this thread.
    pub fn new(host: Arc<Host>) -> Rc<Self> {
        Rc::new(Self { host, kept: RefCell::default(), seen: RefCell::default(), values: RefCell::default() })
    }
}

/// Gives a stream a number among the contexts of its thread.
pub fn admit(filter: Filter) -> u32 {
    THREAD.with(|thread| {
        let mut filters = thread.filters.borrow_mut();
        let mut context = thread.last_context.get();
        loop {
            context = context.wrapping_add(1);
            if context != ROOT && !filters.contains_key(&context) {
                break;
            }
        }
        thread.last_context.set(context);
        filters.insert(context, filter);
        context
    })
}

/// Forgets a stream that ended, and the calls that ended with it.
pub fn forget(context: u32) {
    THREAD.with(|thread| {
        thread.filters.borrow_mut().remove(&context);
        if let Some(current) = thread.current.borrow_mut().as_mut().filter(|current| current.context == context) {
            current.filter = None;
        }
        thread.calls.borrow_mut().retain(|call| call.context != context);
    });
}

/// Runs what a hook does. What had to wait is left to [`finish_deferred`].
pub fn enter<T>(scope: &Rc<Scope>, context: u32, brings_body: bool, run: impl FnOnce() -> T) -> T {
    let _within = Within::begin(scope, context, brings_body);
    run()
}

/// A hook that is running; ended on drop, since it may end by a panic.
struct Within {
    before: Option<Current>,
}

impl Within {
    fn begin(scope: &Rc<Scope>, context: u32, brings_body: bool) -> Self {
        THREAD.with(|thread| {
            let current = Current { scope: Rc::clone(scope), context, filter: thread.filter(context), brings_body };
            thread.depth.set(thread.depth.get().saturating_add(1));
            Self { before: thread.current.replace(Some(current)) }
        })
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        THREAD.with(|thread| {
            thread.depth.set(thread.depth.get().saturating_sub(1));
            let before = self.before.take().map(|before| Current { filter: thread.filter(before.context), ..before });
            drop(thread.current.replace(before));
        });
    }
}

/// Does what had to wait, unless a hook is still running.
pub fn finish_deferred() {
    THREAD.with(|thread| {
        while thread.depth.get() == 0 {
            let mut deferred = thread.deferred.borrow_mut();
            if deferred.is_empty() {
                return;
            }
            let next = deferred.remove(0);
            drop(deferred);
            carry_out(thread, next);
        }
    });
}

/// Streams that ended meanwhile need nothing any more.
fn carry_out(thread: &Thread, deferred: Deferred) {
    let _ = match deferred {
        Deferred::Reply(context, reply) => thread.filter(context).map(|filter| {
            let headers: Vec<_> = reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            filter.send_response(reply.status, &headers, &reply.body, reply.details)
        }),
        Deferred::Continue(context) => thread.filter(context).map(Filter::continue_decoding),
    };
}

/// Leaves something to do for when no hook is running.
pub fn defer(deferred: Deferred) {
    THREAD.with(|thread| thread.deferred.borrow_mut().push(deferred));
}

/// Gives up what a stream has left to do, for it has failed.
pub fn give_up(context: u32) {
    THREAD.with(|thread| {
        thread.deferred.borrow_mut().retain(|deferred| match deferred {
            Deferred::Reply(whose, _) | Deferred::Continue(whose) => *whose != context,
        });
    });
}

/// Returns the current configuration.
pub fn scope() -> HostResult<Rc<Scope>> {
    THREAD.with(|thread| thread.current.borrow().as_ref().map(|current| Rc::clone(&current.scope))).ok_or(NOBODY)
}

/// Returns the context that host functions speak of.
pub fn context() -> HostResult<u32> {
    THREAD.with(|thread| thread.current.borrow().as_ref().map(|current| current.context)).ok_or(NOBODY)
}

/// Returns Envoy's side of the current stream.
pub fn filter() -> HostResult<Filter> {
    THREAD.with(|thread| thread.current.borrow().as_ref().and_then(|current| current.filter)).ok_or(NOBODY)
}

/// Tells whether a piece of a body of the current stream lies before the hook.
pub fn brings_body() -> bool {
    THREAD.with(|thread| thread.current.borrow().as_ref().is_some_and(|current| current.brings_body))
}

/// Makes the following host functions speak of another context of the same configuration.
pub fn set_effective_context(context: u32) -> HostResult<()> {
    THREAD.with(|thread| {
        let filter = thread.filter(context);
        let mut current = thread.current.borrow_mut();
        let current = current.as_mut().filter(|_| context == ROOT || filter.is_some()).ok_or(NOBODY)?;
        current.brings_body &= current.context == context;
        (current.context, current.filter) = (context, filter);
        Ok(())
    })
}

/// Numbers a call that Envoy has begun. The number is unique on the thread, where Envoy's is among a stream's.
pub fn call_began(context: u32, id: u64) -> u32 {
    THREAD.with(|thread| {
        let call = thread.last_call.get().wrapping_add(1);
        thread.last_call.set(call);
        thread.calls.borrow_mut().push(PendingCall { context, id, call });
        call
    })
}

/// Takes the response to a call; returns the call's number.
pub fn call_ended(context: u32, id: u64, answer: Answer) -> Option<u32> {
    THREAD.with(|thread| {
        let mut calls = thread.calls.borrow_mut();
        let at = calls.iter().position(|call| call.context == context && call.id == id)?;
        drop(thread.answer.replace(answer));
        Some(calls.swap_remove(at).call)
    })
}

/// Returns the status of the call that just ended.
pub fn answer_status() -> Option<u16> {
    THREAD.with(|thread| thread.answer.borrow().status)
}

/// Takes the body of the call that just ended.
pub fn take_answer_body() -> Zeroizing<Vec<u8>> {
    THREAD.with(|thread| std::mem::take(&mut thread.answer.borrow_mut().body))
}

const NOBODY: HostError = HostError { call: "context", status: 0 };
