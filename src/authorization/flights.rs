//! Calls to the issuer that are under way in one worker: posts with the same token wait for the same call.

use crate::http::Bearer;

/// The calls and who waits for each; `W` is what the gate needs to find a post again.
pub struct Flights<W> {
    under_way: Vec<Flight<W>>,
}

struct Flight<W> {
    bearer: Bearer,
    call: Option<Call>,
    waiting: Vec<(u32, W)>,
}

/// A call and the context that hears of its end. Should that one go away, the answer is lost.
#[derive(Clone, Copy)]
struct Call {
    id: u32,
    context: u32,
}

/// What a post that has to wait finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boarding {
    /// A call that is under way already.
    Joined,
    /// None: it is this post's to make.
    First,
}

impl<W> Flights<W> {
    /// None under way.
    #[must_use]
    pub fn new() -> Self {
        Self { under_way: Vec::new() }
    }

    /// A post, by its context, waits to hear about a token.
    pub fn board(&mut self, bearer: Bearer, context: u32, waiter: W) -> Boarding {
        match self.of(&bearer.sha256) {
            Some(flight) => {
                flight.waiting.push((context, waiter));
                Boarding::Joined
            }
            None => {
                self.under_way.push(Flight { bearer, call: None, waiting: vec![(context, waiter)] });
                Boarding::First
            }
        }
    }

    /// A call about a token was made by this context, which will hear of its end.
    pub fn departed(&mut self, sha256: &[u8; 32], id: u32, context: u32) {
        if let Some(flight) = self.of(sha256) {
            flight.call = Some(Call { id, context });
        }
    }

    /// A token that somebody waits to hear about.
    #[must_use]
    pub fn bearer(&self, sha256: &[u8; 32]) -> Option<&Bearer> {
        self.under_way.iter().map(|flight| &flight.bearer).find(|bearer| bearer.sha256 == *sha256)
    }

    /// The token that a call is about; `None` when it is none of these.
    #[must_use]
    pub fn token_of(&self, id: u32) -> Option<[u8; 32]> {
        let flight = self.under_way.iter().find(|flight| flight.call.is_some_and(|call| call.id == id));
        flight.map(|flight| flight.bearer.sha256)
    }

    /// The question about a token is settled: who waited for it.
    pub fn landed(&mut self, sha256: &[u8; 32]) -> Vec<(u32, W)> {
        let at = self.under_way.iter().position(|flight| flight.bearer.sha256 == *sha256);
        at.map(|at| self.under_way.swap_remove(at).waiting).unwrap_or_default()
    }

    /// A context went away. If it made a call that others wait for, the call has to be made again.
    pub fn leave(&mut self, context: u32) {
        self.under_way.retain_mut(|flight| {
            flight.waiting.retain(|(waiting, _)| *waiting != context);
            flight.call = flight.call.filter(|call| call.context != context);
            !flight.waiting.is_empty()
        });
    }

    /// The tokens that somebody waits to hear about while no call is under way.
    #[must_use]
    pub fn stranded(&self) -> Vec<[u8; 32]> {
        let lost = self.under_way.iter().filter(|flight| flight.call.is_none());
        lost.map(|flight| flight.bearer.sha256).collect()
    }

    fn of(&mut self, sha256: &[u8; 32]) -> Option<&mut Flight<W>> {
        self.under_way.iter_mut().find(|flight| flight.bearer.sha256 == *sha256)
    }
}

impl<W> Default for Flights<W> {
    fn default() -> Self {
        Self::new()
    }
}
