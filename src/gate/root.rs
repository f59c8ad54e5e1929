//! The plugin: its configuration, its metrics and the streams it shares them with.

use std::rc::Rc;

use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::ContextType;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::http::MemoryBudget;
use crate::replay::Window;

use super::access_token::LiveToken;
use super::authorization_call::{self, Callers};
use super::host::{self, Buffer};
use super::log::{self, Notice};
use super::settings::{self, LiveSettings, Shared};
use super::stats::Stats;
use super::stream::{self, Stream};
use super::watchdog::Watchdog;

/// How often held requests are looked at, and the clock for asking the settings store and others.
const TICK_MILLISECONDS: u32 = 250;
/// The first tick comes sooner: there may be no settings, or no token, until others have been asked.
const FIRST_TICK_MILLISECONDS: u32 = 20;

thread_local! {
    static MEMORY: MemoryBudget = MemoryBudget::default();
}

/// What all streams of a worker share.
pub struct Plugin {
    pub config: Rc<Config>,
    pub stats: Stats,
    pub watchdog: Watchdog,
    pub settings: LiveSettings,
    /// The posts that were seen before, where anybody wants to know.
    pub window: Option<Rc<Window>>,
    /// Of the whole worker, since all plugins of a VM share its memory.
    pub memory: MemoryBudget,
    pub callers: Callers,
    pub access_token: LiveToken,
}

impl Plugin {
    /// Whether there is somebody to ask from time to time.
    fn polls(&self) -> bool {
        self.settings.polls() || self.access_token.polls() || self.callers.asks()
    }
}

/// The root context.
pub struct Root {
    id: u32,
    plugin: Option<Rc<Plugin>>,
    tick_period: u32,
}

impl Root {
    /// A root context that knows its own id.
    pub fn new(id: u32) -> Self {
        Self { id, plugin: None, tick_period: 0 }
    }

    fn load(&self) -> Result<Plugin, Option<Notice>> {
        let bytes =
            host::buffer(Buffer::PluginConfiguration, 0, usize::MAX).map_err(|_| Some(Notice::NoConfiguration))?;
        let config = Config::parse(&bytes, &|name| std::env::var(name).ok()).map_err(|problems| {
            log::refused_configuration(&problems);
            None
        })?;
        let stats = Stats::define(&config).map_err(|_| Some(Notice::NoMetrics))?;
        let settings = LiveSettings::of(&config);
        let window = if config.replay.is_on() { Some(Rc::new(window(&config)?)) } else { None };
        let access_token = LiveToken::of(&config);
        let config = Rc::new(config);
        let callers = Callers::new(Rc::clone(&config));
        let (watchdog, memory) = (Watchdog::default(), MEMORY.with(MemoryBudget::clone));
        Ok(Plugin { config, stats, watchdog, settings, window, memory, callers, access_token })
    }

    fn tick_every(&mut self, milliseconds: u32) {
        if self.tick_period != milliseconds {
            self.tick_period = milliseconds;
            host::set_tick_period(milliseconds);
        }
    }
}

fn window(config: &Config) -> Result<Window, Option<Notice>> {
    let mut fresh = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *fresh).map_err(|_| Some(Notice::NoRandomness))?;
    Ok(Window::open(config.replay, &settings::plugin(), Box::new(Shared), &fresh))
}

impl Context for Root {
    fn on_http_call_response(&mut self, call: u32, _headers: usize, size: usize, _trailers: usize) {
        let Some(plugin) = &self.plugin else { return };
        if !authorization_call::answered(plugin, call, size) {
            plugin.settings.poll_answered(call, size, &plugin.stats);
            plugin.access_token.answered(call, size, &plugin.stats);
        }
    }
}

impl RootContext for Root {
    fn on_configure(&mut self, _size: usize) -> bool {
        match self.load() {
            Ok(plugin) => {
                self.tick_every(if plugin.polls() { FIRST_TICK_MILLISECONDS } else { TICK_MILLISECONDS });
                self.plugin = Some(Rc::new(plugin));
                true
            }
            Err(notice) => {
                if let Some(notice) = notice {
                    log::notice(notice);
                }
                false
            }
        }
    }

    fn on_tick(&mut self) {
        let Some(plugin) = self.plugin.clone() else { return };
        for (context, seat) in plugin.watchdog.tick() {
            if plugin.watchdog.first_time() {
                log::notice(Notice::HeaderHoldMissing);
            }
            let ended = host::set_effective_context(context).and_then(|()| stream::end_stuck(&plugin, &seat));
            if ended.is_err() {
                log::notice(Notice::HostCallFailed);
            }
        }
        let _ = host::set_effective_context(self.id);
        plugin.settings.poll(&plugin.stats);
        plugin.access_token.poll(&plugin.stats);
        authorization_call::tick(&plugin, self.id);
        let needed = plugin.watchdog.watches() || plugin.polls();
        self.tick_every(if needed { TICK_MILLISECONDS } else { 0 });
    }

    fn create_http_context(&self, context_id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Stream::new(context_id, self.plugin.clone())))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}
