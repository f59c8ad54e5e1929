//! The calls of Envoy's ABI for dynamic modules, as functions that can't be misused from the rest of the gate.
//!
//! ABI: `source/extensions/dynamic_modules/abi/abi.h` of Envoy, version 0.2.0.
//!
//! A [`Filter`] and a [`Config`] are Envoy's own objects. Only the hooks make them, of what Envoy passes; a filter is
//! forgotten when Envoy destroys it, and used by its own thread alone. So whoever holds one may pass it back.

#![allow(unsafe_code)]

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::null;

use zeroize::Zeroizing;

use super::imports::*;
use crate::gate::host::{HostError, HostResult};

/// Envoy's side of a configuration.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Config(pub(super) *mut c_void);

// SAFETY: what is called with it from several threads (metrics) is made for that; the rest, calls and the scheduler's
// creation, is used on the main thread alone. It outlives the module's side, which Envoy destroys first.
unsafe impl Send for Config {}
// SAFETY: as above.
unsafe impl Sync for Config {}

/// Envoy's side of a stream.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Filter(pub(super) *mut c_void);

/// Envoy's number of a secret among a configuration's, from 1.
#[derive(Clone, Copy)]
pub struct Secret(usize);

/// Wakes a configuration on the main thread, from any other.
pub struct Scheduler(*mut c_void);

// SAFETY: Envoy's scheduler may be told to commit from any thread (abi.h), and one thread at a time owns it.
unsafe impl Send for Scheduler {}

/// Which headers or trailers; the numbers are the ABI's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Map {
    /// Of the request.
    RequestHeaders = 0,
    /// Of the request.
    RequestTrailers = 1,
    /// Of the response.
    ResponseHeaders = 2,
    /// Of the response.
    ResponseTrailers = 3,
}

/// Which part of which body: what the current hook brings, or what Envoy has kept of earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Body {
    ReceivedRequest = 0,
    BufferedRequest = 1,
    ReceivedResponse = 2,
    BufferedResponse = 3,
}

/// How long filter state lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum LifeSpan {
    /// Until an internal redirect.
    FilterChain = 0,
    /// As long as the client's request.
    Request = 1,
}

/// `response.code_details` among the ABI's attributes.
const RESPONSE_CODE_DETAILS: u32 = 16;
/// Filter state isn't shared with the connection to the backend.
const NOT_SHARED: u32 = 0;

thread_local! {
    /// Whether bytes of Envoy's are lent out, which its setters would free.
    static LENT: Cell<bool> = const { Cell::new(false) };
}

/// A call that returns whether it could be done.
fn done(call: &'static str, ok: bool) -> HostResult<()> {
    if ok { Ok(()) } else { Err(HostError { call, status: 0 }) }
}

/// A call that returns 0 or why it couldn't be done.
fn check(call: &'static str, status: u32) -> HostResult<()> {
    if status == 0 { Ok(()) } else { Err(HostError { call, status }) }
}

/// Writes a line to Envoy's log.
pub fn log(level: u32, message: &str) {
    // SAFETY: Envoy reads a live string during the call, from any thread.
    unsafe { envoy_dynamic_module_callback_log(level, ModuleBuffer::of(message.as_bytes())) }
}

/// Returns how many workers Envoy has. Only on the main thread.
pub fn concurrency() -> u32 {
    // SAFETY: no memory is shared.
    unsafe { envoy_dynamic_module_callback_get_concurrency() }
}

/// Tells whether Envoy only looks at its configuration (`--mode validate`). Only on the main thread.
pub fn only_validates() -> bool {
    // SAFETY: no memory is shared.
    unsafe { envoy_dynamic_module_callback_is_validation_mode() }
}

impl Filter {
    /// Returns the number of the stream's worker, from 0.
    pub fn worker(self) -> u32 {
        // SAFETY: the filter lives, as the file says.
        unsafe { envoy_dynamic_module_callback_http_filter_get_worker_index(self.0) }
    }

    /// Hands each header of a map to `look`, names in lower case. Envoy's bytes, for the time of the call.
    pub fn headers(self, map: Map, mut look: impl FnMut(&[u8], &[u8])) -> HostResult<()> {
        // SAFETY: the filter lives.
        let count = unsafe { envoy_dynamic_module_callback_http_get_headers_size(self.0, map as u32) };
        let mut headers = vec![EnvoyHeader::NONE; count];
        // SAFETY: the filter lives, and Envoy writes the `count` headers of a map that hasn't changed since.
        let found = unsafe { envoy_dynamic_module_callback_http_get_headers(self.0, map as u32, headers.as_mut_ptr()) };
        done("http_get_headers", found)?;
        lend(|| {
            for header in &headers {
                // SAFETY: Envoy's bytes stay until a setter is called, and while they are lent none is.
                let (name, value) = unsafe { header.bytes() };
                look(name, value);
            }
        });
        Ok(())
    }

