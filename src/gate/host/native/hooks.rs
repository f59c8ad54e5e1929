//! The hooks that Envoy calls, guarded: no panic gets out of one, and what a panicking hook was about ends with 500.
//!
//! Envoy calls each hook with pointers that it got
//! from the hooks before: a configuration's from its creation to its destruction, a stream's likewise, on the stream's
//! own thread.

#![allow(unsafe_code)]

use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use zeroize::Zeroizing;

pub use super::abi::{Config, Filter};
use super::current::{Answer, finish_deferred};
pub use super::imports::{EnvoyBuffer, EnvoyHeader};
use crate::http::MAX_RESPONSE_BYTES;

/// The version of the ABI that the module is made for. Envoy warns of another one.
pub const ABI_VERSION: &std::ffi::CStr = c"v0.2.0";

/// What the module does in its hooks. Where a hook returns `bool`, that is whether Envoy is to hold what came.
pub trait Module: 'static {
    /// A configuration, on all threads.
    type Plugin: Send + Sync;
    /// A stream, on its thread.
    type Stream;

    /// Prepares the library, before all else.
    fn prepare();
    /// Loads a configuration; `None` refuses it. On the main thread.
    fn load(config: Config, name: &[u8], configuration: &[u8]) -> Option<Self::Plugin>;
    /// Ticks. On the main thread.
    fn tick(plugin: &Self::Plugin);
    /// Takes the response to a call of the configuration's. On the main thread.
    fn plugin_call_ended(plugin: &Self::Plugin, id: u64, answer: Answer);
    /// Opens a stream.
    fn open(plugin: &Self::Plugin, filter: Filter) -> Self::Stream;
    /// Looks at a request's headers.
    fn request_headers(stream: &Self::Stream, end_of_stream: bool) -> bool;
    /// Takes a piece of a request's body.
    fn request_body(stream: &Self::Stream, end_of_stream: bool) -> bool;
    /// Looks at a request's trailers.
    fn request_trailers(stream: &Self::Stream) -> bool;
    /// Looks at a response's headers.
    fn response_headers(stream: &Self::Stream, end_of_stream: bool) -> bool;
    /// Takes a piece of a response's body.
    fn response_body(stream: &Self::Stream, end_of_stream: bool) -> bool;
    /// Looks at a response's trailers.
    fn response_trailers(stream: &Self::Stream) -> bool;
    /// Takes the response to a call of the stream's.
    fn stream_call_ended(stream: &Self::Stream, id: u64, answer: Answer);
    /// Ends a stream, whatever ended it.
    fn end(stream: &Self::Stream);
    /// Ends a stream of which a hook panicked: with 500.
    fn fail(stream: &Self::Stream);
}

/// Moves something between threads that only ever one uses at a time.
pub struct Handover<T>(T);

// SAFETY: see `Handover::new`.
unsafe impl<T> Send for Handover<T> {}

