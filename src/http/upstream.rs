//! Where a call of the gate's own goes.

use std::time::Duration;

/// A service behind one of Envoy's clusters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Name of the cluster in Envoy's configuration.
    pub cluster: String,
    /// `:authority` of the calls.
    pub authority: String,
    /// `:path` of the calls, with a query where there is one.
    pub path: String,
    /// Time limit of a call, in milliseconds.
    pub timeout_ms: u32,
}

impl Upstream {
    /// Returns the pseudo-headers of a call with this method (RFC 9113 section 8.3.1); Envoy adds the scheme.
    #[must_use]
    pub fn pseudo_headers(&self, method: &'static str) -> Vec<(&str, &str)> {
        vec![(":method", method), (":path", self.path.as_str()), (":authority", self.authority.as_str())]
    }

    /// Returns the time limit of a call.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.into())
    }
}
