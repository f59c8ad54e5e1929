//! What is known of a configuration before its secrets have come.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::plugin_config::Config;
use super::problem::Problems;
use super::sds::Subscription;
use super::secrets::{Sds, Secrets};

/// A configuration that is sound but for the secrets that come by SDS, whose values nobody knows yet. Nothing can be
/// judged by it.
pub struct Outline {
    /// The secrets to ask Envoy for; none, where the configuration could be loaded at once.
    pub subscriptions: Vec<Subscription>,
    /// What its metrics are named by.
    pub metric_names: MetricNames,
}

/// The names of a configuration's own that its metrics carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetricNames {
    /// The rules of all profiles, which mostly share them, or their names.
    pub rules: BTreeSet<String>,
    /// The profiles, in their order.
    pub profiles: Vec<Rc<str>>,
    /// `observe.histograms`: whether there are any.
    pub histograms: bool,
}

impl Outline {
    /// Reads a configuration and validates all of it but what its secrets of SDS hold.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(bytes: &[u8], environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let config = Config::parse_with(bytes, &Secrets::new(environment, Sds::Later))?;
        Ok(Self { metric_names: config.metric_names(), subscriptions: config.subscriptions })
    }
}

impl Config {
    /// Returns what the configuration's metrics are named by.
    #[must_use]
    pub fn metric_names(&self) -> MetricNames {
        let rules = self.all_profiles().flat_map(|profile| profile.rules.iter()).map(|rule| rule.name.clone());
        let profiles = self.all_profiles().filter_map(|profile| profile.name.clone());
        MetricNames { rules: rules.collect(), profiles: profiles.collect(), histograms: self.observe.histograms }
    }
}
