//! The thin shell for Envoy: callbacks to events, rulings to host calls. Compiled for WASI only.

mod access_token;
mod authorization_call;
mod backend_answer;
mod host;
mod log;
mod pairs;
mod root;
mod ruling;
mod seat;
mod settings;
mod settings_call;
mod stats;
mod stream;
mod watchdog;

use root::Root;

proxy_wasm::main! {{
    log::install_panic_hook();
    proxy_wasm::set_root_context(|id| Box::new(Root::new(id)));
}}
