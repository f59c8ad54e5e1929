//! The settings in force, in Envoy: the table that the workers share, and the worker that asks the store.

use std::cell::Cell;
use std::rc::Rc;

use crate::config::Config;
use crate::scoring::Settings;
use crate::settings_api::{Expected, Outage, Registry, SharedData, Store};

use super::host::{self, Buffer, HostResult, Map};
use super::log::{self, Notice};
use super::pairs;
use super::stats::Stats;

/// Envoy's shared data. It lives as long as a VM with the same `vm_id` does.
pub struct Shared;

impl SharedData for Shared {
    fn get(&self, key: &str) -> Option<(Vec<u8>, u32)> {
        host::shared_data(key)
    }

    fn set(&self, key: &str, value: &[u8], expected: Expected) -> bool {
        // Envoy has no "only if absent", but any version writes what is absent, and nothing gets as far as this one.
        const NEVER: u32 = u32::MAX;
        let version = match expected {
            Expected::Anything => 0,
            Expected::Nothing => NEVER,
            Expected::Version(version) => version,
        };
        host::set_shared_data(key, value, version).is_ok()
    }
}

/// The settings in force, as a worker sees them.
pub struct LiveSettings {
    initial: Option<Rc<Settings>>,
    registry: Option<Registry<Shared>>,
    /// The poll under way.
    call: Cell<Option<u32>>,
}

impl LiveSettings {
    /// Those of a configuration, until the settings API knows better.
    pub fn of(config: &Config) -> Self {
        let initial = config.initial_settings();
        let registry = config.settings_api.as_ref().map(|api| {
            Registry::new(Rc::clone(api), &config.decision.header_prefix, initial.clone(), &plugin(), Shared)
        });
        Self { initial, registry, call: Cell::new(None) }
    }

    /// What to score by, if there is anything.
    pub fn in_force(&self) -> Option<Rc<Settings>> {
        self.registry.as_ref().map_or_else(|| self.initial.clone(), Registry::settings)
    }

    /// The settings API, when it is enabled.
    pub fn registry(&self) -> Option<&Registry<Shared>> {
        self.registry.as_ref()
    }

    fn store(&self) -> Option<&Store> {
        self.registry.as_ref().and_then(Registry::store)
    }

    /// Whether there is a store to ask.
    pub fn polls(&self) -> bool {
        self.store().is_some()
    }

    /// Asks the store, should it be this worker's turn. Only for the root context: the answer comes to the caller.
    pub fn poll(&self, stats: &Stats) {
        let (Some(registry), Some(store)) = (&self.registry, self.store()) else { return };
        if registry.takes_poll(host::now_nanoseconds()) {
            match call(store, store.load_headers(), None) {
                Ok(call) => self.call.set(Some(call)),
                Err(_) => self.polled(None, &[], stats),
            }
        }
    }

    /// Takes the store's answer, if the call is the poll under way.
    pub fn poll_answered(&self, call: u32, size: usize, stats: &Stats) {
        if self.call.get() != Some(call) {
            return;
        }
        self.call.set(None);
        let body = host::buffer(Buffer::CallResponseBody, 0, size).unwrap_or_default();
        self.polled(answer_status(), &body, stats);
    }

    fn polled(&self, status: Option<u16>, body: &[u8], stats: &Stats) {
        let Some(registry) = &self.registry else { return };
        let polled = registry.polled(status, body);
        stats.store_called(polled.ok);
        match polled.outage {
            Some(Outage::Began) => log::notice(Notice::StoreLost),
            Some(Outage::Ended) => log::notice(Notice::StoreBack),
            None => {}
        }
        if let Some(settings) = registry.settings().filter(|_| polled.changed) {
            log::settings_replaced(settings.revision());
        }
    }
}

/// Calls the store.
pub fn call(store: &Store, headers: Vec<(&str, &str)>, body: Option<&[u8]>) -> HostResult<u32> {
    host::http_call(&store.upstream.cluster, headers, body, store.upstream.timeout())
}

/// The status of the answer to a call; `None` when there was no answer.
pub fn answer_status() -> Option<u16> {
    let headers = host::header_pairs(Map::CallResponseHeaders).ok()?;
    let (_, status) = pairs::iter(&headers).find(|(name, _)| *name == b":status")?;
    std::str::from_utf8(status).ok()?.parse().ok()
}

/// What tells this plugin from others in the same process.
pub fn plugin() -> Vec<u8> {
    [property("plugin_name"), property("plugin_root_id")].join(&0)
}

fn property(name: &str) -> Vec<u8> {
    host::property(name).unwrap_or_default()
}
