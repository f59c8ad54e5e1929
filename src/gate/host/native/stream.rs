//! The other host functions: the clock, randomness, the log, and what concerns the current stream.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

use super::abi::{self, Body, LifeSpan};
use super::current::{self, Deferred, Reply};
use crate::config::{Config, Problems, Secrets};
use crate::gate::host::{HostError, HostResult, Severity};
use crate::http::LocalReply;

pub use super::abi::concurrency;
pub use super::current::set_effective_context;

/// Returns how many bytes of a request's body came with the current hook.
pub fn received_request_bytes() -> usize {
    received(Body::ReceivedRequest)
}

/// Returns how many bytes of a response's body came with the current hook.
pub fn received_response_bytes() -> usize {
    received(Body::ReceivedResponse)
}

/// Writes a line to Envoy's log.
pub fn log(severity: Severity, message: &str) {
    abi::log(severity as u32, message);
}

/// Returns nanoseconds since the Unix epoch.
pub fn now_nanoseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// Returns the time.
pub fn now() -> Timestamp {
    // 64 bits of nanoseconds end in 2554, well within what a timestamp can be.
    Timestamp::from_nanosecond(now_nanoseconds().into()).unwrap_or_default()
}

/// Sets the period of ticks; 0 stops them. Only on the main thread.
pub fn set_tick_period(milliseconds: u32) {
    if let Ok(scope) = current::scope()
        && let Err(error) = scope.host.timer.tick_every(scope.host.config, milliseconds)
    {
        abi::log(Severity::Critical as u32, &format!("kyc-gate: no timer: {error}"));
    }
}

/// Fills a slice with random bytes.
pub fn fill_random(bytes: &mut [u8]) -> HostResult<()> {
    getrandom::fill(bytes).map_err(|error| HostError {
        call: "getrandom",
        status: error.raw_os_error().and_then(|status| u32::try_from(status).ok()).unwrap_or_default(),
    })
}

/// Returns the plugin's configuration.
pub fn plugin_configuration() -> HostResult<Vec<u8>> {
    Ok(current::scope()?.host.configuration.clone())
}

/// Reads a configuration, with secrets from Envoy's own environment, and by SDS as they were last seen.
pub fn read_configuration(bytes: &[u8]) -> Result<Config, Problems> {
    let Ok(scope) = current::scope() else { return Config::parse(bytes, &variable) };
    let values = Arc::clone(&scope.values.borrow());
    Config::parse_with(bytes, &Secrets::with_sds(&variable, &|name| scope.host.vault.find(name, &values)))
}

/// Looks up a variable of Envoy's own environment.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Returns what tells this plugin from others in the same process.
pub fn plugin_identity() -> Vec<u8> {
    current::scope().map(|scope| scope.host.name.clone()).unwrap_or_default()
}

/// Returns Envoy's `%RESPONSE_CODE_DETAILS%` of the current stream, empty where there are none.
pub fn response_code_details() -> Vec<u8> {
    current::filter().map(abi::Filter::response_code_details).unwrap_or_default()
}

/// Sets filter state `wasm.<name>`, as the Wasm module has it, for access logs. Without effect where Envoy refuses.
pub fn set_filter_state(name: &str, value: &str) {
    if let (Ok(filter), Ok(scope)) = (current::filter(), current::scope()) {
        let lasts = scope.kept.borrow().iter().any(|kept| kept == name);
        let life_span = if lasts { LifeSpan::Request } else { LifeSpan::FilterChain };
        let _ = filter.set_filter_state(&key(name), value, life_span);
    }
}

/// Tells whether filter state `wasm.<name>` is set.
pub fn has_filter_state(name: &str) -> bool {
    current::filter().is_ok_and(|filter| filter.has_filter_state(&key(name)))
}

/// Has filter state `wasm.<name>` last as long as the client's request does, where otherwise an internal redirect drops
/// it.
pub fn keep_over_redirects(name: &str) -> HostResult<()> {
    current::scope()?.kept.borrow_mut().push(name.to_owned());
    Ok(())
}

/// Makes Envoy choose the route again.
pub fn clear_route_cache() -> HostResult<()> {
    current::filter()?.clear_route_cache();
    Ok(())
}

/// Lets a held request go on, from outside of its own hooks, once the current hook is through.
pub fn continue_request() -> HostResult<()> {
    current::defer(Deferred::Continue(current::context()?));
    Ok(())
}

/// Answers the current stream, once the current hook is through, which has to return Pause.
pub fn send_local_reply(reply: &LocalReply) -> HostResult<()> {
    let mut headers = vec![("content-type".to_owned(), reply.content_type.to_owned())];
    headers.extend(reply.headers.iter().cloned());
    let reply = Reply { status: reply.status, headers, body: reply.body.clone(), details: reply.details };
    current::defer(Deferred::Reply(current::context()?, reply));
    Ok(())
}

fn received(body: Body) -> usize {
    current::filter().map_or(0, |filter| filter.body_size(body))
}

fn key(name: &str) -> String {
    format!("wasm.{name}")
}
