//! The plugin's life in a worker: it is configured, ticks, and hears of the calls that it made in its own name.

use std::rc::Rc;

use super::host;
use super::plugin::Plugin;
use super::stream::Stream;

/// How often services are asked, and held requests looked at.
const TICK_MILLISECONDS: u32 = 250;
/// The first tick comes sooner: there may be no settings, or no token, until others have been asked.
const FIRST_TICK_MILLISECONDS: u32 = 20;

/// The root context.
pub struct Root {
    id: u32,
    plugin: Option<Rc<Plugin>>,
    tick_period: u32,
}

impl Root {
    /// Returns a root context that knows its own id and has no configuration.
    pub fn new(id: u32) -> Self {
        Self { id, plugin: None, tick_period: 0 }
    }

    /// Loads the configuration; `false` when it is refused, with the reason in Envoy's log.
    pub fn configure(&mut self) -> bool {
        self.plugin = Plugin::load_or_log();
        if let Some(plugin) = &self.plugin {
            plugin.tell_warnings();
            plugin.show_revision();
            let polls = plugin.polls();
            self.tick_every(if polls { FIRST_TICK_MILLISECONDS } else { TICK_MILLISECONDS });
        }
        self.plugin.is_some()
    }

    /// Ticks before there is a plugin.
    #[cfg(feature = "native")]
    pub fn wait_for_plugin(&mut self) {
        self.tick_every(FIRST_TICK_MILLISECONDS);
    }

    /// Tells whether the plugin may be replaced: no response to a call of its own is still to come.
    #[cfg(feature = "native")]
    pub fn is_replaceable(&self) -> bool {
        self.plugin.as_ref().is_none_or(|plugin| !plugin.is_calling())
    }

    /// Tells whether there is a plugin.
    #[cfg(feature = "native")]
    pub fn is_configured(&self) -> bool {
        self.plugin.is_some()
    }

    /// Replaces the plugin.
    #[cfg(feature = "native")]
    pub fn replace(&mut self, plugin: Rc<Plugin>) {
        plugin.tell_warnings();
        plugin.show_revision();
        self.plugin = Some(plugin);
    }

    /// Calls the services whose turn it is. `watches` is whether the host needs the next tick as well.
    pub fn tick(&mut self, watches: bool) {
        let Some(plugin) = self.plugin.clone() else { return };
        // Whoever was looked at before may have been made effective instead.
        let _ = host::set_effective_context(self.id);
        plugin.settings.poll(&plugin.stats);
        plugin.access_token.poll(&plugin.stats);
        Stream::retry_introspection(&plugin, |_| Some(self.id));
        self.tick_every(if watches || plugin.polls() { TICK_MILLISECONDS } else { 0 });
    }

    /// Takes the response to a call made in the name of this context.
    pub fn call_ended(&self, call: u32, size: usize) {
        let Some(plugin) = &self.plugin else { return };
        if !Stream::introspected(plugin, call, size) {
            plugin.settings.poll_ended(call, size, &plugin.stats);
            plugin.show_revision();
            plugin.access_token.fetch_ended(call, size, &plugin.stats);
        }
    }

    /// Returns a new stream of the plugin; `None` without a configuration.
    #[cfg(target_os = "wasi")]
    pub fn new_stream(&self, id: u32) -> Option<Stream> {
        self.plugin.as_ref().map(|plugin| Stream::new(id, Rc::clone(plugin)))
    }

    fn tick_every(&mut self, milliseconds: u32) {
        if self.tick_period != milliseconds {
            self.tick_period = milliseconds;
            host::set_tick_period(milliseconds);
        }
    }
}
