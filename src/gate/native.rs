//! The entry of the native module: Envoy's hooks to the plugin and its streams.
//!
//! Envoy shares a configuration among its workers, and the core counts references without locks. So the main thread
//! validates a configuration and polls services by it, and each worker makes a plugin of its own at its first stream.
//! All are dropped with the configuration, and the keys in them wiped. Where secrets come by SDS, `native_secrets.rs`
//! makes the plugins.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::host::hooks::{Config, Filter, Handover, Module};
use super::host::{self, Answer, Host, ROOT, Scope};
use super::log;
use super::native_secrets::{renew_root, renew_worker, subscribe};
use super::plugin::Plugin;
use super::root::Root;
use super::stream::{Flow, Stream, refuse_unconfigured, refuse_without_secrets};

host::export_hooks!(Native);

/// The module.
struct Native;

/// A configuration: the root on the main thread, and each worker's plugin.
struct NativePlugin {
    host: Arc<Host>,
    root: Mutex<Option<Handover<NativeRoot>>>,
    workers: Box<[Slot]>,
}

/// Where a worker's side is, once it is made.
type Slot = Mutex<Option<Handover<Rc<Worker>>>>;

/// The main thread's side of a configuration.
struct NativeRoot {
    scope: Rc<Scope>,
    root: Root,
}

/// A worker's side of a configuration.
struct Worker {
    scope: Rc<Scope>,
    /// `None` when it couldn't be loaded here, or not yet: nothing goes through.
    plugin: RefCell<Option<Rc<Plugin>>>,
}

/// A stream's hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hook {
    RequestHeaders,
    RequestBody,
    RequestTrailers,
    ResponseHeaders,
    ResponseBody,
    ResponseTrailers,
    CallEnded,
    End,
    Fail,
}

/// A stream on its worker.
struct NativeStream {
    context: u32,
    worker: Rc<Worker>,
    stream: Option<Stream>,
}

impl Module for Native {
    type Plugin = NativePlugin;
    type Stream = NativeStream;

    fn prepare() {
        log::install_panic_hook();
    }

    fn load(config: Config, name: &[u8], configuration: &[u8]) -> Option<NativePlugin> {
        let host = Arc::new(Host::new(config, name, configuration));
        let scope = Scope::new(Arc::clone(&host));
        if !subscribe(&host, &scope) {
            return None;
        }
        let mut root = Root::new(ROOT);
        if !host.vault.is_empty() {
            host::enter(&scope, ROOT, false, || root.wait_for_plugin());
        } else if !host::enter(&scope, ROOT, false, || root.configure()) {
            return None;
        }
        let root = Mutex::new(Some(hand_over(NativeRoot { scope, root })));
        let workers = (0..host::concurrency()).map(|_| Mutex::default()).collect();
        Some(NativePlugin { host, root, workers })
    }

    fn tick(plugin: &NativePlugin) {
        let by_sds = !plugin.host.vault.is_empty();
        if by_sds {
            plugin.renew_root();
        }
        plugin.with_root(|root| root.tick(by_sds));
    }

    fn plugin_call_ended(plugin: &NativePlugin, id: u64, answer: Answer) {
        let size = answer.body.len();
        if let Some(call) = host::call_ended(ROOT, id, answer) {
            plugin.with_root(|root| root.call_ended(call, size));
        }
    }

    fn open(plugin: &NativePlugin, filter: Filter) -> NativeStream {
        let worker = plugin.worker(filter.worker());
        if !plugin.host.vault.is_empty() {
            worker.renew(filter);
        }
        let context = host::admit(filter);
        let stream = worker.plugin.borrow().as_ref().map(|plugin| Stream::new(context, Rc::clone(plugin)));
        NativeStream { context, worker, stream }
    }

    fn request_headers(stream: &NativeStream, end_of_stream: bool) -> bool {
        stream.run_request(Hook::RequestHeaders, |stream| stream.request_headers(end_of_stream))
    }

    fn request_body(stream: &NativeStream, end_of_stream: bool) -> bool {
        stream
            .run_request(Hook::RequestBody, |stream| stream.request_body(host::received_request_bytes(), end_of_stream))
    }

    fn request_trailers(stream: &NativeStream) -> bool {
        stream.run_request(Hook::RequestTrailers, Stream::request_trailers)
    }

    fn response_headers(stream: &NativeStream, end_of_stream: bool) -> bool {
        stream.run_response(Hook::ResponseHeaders, |stream| stream.response_headers(end_of_stream))
    }

    fn response_body(stream: &NativeStream, end_of_stream: bool) -> bool {
        stream.run_response(Hook::ResponseBody, |stream| {
            stream.response_body(host::received_response_bytes(), end_of_stream)
        })
    }

    fn response_trailers(stream: &NativeStream) -> bool {
        stream.run_response(Hook::ResponseTrailers, Stream::response_trailers)
    }

