//! The imports of Envoy's ABI for dynamic modules, as abi.h declares them, and the types that they pass.
//! `tests/data/native-abi.json` has the names and arguments of all that is used, with their sources.

#![allow(unsafe_code)]

use std::ffi::c_void;
use std::ptr::null;

/// Bytes of the module's, lent for a call. Null is "none".
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct ModuleBuffer {
    data: *const u8,
    size: usize,
}

/// Bytes of Envoy's.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct EnvoyBuffer {
    data: *const u8,
    pub(super) size: usize,
}

/// A header of the module's, lent for a call.
#[repr(C)]
pub(super) struct ModuleHeader {
    pub(super) name: ModuleBuffer,
    pub(super) value: ModuleBuffer,
}

/// A header of Envoy's.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct EnvoyHeader {
    name: EnvoyBuffer,
    value: EnvoyBuffer,
}

impl ModuleBuffer {
    /// No buffer: a header to remove.
    pub(super) const NONE: Self = Self { data: null(), size: 0 };

    pub(super) fn of(bytes: &[u8]) -> Self {
        Self { data: bytes.as_ptr(), size: bytes.len() }
    }
}

impl EnvoyBuffer {
    pub(super) const NONE: Self = Self { data: null(), size: 0 };

    /// Returns the bytes.
    ///
    /// # Safety
    /// Envoy's bytes must still be there, and stay unchanged as long as the slice is used.
    pub(super) unsafe fn bytes<'b>(self) -> &'b [u8] {
        if self.data.is_null() {
            return &[];
        }
        // SAFETY: Envoy passes the start and the length of memory that it owns; that it stays is the caller's promise.
        unsafe { std::slice::from_raw_parts(self.data, self.size) }
    }
}

impl EnvoyHeader {
    pub(super) const NONE: Self = Self { name: EnvoyBuffer::NONE, value: EnvoyBuffer::NONE };

    /// Returns name and value.
    ///
    /// # Safety
    /// As for [`EnvoyBuffer::bytes`].
    pub(super) unsafe fn bytes<'b>(self) -> (&'b [u8], &'b [u8]) {
        // SAFETY: the caller's promise.
        let name = unsafe { self.name.bytes() };
        // SAFETY: as above.
        let value = unsafe { self.value.bytes() };
        (name, value)
    }
}

