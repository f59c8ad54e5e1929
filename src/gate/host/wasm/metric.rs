//! Envoy's stats.

use super::abi::{self, MetricKind};
use crate::gate::host::HostResult;

/// A counter of the stats scope `wasmcustom`.
#[derive(Debug, Clone, Copy)]
pub struct Counter(u32);

/// A gauge of the stats scope `wasmcustom`.
#[derive(Debug, Clone, Copy)]
pub struct Gauge(u32);

/// A histogram of the stats scope `wasmcustom`.
#[derive(Debug, Clone, Copy)]
pub struct Histogram(u32);

impl Counter {
    /// Defines a counter, or finds the one of this name.
    pub fn define(name: &str) -> HostResult<Self> {
        abi::define_metric(MetricKind::Counter, name).map(Self)
    }

    /// Adds one.
    pub fn increment(self) {
        abi::increment_metric(self.0);
    }
}

impl Gauge {
    /// Defines a gauge, or finds the one of this name.
    pub fn define(name: &str) -> HostResult<Self> {
        abi::define_metric(MetricKind::Gauge, name).map(Self)
    }

    /// Sets it, for all workers.
    pub fn set(self, value: u64) {
        abi::record_metric(self.0, value);
    }
}

impl Histogram {
    /// Defines a histogram, or finds the one of this name.
    pub fn define(name: &str) -> HostResult<Self> {
        abi::define_metric(MetricKind::Histogram, name).map(Self)
    }

    /// Records a value.
    pub fn record(self, value: u64) {
        abi::record_metric(self.0, value);
    }
}
