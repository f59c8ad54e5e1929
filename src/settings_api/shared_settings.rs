//! The settings in force, the same for all workers.
//!
//! Two entries of the shared table: the *document*, which compare-and-swap guards and which is the truth, and a *mark*,
//! written after each change of the document, so that a worker needs to read nothing but a few bytes to know that it
//! is up to date. Only the mark's version counts: should two writers set it in the wrong order, it still changes after
//! the last change of the document.

use std::cell::RefCell;
use std::rc::Rc;

use crate::scoring::Settings;
use crate::shared::{Expected, SharedData};

use super::document;
use super::precondition::Precondition;

/// A swap fails only when another one succeeded, so with a worker or two per core this many failures are a fault.
const ATTEMPTS: usize = 1000;

/// The settings in force, as one worker sees them.
pub(super) struct SharedSettings {
    document_key: String,
    mark_key: String,
    initial: Option<Rc<Settings>>,
    /// What was read last, and at which version of the mark.
    seen: RefCell<Option<(u32, Option<Rc<Settings>>)>>,
}

/// Why settings were not replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreplaced {
    Precondition,
    Contention,
}

impl SharedSettings {
    /// `initial` are in force until somebody replaces them.
    pub(super) fn new(namespace: &str, initial: Option<Rc<Settings>>) -> Self {
        Self {
            document_key: format!("{namespace}.document"),
            mark_key: format!("{namespace}.mark"),
            initial,
            seen: RefCell::new(None),
        }
    }

    /// Returns what to score by. One look-up of a few bytes, unless there is something new.
    pub(super) fn settings(&self, data: &impl SharedData) -> Option<Rc<Settings>> {
        let Some((_, mark)) = data.get(&self.mark_key) else { return self.initial.clone() };
        let before = match &*self.seen.borrow() {
            Some((seen, settings)) if *seen == mark => return settings.clone(),
            Some((_, settings)) => settings.clone(),
            None => self.initial.clone(),
        };
        // Another edition of the gate that shares the table may have stored what this one can't read.
        let settings = self.read(data, before.as_ref()).or(before);
        *self.seen.borrow_mut() = Some((mark, settings.clone()));
        settings
    }

    fn read(&self, data: &impl SharedData, before: Option<&Rc<Settings>>) -> Option<Rc<Settings>> {
        let (value, _) = data.get(&self.document_key)?;
        let (revision, text) = split(&value)?;
        match before {
            Some(before) if before.revision() == revision => Some(Rc::clone(before)),
            _ => document::settings(text).ok().map(Rc::new),
        }
    }

    /// Returns the version of the document, to tell later whether it was replaced.
    pub(super) fn version(&self, data: &impl SharedData) -> Expected {
        Expected::of(data.get(&self.document_key).as_ref())
    }

    /// Replaces the settings if the precondition admits it.
    pub(super) fn replace(
        &self,
        data: &impl SharedData,
        precondition: &Precondition,
        settings: &Settings,
    ) -> Result<(), Unreplaced> {
        for _ in 0..ATTEMPTS {
            let seen = data.get(&self.document_key);
            let revision = self.revision_of(seen.as_ref());
            if !precondition.admits(revision) {
                return Err(Unreplaced::Precondition);
            }
            if revision == Some(settings.revision()) || self.swap(data, settings, Expected::of(seen.as_ref())) {
                return Ok(());
            }
        }
        Err(Unreplaced::Contention)
    }

    /// Returns whether the precondition admits to replace the settings in force.
    pub(super) fn admitted_by(&self, data: &impl SharedData, precondition: &Precondition) -> bool {
        precondition.admits(self.revision_of(data.get(&self.document_key).as_ref()))
    }

    /// Replaces the settings of a version; whether they are in force now and were not before.
    pub(super) fn follow(&self, data: &impl SharedData, settings: &Settings, expected: Expected) -> bool {
        let seen = data.get(&self.document_key);
        let stored = seen.as_ref().and_then(|(value, _)| split(value)).map(|(revision, _)| revision);
        stored != Some(settings.revision()) && self.swap(data, settings, expected)
    }

    fn swap(&self, data: &impl SharedData, settings: &Settings, expected: Expected) -> bool {
        let value = [settings.revision().as_bytes(), b"\n", settings.document().as_bytes()].concat();
        let swapped = data.set(&self.document_key, &value, expected);
        if swapped {
            data.set(&self.mark_key, settings.revision().as_bytes(), Expected::Anything);
        }
        swapped
    }

    fn revision_of<'v>(&'v self, stored: Option<&'v (Vec<u8>, u32)>) -> Option<&'v str> {
        match stored {
            Some((value, _)) => split(value).map(|(revision, _)| revision),
            None => self.initial.as_deref().map(Settings::revision),
        }
    }
}

/// Returns revision and document of a stored value.
fn split(value: &[u8]) -> Option<(&str, &[u8])> {
    let at = value.iter().position(|&byte| byte == b'\n')?;
    let (revision, document) = value.split_at_checked(at)?;
    Some((std::str::from_utf8(revision).ok()?, document.get(1..)?))
}
