//! One HTTP stream, and the steps that all its callbacks share: how a post is ruled on, how a ruling is executed, and
//! how operators learn of it. The callbacks themselves are `request`, `response`, `authorizing` and `settings_call`.
//!
//! The order is forced by Envoy: headers are writable only while the request is held, so the body is replaced first,
//! then the headers are set, then the route is chosen again, then the stream continues, once.

use std::rc::Rc;

use crate::exchange::local_reply;
use crate::exchange::record::Record;
use crate::exchange::refusal::{ErrorCode, Refusal};
use crate::exchange::{Body, Command, Exchange, Forward, Ruling};
use crate::http::LocalReply;

use super::host::{self, HostError, HostResult, Map};
use super::log::{self, Notice};
use super::plugin::{DECISION_STATE, Plugin};
#[cfg(feature = "native")]
use super::stats::Stats;
use super::stream_state::{SharedStream, StreamState};

/// What Envoy is to do after a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on to the next filter.
    Continue,
    /// Hold what has come.
    Pause,
}

/// Answers a stream of which nothing is known but that there is no plugin for it.
pub fn refuse_unconfigured() -> Flow {
    log::notice(Notice::Unconfigured);
    let _ = host::send_local_reply(&local_reply::problem(&Refusal::new(ErrorCode::Internal)));
    Flow::Pause
}

/// Refuses a request of a plugin whose secrets aren't there.
#[cfg(feature = "native")]
pub fn refuse_without_secrets() -> Flow {
    Stats::came_before_secrets();
    let _ = host::send_local_reply(&local_reply::problem(&Refusal::new(ErrorCode::SecretsUnavailable)));
    Flow::Pause
}

/// A stream of a plugin.
#[derive(Clone)]
pub struct Stream {
    /// The number of its context.
    pub id: u32,
    pub(super) plugin: Rc<Plugin>,
    pub(super) shared: SharedStream,
}

impl Stream {
    /// Returns a new stream.
    pub fn new(id: u32, plugin: Rc<Plugin>) -> Self {
        Self { id, plugin, shared: SharedStream::new() }
    }

    /// Rules on a post whose body is complete.
    pub(super) fn rule(&self, mut exchange: Exchange) {
        let begun = host::now_nanoseconds();
        let mut iv_seed = [0; 16];
        if exchange.needs_access_token() {
            exchange.set_access_token(self.plugin.access_token.token());
        }
        exchange.set_replay_window(self.plugin.replay_window.clone());
        let ruling = if exchange.needs_randomness() && host::fill_random(&mut iv_seed).is_err() {
            exchange.abandon(ErrorCode::Internal)
        } else {
            exchange.finish(iv_seed)
        };
        let microseconds = host::now_nanoseconds().saturating_sub(begun) / 1000;
        self.carry_out(ruling, microseconds);
    }

    /// Executes a ruling, then tells operators what became of it.
    pub(super) fn carry_out(&self, ruling: Ruling, microseconds: u64) {
        let Ruling { command, record } = ruling;
        match self.execute(command) {
            Ok(()) => self.publish(&record, microseconds),
            Err(error) => self.fail(error, Some(&record.failed())),
        }
    }

    /// Gives up a post that is still to be ruled on, and answers it.
    pub(super) fn refuse(&self, code: ErrorCode) {
        if let Some(ruling) = self.shared.abandon(code) {
            self.carry_out(ruling, 0);
        }
    }

    /// Lets the stream go on if it may, from outside of its own callbacks.
    pub(super) fn release(&self) -> HostResult<()> {
        let goes_on =
            self.shared.with(|state| matches!(state, StreamState::PassThrough | StreamState::AwaitingResponse(_)));
        if goes_on { host::continue_request() } else { Ok(()) }
    }

    /// Ends the stream if a host call failed: it is never let through.
    pub(super) fn end_failed(&self, done: HostResult<()>) {
        if let Err(error) = done {
            let ruling = self.shared.abandon(ErrorCode::Internal);
            self.fail(error, ruling.as_ref().map(|ruling| &ruling.record));
        }
    }

    /// Answers the stream.
    pub(super) fn reply(&self, reply: &LocalReply) -> HostResult<()> {
        self.shared.set(StreamState::LocalReply);
        host::send_local_reply(reply)
    }

    /// Tells operators of a post that has ended already: its access log is written.
    pub(super) fn account(&self, record: &Record, microseconds: u64) {
        self.plugin.stats.ruled(record, microseconds);
        log::audit(record, microseconds);
    }

    /// Tells operators of a post.
    pub(super) fn publish(&self, record: &Record, microseconds: u64) {
        host::set_filter_state(DECISION_STATE, record.decision());
        if self.plugin.config.observe.filter_state {
            Self::tell_access_log(record);
        }
        self.account(record, microseconds);
    }

    fn tell_access_log(record: &Record) {
        if let Some(id) = &record.requester_id {
            host::set_filter_state("kyc_requester_id", id);
        }
        if let Some(profile) = &record.profile {
            host::set_filter_state("kyc_profile", profile);
        }
        if let Some(verdict) = &record.verdict {
            host::set_filter_state("kyc_score", &verdict.score.to_string());
            host::set_filter_state("kyc_failed_checks", &record.failed_checks());
            host::set_filter_state("kyc_settings_revision", &verdict.revision);
            host::set_filter_state("kyc_config_revision", record.config_revision.as_deref().unwrap_or_default());
        }
    }

    fn fail(&self, error: HostError, record: Option<&Record>) {
        log::host_call_failed(error);
        match record {
            Some(record) => self.publish(record, 0),
            None => self.plugin.stats.failed(ErrorCode::Internal),
        }
        let requester_id = record.and_then(|record| record.requester_id.clone());
        let refusal = Refusal { requester_id, ..Refusal::new(ErrorCode::Internal) };
        let _ = self.reply(&local_reply::problem(&refusal));
    }

    /// Ends the stream because of a bug, whatever state that left it in.
    #[cfg(feature = "native")]
    pub fn fail_internally(&self) {
        self.shared.set(StreamState::LocalReply);
        self.plugin.stats.failed(ErrorCode::Internal);
        let _ = self.reply(&local_reply::problem(&Refusal::new(ErrorCode::Internal)));
    }

    fn execute(&self, command: Command) -> HostResult<()> {
        self.shared.set(StreamState::LocalReply);
        match command {
            Command::Forward(forward) => {
                self.forward(&forward)?;
                self.shared.set(forward.response.map_or(StreamState::PassThrough, StreamState::AwaitingResponse));
                Ok(())
            }
            Command::LocalReply(reply) => self.reply(&reply),
        }
    }

    fn forward(&self, forward: &Forward) -> HostResult<()> {
        if let Body::Replace(pieces) = &forward.body {
            self.shared.request_body().replace(pieces.iter())?;
            for name in self.shared.take_body_trailers() {
                host::remove_header(Map::RequestTrailers, name.as_bytes())?;
            }
        }
        for name in &forward.remove {
            host::remove_header(Map::RequestHeaders, name.as_bytes())?;
        }
        for (name, value) in &forward.set {
            host::set_header(Map::RequestHeaders, name, value)?;
        }
        host::clear_route_cache()
    }
}
