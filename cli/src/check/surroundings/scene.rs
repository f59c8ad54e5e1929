//! A gate with all that is known around it.

use kyc_gate::config::Config;

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Gate, Host, Shape};
use crate::source::Node;

use super::inventory::Inventory;
use super::part::Part;
use super::routes::{self, Routing};
use super::version::Envoy;

/// A gate with all that is known around it.
pub struct Scene<'f> {
    /// The gate.
    pub(super) gate: &'f Gate<'f>,
    /// All gates of its file.
    pub(super) gates: &'f [Gate<'f>],
    /// The root of its document.
    pub(super) own: Part<'f>,
    /// What all files hold, since what belongs together may be spread over some.
    pub(super) inventory: &'f Inventory<'f>,
    /// The configuration, where the gate accepts it.
    pub(super) config: Option<&'f Config>,
    /// For which Envoy it is meant, if that is known.
    pub(super) envoy: Option<Envoy>,
    /// The connection manager around the gate, or the one that asks for it.
    pub(super) manager: Option<Part<'f>>,
    /// What that one routes by.
    pub(super) routing: Routing<'f>,
}

impl<'f> Scene<'f> {
    /// Returns the scenes of a gate: one for each connection manager that asks for it.
    #[must_use]
    pub fn of(
        gate: &'f Gate<'f>,
        gates: &'f [Gate<'f>],
        inventory: &'f Inventory<'f>,
        config: Option<&'f Config>,
        envoy: Option<Envoy>,
    ) -> Vec<Self> {
        let Some(own) = inventory.own(gate) else { return Vec::new() };
        let scene = |manager: Option<Part<'f>>| {
            let routing = manager.map(|manager| routes::of(inventory, &manager)).unwrap_or_default();
            Self { gate, gates, own, inventory, config, envoy, manager, routing }
        };
        let managers = inventory.managers_of(gate);
        if managers.is_empty() { vec![scene(None)] } else { managers.into_iter().map(Some).map(scene).collect() }
    }

    /// Returns a finding at a node of the gate's document.
    pub(super) fn finding(&self, code: Code, node: &Node, message: impl Into<String>) -> Finding {
        self.own.finding(code, node, message)
    }

    /// Returns a finding at the value of a node of the gate's document.
    pub(super) fn value(&self, code: Code, node: &Node, message: impl Into<String>) -> Finding {
        self.own.value(code, node, message)
    }

    /// Returns the entry of `http_filters` that is the gate, or that asks for it.
    pub(super) fn entry(&self) -> Option<&'f Node> {
        let entries = self.manager?.root.get("http_filters")?.elements();
        let is_around = |entry: &&Node| self.gate.lineage.iter().any(|node| std::ptr::eq(*node, *entry));
        entries.iter().find(is_around).or_else(|| {
            let name = self.gate.around("typed_config")?.text_of("name")?;
            let asks = |entry: &&Node| entry.text_of("name") == Some(name) && entry.get("config_discovery").is_some();
            entries.iter().find(asks)
        })
    }

    /// Returns the filter's own message, with its `@type` or the one that stands for it.
    pub(super) fn filter(&self) -> Option<&'f Node> {
        let lineage = &self.gate.lineage;
        match self.gate.shape {
            // The plugin stands in the filter's `config`.
            Shape::Filter(Host::Wasm) => lineage.len().checked_sub(2).and_then(|at| lineage.get(at)).copied(),
            Shape::Filter(Host::Native) => lineage.last().copied(),
            _ => None,
        }
    }

    /// Returns the Kubernetes object that the gate stands in.
    pub(super) fn object(&self) -> Option<&'f Node> {
        self.gate.lineage.iter().copied().find(|node| node.get("apiVersion").is_some() && node.get("kind").is_some())
    }

    /// Returns the Kubernetes objects of a kind: those of the gate's own file, or where that has none, of all. Files of
    /// one directory may be alternatives.
    pub(super) fn objects(&self, kind: &str) -> Vec<Part<'f>> {
        let all = self.inventory.objects(kind);
        let here: Vec<_> = all.iter().filter(|object| object.file == self.own.file).copied().collect();
        self.inventory.use_all(if here.is_empty() { all.to_vec() } else { here })
    }

    /// Returns the prefix of decision headers.
    pub(super) fn prefix(&self) -> String {
        self.config.map_or_else(|| "x-kyc-".to_owned(), |config| config.decision.header_prefix.clone())
    }
}
