//! A call to the settings API: the request's callbacks in, replies and calls to the store out.

use crate::http::LocalReply;
use crate::settings_api::response::{RequestError, fault};
use crate::settings_api::{Head, Next, Request, Step, Update};

use super::host::{self, HostError, HostResult};
use super::log;
use super::pairs;
use super::root::Plugin;
use super::ruling::send;
use super::seat::{Seat, State, take_request, take_saving};
use super::settings;

/// An update that the store has yet to take.
pub struct Saving {
    update: Update,
    until: u64,
}

/// Takes a call in.
pub fn open(plugin: &Plugin, seat: &Seat, headers: &[u8]) -> HostResult<()> {
    let registry = plugin.settings.registry().ok_or(HostError)?;
    let holding = plugin.memory.reserve(plugin.config.max_inflight_bytes);
    match Request::open(registry.api(), Head::read(pairs::iter(headers)), holding) {
        Step::Answer(reply) => send(seat, &reply),
        Step::Show => send(seat, &registry.show()),
        Step::Read(request) => {
            *seat.borrow_mut() = State::Reading(request);
            Ok(())
        }
    }
}

/// Takes the next chunk of the body in.
pub fn take(seat: &Seat, chunk: &[u8]) -> HostResult<()> {
    let taken = match &mut *seat.borrow_mut() {
        State::Reading(request) => request.take(chunk),
        _ => Ok(()),
    };
    taken.or_else(|reply| send(seat, &reply))
}

/// Carries the update out, or begins to.
pub fn finish(plugin: &Plugin, seat: &Seat) -> HostResult<()> {
    let Some(request) = take_request(seat) else { return Ok(()) };
    match request.finish() {
        Ok(update) => begin(plugin, seat, update),
        Err(reply) => send(seat, &reply),
    }
}

fn begin(plugin: &Plugin, seat: &Seat, update: Update) -> HostResult<()> {
    let registry = plugin.settings.registry().ok_or(HostError)?;
    let until = match registry.update(&update, host::now_nanoseconds()) {
        Next::Answer(reply) => return conclude(seat, &update, &reply),
        Next::Save { until } => until,
    };
    let store = registry.store().ok_or(HostError)?;
    if settings::call(store, store.save_headers(), Some(update.settings.document().as_bytes())).is_ok() {
        *seat.borrow_mut() = State::Saving(Saving { update, until });
        return Ok(());
    }
    saved(plugin, seat, &Saving { update, until }, None)
}

/// Takes the store's answer.
pub fn answered(plugin: &Plugin, seat: &Seat) -> HostResult<()> {
    take_saving(seat).map_or(Ok(()), |saving| saved(plugin, seat, &saving, settings::answer_status()))
}

fn saved(plugin: &Plugin, seat: &Seat, saving: &Saving, status: Option<u16>) -> HostResult<()> {
    let registry = plugin.settings.registry().ok_or(HostError)?;
    let reply = registry.saved(&saving.update, saving.until, status);
    plugin.stats.store_called(reply.status == 200);
    conclude(seat, &saving.update, &reply)
}

/// The caller went away while the store was asked.
pub fn abandon(plugin: &Plugin, saving: &Saving) {
    if let Some(registry) = plugin.settings.registry() {
        registry.abandoned(saving.until);
    }
}

/// Ends a call that waits in vain for its body. The stream must be the effective context.
pub fn end_stuck(seat: &Seat) -> HostResult<()> {
    take_request(seat).map_or(Ok(()), |_| send(seat, &fault(RequestError::HeaderHoldMissing)))
}

fn conclude(seat: &Seat, update: &Update, reply: &LocalReply) -> HostResult<()> {
    if reply.status == 200 {
        log::settings_replaced(update.settings.revision());
    }
    send(seat, reply)
}
