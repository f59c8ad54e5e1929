//! What a version of Envoy doesn't know.

use std::str::FromStr;

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Host, Shape};
use crate::source::Node;

use super::inventory::Topic;
use super::scene::Scene;

/// A version of Envoy, of those that are supported: 1.36 to 1.40.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Envoy(u16);

/// The oldest and the newest version.
const SUPPORTED: (u16, u16) = (36, 40);
/// The first Envoy whose interface for native modules is frozen.
const NATIVE: Envoy = Envoy(40);
/// The first Envoy that goes by a route's `request_body_buffer_limit` where that is more than the connection's limit.
pub(super) const ROUTE_BUFFER: Envoy = Envoy(37);
/// Fields of what surrounds the gate that came with a version.
const FIELDS: [(&str, Envoy); 2] = [("metrics_namespace", Envoy(38)), ("nack_on_cache_miss", Envoy(38))];

impl FromStr for Envoy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (oldest, newest) = SUPPORTED;
        let minor = text.strip_prefix("1.").and_then(|rest| rest.split('.').next()?.parse().ok());
        let known = minor.filter(|minor| (oldest..=newest).contains(minor));
        known.map(Self).ok_or_else(|| format!("must be 1.{oldest} to 1.{newest}"))
    }
}

impl std::fmt::Display for Envoy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(envoy) = scene.envoy else { return };
    let is_native = matches!(scene.gate.shape, Shape::Filter(Host::Native) | Shape::ExtensionPolicy(Host::Native));
    let plugin = scene.gate.plugin();
    if is_native && envoy < NATIVE {
        let at = plugin.get("filter_name").or_else(|| plugin.get("name")).unwrap_or(plugin);
        let message = format!("the native module needs Envoy {NATIVE} or later, not {envoy}");
        findings.push(scene.value(Code::EnvoyTooOld, at, message));
        return;
    }
    if !scene.inventory.is_first(Topic::Version, scene.own.root) {
        return;
    }
    let mut open: Vec<&Node> = vec![scene.own.root];
    while let Some(node) = open.pop() {
        for (name, member) in node.members() {
            let since = FIELDS.iter().find(|(field, _)| field == name).map(|(_, since)| *since);
            if let Some(since) = since.filter(|since| envoy < *since) {
                let message = format!("Envoy {envoy} doesn't know {name}, which came with {since}");
                findings.push(scene.finding(Code::EnvoyTooOld, member, message));
            }
            open.push(member);
        }
        open.extend(node.elements());
    }
}
