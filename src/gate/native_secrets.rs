//! Plugins of a configuration whose secrets come by SDS: they are made when the secrets are there, and again when those
//! change. Streams keep the plugin that they began with.

use std::rc::Rc;
use std::sync::Arc;

use crate::config::{MetricNames, Outline, Problems, Subscription};

use super::host::hooks::Config;
use super::host::{self, Host, ROOT, Scope, Values};
use super::log;
use super::plugin::{LoadError, Plugin};
use super::stats::Stats;

/// What came of looking at the secrets.
pub enum Renewal {
    /// They are as they were.
    Unchanged,
    /// This plugin has the new ones.
    Renewed(Rc<Plugin>),
    /// The new ones can't be used.
    Refused(Problems),
    /// The host doesn't let the plugin be made, which is logged.
    Failed,
}

/// Asks Envoy for the secrets of a configuration, where it has any. Only while it is made; `false` refuses it, with the
/// reason in Envoy's log.
pub fn subscribe(host: &Host, scope: &Rc<Scope>) -> bool {
    match Outline::parse(&host.configuration, &host::variable) {
        Ok(outline) if outline.subscriptions.is_empty() => true,
        Ok(outline) => prepare(host, scope, &outline.subscriptions, &outline.metric_names),
        Err(problems) => refused(&problems),
    }
}

/// Envoy takes definitions of metrics only now, and the plugin may come later.
fn prepare(host: &Host, scope: &Rc<Scope>, subscriptions: &[Subscription], names: &MetricNames) -> bool {
    if let Err(error) = host::enter(scope, ROOT, false, || Stats::define(names).map(drop)) {
        log::not_configured(error);
        return false;
    }
    match host.vault.subscribe(host.config, subscriptions) {
        Ok(()) => true,
        Err(name) => refused(&Problems::no_subscription(name)),
    }
}

fn refused(problems: &Problems) -> bool {
    log::refused_configuration(problems);
    false
}

/// Looks at the secrets on the main thread, which tells what came of it.
pub fn renew_root(scope: &Rc<Scope>, config: Config, has_plugin: bool) -> Option<Rc<Plugin>> {
    let vault = &scope.host.vault;
    match renew(scope, vault.read(config)) {
        Renewal::Renewed(plugin) => {
            vault.keep(Arc::clone(&scope.values.borrow()));
            log::secrets_in_force(vault.names());
            Some(plugin)
        }
        Renewal::Refused(problems) => {
            log::refused_secrets(&problems, has_plugin);
            None
        }
        Renewal::Unchanged | Renewal::Failed => None,
    }
}

/// Looks at the secrets on a worker. Where they can't be used, the last ones that could are.
pub fn renew_worker(scope: &Rc<Scope>, delivered: Values) -> Option<Rc<Plugin>> {
    match renew(scope, delivered) {
        Renewal::Renewed(plugin) => Some(plugin),
        Renewal::Refused(_) => {
            let sound = scope.host.vault.sound().filter(|sound| *sound != *scope.values.borrow())?;
            load(scope, sound).ok()
        }
        Renewal::Unchanged | Renewal::Failed => None,
    }
}

fn renew(scope: &Rc<Scope>, delivered: Values) -> Renewal {
    if scope.seen.borrow().as_ref().is_some_and(|seen| **seen == delivered) {
        return Renewal::Unchanged;
    }
    let delivered = Arc::new(delivered);
    scope.seen.replace(Some(Arc::clone(&delivered)));
    match load(scope, delivered) {
        Ok(plugin) => Renewal::Renewed(plugin),
        Err(LoadError::Refused(problems)) => Renewal::Refused(problems),
        Err(LoadError::Host(error)) => {
            log::not_configured(error);
            Renewal::Failed
        }
    }
}

/// Loads a plugin with these secrets. On failure, the scope keeps those of the plugin before.
fn load(scope: &Rc<Scope>, values: Arc<Values>) -> Result<Rc<Plugin>, LoadError> {
    let before = scope.values.replace(values);
    let loaded = host::enter(scope, ROOT, false, Plugin::load);
    if loaded.is_err() {
        drop(scope.values.replace(before));
    }
    loaded.map(Rc::new)
}
