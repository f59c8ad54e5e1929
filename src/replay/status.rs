//! What a post is to those before it.

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

/// A post's status, and what it cost others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReplayCheck {
    /// What the post is.
    pub status: ReplayStatus,
    /// Entries that had to make room before their time.
    pub evicted: usize,
}

impl ReplayStatus {
    /// All that are worth telling, for the metrics.
    pub const TOLD: [Self; 5] = [Self::Repeat, Self::Unknown, Self::Replay, Self::Conflict, Self::NonceReuse];

    /// Returns the word that operators and backends see; `None` for a post like any other.
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
