//! The plugin: its configuration, its metrics and what else its streams share.

use std::rc::Rc;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::config::{Config, ConfigWarning, Problems};
use crate::http::MemoryBudget;
use crate::replay::Window;
use crate::shared::Announcement;

use super::access_token::LiveAccessToken;
use super::host::{self, HostError, HostResult, SharedTable};
use super::introspector::Introspector;
use super::log;
use super::settings::LiveSettings;
use super::stats::Stats;

/// The filter state that tells that a post was judged, also after an internal redirect.
pub const DECISION_STATE: &str = "kyc_decision";

thread_local! {
    static MEMORY: MemoryBudget = MemoryBudget::default();
}

/// What all streams of a worker share.
pub struct Plugin {
    /// The configuration.
    pub config: Rc<Config>,
    /// The metrics.
    pub stats: Stats,
    /// What to score by.
    pub settings: LiveSettings,
    /// The posts that were seen before, where `replay` is on.
    pub replay_window: Option<Rc<Window>>,
    /// Of the whole worker, since all plugins of a VM share its memory.
    pub memory: MemoryBudget,
    /// What is known of callers' tokens, and which ones are being asked about.
    pub introspector: Introspector,
    /// The token for the backend.
    pub access_token: LiveAccessToken,
}

/// Why a plugin can't be loaded.
pub enum LoadError {
    /// The configuration is wrong.
    Refused(Problems),
    /// The host gives no configuration, randomness or metric.
    Host(HostError),
}

impl From<HostError> for LoadError {
    fn from(error: HostError) -> Self {
        Self::Host(error)
    }
}

impl Plugin {
    /// Loads the plugin's configuration, with its secrets, and defines its metrics.
    pub fn load() -> Result<Self, LoadError> {
        let bytes = host::plugin_configuration()?;
        let config = host::read_configuration(&bytes).map_err(LoadError::Refused)?;
        let stats = Stats::define(&config.metric_names())?;
        host::keep_over_redirects(DECISION_STATE)?;
        let settings = LiveSettings::new(&config);
        let replay_window = if config.replay.is_on() { Some(Rc::new(replay_window(&config)?)) } else { None };
        let access_token = LiveAccessToken::new(&config);
        let config = Rc::new(config);
        let introspector = Introspector::new(Rc::clone(&config));
        let memory = MEMORY.with(MemoryBudget::clone);
        Ok(Self { config, stats, settings, replay_window, memory, introspector, access_token })
    }

    /// Loads a plugin; `None` when it can't be, with the reason in Envoy's log.
    pub fn load_or_log() -> Option<Rc<Self>> {
        match Self::load() {
            Ok(plugin) => return Some(Rc::new(plugin)),
            Err(LoadError::Refused(problems)) => log::refused_configuration(&problems),
            Err(LoadError::Host(error)) => log::not_configured(error),
        }
        None
    }

    /// Logs and counts what is odd about the configuration, unless another worker did so when it loaded the same one.
    pub fn tell_warnings(&self) {
        let warnings = &self.config.warnings;
        if !warnings.is_empty() && host::plugin_configuration().is_ok_and(|bytes| announces(&bytes, warnings)) {
            self.stats.count_config_warnings(warnings);
            log::config_warnings(warnings);
        }
    }

    /// Shows the revision of the configuration and the settings in force.
    pub fn show_revision(&self) {
        self.stats.show_revision(&self.config.revision(self.settings.current().as_deref()));
    }

    /// Tells whether a service is being called, whose response this plugin has to take.
    #[cfg(feature = "native")]
    pub fn is_calling(&self) -> bool {
        self.settings.is_polling() || self.access_token.is_fetching()
    }

    /// Tells whether there is a service to call from time to time.
    pub fn polls(&self) -> bool {
        self.settings.polls() || self.access_token.polls() || self.introspector.is_on()
    }
}

/// Returns whether this worker is the one that tells what is odd about a configuration, which all of them load.
fn announces(configuration: &[u8], warnings: &[ConfigWarning]) -> bool {
    let mut digest = Sha256::new().chain_update(host::plugin_identity()).chain_update([0]).chain_update(configuration);
    // Some are about secrets, which may change while the configuration stays.
    warnings.iter().for_each(|warning| digest.update(format!("\0{warning}")));
    let key = format!("kyc_gate.config_warnings.{}", base16ct::lower::encode_string(&digest.finalize()));
    Announcement::new(key).is_first(&SharedTable, host::now_nanoseconds())
}

fn replay_window(config: &Config) -> HostResult<Window> {
    let mut new_secret = Zeroizing::new([0; 32]);
    host::fill_random(&mut *new_secret)?;
    Ok(Window::open(config.replay, &host::plugin_identity(), Box::new(SharedTable), &new_secret))
}
