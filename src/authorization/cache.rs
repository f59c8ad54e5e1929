//! What is known of tokens, by their SHA-256, in one worker.

use std::collections::BTreeMap;

use super::introspection::{TimedVerdict, TokenVerdict};

/// Most tokens that are remembered of either kind, at some hundred bytes each.
pub const MOST_TOKENS: usize = 4096;

/// Verdicts that hold for a while. Admitted and refused tokens don't compete for room: else a flood of invented tokens
/// would drive the good ones out.
#[derive(Default)]
pub struct Cache {
    admitted: Shelf,
    refused: Shelf,
}

#[derive(Default)]
struct Shelf(BTreeMap<[u8; 32], TimedVerdict>);

impl Cache {
    /// Returns the verdict on a token, if it still holds.
    #[must_use]
    pub fn get(&self, sha256: &[u8; 32], now: u64) -> Option<TokenVerdict> {
        let held = |shelf: &Shelf| shelf.0.get(sha256).filter(|timed| timed.until > now).copied();
        held(&self.admitted).or_else(|| held(&self.refused)).map(|timed| timed.verdict)
    }

    /// Remembers a verdict, in place of an older one for the same token.
    pub fn put(&mut self, sha256: [u8; 32], timed: TimedVerdict, now: u64) {
        let (shelf, other) = match timed.verdict {
            TokenVerdict::Admitted => (&mut self.admitted, &mut self.refused),
            TokenVerdict::Refused(_) => (&mut self.refused, &mut self.admitted),
        };
        other.0.remove(&sha256);
        shelf.0.remove(&sha256);
        if timed.until > now {
            shelf.make_room(now);
            shelf.0.insert(sha256, timed);
        }
    }

    /// Returns how many tokens are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.admitted.0.len().saturating_add(self.refused.0.len())
    }

    /// Tells whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Shelf {
    /// What no longer holds goes first, then what ends soonest.
    fn make_room(&mut self, now: u64) {
        if self.0.len() < MOST_TOKENS {
            return;
        }
        self.0.retain(|_, timed| timed.until > now);
        if self.0.len() >= MOST_TOKENS
            && let Some(soonest) = self.0.iter().min_by_key(|(_, timed)| timed.until).map(|(sha256, _)| *sha256)
        {
            self.0.remove(&soonest);
        }
    }
}
