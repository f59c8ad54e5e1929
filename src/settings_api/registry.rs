//! Where the settings are shown, replaced and kept up to date: one registry for each worker, all of one mind.

use std::cell::Cell;
use std::rc::Rc;

use sha2::{Digest, Sha256};

use crate::http::{CallFailure, LocalReply};
use crate::scoring::Settings;
use crate::shared::{Expected, Lease, Outage, SharedData};

use super::block::SettingsApi;
use super::precondition::Precondition;
use super::request::Update;
use super::response::{self, RequestError};
use super::shared_settings::{SharedSettings, Unreplaced};
use super::store::{self, Store};

const SECOND: u64 = 1_000_000_000;
const MILLISECOND: u64 = 1_000_000;
/// What a call may take beyond its timeout until the worker hears of it.
const GRACE: u64 = SECOND;
/// Pause between attempts to load while there are no settings at all.
const IMPATIENT: u64 = SECOND;

/// The settings in force and the rules by which they change. Times are nanoseconds since the Unix epoch.
pub struct Registry<D> {
    api: Rc<SettingsApi>,
    header_prefix: String,
    data: D,
    shared: SharedSettings,
    /// Whose turn it is to ask the store.
    poll: Lease,
    /// Who has an update on its way to the store.
    update: Lease,
    polling: Cell<Option<Poll>>,
}

/// A poll under way.
#[derive(Clone, Copy)]
struct Poll {
    began: u64,
    /// When the next one is due, should this one never end.
    next: u64,
    /// The document's version when it began.
    replaces: Expected,
}

/// How an update starts.
pub enum UpdateStart {
    /// It is over.
    Reply(LocalReply),
    /// It is to be sent to the store; then [`Registry::saved`] must be told the outcome and this time.
    Save {
        /// When the update ends at the latest.
        until: u64,
    },
}

/// How a poll went.
#[derive(Debug, Clone, Copy, Default)]
pub struct PollReport {
    /// Whether the store gave settings.
    pub ok: bool,
    /// Whether an outage of the store began or ended.
    pub outage: Option<Outage<CallFailure>>,
    /// Whether other settings are in force now.
    pub changed: bool,
}

impl<D: SharedData> Registry<D> {
    /// Opens the registry of a plugin; `plugin` tells it from others in the same process. `initial` are in force until
    /// others are known.
    ///
    /// Without a store, what was changed belongs to the settings that it was changed from: a configuration with other
    /// ones starts from those. With a store, the store's settings go on whatever the configuration says.
    pub fn new(
        api: Rc<SettingsApi>,
        header_prefix: &str,
        initial: Option<Rc<Settings>>,
        plugin: &[u8],
        data: D,
    ) -> Self {
        let origin = match &api.store {
            Some(Store { upstream, .. }) => {
                format!("{}\n{}\n{}", upstream.cluster, upstream.authority, upstream.path)
            }
            None => initial.as_deref().map_or_else(String::new, |settings| settings.revision().to_owned()),
        };
        let digest = Sha256::new().chain_update(plugin).chain_update([0]).chain_update(&api.path).chain_update([0]);
        let hash = base16ct::lower::encode_string(&digest.chain_update(origin).finalize());
        let namespace = format!("kyc_gate.settings.{hash}");
        Self {
            shared: SharedSettings::new(&namespace, initial),
            poll: Lease::new(format!("{namespace}.poll")),
            update: Lease::new(format!("{namespace}.update")),
            header_prefix: header_prefix.to_owned(),
            polling: Cell::new(None),
            api,
            data,
        }
    }

    /// Returns what to score by; `None` until the store has been reached for the first time.
    pub fn settings(&self) -> Option<Rc<Settings>> {
        self.shared.settings(&self.data)
    }

    /// Returns the block of the configuration.
    pub fn api(&self) -> &SettingsApi {
        &self.api
    }

    /// Returns the store, if there is one.
    pub fn store(&self) -> Option<&Store> {
        self.api.store.as_ref()
    }

    /// Returns the response to a call that asks for the settings.
    pub fn show(&self) -> LocalReply {
        match self.settings() {
            Some(settings) => self.confirm(&settings),
            None => response::error(RequestError::SettingsUnavailable),
        }
    }