impl<T> Handover<T> {
    /// Wraps what one thread makes and uses, and another one may drop.
    ///
    /// # Safety
    /// All that the value shares with others by counts without locks (`Rc`) must be reachable through it alone whenever
    /// another thread gets it, and it may not depend on thread-local values.
    pub unsafe fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value, on the thread that uses it.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// Returns the value, on the thread that uses it.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

fn guard<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

/// `program_init`.
pub fn program_init<M: Module>() -> *const c_char {
    let _ = guard(M::prepare);
    ABI_VERSION.as_ptr()
}

/// `http_filter_config_new`.
///
/// # Safety
/// The arguments must be Envoy's.
pub unsafe fn config_new<M: Module>(config: *mut c_void, name: EnvoyBuffer, text: EnvoyBuffer) -> *const c_void {
    // SAFETY: Envoy's bytes stay for the time of the hook.
    let name = unsafe { name.bytes() };
    // SAFETY: as above.
    let text = unsafe { text.bytes() };
    let plugin = guard(|| M::load(Config(config), name, text)).flatten();
    plugin.map_or(std::ptr::null(), |plugin| Box::into_raw(Box::new(plugin)).cast_const().cast())
}

/// `http_filter_config_destroy`.
///
/// # Safety
/// The argument must be what [`config_new`] returned, and not be used after this.
pub unsafe fn config_destroy<M: Module>(plugin: *const c_void) {
    if !plugin.is_null() {
        // SAFETY: it is the box that `config_new` gave away, and comes back once.
        let plugin = unsafe { Box::from_raw(plugin.cast_mut().cast::<M::Plugin>()) };
        let _ = guard(|| drop(plugin));
    }
}

/// `http_filter_config_scheduled`.
///
/// # Safety
/// The argument must be what [`config_new`] returned.
pub unsafe fn config_scheduled<M: Module>(plugin: *const c_void) {
    // SAFETY: the configuration lives, and is only ever lent.
    let plugin = unsafe { &*plugin.cast::<M::Plugin>() };
    let _ = guard(|| M::tick(plugin));
    finish_deferred();
}

/// `http_filter_config_http_callout_done`.
///
/// # Safety
/// The arguments must be Envoy's.
pub unsafe fn config_call_done<M: Module>(
    plugin: *const c_void,
    id: u64,
    headers: *const EnvoyHeader,
    count: usize,
    body: *const EnvoyBuffer,
    pieces: usize,
) {
    // SAFETY: the configuration lives, and is only ever lent.
    let plugin = unsafe { &*plugin.cast::<M::Plugin>() };
    // SAFETY: Envoy's arguments are passed on.
    let answer = unsafe { answer(headers, count, body, pieces) };
    let _ = guard(|| M::plugin_call_ended(plugin, id, answer));
    finish_deferred();
}

/// `http_filter_new`. Never null: Envoy would let the stream go by.
///
/// # Safety
/// The arguments must be Envoy's.
pub unsafe fn filter_new<M: Module>(plugin: *const c_void, filter: *mut c_void) -> *const c_void {
    // SAFETY: the configuration lives, and is only ever lent.
    let plugin = unsafe { &*plugin.cast::<M::Plugin>() };
    let stream = guard(|| Rc::new(M::open(plugin, Filter(filter))));
    Box::into_raw(Box::new(Opened::<M> { stream, filter: Filter(filter) })).cast_const().cast()
}

/// What a stream's pointer points at: it may be destroyed while one of its hooks runs, so that holds the stream too.
struct Opened<M: Module> {
    /// `None` when opening it panicked.
    stream: Option<Rc<M::Stream>>,
    filter: Filter,
}

/// `http_filter_destroy`.
///
/// # Safety
/// The argument must be what [`filter_new`] returned, and not be used after this.
pub unsafe fn filter_destroy<M: Module>(stream: *const c_void) {
    if !stream.is_null() {
        // SAFETY: it is the box that `filter_new` gave away, and comes back once.
        let opened = unsafe { Box::from_raw(stream.cast_mut().cast::<Opened<M>>()) };
        let _ = guard(|| opened.stream.as_deref().map(M::end));
        let _ = guard(|| drop(opened));
        finish_deferred();
    }
}

/// `http_filter_stream_complete`.
///
/// # Safety
/// The argument must be what [`filter_new`] returned.
pub unsafe fn stream_complete<M: Module>(stream: *const c_void) {
    // SAFETY: the stream lives, and is only ever lent.
    let opened = unsafe { &*stream.cast::<Opened<M>>() };
    let stream = opened.stream.clone();
    let _ = guard(|| stream.as_deref().map(M::end));
    finish_deferred();
}

/// Runs a hook that may hold what came; what fails is held and answered.
///
/// # Safety
/// The argument must be what [`filter_new`] returned.
pub unsafe fn hold<M: Module>(stream: *const c_void, hook: impl FnOnce(&M::Stream) -> bool) -> u32 {
    // SAFETY: the stream lives, and is only ever lent.
    let opened = unsafe { &*stream.cast::<Opened<M>>() };
    let (stream, filter) = (opened.stream.clone(), opened.filter);
    let held = stream.as_deref().and_then(|stream| guard(|| hook(stream)));
    if held.is_none() && stream.as_deref().and_then(|stream| guard(|| M::fail(stream))).is_none() {
        let _ = filter.send_response(500, &[], &[], "kyc_gate_internal");
    }
    finish_deferred();
    held.unwrap_or(true).into()
}

/// `http_filter_http_callout_done`.
///
/// # Safety
/// The arguments must be Envoy's.
pub unsafe fn stream_call_done<M: Module>(
    stream: *const c_void,
    id: u64,
    headers: *const EnvoyHeader,
    count: usize,
    body: *const EnvoyBuffer,
    pieces: usize,
) {
    // SAFETY: Envoy's arguments are passed on.
    let answer = unsafe { answer(headers, count, body, pieces) };
    let ended = |stream: &M::Stream| {
        M::stream_call_ended(stream, id, answer);
        true
    };
    // SAFETY: the stream is Envoy's.
    let _ = unsafe { hold::<M>(stream, ended) };
}

/// Copies the response to a call, of which nothing stays after the hook. Without headers there was none.
///
/// # Safety
/// The arguments must be Envoy's.
unsafe fn answer(headers: *const EnvoyHeader, count: usize, body: *const EnvoyBuffer, pieces: usize) -> Answer {
    // SAFETY: Envoy passes the start and the length of a list that stays for the time of the hook.
    let headers = unsafe { list(headers, count) };
    // SAFETY: as above.
    let pieces = unsafe { list(body, pieces) };
    let most = MAX_RESPONSE_BYTES.saturating_add(1);
    let size: usize = pieces.iter().map(|piece| piece.size).sum();
    let mut answer = Answer { status: None, body: Zeroizing::new(Vec::with_capacity(size.min(most))) };
    for piece in pieces {
        // SAFETY: Envoy's bytes stay for the time of the hook.
        let piece = unsafe { piece.bytes() };
        let room = most.saturating_sub(answer.body.len());
        answer.body.extend_from_slice(piece.get(..room).unwrap_or(piece));
    }
    for header in headers {
        // SAFETY: Envoy's bytes stay for the time of the hook.
        let (name, value) = unsafe { header.bytes() };
        if name == b":status" {
            answer.status = std::str::from_utf8(value).ok().and_then(|status| status.parse().ok());
        }
    }
    answer
}

/// # Safety
/// `items` must be the start of `count` items that stay for the time of the hook, or null.
unsafe fn list<'l, T>(items: *const T, count: usize) -> &'l [T] {
    if items.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(items, count) }
}