    /// Sets a header, replacing all of its name.
    pub fn set_header(self, map: Map, name: &[u8], value: &[u8]) -> HostResult<()> {
        self.change_header(map, name, ModuleBuffer::of(value))
    }

    /// Removes all headers of a name.
    pub fn remove_header(self, map: Map, name: &[u8]) -> HostResult<()> {
        self.change_header(map, name, ModuleBuffer::NONE)
    }

    fn change_header(self, map: Map, name: &[u8], value: ModuleBuffer) -> HostResult<()> {
        unlent("http_set_header")?;
        // SAFETY: the filter lives, and Envoy copies live slices during the call.
        done("http_set_header", unsafe {
            envoy_dynamic_module_callback_http_set_header(self.0, map as u32, ModuleBuffer::of(name), value)
        })
    }

    /// Answers the stream at once: other hooks of the stream run before this returns, and its end may be one of them.
    pub fn send_response(self, status: u32, headers: &[(&str, &str)], body: &[u8], details: &str) -> HostResult<()> {
        unlent("http_send_response")?;
        let headers = lent(headers);
        let (body, details) = (ModuleBuffer::of(body), ModuleBuffer::of(details.as_bytes()));
        // SAFETY: the filter lives, and Envoy copies live slices during the call.
        unsafe {
            envoy_dynamic_module_callback_http_send_response(
                self.0,
                status,
                headers.as_ptr(),
                headers.len(),
                body,
                details,
            );
        }
        Ok(())
    }

    /// Returns how many bytes there are of a body.
    pub fn body_size(self, body: Body) -> usize {
        // SAFETY: the filter lives.
        unsafe { envoy_dynamic_module_callback_http_get_body_size(self.0, body as u32) }
    }

    /// Hands a body to `look`, piece by piece as it lies in Envoy's buffer. Ends with the first error.
    pub fn body<E>(self, body: Body, look: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        // SAFETY: the filter lives.
        let count = unsafe { envoy_dynamic_module_callback_http_get_body_chunks_size(self.0, body as u32) };
        let mut pieces = vec![EnvoyBuffer::NONE; count];
        // SAFETY: the filter lives, and Envoy writes the `count` pieces of a buffer that hasn't changed since. Where
        // there is no buffer it writes nothing, and `count` is 0.
        let _ = unsafe { envoy_dynamic_module_callback_http_get_body_chunks(self.0, body as u32, pieces.as_mut_ptr()) };
        // SAFETY: Envoy's bytes stay until a setter is called, and while they are lent none is.
        lend(|| pieces.iter().map(|piece| unsafe { piece.bytes() }).try_for_each(look))
    }

    /// Appends to a body.
    pub fn append_body(self, body: Body, bytes: &[u8]) -> HostResult<()> {
        unlent("http_append_body")?;
        // SAFETY: the filter lives, and Envoy copies a live slice during the call.
        done("http_append_body", unsafe {
            envoy_dynamic_module_callback_http_append_body(self.0, body as u32, ModuleBuffer::of(bytes))
        })
    }

    /// Takes the first `size` bytes out of a body.
    pub fn drain_body(self, body: Body, size: usize) -> HostResult<()> {
        unlent("http_drain_body")?;
        // SAFETY: the filter lives.
        done("http_drain_body", unsafe { envoy_dynamic_module_callback_http_drain_body(self.0, body as u32, size) })
    }

    /// Sets filter state. `false` where Envoy refuses.
    pub fn set_filter_state(self, key: &str, value: &str, life_span: LifeSpan) -> bool {
        let (key, value) = (ModuleBuffer::of(key.as_bytes()), ModuleBuffer::of(value.as_bytes()));
        // SAFETY: the filter lives, and Envoy copies live slices during the call.
        unsafe {
            envoy_dynamic_module_callback_http_set_filter_state_value(self.0, key, value, life_span as u32, NOT_SHARED)
        }
    }

    /// Tells whether filter state is set.
    pub fn has_filter_state(self, key: &str) -> bool {
        let mut value = EnvoyBuffer::NONE;
        // SAFETY: the filter lives, and Envoy reads a live slice and writes to a live buffer during the call.
        unsafe {
            envoy_dynamic_module_callback_http_get_filter_state_bytes(
                self.0,
                ModuleBuffer::of(key.as_bytes()),
                &raw mut value,
            )
        }
    }

