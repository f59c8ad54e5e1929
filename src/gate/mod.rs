//! The shell for Envoy: callbacks to events, rulings to host calls. The logic is written once, over the functions of
//! [`host`].

mod access_token;
mod authorizing;
mod host;
mod introspector;
mod log;
#[cfg(feature = "native")]
mod native;
#[cfg(feature = "native")]
mod native_secrets;
mod plugin;
mod request;
mod response;
mod root;
mod settings;
mod settings_call;
mod stats;
mod stream;
mod stream_state;
#[cfg(target_os = "wasi")]
mod stuck;
#[cfg(target_os = "wasi")]
mod wasm;
