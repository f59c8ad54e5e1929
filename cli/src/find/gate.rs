//! A place where the gate is configured.

use std::ops::Range;

use crate::source::{Document, Node};

use super::configuration::Configuration;

/// A place where the gate is configured, and what stands around it.
pub struct Gate<'f> {
    /// The document in which it stands.
    pub document: &'f Document,
    /// What it is called there, or by the configuration's place in the file.
    pub name: String,
    /// What holds it.
    pub shape: Shape,
    /// From the document's root to what configures it, that included.
    pub lineage: Vec<&'f Node>,
    /// Its configuration.
    pub configuration: Configuration<'f>,
}

/// What holds the gate's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing: the plugin configuration by itself.
    Bare,
    /// A filter of Envoy's, wherever it stands.
    Filter(Host),
    /// Istio's `WasmPlugin`.
    WasmPlugin,
    /// Istio's `TrafficExtension`, which takes its place from Istio 1.30 on.
    TrafficExtension,
    /// Envoy Gateway's `EnvoyExtensionPolicy`.
    ExtensionPolicy(Host),
}

/// Which of Envoy's filters runs the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// `envoy.filters.http.wasm`.
    Wasm,
    /// `envoy.filters.http.dynamic_modules`.
    Native,
}

impl<'f> Gate<'f> {
    /// Returns what configures it: Envoy's `PluginConfig`, the native filter, a `WasmPlugin`'s spec, the
    /// `wasm` of a `TrafficExtension` or a policy's entry.
    #[must_use]
    pub fn plugin(&self) -> &'f Node {
        self.lineage.last().copied().unwrap_or(&self.document.root)
    }

    /// Returns the nearest thing around it that has a member of this name.
    #[must_use]
    pub fn around(&self, member: &str) -> Option<&'f Node> {
        self.lineage.iter().rev().copied().find(|node| node.get(member).is_some())
    }

    /// Returns where a node of its document stands in the file.
    #[must_use]
    pub fn place(&self, node: &Node) -> Range<usize> {
        self.document.text.span(node.mark())
    }

    /// Returns whether the module runs in Wasm.
    #[must_use]
    pub fn is_wasm(&self) -> bool {
        match self.shape {
            Shape::Filter(host) | Shape::ExtensionPolicy(host) => host == Host::Wasm,
            Shape::WasmPlugin | Shape::TrafficExtension => true,
            Shape::Bare => false,
        }
    }
}
