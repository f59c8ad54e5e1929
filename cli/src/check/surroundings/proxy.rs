//! Envoy Gateway's EnvoyProxy: the modules, the environment and the image of the proxies, their log.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::connection;
use super::part::Part;
use super::scene::Scene;
use super::{personal, variables, workload};

const WORKLOADS: [&str; 2] = ["envoyDeployment", "envoyDaemonSet"];
/// The first minor version of Envoy whose interface for native modules is frozen.
const NATIVE: u32 = 40;

pub(super) fn check(scene: &Scene<'_>, is_native: bool, findings: &mut Vec<Finding>) {
    for proxy in scene.objects("EnvoyProxy") {
        log_level(&proxy, findings);
        if let Some(telemetry) = proxy.root.path(&["spec", "telemetry"]) {
            let logs = connection::not_plain(telemetry);
            let message = "the access log has this in base64";
            findings.extend(logs.into_iter().map(|node| proxy.value(Code::AccessLogNotPlain, node, message)));
            personal::told(proxy, telemetry, &personal::headers(scene), findings);
        }
        if is_native {
            modules(scene, &proxy, findings);
        }
        let kubernetes = proxy.root.path(&["spec", "provider", "kubernetes"]);
        for workload in WORKLOADS.iter().filter_map(|name| kubernetes?.get(name)) {
            // A patch may bring whatever isn't here.
            if let Some(container) = workload.get("container").filter(|_| workload.get("patch").is_none()) {
                variables::in_container(scene, &proxy, container, findings);
                if is_native {
                    image(&proxy, container, findings);
                }
            }
        }
    }
}

/// Envoy Gateway's own level is warn, at which the audit line is lost.
fn log_level(proxy: &Part<'_>, findings: &mut Vec<Finding>) {
    let level = proxy.root.path(&["spec", "logging", "level", "default"]);
    match level.and_then(Node::text) {
        Some("info") => {}
        Some("trace" | "debug") => {
            findings.extend(level.map(|node| proxy.value(Code::DetailedLog, node, workload::SHOWN)));
        }
        Some(_) => findings.extend(
            level.map(|node| proxy.value(Code::AuditLineLost, node, "the audit line is at info and gets lost")),
        ),
        None => {
            let at = proxy.root.path(&["metadata", "name"]).unwrap_or(proxy.root);
            let message = "Envoy Gateway's own log level is warn: the audit line gets lost";
            let finding = proxy.value(Code::AuditLineLost, at, message);
            findings.push(finding.instead("write logging.level.default: info into the EnvoyProxy's spec"));
        }
    }
}

/// The module that the policy names, where it comes from elsewhere.
fn modules(scene: &Scene<'_>, proxy: &Part<'_>, findings: &mut Vec<Finding>) {
    let name = scene.gate.plugin().text_of("name");
    let modules = proxy.root.path(&["spec", "dynamicModules"]).map(Node::elements).unwrap_or_default();
    for remote in
        modules.iter().filter(|one| one.text_of("name") == name).filter_map(|one| one.path(&["source", "remote"]))
    {
        let message = "until the module has been fetched, Envoy runs without the filter";
        findings
            .push(proxy.finding(Code::RemoteWithoutNack, remote, message).instead("write type: Local, and its path"));
        if remote.text_of("sha256").unwrap_or_default().is_empty() {
            findings.push(proxy.finding(Code::NoDigest, remote, "any module that is served there is run"));
        }
    }
}

/// The image of the proxies, whose tag ends with Envoy's version.
fn image(proxy: &Part<'_>, container: &Node, findings: &mut Vec<Finding>) {
    let Some(node) = container.get("image") else { return };
    let tag = node.text().and_then(|image| image.rsplit('/').next()?.split_once(':')).map_or("", |(_, tag)| tag);
    let version = tag.split('@').next().unwrap_or_default().rsplit('-').next().unwrap_or_default();
    let minor = version.strip_prefix("v1.").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    if let Some(minor) = minor.filter(|minor| *minor < NATIVE) {
        let message = format!("the native module needs Envoy 1.{NATIVE} or later, not 1.{minor}");
        findings.push(proxy.value(Code::EnvoyTooOld, node, message));
    }
}