    /// Returns Envoy's `%RESPONSE_CODE_DETAILS%`, empty where there are none.
    pub fn response_code_details(self) -> Vec<u8> {
        let mut value = EnvoyBuffer::NONE;
        // SAFETY: the filter lives, and Envoy writes to a live buffer during the call.
        let found = unsafe {
            envoy_dynamic_module_callback_http_filter_get_attribute_string(
                self.0,
                RESPONSE_CODE_DETAILS,
                &raw mut value,
            )
        };
        // SAFETY: Envoy's bytes stay until a setter is called; they are copied before.
        if found { unsafe { value.bytes() }.to_vec() } else { Vec::new() }
    }

    /// Returns what a secret of the configuration's holds; nothing before it has come.
    pub fn secret(self, secret: Secret) -> Option<Zeroizing<Vec<u8>>> {
        let mut value = EnvoyBuffer::NONE;
        // SAFETY: the filter lives, and Envoy writes to a live buffer during the call.
        let found =
            unsafe { envoy_dynamic_module_callback_http_filter_get_generic_secret(self.0, secret.0, &raw mut value) };
        // SAFETY: Envoy's bytes stay until this thread is told of another value; they are copied before.
        found.then(|| Zeroizing::new(unsafe { value.bytes() }.to_vec()))
    }

    /// Makes Envoy choose the route again.
    pub fn clear_route_cache(self) {
        // SAFETY: the filter lives.
        unsafe { envoy_dynamic_module_callback_http_clear_route_cache(self.0) }
    }

    /// Lets a held request go on at once: other hooks of the stream run before this returns.
    pub fn continue_decoding(self) -> HostResult<()> {
        unlent("http_filter_continue_decoding")?;
        // SAFETY: the filter lives.
        unsafe { envoy_dynamic_module_callback_http_filter_continue_decoding(self.0) }
        Ok(())
    }

    /// Calls a cluster in the name of the stream; the call ends with it. Returns the call's number among the stream's.
    pub fn call(self, call: &Call<'_>) -> HostResult<u64> {
        let (headers, mut id) = (lent(call.headers), 0);
        // SAFETY: the filter lives, and Envoy copies live slices and writes to a live number during the call.
        check("http_filter_http_callout", unsafe {
            envoy_dynamic_module_callback_http_filter_http_callout(
                self.0,
                &raw mut id,
                ModuleBuffer::of(call.cluster.as_bytes()),
                headers.as_ptr(),
                headers.len(),
                ModuleBuffer::of(call.body),
                call.milliseconds,
            )
        })?;
        Ok(id)
    }
}

/// A call to a cluster.
pub struct Call<'c> {
    /// The cluster's name.
    pub cluster: &'c str,
    /// `:method`, `:path`, `:authority` and others.
    pub headers: &'c [(&'c str, &'c str)],
    /// The body.
    pub body: &'c [u8],
    /// The time limit.
    pub milliseconds: u64,
}

impl Config {
    /// Calls a cluster in the name of the configuration. Only on the main thread. Returns the call's number among the
    /// configuration's.
    pub fn call(self, call: &Call<'_>) -> HostResult<u64> {
        let (headers, mut id) = (lent(call.headers), 0);
        // SAFETY: the configuration lives, and Envoy copies live slices and writes to a live number during the call.
        check("http_filter_config_http_callout", unsafe {
            envoy_dynamic_module_callback_http_filter_config_http_callout(
                self.0,
                &raw mut id,
                ModuleBuffer::of(call.cluster.as_bytes()),
                headers.as_ptr(),
                headers.len(),
                ModuleBuffer::of(call.body),
                call.milliseconds,
            )
        })?;
        Ok(id)
    }

    /// Defines a counter. Only while the configuration is made.
    pub fn define_counter(self, name: &str) -> HostResult<usize> {
        let mut id = 0;
        // SAFETY: the configuration lives, and Envoy reads a live slice and writes to a live number during the call.
        check("http_filter_config_define_counter", unsafe {
            envoy_dynamic_module_callback_http_filter_config_define_counter(
                self.0,
                ModuleBuffer::of(name.as_bytes()),
                null(),
                0,
                &raw mut id,
            )
        })?;
        Ok(id)
    }

    /// Defines a gauge. Only while the configuration is made.
    pub fn define_gauge(self, name: &str) -> HostResult<usize> {
        let mut id = 0;
        // SAFETY: the configuration lives, and Envoy reads a live slice and writes to a live number during the call.
        check("http_filter_config_define_gauge", unsafe {
            envoy_dynamic_module_callback_http_filter_config_define_gauge(
                self.0,
                ModuleBuffer::of(name.as_bytes()),
                null(),
                0,
                &raw mut id,
            )
        })?;
        Ok(id)
    }

