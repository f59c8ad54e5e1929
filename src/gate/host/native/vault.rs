//! Secrets that Envoy gets by SDS. Envoy tells nobody that one has changed, so each thread looks: a worker when a
//! stream begins, the main thread at its ticks.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use zeroize::Zeroizing;

use super::abi::{Config, Filter, Secret};
use crate::config::Subscription;

/// A configuration's secrets, on all threads.
#[derive(Default)]
pub struct Vault {
    secrets: OnceLock<Vec<(String, Secret)>>,
    /// The last ones that were found to be sound, for threads that come when they no longer are.
    sound: Mutex<Option<Arc<Values>>>,
}

/// What the secrets hold at one time, wiped on drop. No `Debug`.
#[derive(Default, PartialEq, Eq)]
pub struct Values(Vec<Option<Zeroizing<Vec<u8>>>>);

impl Vault {
    /// Asks Envoy for the secrets. Only while the configuration is made, and once. The error is the name of one that
    /// Envoy knows no source for.
    pub fn subscribe(&self, config: Config, wanted: &[Subscription]) -> Result<(), String> {
        let subscribe = |wanted: &Subscription| {
            let secret = config.subscribe_secret(&wanted.name, wanted.source.as_deref().unwrap_or_default());
            secret.map(|secret| (wanted.name.clone(), secret)).ok_or_else(|| wanted.name.clone())
        };
        let secrets = wanted.iter().map(subscribe).collect::<Result<Vec<_>, _>>()?;
        let _ = self.secrets.set(secrets);
        Ok(())
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.secrets().is_empty()
    }

    /// Returns the names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.secrets().iter().map(|(name, _)| name.as_str())
    }

    /// Returns what they hold now, on the main thread.
    pub fn read(&self, config: Config) -> Values {
        Values(self.secrets().iter().map(|(_, secret)| config.secret(*secret)).collect())
    }

    /// Returns what they hold now, on a stream's thread.
    pub fn read_for(&self, filter: Filter) -> Values {
        Values(self.secrets().iter().map(|(_, secret)| filter.secret(*secret)).collect())
    }

    /// Returns a secret by its name.
    pub fn find(&self, name: &str, values: &Values) -> Option<Zeroizing<Vec<u8>>> {
        let at = self.secrets().iter().position(|(known, _)| known == name)?;
        values.0.get(at)?.clone()
    }

    /// Returns the last ones that were found to be sound.
    pub fn sound(&self) -> Option<Arc<Values>> {
        self.sound.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps those that were found to be sound.
    pub fn keep(&self, values: Arc<Values>) {
        *self.sound.lock().unwrap_or_else(PoisonError::into_inner) = Some(values);
    }

    fn secrets(&self) -> &[(String, Secret)] {
        self.secrets.get().map_or(&[], Vec::as_slice)
    }
}
