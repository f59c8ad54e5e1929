//! Envoy's stats.

use std::sync::PoisonError;

use super::abi::Config;
use super::current;
use crate::gate::host::HostResult;

/// A counter of the configuration's metrics namespace.
#[derive(Debug, Clone, Copy)]
pub struct Counter(usize);

/// A gauge of the configuration's metrics namespace.
#[derive(Debug, Clone, Copy)]
pub struct Gauge(usize);

/// A histogram of the configuration's metrics namespace.
#[derive(Debug, Clone, Copy)]
pub struct Histogram(usize);

impl Counter {
    /// Defines a counter, or finds the one of this name: Envoy takes definitions only while the configuration is made.
    pub fn define(name: &str) -> HostResult<Self> {
        find_or(name, Config::define_counter).map(Self)
    }

    /// Adds one.
    pub fn increment(self) {
        if let Ok(scope) = current::scope() {
            scope.host.config.increment(self.0);
        }
    }
}

impl Gauge {
    /// Defines a gauge, or finds the one of this name.
    pub fn define(name: &str) -> HostResult<Self> {
        find_or(name, Config::define_gauge).map(Self)
    }

    /// Sets it, for all workers.
    pub fn set(self, value: u64) {
        if let Ok(scope) = current::scope() {
            scope.host.config.set_gauge(self.0, value);
        }
    }
}

impl Histogram {
    /// Defines a histogram, or finds the one of this name.
    pub fn define(name: &str) -> HostResult<Self> {
        find_or(name, Config::define_histogram).map(Self)
    }

    /// Records a value.
    pub fn record(self, value: u64) {
        if let Ok(scope) = current::scope() {
            scope.host.config.record(self.0, value);
        }
    }
}

fn find_or(name: &str, define: impl FnOnce(Config, &str) -> HostResult<usize>) -> HostResult<usize> {
    let scope = current::scope()?;
    let mut metrics = scope.host.metrics.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(id) = metrics.get(name) {
        return Ok(*id);
    }
    let id = define(scope.host.config, name)?;
    metrics.insert(name.to_owned(), id);
    Ok(id)
}
