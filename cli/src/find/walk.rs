//! The search through documents.

use std::collections::HashMap;

use kyc_gate::config::Config;

use crate::source::{Dialect, Document, Kind, Node, Text};

use super::configuration::Configuration;
use super::file;
use super::gate::{Gate, Host, Shape};

const WASM_TYPE: &str = "envoy.extensions.filters.http.wasm.v3.Wasm";
const NATIVE_TYPE: &str = "envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter";
/// A type that names another: Istio's way of writing types that it doesn't know.
const TYPED_STRUCTS: [&str; 2] = ["xds.type.v3.TypedStruct", "udpa.type.v1.TypedStruct"];

/// Most gates of a file that are looked at.
pub const MAX_GATES: usize = 1_000;

/// Returns the gates in documents, in their order: at most one more than [`MAX_GATES`].
#[must_use]
pub fn gates(documents: &[Document]) -> Vec<Gate<'_>> {
    let mut gates = Vec::new();
    for document in documents {
        if gates.len() > MAX_GATES {
            break;
        }
        let mut search = Search { document, lineage: Vec::new(), gates: &mut gates };
        match &document.root.kind {
            // A broken JSON text.
            Kind::Scalar(_) if is_broken(&document.root) => {
                search.bare(Configuration::text(document, &document.root));
            }
            Kind::Map(_) if is_bare(document) => {
                let text = document.text.as_str();
                let is_json = document.is_whole && text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
                search.bare(if is_json {
                    Configuration::Text(Text::clone(&document.text))
                } else {
                    Configuration::Struct(&document.root, Dialect::Kubernetes)
                });
            }
            _ => search.visit(&document.root),
        }
    }
    number(&mut gates);
    gates
}

