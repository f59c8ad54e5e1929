//! Calls to the issuer that are under way in one worker: posts with the same token wait for the same call.

use crate::http::Bearer;

/// The calls and who waits for each; `W` is what the gate needs to find a post again.
pub struct PendingCalls<W> {
    calls: Vec<PendingCall<W>>,
}

struct PendingCall<W> {
    bearer: Bearer,
    call: Option<Call>,
    waiting: Vec<(u32, W)>,
}

/// A call and the context that hears of its end. Should that one go away, the response is lost.
#[derive(Clone, Copy)]
struct Call {
    id: u32,
    context: u32,
}

/// What a post that has to wait finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// A call that is under way already.
    Existing,
    /// None: it is this post's to make.
    First,
}

impl<W> PendingCalls<W> {
    /// Starts with no call.
    #[must_use]
    pub fn new() -> Self {
        Self { calls: Vec::new() }
    }

    /// Lets a post, known by its context, wait to hear about a token.
    pub fn join(&mut self, bearer: Bearer, context: u32, waiter: W) -> Joined {
        match self.of(&bearer.sha256) {
            Some(pending) => {
                pending.waiting.push((context, waiter));
                Joined::Existing
            }
            None => {
                self.calls.push(PendingCall { bearer, call: None, waiting: vec![(context, waiter)] });
                Joined::First
            }
        }
    }

    /// Takes note that this context made a call about a token, and will hear of its end.
    pub fn started(&mut self, sha256: &[u8; 32], id: u32, context: u32) {
        if let Some(pending) = self.of(sha256) {
            pending.call = Some(Call { id, context });
        }
    }

    /// Returns a token that somebody waits to hear about.
    #[must_use]
    pub fn bearer(&self, sha256: &[u8; 32]) -> Option<&Bearer> {
        self.calls.iter().map(|call| &call.bearer).find(|bearer| bearer.sha256 == *sha256)
    }

    /// Returns the SHA-256 of the token that a call is about; `None` when it is none of these.
    #[must_use]
    pub fn token_of(&self, id: u32) -> Option<[u8; 32]> {
        let call = self.calls.iter().find(|pending| pending.call.is_some_and(|call| call.id == id));
        call.map(|call| call.bearer.sha256)
    }

    /// Returns the context of somebody who waits to hear about a token.
    #[must_use]
    pub fn waiting(&self, sha256: &[u8; 32]) -> Option<u32> {
        let pending = self.calls.iter().find(|call| call.bearer.sha256 == *sha256)?;
        pending.waiting.first().map(|(context, _)| *context)
    }

    /// Ends the calls about a token. Returns who waited for it.
    pub fn complete(&mut self, sha256: &[u8; 32]) -> Vec<(u32, W)> {
        let at = self.calls.iter().position(|call| call.bearer.sha256 == *sha256);
        at.map(|at| self.calls.swap_remove(at).waiting).unwrap_or_default()
    }

    /// Takes note that a context went away. If it made a call that others wait for, the call has to be made again.
    pub fn leave(&mut self, context: u32) {
        self.calls.retain_mut(|pending| {
            pending.waiting.retain(|(waiting, _)| *waiting != context);
            pending.call = pending.call.filter(|call| call.context != context);
            !pending.waiting.is_empty()
        });
    }

    /// Returns the tokens that somebody waits to hear about while no call is under way.
    #[must_use]
    pub fn orphaned(&self) -> Vec<[u8; 32]> {
        let lost = self.calls.iter().filter(|pending| pending.call.is_none());
        lost.map(|call| call.bearer.sha256).collect()
    }

    fn of(&mut self, sha256: &[u8; 32]) -> Option<&mut PendingCall<W>> {
        self.calls.iter_mut().find(|call| call.bearer.sha256 == *sha256)
    }
}

impl<W> Default for PendingCalls<W> {
    fn default() -> Self {
        Self::new()
    }
}
