//! A call to the settings API: the request's callbacks in, replies and calls to the store out.

use crate::exchange::local_reply;
use crate::exchange::refusal::{ErrorCode, Refusal};
use crate::http::LocalReply;
use crate::settings_api::{Head, Request, RequestStart, Update, UpdateStart};

use super::host::{self, CallResponse, HeaderMap, HostResult, Retention};
use super::log;
use super::stream::Stream;
use super::stream_state::{SavingSettings, StreamState};

impl Stream {
    /// Takes a call in.
    pub(super) fn open_settings(&self, headers: &HeaderMap, end_of_stream: bool) -> HostResult<()> {
        let Some(registry) = self.plugin.settings.registry() else { return self.reply_internal() };
        let reservation = self.plugin.memory.reserve(self.plugin.config.max_inflight_bytes);
        match Request::open(registry.api(), Head::read(headers.iter()), reservation) {
            RequestStart::Reply(reply) => {
                if reply.status == ErrorCode::Unauthorized.status() {
                    self.plugin.stats.failed(ErrorCode::Unauthorized);
                }
                self.reply(&reply)
            }
            RequestStart::Show => self.reply(&registry.show()),
            RequestStart::Read(request) => {
                self.shared.set(StreamState::BufferingSettings(request));
                if end_of_stream { self.finish_settings() } else { Ok(()) }
            }
        }
    }

    /// Takes the next chunk of the body, if the stream is such a call.
    pub(super) fn take_settings(&self, size: usize) -> HostResult<()> {
        let taken = self.shared.with(|state| match state {
            StreamState::BufferingSettings(request) => {
                let (body, room) = (self.shared.request_body(), request.room());
                body.next_chunk(size, Retention::Take, room, |piece| request.take(piece))
            }
            _ => Ok(Ok(())),
        })?;
        taken.or_else(|reply| self.reply(&reply))
    }

    /// Carries the update out, or begins to, if the stream is such a call.
    pub(super) fn finish_settings(&self) -> HostResult<()> {
        let Some(request) = self.shared.take_settings_request() else { return Ok(()) };
        match request.finish() {
            Ok(update) => self.update_settings(update),
            Err(reply) => self.reply(&reply),
        }
    }

    /// Takes the response to a call made in the name of this stream: the token issuer's, or the store's to an update.
    pub fn call_ended(&self, call: u32, size: usize) {
        if !Self::introspected(&self.plugin, call, size) {
            let saving = self.shared.take_saving();
            let done = saving.map_or(Ok(()), |saving| self.saved(&saving, CallResponse::status()));
            self.end_failed(done);
        }
    }

    /// The caller went away while the store was asked.
    pub(super) fn abandon_saving(&self, saving: &SavingSettings) {
        if let Some(registry) = self.plugin.settings.registry() {
            registry.abandoned(saving.until);
        }
    }

    fn update_settings(&self, update: Update) -> HostResult<()> {
        let Some(registry) = self.plugin.settings.registry() else { return self.reply_internal() };
        let until = match registry.update(&update, host::now_nanoseconds()) {
            UpdateStart::Reply(reply) => return self.conclude(&update, &reply),
            UpdateStart::Save { until } => until,
        };
        let saving = SavingSettings { update, until };
        let document = saving.update.settings.document().as_bytes();
        let called = registry
            .store()
            .is_some_and(|store| host::http_call(&store.upstream, store.save_headers(), Some(document)).is_ok());
        if !called {
            return self.saved(&saving, None);
        }
        self.shared.set(StreamState::SavingSettings(saving));
        Ok(())
    }

    fn saved(&self, saving: &SavingSettings, status: Option<u16>) -> HostResult<()> {
        let Some(registry) = self.plugin.settings.registry() else { return self.reply_internal() };
        let reply = registry.saved(&saving.update, saving.until, status);
        self.plugin.stats.store_called(reply.status == 200);
        self.conclude(&saving.update, &reply)
    }

    /// Replies that something is wrong with the gate, which is counted.
    fn reply_internal(&self) -> HostResult<()> {
        self.plugin.stats.failed(ErrorCode::Internal);
        self.reply(&local_reply::problem(&Refusal::new(ErrorCode::Internal)))
    }

    fn conclude(&self, update: &Update, reply: &LocalReply) -> HostResult<()> {
        if reply.status == 200 {
            log::settings_replaced(update.settings.revision());
            self.plugin.show_revision();
        }
        self.reply(reply)
    }
}
