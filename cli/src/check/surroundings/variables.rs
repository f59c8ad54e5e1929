//! Whether the variables that a configuration names reach the module.

use std::ops::Range;

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::check::{config, key_values, placeholder};
use crate::find::{Gate, Host, Shape};
use crate::source::Node;

use super::part::Part;
use super::scene::Scene;

/// The key of the demo, known to everybody: `envoy/envoy.yaml`.
const DEMO_KEY: &str = "a3ljLWdhdGUgZGVtbyBrZXksIGRvIG5vdCB1c2UgaXQ=";

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let gate = scene.gate;
    let Some(passed) = passed(gate) else { return };
    let Some(root) = gate.configuration.root() else { return };
    let variables = placeholder::variables(&root);
    for (name, node) in &variables {
        if !passed.iter().any(|known| known == name) {
            let at = config::outward(gate, node.at.clone());
            let message = format!("the variable {name} isn't passed to the module");
            findings.push(Finding::new(Code::VariableNotPassed, at, message).instead(remedy(gate, name)));
        }
    }
    for (name, value) in key_values(gate) {
        if variables.iter().any(|(variable, _)| *variable == name) && value != DEMO_KEY && !value.is_empty() {
            let at = place(gate, name).unwrap_or_else(|| gate.place(gate.plugin()));
            findings.push(Finding::new(Code::SecretInFile, at, format!("the value of {name} stands in the file")));
        }
    }
}

/// Checks the environment of a container that runs Envoy: it has each variable, and none by its value.
pub(super) fn in_container(scene: &Scene<'_>, object: &Part<'_>, container: &Node, findings: &mut Vec<Finding>) {
    let Some(root) = scene.gate.configuration.root() else { return };
    let entries = container.get("env").map(Node::elements).unwrap_or_default();
    let at = container.get("env").or_else(|| container.get("name")).unwrap_or(container);
    for (name, _) in placeholder::variables(&root) {
        if key_values(scene.gate).any(|(known, _)| known == name) {
            continue;
        }
        match entries.iter().find(|entry| entry.text_of("name") == Some(name)) {
            None => {
                let message = format!("Envoy's container has no variable {name}");
                findings.push(object.finding(Code::VariableNotInPod, at, message));
            }
            Some(entry) => {
                if let Some(value) = entry.get("value").filter(|value| value.text() != Some("")) {
                    let message = format!("the value of {name} stands in the file");
                    findings.push(object.finding(Code::SecretInFile, value, message));
                }
            }
        }
    }
}

/// Returns the names of the variables that the module gets; `None` where it gets all of them.
fn passed<'f>(gate: &Gate<'f>) -> Option<Vec<&'f str>> {
    let plugin = gate.plugin();
    let texts = |node: Option<&'f Node>| node.map(Node::elements).unwrap_or_default().iter().filter_map(Node::text);
    let host: Vec<&str> = match gate.shape {
        Shape::Filter(Host::Wasm) => {
            texts(plugin.path(&["vm_config", "environment_variables", "host_env_keys"])).collect()
        }
        Shape::WasmPlugin | Shape::TrafficExtension => {
            let entries = plugin.path(&["vmConfig", "env"]).map(Node::elements).unwrap_or_default();
            // Those with a value are added below; what has neither is empty.
            let from_host = entries.iter().filter(|entry| entry.text_of("valueFrom") == Some("HOST"));
            from_host.filter_map(|entry| entry.text_of("name")).collect()
        }
        Shape::ExtensionPolicy(Host::Wasm) => texts(plugin.path(&["env", "hostKeys"])).collect(),
        // A native module reads Envoy's environment itself.
        Shape::Filter(Host::Native) | Shape::ExtensionPolicy(Host::Native) | Shape::Bare => return None,
    };
    Some(host.into_iter().chain(key_values(gate).map(|(name, _)| name)).collect())
}

fn remedy(gate: &Gate<'_>, name: &str) -> String {
    match gate.shape {
        Shape::WasmPlugin => format!("add {{ name: {name}, valueFrom: HOST }} to spec.vmConfig.env"),
        Shape::TrafficExtension => format!("add {{ name: {name}, valueFrom: HOST }} to spec.wasm.vmConfig.env"),
        Shape::ExtensionPolicy(_) => format!("add {name} to env.hostKeys"),
        _ => format!("add {name} to vm_config.environment_variables.host_env_keys"),
    }
}

/// Returns where the value of a variable stands in the file.
fn place(gate: &Gate<'_>, name: &str) -> Option<Range<usize>> {
    let variables = gate.plugin().path(&["vm_config", "environment_variables", "key_values"]);
    let entries = gate.plugin().path(&["vmConfig", "env"]).map(Node::elements).unwrap_or_default();
    let member = variables.and_then(|node| node.members().iter().find(|(key, _)| key == name)).map(|(_, node)| node);
    let entry = entries.iter().find(|entry| entry.text_of("name") == Some(name));
    Some(gate.place(member.or(entry)?))
}