    /// Carries an update out, or has it sent to the store first.
    pub fn update(&self, update: &Update, now: u64) -> UpdateStart {
        let Some(store) = self.store() else {
            return UpdateStart::Reply(match self.shared.replace(&self.data, &update.precondition, &update.settings) {
                Ok(()) => self.confirm(&update.settings),
                Err(Unreplaced::Precondition) => self.precondition_failed(),
                Err(Unreplaced::Contention) => busy(),
            });
        };
        let until = now.saturating_add(timeout(store)).saturating_add(GRACE);
        if !self.update.take(&self.data, now, until) {
            return UpdateStart::Reply(busy());
        }
        if !self.shared.admitted_by(&self.data, &update.precondition) {
            self.end_update(until);
            return UpdateStart::Reply(self.precondition_failed());
        }
        UpdateStart::Save { until }
    }

    /// Ends an update with the status of the store's response, `None` where there was none. Returns the response to the
    /// caller.
    pub fn saved(&self, update: &Update, until: u64, status: Option<u16>) -> LocalReply {
        let reply = match store::saved(status) {
            // The store has them already, so no precondition may stand in the way here.
            Ok(()) => match self.shared.replace(&self.data, &Precondition::default(), &update.settings) {
                Ok(()) => self.confirm(&update.settings),
                Err(_) => busy(),
            },
            Err(error) => {
                if error == RequestError::StoreUnavailable {
                    self.abandoned(until);
                }
                response::error(error)
            }
        };
        self.end_update(until);
        reply
    }

    /// Takes note that there is no knowing whether the store took an update. The next poll will tell, once the update
    /// has ended.
    pub fn abandoned(&self, until: u64) {
        self.poll.hasten(&self.data, until);
    }

    /// Tells whether this worker is to ask the store now. If so, [`Registry::polled`] must follow.
    pub fn takes_poll(&self, now: u64) -> bool {
        let Some(store) = self.store().filter(|_| self.polling.get().is_none()) else { return false };
        let longest = timeout(store).saturating_add(GRACE);
        let next = now.saturating_add(self.pause(store).max(longest));
        let taken = self.poll.take(&self.data, now, next);
        if taken {
            self.polling.set(Some(Poll { began: now, next, replaces: self.shared.version(&self.data) }));
        }
        taken
    }

    /// Takes the store's response to a poll: status `None` where there was none.
    pub fn polled(&self, status: Option<u16>, body: &[u8]) -> PollReport {
        let (Some(store), Some(poll)) = (self.store(), self.polling.take()) else { return PollReport::default() };
        // What was replaced while the poll was under way is newer than what the poll brings.
        let followed =
            store::loaded(status, body).map(|settings| self.shared.follow(&self.data, &settings, poll.replaces));
        let due = poll.began.saturating_add(self.pause(store));
        let outage = self.poll.finish(&self.data, poll.next, followed.map(|_| ()), |_| due);
        PollReport { ok: followed.is_ok(), outage, changed: followed.unwrap_or(false) }
    }

    fn end_update(&self, until: u64) {
        self.update.finish::<CallFailure>(&self.data, until, Ok(()), |_| 0);
    }

    fn pause(&self, store: &Store) -> u64 {
        if self.settings().is_some() { u64::from(store.poll_seconds).saturating_mul(SECOND) } else { IMPATIENT }
    }

    fn confirm(&self, settings: &Settings) -> LocalReply {
        response::settings(settings, &self.header_prefix, self.store().is_some())
    }

    fn precondition_failed(&self) -> LocalReply {
        let reply = response::error(RequestError::PreconditionFailed);
        match self.settings() {
            Some(settings) => reply.with(format!("{}settings-revision", self.header_prefix), settings.revision()),
            None => reply,
        }
    }
}

fn busy() -> LocalReply {
    response::error(RequestError::Busy).with("retry-after", "1")
}

fn timeout(store: &Store) -> u64 {
    u64::from(store.upstream.timeout_ms).saturating_mul(MILLISECOND)
}
