//! The scoring settings of a worker: those of the configuration or of the settings API, and the polls of the store.

use std::cell::Cell;
use std::rc::Rc;

use crate::config::Config;
use crate::scoring::Settings;
use crate::settings_api::{Registry, Store};

use super::host::{self, CallResponse, SharedTable};
use super::log::{self, Service};
use super::stats::Stats;

/// The settings in force, as a worker sees them.
pub struct LiveSettings {
    initial: Option<Rc<Settings>>,
    registry: Option<Registry<SharedTable>>,
    /// The poll under way.
    call: Cell<Option<u32>>,
}

impl LiveSettings {
    /// Returns those of a configuration, until the settings API knows better.
    pub fn new(config: &Config) -> Self {
        let initial = config.initial_settings();
        let registry = config.settings_api.as_ref().map(|api| {
            let (prefix, identity) = (&config.decision.header_prefix, host::plugin_identity());
            Registry::new(Rc::clone(api), prefix, initial.clone(), &identity, SharedTable)
        });
        Self { initial, registry, call: Cell::new(None) }
    }

    /// Returns what to score by, if there is anything.
    pub fn current(&self) -> Option<Rc<Settings>> {
        self.registry.as_ref().map_or_else(|| self.initial.clone(), Registry::settings)
    }

    /// Returns the settings API, when it is enabled.
    pub fn registry(&self) -> Option<&Registry<SharedTable>> {
        self.registry.as_ref()
    }

    fn store(&self) -> Option<&Store> {
        self.registry.as_ref().and_then(Registry::store)
    }

    /// Tells whether there is a store to ask.
    pub fn polls(&self) -> bool {
        self.store().is_some()
    }

    /// Tells whether the store is being asked.
    #[cfg(feature = "native")]
    pub fn is_polling(&self) -> bool {
        self.call.get().is_some()
    }

    /// Asks the store, should it be this worker's turn. Only for the root context: the response comes to the caller.
    pub fn poll(&self, stats: &Stats) {
        let (Some(registry), Some(store)) = (&self.registry, self.store()) else { return };
        if registry.takes_poll(host::now_nanoseconds()) {
            match host::http_call(&store.upstream, store.load_headers(), None) {
                Ok(call) => self.call.set(Some(call)),
                Err(_) => self.polled(None, &[], stats),
            }
        }
    }

    /// Takes the store's response, if the call is the poll under way.
    pub fn poll_ended(&self, call: u32, size: usize, stats: &Stats) {
        if self.call.get() != Some(call) {
            return;
        }
        self.call.set(None);
        let response = CallResponse::read(size);
        self.polled(response.status, &response.body, stats);
    }

    fn polled(&self, status: Option<u16>, body: &[u8], stats: &Stats) {
        let Some(registry) = &self.registry else { return };
        let polled = registry.polled(status, body);
        stats.store_called(polled.ok);
        if let Some(outage) = polled.outage {
            log::outage(Service::SettingsStore, outage);
        }
        if let Some(settings) = registry.settings().filter(|_| polled.changed) {
            log::settings_replaced(settings.revision());
        }
    }
}