/// Gives those that are called alike a number.
fn number(gates: &mut [Gate<'_>]) {
    let mut alike: HashMap<String, usize> = HashMap::new();
    for gate in gates.iter() {
        *alike.entry(gate.name.clone()).or_default() += 1;
    }
    alike.retain(|_, count| *count > 1);
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for gate in gates.iter_mut().filter(|gate| alike.contains_key(&gate.name)) {
        let number = numbers.entry(gate.name.clone()).or_default();
        *number += 1;
        gate.name = format!("{}-{number}", gate.name);
    }
}

fn is_broken(root: &Node) -> bool {
    root.at.start == 0 && root.text().is_some_and(|text| text.trim_start().starts_with('{'))
}

/// Returns whether a document is a plugin configuration: it has keys of one, or it is JSON and nothing else that is
/// known.
fn is_bare(document: &Document) -> bool {
    let is_json = document.text.as_str().trim_start().starts_with('{');
    file::is_bare(&document.root) || (is_json && !file::is_other(&document.root))
}

struct Search<'f, 's> {
    document: &'f Document,
    lineage: Vec<&'f Node>,
    gates: &'s mut Vec<Gate<'f>>,
}

impl<'f> Search<'f, '_> {
    fn visit(&mut self, node: &'f Node) {
        if self.gates.len() > MAX_GATES {
            return;
        }
        self.lineage.push(node);
        match node.text_of("kind") {
            Some("WasmPlugin") => self.wasm_plugin(node),
            Some("TrafficExtension") => self.traffic_extension(node),
            Some("EnvoyExtensionPolicy") => self.extension_policy(node),
            _ => self.typed(node),
        }
        node.children().for_each(|child| self.visit(child));
        self.lineage.pop();
    }

    fn bare(&mut self, configuration: Configuration<'f>) {
        self.lineage = vec![&self.document.root];
        self.add("plugin", Shape::Bare, configuration);
    }

    /// Looks at a message with its type.
    fn typed(&mut self, node: &'f Node) {
        let Some((kind, message)) = message(node) else { return };
        let name = self.filter_name();
        if kind == WASM_TYPE {
            let plugin = message.get("config").unwrap_or(message);
            self.below(&[message, plugin], |search| search.wasm_filter(plugin, name));
        } else if kind.starts_with(NATIVE_TYPE) {
            self.below(&[message], |search| search.native_filter(message));
        }
    }

    /// Returns the name of the filter or of the extension around.
    fn filter_name(&self) -> Option<&'f str> {
        let parent = self.lineage.len().checked_sub(2).and_then(|at| self.lineage.get(at))?;
        parent.text_of("name")
    }

    fn below(&mut self, nodes: &[&'f Node], look: impl FnOnce(&mut Self)) {
        let length = self.lineage.len();
        let new = nodes.iter().filter(|node| !self.lineage.last().is_some_and(|last| std::ptr::eq(*last, **node)));
        let new: Vec<_> = new.copied().collect();
        self.lineage.extend(new);
        look(self);
        self.lineage.truncate(length);
    }

    fn wasm_filter(&mut self, plugin: &'f Node, filter: Option<&'f str>) {
        let configuration = Configuration::any(self.document, plugin.get("configuration"));
        let code = plugin.path(&["vm_config", "code"]);
        let names = [plugin.text_of("name"), plugin.text_of("root_id"), filter, vm_id(plugin), code.and_then(location)];
        if names.iter().flatten().any(|name| is_gates(name)) || is_plugin(&configuration) {
            let name = plugin.text_of("name").or(filter).unwrap_or("kyc-gate");
            self.add(name, Shape::Filter(Host::Wasm), configuration);
        }
    }

    fn native_filter(&mut self, filter: &'f Node) {
        let module = filter.get("dynamic_module_config");
        let names = [filter.text_of("filter_name"), module.and_then(|module| module.text_of("name"))];
        if names.iter().flatten().any(|name| is_gates(name)) {
            let configuration = Configuration::any(self.document, filter.get("filter_config"));
            let name = filter.text_of("filter_name").unwrap_or("kyc-gate");
            self.add(name, Shape::Filter(Host::Native), configuration);
        }
    }

    fn wasm_plugin(&mut self, object: &'f Node) {
        if let Some(spec) = object.get("spec") {
            self.istio_extension(object, &[spec], Shape::WasmPlugin);
        }
    }

    /// An object with `lua` is no Wasm module; one with neither may be a `WasmPlugin` with another kind.
    fn traffic_extension(&mut self, object: &'f Node) {
        let Some(spec) = object.get("spec") else { return };
        match (spec.get("wasm"), spec.get("lua")) {
            (Some(wasm), _) => self.istio_extension(object, &[spec, wasm], Shape::TrafficExtension),
            (None, Some(_)) => {}
            (None, None) => self.istio_extension(object, &[spec], Shape::TrafficExtension),
        }
    }

    /// Looks at what Istio makes a Wasm filter of: the last of `nodes`, the others are around it.
    fn istio_extension(&mut self, object: &'f Node, nodes: &[&'f Node], shape: Shape) {
        let Some(plugin) = nodes.last() else { return };
        let configuration = match plugin.get("pluginConfig") {
            Some(node) => Configuration::Struct(node, Dialect::Kubernetes),
            None => Configuration::Absent,
        };
        let name = object.path(&["metadata", "name"]).and_then(Node::text);
        let names = [name, plugin.text_of("url"), plugin.text_of("pluginName")];
        if names.iter().flatten().any(|name| is_gates(name)) || is_plugin(&configuration) {
            self.below(nodes, |search| search.add(name.unwrap_or("kyc-gate"), shape, configuration));
        }
    }

    fn extension_policy(&mut self, object: &'f Node) {
        let Some(spec) = object.get("spec") else { return };
        let policy = object.path(&["metadata", "name"]).and_then(Node::text);
        for (list, host) in [("wasm", Host::Wasm), ("dynamicModule", Host::Native)] {
            for entry in spec.get(list).map(Node::elements).unwrap_or_default() {
                let configuration = match entry.get("config") {
                    Some(node) => Configuration::Struct(node, Dialect::Kubernetes),
                    None => Configuration::Absent,
                };
                let names = [entry.text_of("name"), entry.text_of("rootID"), entry.text_of("filterName")];
                let url = entry.get("code").and_then(location);
                let names = names.into_iter().chain([url, policy]).flatten();
                if { names }.any(is_gates) || is_plugin(&configuration) {
                    let name = entry.text_of("name").or(policy).unwrap_or("kyc-gate");
                    self.below(&[spec, entry], |search| {
                        search.add(name, Shape::ExtensionPolicy(host), configuration);
                    });
                }
            }
        }
    }

    fn add(&mut self, name: &str, shape: Shape, configuration: Configuration<'f>) {
        let lineage = self.lineage.clone();
        self.gates.push(Gate { document: self.document, name: name.to_owned(), shape, lineage, configuration });
    }
}

/// Returns the type of a message, by its full name, and its fields: those of the message itself, or those that Istio's
/// way of writing types holds.
#[must_use]
pub fn message(node: &Node) -> Option<(&str, &Node)> {
    let kind = type_of(node.text_of("@type")?);
    if TYPED_STRUCTS.contains(&kind) {
        return Some((type_of(node.text_of("type_url")?), node.get("value")?));
    }
    Some((kind, node))
}

fn type_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or_default()
}

fn vm_id(plugin: &Node) -> Option<&str> {
    plugin.path(&["vm_config", "vm_id"]).and_then(Node::text)
}

/// Returns where a module's code comes from.
fn location(code: &Node) -> Option<&str> {
    let paths: [&[&str]; 4] =
        [&["local", "filename"], &["remote", "http_uri", "uri"], &["http", "url"], &["image", "url"]];
    paths.iter().find_map(|path| code.path(path)).and_then(Node::text)
}

/// Returns whether a name is the gate's.
fn is_gates(name: &str) -> bool {
    name.to_ascii_lowercase().replace('_', "-").contains("kyc-gate")
}

/// Returns whether a plugin of any name has a configuration that can only be the gate's.
fn is_plugin(configuration: &Configuration<'_>) -> bool {
    let Some(root) = configuration.root() else { return false };
    let members = root.members();
    !members.is_empty() && members.iter().all(|(key, _)| Config::KEYS.contains(&key.as_str()))
}