    fn stream_call_ended(stream: &NativeStream, id: u64, answer: Answer) {
        let size = answer.body.len();
        if let Some(call) = host::call_ended(stream.context, id, answer) {
            stream.enter(Hook::CallEnded, |stream| stream.call_ended(call, size));
        }
    }

    fn end(stream: &NativeStream) {
        stream.enter(Hook::End, |stream| {
            stream.end();
            // Its calls end with it, and others may wait for their responses.
            host::forget(stream.id);
            stream.hand_over_introspection();
        });
        host::forget(stream.context);
    }

    fn fail(stream: &NativeStream) {
        host::give_up(stream.context);
        stream.enter(Hook::Fail, Stream::fail_internally);
    }
}

impl NativePlugin {
    fn with_root(&self, run: impl FnOnce(&mut Root)) {
        if let Some(root) = lock(&self.root).as_mut() {
            let NativeRoot { scope, root } = root.get_mut();
            host::enter(scope, ROOT, false, || run(root));
        }
    }

    /// Has the main thread's side go by the secrets of now, unless it waits for a response: then at a later tick.
    fn renew_root(&self) {
        let mut root = lock(&self.root);
        let Some(NativeRoot { scope, root }) = root.as_mut().map(Handover::get_mut) else { return };
        if root.is_replaceable()
            && let Some(plugin) = renew_root(scope, self.host.config, root.is_configured())
        {
            host::enter(scope, ROOT, false, || root.replace(plugin));
        }
    }

    /// Returns a worker's side, which is made when it is first asked for.
    fn worker(&self, index: u32) -> Rc<Worker> {
        let slot = usize::try_from(index).ok().and_then(|index| self.workers.get(index));
        // Envoy numbers its workers from 0. Were there another one, its streams would be refused.
        let Some(slot) = slot else { return Rc::new(Worker { scope: self.scope(), plugin: RefCell::default() }) };
        let mut slot = lock(slot);
        Rc::clone(slot.get_or_insert_with(|| hand_over(Rc::new(self.make_worker()))).get())
    }

    fn make_worker(&self) -> Worker {
        let scope = self.scope();
        let by_sds = !self.host.vault.is_empty();
        let plugin = if by_sds { None } else { host::enter(&scope, ROOT, false, Plugin::load_or_log) };
        Worker { scope, plugin: RefCell::new(plugin) }
    }

    fn scope(&self) -> Rc<Scope> {
        Scope::new(Arc::clone(&self.host))
    }
}

impl Worker {
    /// Goes by the secrets of now.
    fn renew(&self, filter: Filter) {
        let delivered = self.scope.host.vault.read_for(filter);
        if let Some(plugin) = renew_worker(&self.scope, delivered) {
            self.plugin.replace(Some(plugin));
        }
    }

    /// Answers a request for which there is no plugin.
    fn refuse(&self) -> Flow {
        if self.scope.host.vault.is_empty() { refuse_unconfigured() } else { refuse_without_secrets() }
    }
}

impl NativeStream {
    fn enter<T>(&self, hook: Hook, run: impl FnOnce(&Stream) -> T) -> Option<T> {
        let stream = self.stream.as_ref()?;
        let brings_body = matches!(hook, Hook::RequestBody | Hook::ResponseBody);
        Some(host::enter(&self.worker.scope, self.context, brings_body, || {
            #[cfg(feature = "panic-trigger")]
            panic_if_asked(hook);
            run(stream)
        }))
    }

    /// Without a plugin nothing goes through.
    fn run_request(&self, hook: Hook, run: impl FnOnce(&Stream) -> Flow) -> bool {
        let flow = self.enter(hook, run);
        let refuse = || host::enter(&self.worker.scope, self.context, false, || self.worker.refuse());
        flow.unwrap_or_else(refuse) == Flow::Pause
    }

    fn run_response(&self, hook: Hook, run: impl FnOnce(&Stream) -> Flow) -> bool {
        self.enter(hook, run) == Some(Flow::Pause)
    }
}

/// Panics in the hooks that the request's header `x-panic` names, for tests: the feature is in no library that ships.
#[cfg(feature = "panic-trigger")]
#[allow(clippy::panic)]
fn panic_if_asked(hook: Hook) {
    let Ok(headers) = host::headers(host::Map::RequestHeaders) else { return };
    let named = |value: &[u8]| value.split(|byte| *byte == b',').any(|name| name == format!("{hook:?}").as_bytes());
    if headers.iter().any(|(name, value)| name == b"x-panic" && named(value)) {
        panic!("CANARY: {:?}", headers.iter().map(|(_, value)| String::from_utf8_lossy(value)).collect::<Vec<_>>());
    }
}

fn hand_over<T>(value: T) -> Handover<T> {
    // SAFETY: what is handed over is a plugin with all that hangs on it. Its counts without locks are shared within it
    // and with its streams, on the thread that made it. It gets to another one only when its configuration is dropped,
    // and Envoy drops that after the last of its streams.
    unsafe { Handover::new(value) }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
