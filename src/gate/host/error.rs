//! Host calls that fail.

use std::fmt;

/// A host call that did not return OK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostError {
    /// The function's name in the host's ABI.
    pub call: &'static str,
    /// What it returned, by the ABI's numbers.
    pub status: u32,
}

/// Result of a host call.
pub type HostResult<T> = Result<T, HostError>;

impl fmt::Display for HostError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} returned status {}", self.call, self.status)
    }
}

impl std::error::Error for HostError {}
