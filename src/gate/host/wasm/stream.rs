//! The other host functions: the clock, randomness, the log, and what concerns the current stream.

use jiff::Timestamp;

use super::abi;
use super::abi::Buffer;
use super::header_map;
use crate::config::{Config, Problems};
use crate::gate::host::{HostError, HostResult, Severity};
use crate::http::LocalReply;

pub use super::abi::{continue_request, now_nanoseconds, set_effective_context, set_tick_period};

/// Writes a line to Envoy's log.
pub fn log(severity: Severity, message: &str) {
    abi::log(severity as u32, message);
}

/// Returns the time.
pub fn now() -> Timestamp {
    // 64 bits of nanoseconds end in 2554, well within what a timestamp can be.
    Timestamp::from_nanosecond(now_nanoseconds().into()).unwrap_or_default()
}

/// Fills a slice with random bytes.
pub fn fill_random(bytes: &mut [u8]) -> HostResult<()> {
    getrandom::fill(bytes).map_err(|error| HostError {
        call: "random_get",
        status: error.raw_os_error().and_then(|status| u32::try_from(status).ok()).unwrap_or_default(),
    })
}

/// Returns the plugin's configuration.
pub fn plugin_configuration() -> HostResult<Vec<u8>> {
    abi::buffer(Buffer::PluginConfiguration, 0, usize::MAX)
}

/// Reads a configuration, with secrets from the VM's environment.
pub fn read_configuration(bytes: &[u8]) -> Result<Config, Problems> {
    Config::parse(bytes, &|name| std::env::var(name).ok())
}

/// Returns what tells this plugin from others in the same process.
pub fn plugin_identity() -> Vec<u8> {
    [property("plugin_name"), property("plugin_root_id")].join(&0)
}

/// Returns Envoy's `%RESPONSE_CODE_DETAILS%` of the current stream, empty where there are none.
pub fn response_code_details() -> Vec<u8> {
    property("response\0code_details")
}

/// Sets filter state `wasm.<name>`, for access logs. Without effect where Envoy refuses.
pub fn set_filter_state(name: &str, value: &str) {
    abi::set_property(name, value);
}

/// Tells whether filter state `wasm.<name>` is set.
pub fn has_filter_state(name: &str) -> bool {
    abi::property(name).is_ok()
}

/// Has filter state `wasm.<name>` last as long as the client's request does, where otherwise an internal redirect drops
/// it. Only while the plugin is configured.
pub fn keep_over_redirects(name: &str) -> HostResult<()> {
    // envoy.source.extensions.common.wasm.DeclarePropertyArguments: `name` (field 1), `span` (5) DownstreamRequest (1).
    const NAME: u8 = 0x0a;
    const SPAN_OF_REQUEST: [u8; 2] = [0x28, 1];
    let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
    let arguments = [&[NAME, length], name.as_bytes(), &SPAN_OF_REQUEST].concat();
    match abi::call_foreign_function("declare_property", &arguments) {
        // It is declared already: by the configuration before.
        Err(HostError { status: abi::BAD_ARGUMENT, .. }) => Ok(()),
        done => done,
    }
}

/// Makes Envoy choose the route again.
pub fn clear_route_cache() -> HostResult<()> {
    abi::call_foreign_function("clear_route_cache", &[])
}

/// Answers the current stream. Envoy does so after the callback, which has to return Pause.
pub fn send_local_reply(reply: &LocalReply) -> HostResult<()> {
    let mut headers = vec![("content-type", reply.content_type)];
    headers.extend(reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    abi::send_local_response(reply.status, reply.details, &header_map::serialise(&headers), &reply.body)
}

fn property(path: &str) -> Vec<u8> {
    abi::property(path).unwrap_or_default()
}
