//! The imports of the ABI, with their status codes. The SDK's wrappers panic on any status but OK, and on header bytes
//! that are not UTF-8, and a panic kills the worker's VM. This is the only file of the gate with `unsafe`.
//!
//! ABI: proxy-wasm 0.2.1. Lengths and pointers are 32 bits wide, as on every wasm32.

#![allow(unsafe_code)]

use std::ptr::null_mut;

use crate::gate::host::{HostError, HostResult};

/// Which buffer.
#[derive(Debug, Clone, Copy)]
#[repr(u32)]
pub enum Buffer {
    RequestBody = 0,
    ResponseBody = 1,
    CallResponseBody = 4,
    PluginConfiguration = 7,
}

/// Kinds of metric.
#[derive(Debug, Clone, Copy)]
#[repr(u32)]
pub enum MetricKind {
    Counter = 0,
    Gauge = 1,
    Histogram = 2,
}

/// A status: an argument that the host doesn't take.
pub const BAD_ARGUMENT: u32 = 2;

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    fn proxy_log(level: u32, message: *const u8, size: usize) -> u32;
    fn proxy_get_current_time_nanoseconds(time: *mut u64) -> u32;
    fn proxy_set_tick_period_milliseconds(period: u32) -> u32;
    fn proxy_get_buffer_bytes(kind: u32, start: usize, max: usize, data: *mut *mut u8, size: *mut usize) -> u32;
    fn proxy_set_buffer_bytes(kind: u32, start: usize, size: usize, data: *const u8, data_size: usize) -> u32;
    fn proxy_get_header_map_pairs(map: u32, data: *mut *mut u8, size: *mut usize) -> u32;
    fn proxy_replace_header_map_value(
        map: u32,
        key: *const u8,
        key_size: usize,
        value: *const u8,
        value_size: usize,
    ) -> u32;
    fn proxy_remove_header_map_value(map: u32, key: *const u8, key_size: usize) -> u32;
    fn proxy_get_property(path: *const u8, path_size: usize, data: *mut *mut u8, size: *mut usize) -> u32;
    fn proxy_set_property(path: *const u8, path_size: usize, value: *const u8, value_size: usize) -> u32;
    fn proxy_continue_stream(kind: u32) -> u32;
    #[allow(clippy::too_many_arguments)]
    fn proxy_send_local_response(
        status: u32,
        details: *const u8,
        details_size: usize,
        body: *const u8,
        body_size: usize,
        headers: *const u8,
        headers_size: usize,
        grpc_status: i32,
    ) -> u32;
    fn proxy_set_effective_context(context: u32) -> u32;
    fn proxy_call_foreign_function(
        name: *const u8,
        name_size: usize,
        arguments: *const u8,
        arguments_size: usize,
        results: *mut *mut u8,
        results_size: *mut usize,
    ) -> u32;
    fn proxy_get_shared_data(
        key: *const u8,
        key_size: usize,
        data: *mut *mut u8,
        size: *mut usize,
        version: *mut u32,
    ) -> u32;
    fn proxy_set_shared_data(key: *const u8, key_size: usize, value: *const u8, value_size: usize, version: u32)
    -> u32;
    fn proxy_define_metric(kind: u32, name: *const u8, name_size: usize, id: *mut u32) -> u32;
    fn proxy_increment_metric(id: u32, offset: i64) -> u32;
    fn proxy_record_metric(id: u32, value: u64) -> u32;
}

fn check(call: &'static str, status: u32) -> HostResult<()> {
    if status == 0 { Ok(()) } else { Err(HostError { call, status }) }
}

