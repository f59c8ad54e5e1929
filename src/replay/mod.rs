//! Posts that were seen before: a window of bounded size over requester ids and GCM nonces, which all workers share.
//!
//! What is remembered are digests under a secret of the process, and times: nothing that could be looked up in a list
//! of ids or bodies. A body is the same when its plaintext is, so a retry may be encrypted anew.

mod ring;
mod window;

pub use window::{Post, Window};

/// The `replay` block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// What becomes of a post that was seen before.
    pub action: OnReplay,
    /// How long a post is remembered.
    pub window_seconds: u32,
    /// How long the same post again is the sender's retry.
    pub retry_seconds: u32,
    /// How much is remembered. A post takes one entry, a GCM post two.
    pub max_entries: usize,
}

/// `replay.action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnReplay {
    /// Nothing is remembered.
    #[default]
    Off,
    /// The post goes on, with a header that tells.
    Flag,
    /// The post is refused, unless it is a retry.
    Reject,
}

/// What a post is to the posts before it, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ReplayStatus {
    /// The first one, as far as anybody remembers.
    #[default]
    First,
    /// The same requester id and the same body as a short while ago: the sender's retry.
    Repeat,
    /// The window could not be written.
    Unknown,
    /// The same requester id and the same body, too late for a retry.
    Replay,
    /// The same requester id with another body.
    Conflict,
    /// The same key and GCM nonce with another ciphertext. Two such bodies give away the XOR of their plaintexts, and
    /// the key that authenticates.
    NonceReuse,
}

/// A status, and what it cost others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReplayCheck {
    /// What the post is.
    pub status: ReplayStatus,
    /// Entries that had to make room before their time.
    pub evicted: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self { action: OnReplay::Off, window_seconds: 86_400, retry_seconds: 300, max_entries: 65_536 }
    }
}

impl Policy {
    /// Whether anything is remembered.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.action != OnReplay::Off
    }

    /// Whether such a post is refused. Who can't tell refuses.
    #[must_use]
    pub fn refuses(&self, status: ReplayStatus) -> bool {
        self.action == OnReplay::Reject && status > ReplayStatus::Repeat
    }
}

impl ReplayStatus {
    /// All that are worth telling, for the metrics.
    pub const TOLD: [Self; 5] = [Self::Repeat, Self::Unknown, Self::Replay, Self::Conflict, Self::NonceReuse];

    /// The word that operators and backends see; `None` for a post like any other.
    #[must_use]
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::First => None,
            Self::Repeat => Some("repeat"),
            Self::Unknown => Some("unknown"),
            Self::Replay => Some("replay"),
            Self::Conflict => Some("conflict"),
            Self::NonceReuse => Some("nonce-reuse"),
        }
    }
}
