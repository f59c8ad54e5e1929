//! The symbols that Envoy looks up. A filter must have all of them, also those that it has no use for.

/// Exports the hooks of a [`Module`](super::hooks::Module) under the ABI's names.
macro_rules! export_hooks {
    ($module:ty) => {
        use $crate::gate::host::hooks;

        /// An object of Envoy's.
        type Pointer = *mut std::ffi::c_void;
        /// An object of the module's.
        type Handle = *const std::ffi::c_void;

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_program_init() -> *const std::ffi::c_char {
            hooks::program_init::<$module>()
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_config_new(
            config: Pointer,
            name: hooks::EnvoyBuffer,
            text: hooks::EnvoyBuffer,
        ) -> Handle {
            // SAFETY: the arguments are Envoy's.
            unsafe { hooks::config_new::<$module>(config, name, text) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_config_destroy(plugin: Handle) {
            // SAFETY: the arguments are Envoy's.
            unsafe { hooks::config_destroy::<$module>(plugin) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_config_scheduled(
            _config: Pointer,
            plugin: Handle,
            _event: u64,
        ) {
            // SAFETY: the arguments are Envoy's.
            unsafe { hooks::config_scheduled::<$module>(plugin) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_config_http_callout_done(
            _config: Pointer,
            plugin: Handle,
            id: u64,
            _result: u32,
            headers: *const hooks::EnvoyHeader,
            count: usize,
            body: *const hooks::EnvoyBuffer,
            pieces: usize,
        ) {
            // SAFETY: the arguments are Envoy's.
            unsafe { hooks::config_call_done::<$module>(plugin, id, headers, count, body, pieces) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_new(plugin: Handle, filter: Pointer) -> Handle {
            // SAFETY: the arguments are Envoy's.
            unsafe { hooks::filter_new::<$module>(plugin, filter) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_request_headers(
            _filter: Pointer,
            stream: Handle,
            end_of_stream: bool,
        ) -> u32 {
            let hook = |stream: &_| <$module as hooks::Module>::request_headers(stream, end_of_stream);
            // SAFETY: the stream is Envoy's.
            unsafe { hooks::hold::<$module>(stream, hook) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_request_body(
            _filter: Pointer,
            stream: Handle,
            end_of_stream: bool,
        ) -> u32 {
            let hook = |stream: &_| <$module as hooks::Module>::request_body(stream, end_of_stream);
            // SAFETY: the stream is Envoy's.
            unsafe { hooks::hold::<$module>(stream, hook) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_request_trailers(_filter: Pointer, stream: Handle) -> u32 {
            // SAFETY: the stream is Envoy's.
            unsafe { hooks::hold::<$module>(stream, <$module as hooks::Module>::request_trailers) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_response_headers(
            _filter: Pointer,
            stream: Handle,
            end_of_stream: bool,
        ) -> u32 {
            let hook = |stream: &_| <$module as hooks::Module>::response_headers(stream, end_of_stream);
            // SAFETY: the stream is Envoy's.
            unsafe { hooks::hold::<$module>(stream, hook) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_response_body(
            _filter: Pointer,
            stream: Handle,
            end_of_stream: bool,
        ) -> u32 {
            let hook = |stream: &_| <$module as hooks::Module>::response_body(stream, end_of_stream);
            // SAFETY: the stream is Envoy's.
            unsafe { hooks::hold::<$module>(stream, hook) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_response_trailers(_filter: Pointer, stream: Handle) -> u32 {
            // SAFETY: the stream is Envoy's.
            unsafe { hooks::hold::<$module>(stream, <$module as hooks::Module>::response_trailers) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_http_callout_done(
            _filter: Pointer,
            stream: Handle,
            id: u64,
            _result: u32,
            headers: *const hooks::EnvoyHeader,
            count: usize,
            body: *const hooks::EnvoyBuffer,
            pieces: usize,
        ) {
            // SAFETY: the arguments are Envoy's.
            unsafe { hooks::stream_call_done::<$module>(stream, id, headers, count, body, pieces) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_stream_complete(_filter: Pointer, stream: Handle) {
            // SAFETY: the stream is Envoy's.
            unsafe { hooks::stream_complete::<$module>(stream) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_destroy(stream: Handle) {
            // SAFETY: the stream is Envoy's.
            unsafe { hooks::filter_destroy::<$module>(stream) }
        }

        // The gate makes no streamed calls, schedules no stream and isn't the last filter.

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_scheduled(_filter: Pointer, _stream: Handle, _event: u64) {}

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_downstream_above_write_buffer_high_watermark(
            _filter: Pointer,
            _stream: Handle,
        ) {
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_downstream_below_write_buffer_low_watermark(
            _filter: Pointer,
            _stream: Handle,
        ) {
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_http_stream_headers(
            _filter: Pointer,
            _stream: Handle,
            _id: u64,
            _headers: *const hooks::EnvoyHeader,
            _count: usize,
            _end: bool,
        ) {
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_http_stream_data(
            _filter: Pointer,
            _stream: Handle,
            _id: u64,
            _data: *const hooks::EnvoyBuffer,
            _count: usize,
            _end: bool,
        ) {
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_http_stream_trailers(
            _filter: Pointer,
            _stream: Handle,
            _id: u64,
            _trailers: *const hooks::EnvoyHeader,
            _count: usize,
        ) {
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_http_stream_complete(
            _filter: Pointer,
            _stream: Handle,
            _id: u64,
        ) {
        }

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_http_filter_http_stream_reset(
            _filter: Pointer,
            _stream: Handle,
            _id: u64,
            _reason: u32,
        ) {
        }
    };
}
pub(crate) use export_hooks;
