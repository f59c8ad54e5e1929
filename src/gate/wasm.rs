//! The entry of the Wasm module: Envoy's callbacks, as the SDK hands them out, to the plugin and its streams.
//!
//! Here the watchdog lives, which only this host needs: any other delivers the body to a filter that holds the headers.

use std::rc::Rc;

use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType};

use super::host::{self, Watchdog};
use super::log::{self, Notice};
use super::root::Root;
use super::stream::{Flow, Stream, refuse_unconfigured};

/// Tells `kyc-gate inspect` what this is: it looks for these bytes.
#[used]
static VERSION: &str = concat!("kyc-gate module ", env!("CARGO_PKG_VERSION"), "\n");

proxy_wasm::main! {{
    log::install_panic_hook();
    proxy_wasm::set_root_context(|id| Box::new(WasmRoot { root: Root::new(id), watchdog: Rc::default() }));
}}

/// The root context.
struct WasmRoot {
    root: Root,
    watchdog: Rc<Watchdog<Stream>>,
}

/// A stream's context.
struct WasmStream {
    stream: Option<Stream>,
    watchdog: Rc<Watchdog<Stream>>,
}

impl Context for WasmRoot {
    fn on_http_call_response(&mut self, call: u32, _headers: usize, size: usize, _trailers: usize) {
        self.root.call_ended(call, size);
    }
}

impl RootContext for WasmRoot {
    fn on_configure(&mut self, _size: usize) -> bool {
        self.watchdog = Rc::default();
        self.root.configure()
    }

    fn on_tick(&mut self) {
        for (context, stream) in self.watchdog.tick() {
            if self.watchdog.first_time() {
                log::notice(Notice::HeaderHoldMissing);
            }
            if let Err(error) = host::set_effective_context(context).and_then(|()| stream.end_stuck()) {
                log::host_call_failed(error);
            }
        }
        self.root.tick(self.watchdog.watches());
    }

    fn create_http_context(&self, context_id: u32) -> Option<Box<dyn HttpContext>> {
        let (stream, watchdog) = (self.root.new_stream(context_id), Rc::clone(&self.watchdog));
        Some(Box::new(WasmStream { stream, watchdog }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

impl WasmStream {
    /// Without a configuration nothing goes through.
    fn run(&self, callback: impl FnOnce(&Stream) -> Flow) -> Action {
        match &self.stream {
            Some(stream) => action(callback(stream)),
            None => action(refuse_unconfigured()),
        }
    }
}

impl Context for WasmStream {
    fn on_http_call_response(&mut self, call: u32, _headers: usize, size: usize, _trailers: usize) {
        if let Some(stream) = &self.stream {
            stream.call_ended(call, size);
        }
    }
}

impl HttpContext for WasmStream {
    fn on_http_request_headers(&mut self, _count: usize, end_of_stream: bool) -> Action {
        self.run(|stream| {
            let flow = stream.request_headers(end_of_stream);
            if !end_of_stream && stream.awaits_body() {
                self.watchdog.hold(stream.id, stream);
            }
            flow
        })
    }

    fn on_http_request_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        self.run(|stream| {
            if stream.awaits_body() {
                self.watchdog.body_came();
            }
            stream.request_body(size, end_of_stream)
        })
    }

    fn on_http_request_trailers(&mut self, _count: usize) -> Action {
        self.run(Stream::request_trailers)
    }

    fn on_http_response_headers(&mut self, _count: usize, end_of_stream: bool) -> Action {
        self.stream.as_ref().map_or(Action::Continue, |stream| action(stream.response_headers(end_of_stream)))
    }

    fn on_http_response_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        self.stream.as_ref().map_or(Action::Continue, |stream| action(stream.response_body(size, end_of_stream)))
    }

    fn on_http_response_trailers(&mut self, _count: usize) -> Action {
        self.stream.as_ref().map_or(Action::Continue, |stream| action(stream.response_trailers()))
    }
}

/// The end of a stream. Envoy has it dropped right after `on_done`, so that callback, which every request would pay
/// for, isn't needed.
impl Drop for WasmStream {
    fn drop(&mut self) {
        if let Some(stream) = &self.stream {
            self.watchdog.forget(stream.id);
            stream.end();
        }
    }
}

fn action(flow: Flow) -> Action {
    match flow {
        Flow::Continue => Action::Continue,
        Flow::Pause => Action::Pause,
    }
}