/// Runs a host call that hands out a buffer, and takes the buffer over. No buffer is an empty one.
fn receive(name: &'static str, call: impl FnOnce(*mut *mut u8, *mut usize) -> u32) -> HostResult<Vec<u8>> {
    let (mut data, mut size) = (null_mut(), 0);
    check(name, call(&raw mut data, &raw mut size))?;
    if data.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: the host got `data` from our own `proxy_on_memory_allocate(size)` (the SDK's: a boxed slice of exactly
    // `size` bytes from the global allocator), filled it whole, and gives it away: nobody else frees or uses it.
    Ok(unsafe { Vec::from_raw_parts(data, size, size) })
}

/// Writes a line to Envoy's log.
pub fn log(level: u32, message: &str) {
    // SAFETY: the host reads `message.len()` bytes of a live string during the call.
    let _ = unsafe { proxy_log(level, message.as_ptr(), message.len()) };
}

/// Returns nanoseconds since the Unix epoch; 0 when the host has no clock.
pub fn now_nanoseconds() -> u64 {
    let mut time = 0;
    // SAFETY: the host writes eight bytes to a live, aligned u64 during the call.
    let _ = unsafe { proxy_get_current_time_nanoseconds(&raw mut time) };
    time
}

/// Sets the period of `on_tick`; 0 stops it.
pub fn set_tick_period(milliseconds: u32) {
    // SAFETY: no memory is shared.
    let _ = unsafe { proxy_set_tick_period_milliseconds(milliseconds) };
}

/// Reads `max` bytes of a buffer from `start`.
pub fn buffer(kind: Buffer, start: usize, max: usize) -> HostResult<Vec<u8>> {
    // SAFETY: `receive` passes two live out-pointers.
    receive("proxy_get_buffer_bytes", |data, size| unsafe {
        proxy_get_buffer_bytes(kind as u32, start, max, data, size)
    })
}

/// Replaces the first `size` bytes of a buffer.
pub fn replace_buffer(kind: Buffer, size: usize, bytes: &[u8]) -> HostResult<()> {
    // SAFETY: the host copies `bytes.len()` bytes of a live slice during the call.
    check("proxy_set_buffer_bytes", unsafe {
        proxy_set_buffer_bytes(kind as u32, 0, size, bytes.as_ptr(), bytes.len())
    })
}

/// Appends to a buffer, which Envoy does with bytes that are to start at its end or beyond.
pub fn append_buffer(kind: Buffer, bytes: &[u8]) -> HostResult<()> {
    // SAFETY: the host copies `bytes.len()` bytes of a live slice during the call.
    check("proxy_set_buffer_bytes", unsafe {
        proxy_set_buffer_bytes(kind as u32, usize::MAX, 0, bytes.as_ptr(), bytes.len())
    })
}

/// Returns all headers of a map, serialised as the ABI has it.
pub fn header_pairs(map: u32) -> HostResult<Vec<u8>> {
    // SAFETY: `receive` passes two live out-pointers.
    receive("proxy_get_header_map_pairs", |data, size| unsafe { proxy_get_header_map_pairs(map, data, size) })
}

/// Sets a header, replacing all of its name.
pub fn set_header(map: u32, name: &str, value: &str) -> HostResult<()> {
    // SAFETY: the host copies both live strings during the call.
    check("proxy_replace_header_map_value", unsafe {
        proxy_replace_header_map_value(map, name.as_ptr(), name.len(), value.as_ptr(), value.len())
    })
}

/// Removes all headers of a name.
pub fn remove_header(map: u32, name: &[u8]) -> HostResult<()> {
    // SAFETY: the host reads a live slice during the call.
    check("proxy_remove_header_map_value", unsafe { proxy_remove_header_map_value(map, name.as_ptr(), name.len()) })
}

/// Returns an attribute; path elements are separated by NUL.
pub fn property(path: &str) -> HostResult<Vec<u8>> {
    // SAFETY: the host reads a live string, and `receive` passes two live out-pointers.
    receive("proxy_get_property", |data, size| unsafe { proxy_get_property(path.as_ptr(), path.len(), data, size) })
}

/// Sets a property of the stream, which Envoy keeps as filter state `wasm.<name>`.
pub fn set_property(name: &str, value: &str) {
    // SAFETY: the host copies both live strings during the call.
    let _ = unsafe { proxy_set_property(name.as_ptr(), name.len(), value.as_ptr(), value.len()) };
}

/// Lets a held request go on, from outside of its own callbacks.
pub fn continue_request() -> HostResult<()> {
    // SAFETY: no memory is shared.
    check("proxy_continue_stream", unsafe { proxy_continue_stream(0) })
}

/// Answers the current stream; the headers are serialised.
pub fn send_local_response(status: u32, details: &str, headers: &[u8], body: &[u8]) -> HostResult<()> {
    const NO_GRPC_STATUS: i32 = -1;
    // SAFETY: the host copies the live string and slices during the call.
    check("proxy_send_local_response", unsafe {
        proxy_send_local_response(
            status,
            details.as_ptr(),
            details.len(),
            body.as_ptr(),
            body.len(),
            headers.as_ptr(),
            headers.len(),
            NO_GRPC_STATUS,
        )
    })
}

/// Makes the following host calls speak of another context.
pub fn set_effective_context(context: u32) -> HostResult<()> {
    // SAFETY: no memory is shared.
    check("proxy_set_effective_context", unsafe { proxy_set_effective_context(context) })
}

/// Calls a function that is Envoy's own, beside the ABI.
pub fn call_foreign_function(name: &str, arguments: &[u8]) -> HostResult<()> {
    // SAFETY: the host reads a live string and a live slice, and `receive` passes two live out-pointers.
    receive("proxy_call_foreign_function", |data, size| unsafe {
        proxy_call_foreign_function(name.as_ptr(), name.len(), arguments.as_ptr(), arguments.len(), data, size)
    })
    .map(drop)
}

/// Returns a value that all workers share, with its version.
pub fn shared_data(key: &str) -> Option<(Vec<u8>, u32)> {
    let mut version = 0;
    // SAFETY: the host reads a live string and writes four bytes to a live, aligned u32, and `receive` passes two live
    // out-pointers.
    let value = receive("proxy_get_shared_data", |data, size| unsafe {
        proxy_get_shared_data(key.as_ptr(), key.len(), data, size, &raw mut version)
    });
    value.ok().map(|value| (value, version))
}

/// Writes a shared value if it still has this version; 0 is any. A value that isn't there has every version.
pub fn set_shared_data(key: &str, value: &[u8], version: u32) -> HostResult<()> {
    // SAFETY: the host copies a live string and a live slice during the call.
    check("proxy_set_shared_data", unsafe {
        proxy_set_shared_data(key.as_ptr(), key.len(), value.as_ptr(), value.len(), version)
    })
}

/// Defines a metric, or finds it when it is already there.
pub fn define_metric(kind: MetricKind, name: &str) -> HostResult<u32> {
    let mut id = 0;
    // SAFETY: the host reads a live string and writes four bytes to a live, aligned u32 during the call.
    check("proxy_define_metric", unsafe { proxy_define_metric(kind as u32, name.as_ptr(), name.len(), &raw mut id) })?;
    Ok(id)
}

/// Adds one to a counter.
pub fn increment_metric(counter: u32) {
    // SAFETY: no memory is shared.
    let _ = unsafe { proxy_increment_metric(counter, 1) };
}

/// Records a value in a histogram, or sets a gauge.
pub fn record_metric(metric: u32, value: u64) {
    // SAFETY: no memory is shared.
    let _ = unsafe { proxy_record_metric(metric, value) };
}
