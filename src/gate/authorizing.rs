//! A KYC post whose caller's token has to be asked about, and what becomes of it.
//!
//! The call is made in the name of the post that first needs it, and its response settles all posts that wait for it.
//! Should that post go away, nobody would hear of the response. Then the call is made again: in Wasm at the next tick,
//! in the name of the root context; natively at once, in the name of another post that waits.

use std::rc::Rc;

use crate::authorization::{Judgement, TokenVerdict};
use crate::exchange::{Exchange, Ruling, Waiting};
use crate::http::Credentials;

use super::host::{self, HostResult};
use super::plugin::Plugin;
use super::stream::Stream;
use super::stream_state::{Authorizing, StreamState};

impl Stream {
    /// Judges the caller of a post whose headers have come.
    pub(super) fn authorize(&self, waiting: Waiting, body_ended: bool) {
        let opened = match waiting.judge() {
            Judgement::Admitted => waiting.admit(),
            Judgement::Refused(reason) => Err(Box::new(waiting.refuse(reason))),
            Judgement::Ask(bearer) => match self.plugin.introspector.known(&bearer.sha256) {
                Some(verdict) => waiting.settle(Some(verdict)),
                None => return self.ask(waiting, body_ended),
            },
        };
        self.go_on(opened, body_ended);
    }

    /// Takes the response to a call, if it was one to the issuer of tokens; whether it was. Leaves another context
    /// effective than it found.
    pub fn introspected(plugin: &Rc<Plugin>, call: u32, size: usize) -> bool {
        let Some(sha256) = plugin.introspector.token_of(call) else { return false };
        let verdict = plugin.introspector.read(sha256, size, &plugin.stats);
        Self::settle_all(plugin, &sha256, verdict);
        true
    }

    /// Makes the calls again of which nobody would hear the response, each in the name of the context that `caller`
    /// says for the token.
    pub fn retry_introspection(plugin: &Rc<Plugin>, caller: impl Fn(&[u8; 32]) -> Option<u32>) {
        for sha256 in plugin.introspector.orphaned() {
            let Some(context) = caller(&sha256) else { continue };
            // Whoever was settled before may have been made effective instead.
            let asked = host::set_effective_context(context).is_ok()
                && plugin.introspector.retry(&sha256, context, &plugin.stats);
            if !asked {
                Self::settle_all(plugin, &sha256, None);
            }
        }
    }

    /// Has others that wait for the response to a call of this stream's, which has ended, make the call again.
    #[cfg(feature = "native")]
    pub fn hand_over_introspection(&self) {
        Self::retry_introspection(&self.plugin, |sha256| self.plugin.introspector.waiting(sha256));
    }

    fn ask(&self, mut waiting: Waiting, body_ended: bool) {
        let asked = match waiting.take_credentials() {
            Credentials::Bearer(bearer) => {
                self.plugin.introspector.ask(bearer, self.id, self.shared.clone(), &self.plugin.stats)
            }
            _ => false,
        };
        if asked {
            self.shared.set(StreamState::Authorizing(Authorizing { waiting, body_ended }));
        } else {
            self.go_on(waiting.settle(None), body_ended);
        }
    }

    fn settle_all(plugin: &Rc<Plugin>, sha256: &[u8; 32], verdict: Option<TokenVerdict>) {
        for (id, shared) in plugin.introspector.complete(sha256) {
            let stream = Self { id, plugin: Rc::clone(plugin), shared };
            let done = host::set_effective_context(id).and_then(|()| stream.settle(verdict));
            stream.end_failed(done);
        }
    }

    fn settle(&self, verdict: Option<TokenVerdict>) -> HostResult<()> {
        let Some(Authorizing { waiting, body_ended }) = self.shared.take_authorizing() else { return Ok(()) };
        self.go_on(waiting.settle(verdict), body_ended);
        self.release()
    }

    fn go_on(&self, opened: Result<Exchange, Box<Ruling>>, body_ended: bool) {
        match opened {
            Err(ruling) => self.carry_out(*ruling, 0),
            Ok(exchange) if body_ended => self.rule(exchange),
            Ok(exchange) => self.shared.set(StreamState::BufferingRequest(exchange)),
        }
    }
}
