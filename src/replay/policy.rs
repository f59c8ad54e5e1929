//! What becomes of posts that were seen before.

use crate::words::words;

use super::status::ReplayStatus;

/// The `replay` block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// What becomes of a post that was seen before.
    pub action: OnReplay,
    /// How long a post is remembered, in seconds.
    pub window_seconds: u32,
    /// How long the same post again is the sender's retry, in seconds.
    pub retry_seconds: u32,
    /// How much is remembered. A post takes one entry, a GCM post two.
    pub max_entries: usize,
}

words! {
    /// What becomes of a post that was seen before (`replay.action`).
    #[derive(Default)]
    pub enum OnReplay {
        /// Nothing is remembered.
        #[default]
        Off = "off",
        /// The post goes on, with a header that tells.
        Flag = "flag",
        /// The post is refused, unless it is a retry.
        Reject = "reject",
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self { action: OnReplay::Off, window_seconds: 86_400, retry_seconds: 300, max_entries: 65_536 }
    }
}

impl Policy {
    /// Tells whether anything is remembered.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.action != OnReplay::Off
    }

    /// Tells whether such a post is refused. Where its status is unknown, it is.
    #[must_use]
    pub fn refuses(&self, status: ReplayStatus) -> bool {
        self.action == OnReplay::Reject && status > ReplayStatus::Repeat
    }
}