    /// Defines a histogram. Only while the configuration is made.
    pub fn define_histogram(self, name: &str) -> HostResult<usize> {
        let mut id = 0;
        // SAFETY: the configuration lives, and Envoy reads a live slice and writes to a live number during the call.
        check("http_filter_config_define_histogram", unsafe {
            envoy_dynamic_module_callback_http_filter_config_define_histogram(
                self.0,
                ModuleBuffer::of(name.as_bytes()),
                null(),
                0,
                &raw mut id,
            )
        })?;
        Ok(id)
    }

    /// Adds one to a counter.
    pub fn increment(self, counter: usize) {
        // SAFETY: the configuration lives; no memory is shared.
        let _ = unsafe {
            envoy_dynamic_module_callback_http_filter_config_increment_counter(self.0, counter, null(), 0, 1)
        };
    }

    /// Sets a gauge.
    pub fn set_gauge(self, gauge: usize, value: u64) {
        // SAFETY: the configuration lives; no memory is shared.
        let _ = unsafe { envoy_dynamic_module_callback_http_filter_config_set_gauge(self.0, gauge, null(), 0, value) };
    }

    /// Records a value in a histogram.
    pub fn record(self, histogram: usize, value: u64) {
        // SAFETY: the configuration lives; no memory is shared.
        let _ = unsafe {
            envoy_dynamic_module_callback_http_filter_config_record_histogram_value(self.0, histogram, null(), 0, value)
        };
    }

    /// Asks Envoy for a secret by SDS: from a `ConfigSource` in JSON or, without one, from the bootstrap's secrets.
    /// Only while the configuration is made. `None` where Envoy refuses, with the reason in its log.
    pub fn subscribe_secret(self, name: &str, source: &str) -> Option<Secret> {
        let (name, source) = (ModuleBuffer::of(name.as_bytes()), ModuleBuffer::of(source.as_bytes()));
        // SAFETY: the configuration lives, and Envoy copies live slices during the call.
        let id =
            unsafe { envoy_dynamic_module_callback_http_filter_config_generic_secret_subscribe(self.0, name, source) };
        (id != 0).then_some(Secret(id))
    }

    /// Returns what a secret holds; nothing before it has come. Only on the main thread.
    pub fn secret(self, secret: Secret) -> Option<Zeroizing<Vec<u8>>> {
        let mut value = EnvoyBuffer::NONE;
        // SAFETY: the configuration lives, and Envoy writes to a live buffer during the call.
        let found = unsafe {
            envoy_dynamic_module_callback_http_filter_config_get_generic_secret(self.0, secret.0, &raw mut value)
        };
        // SAFETY: Envoy's bytes stay until this thread is told of another value; they are copied before.
        found.then(|| Zeroizing::new(unsafe { value.bytes() }.to_vec()))
    }

    /// Returns a scheduler. Only on the main thread.
    pub fn scheduler(self) -> Option<Scheduler> {
        // SAFETY: the configuration lives. What is returned is the module's until it deletes it.
        let scheduler = unsafe { envoy_dynamic_module_callback_http_filter_config_scheduler_new(self.0) };
        (!scheduler.is_null()).then(|| Scheduler(scheduler))
    }
}

impl Scheduler {
    /// Has the main thread call the hook `config_scheduled`, unless the configuration is gone by then.
    pub fn commit(&self) {
        // SAFETY: the scheduler lives until it is dropped, and may be called from any thread.
        unsafe { envoy_dynamic_module_callback_http_filter_config_scheduler_commit(self.0, 0) }
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        // SAFETY: the scheduler is the module's, and nobody uses it after this.
        unsafe { envoy_dynamic_module_callback_http_filter_config_scheduler_delete(self.0) }
    }
}

fn lent(headers: &[(&str, &str)]) -> Vec<ModuleHeader> {
    let buffer = |text: &str| ModuleBuffer::of(text.as_bytes());
    headers.iter().map(|(name, value)| ModuleHeader { name: buffer(name), value: buffer(value) }).collect()
}

/// Lends Envoy's bytes out for the time of a call. The guard ends that also when the call panics.
fn lend<T>(look: impl FnOnce() -> T) -> T {
    struct Guard(bool);
    impl Drop for Guard {
        fn drop(&mut self) {
            LENT.set(self.0);
        }
    }
    let _guard = Guard(LENT.replace(true));
    look()
}

fn unlent(call: &'static str) -> HostResult<()> {
    done(call, !LENT.get())
}