unsafe extern "C" {
    pub(super) fn envoy_dynamic_module_callback_log(level: u32, message: ModuleBuffer);
    pub(super) fn envoy_dynamic_module_callback_get_concurrency() -> u32;
    pub(super) fn envoy_dynamic_module_callback_is_validation_mode() -> bool;
    pub(super) fn envoy_dynamic_module_callback_http_filter_get_worker_index(filter: *mut c_void) -> u32;
    pub(super) fn envoy_dynamic_module_callback_http_get_headers_size(filter: *mut c_void, map: u32) -> usize;
    pub(super) fn envoy_dynamic_module_callback_http_get_headers(
        filter: *mut c_void,
        map: u32,
        headers: *mut EnvoyHeader,
    ) -> bool;
    pub(super) fn envoy_dynamic_module_callback_http_set_header(
        filter: *mut c_void,
        map: u32,
        name: ModuleBuffer,
        value: ModuleBuffer,
    ) -> bool;
    pub(super) fn envoy_dynamic_module_callback_http_send_response(
        filter: *mut c_void,
        status: u32,
        headers: *const ModuleHeader,
        count: usize,
        body: ModuleBuffer,
        details: ModuleBuffer,
    );
    pub(super) fn envoy_dynamic_module_callback_http_get_body_size(filter: *mut c_void, body: u32) -> usize;
    pub(super) fn envoy_dynamic_module_callback_http_get_body_chunks_size(filter: *mut c_void, body: u32) -> usize;
    pub(super) fn envoy_dynamic_module_callback_http_get_body_chunks(
        filter: *mut c_void,
        body: u32,
        chunks: *mut EnvoyBuffer,
    ) -> bool;
    pub(super) fn envoy_dynamic_module_callback_http_append_body(
        filter: *mut c_void,
        body: u32,
        bytes: ModuleBuffer,
    ) -> bool;
    pub(super) fn envoy_dynamic_module_callback_http_drain_body(filter: *mut c_void, body: u32, size: usize) -> bool;
    pub(super) fn envoy_dynamic_module_callback_http_set_filter_state_value(
        filter: *mut c_void,
        key: ModuleBuffer,
        value: ModuleBuffer,
        life_span: u32,
        sharing: u32,
    ) -> bool;
    pub(super) fn envoy_dynamic_module_callback_http_get_filter_state_bytes(
        filter: *mut c_void,
        key: ModuleBuffer,
        value: *mut EnvoyBuffer,
    ) -> bool;
    pub(super) fn envoy_dynamic_module_callback_http_filter_get_attribute_string(
        filter: *mut c_void,
        attribute: u32,
        value: *mut EnvoyBuffer,
    ) -> bool;
    pub(super) fn envoy_dynamic_module_callback_http_clear_route_cache(filter: *mut c_void);
    pub(super) fn envoy_dynamic_module_callback_http_filter_continue_decoding(filter: *mut c_void);
    pub(super) fn envoy_dynamic_module_callback_http_filter_http_callout(
        filter: *mut c_void,
        call: *mut u64,
        cluster: ModuleBuffer,
        headers: *const ModuleHeader,
        count: usize,
        body: ModuleBuffer,
        milliseconds: u64,
    ) -> u32;
    pub(super) fn envoy_dynamic_module_callback_http_filter_config_http_callout(
        config: *mut c_void,
        call: *mut u64,
        cluster: ModuleBuffer,
        headers: *const ModuleHeader,
        count: usize,
        body: ModuleBuffer,
        milliseconds: u64,
    ) -> u32;
    pub(super) fn envoy_dynamic_module_callback_http_filter_config_define_counter(
        config: *mut c_void,
        name: ModuleBuffer,
        labels: *const ModuleBuffer,
        count: usize,
        id: *mut usize,
    ) -> u32;
    pub(super) fn envoy_dynamic_module_callback_http_filter_config_define_gauge(
        config: *mut c_void,
        name: ModuleBuffer,
        labels: *const ModuleBuffer,
        count: usize,
        id: *mut usize,
    ) -> u32;
    pub(super) fn envoy_dynamic_module_callback_http_filter_config_define_histogram(
        config: *mut c_void,
        name: ModuleBuffer,
        labels: *const ModuleBuffer,
        count: usize,
        id: *mut usize,
    ) -> u32;
    pub(super) fn envoy_dynamic_module_callback_http_filter_config_increment_counter(
        config: *mut c_void,
        id: usize,
        labels: *const ModuleBuffer,
        count: usize,
        value: u64,
    ) -> u32;
    pub(super) fn envoy_dynamic_module_callback_http_filter_config_set_gauge(
        config: *mut c_void,
        id: usize,
        labels: *const ModuleBuffer,
        count: usize,
        value: u64,
    ) -> u32;
    pub(super) fn envoy_dynamic_module_callback_http_filter_config_record_histogram_value(
        config: *mut c_void,
        id: usize,
        labels: *const ModuleBuffer,
        count: usize,
        value: u64,
    ) -> u32;
    pub(super) fn envoy_dynamic_module_callback_http_filter_config_generic_secret_subscribe(
        config: *mut c_void,
        name: ModuleBuffer,
        source: ModuleBuffer,
    ) -> usize;
    pub(super) fn envoy_dynamic_module_callback_http_filter_config_get_generic_secret(
        config: *mut c_void,
        id: usize,
        value: *mut EnvoyBuffer,
    ) -> bool;
    pub(super) fn envoy_dynamic_module_callback_http_filter_get_generic_secret(
        filter: *mut c_void,
        id: usize,
        value: *mut EnvoyBuffer,
    ) -> bool;
    pub(super) fn envoy_dynamic_module_callback_http_filter_config_scheduler_new(config: *mut c_void) -> *mut c_void;
    pub(super) fn envoy_dynamic_module_callback_http_filter_config_scheduler_commit(scheduler: *mut c_void, event: u64);
    pub(super) fn envoy_dynamic_module_callback_http_filter_config_scheduler_delete(scheduler: *mut c_void);
}
