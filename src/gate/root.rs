//! The plugin: its configuration, its metrics and the streams it shares them with.

use std::rc::Rc;

use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::ContextType;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::http::Inflight;
use crate::replay::Window;

use super::host::{self, Buffer};
use super::log::{self, Notice};
use super::settings::{self, LiveSettings, Shared};
use super::stats::Stats;
use super::stream::{self, Stream};
use super::watchdog::Watchdog;

/// How often held requests are looked at, and the clock for asking the settings store.
const TICK_MILLISECONDS: u32 = 250;
/// The first tick comes sooner: there may be no settings until the store has been asked.
const FIRST_TICK_MILLISECONDS: u32 = 20;

thread_local! {
    static INFLIGHT: Inflight = Inflight::default();
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
    pub inflight: Inflight,
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
        Ok(Plugin {
            config: Rc::new(config),
            stats,
            watchdog: Watchdog::default(),
            settings,
            window,
            inflight: INFLIGHT.with(Inflight::clone),
        })
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
    Ok(Window::open(config.replay, &settings::plugin_identity(), Box::new(Shared), &fresh))
}

impl Context for Root {
    /// The settings store's answer to a poll.
    fn on_http_call_response(&mut self, _token: u32, _headers: usize, size: usize, _trailers: usize) {
        if let Some(plugin) = &self.plugin {
            plugin.settings.poll_answered(size, &plugin.stats);
        }
    }
}

impl RootContext for Root {
    fn on_configure(&mut self, _size: usize) -> bool {
        match self.load() {
            Ok(plugin) => {
                self.tick_every(if plugin.settings.polls() { FIRST_TICK_MILLISECONDS } else { TICK_MILLISECONDS });
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
        let needed = plugin.watchdog.watches() || plugin.settings.polls();
        self.tick_every(if needed { TICK_MILLISECONDS } else { 0 });
    }

    fn create_http_context(&self, context_id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Stream::new(context_id, self.plugin.clone())))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}
