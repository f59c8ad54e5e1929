//! Envoy's filter for native modules.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Host, Shape};

use super::scene::Scene;

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    if scene.gate.shape != Shape::Filter(Host::Native) {
        return;
    }
    let Some(module) = scene.gate.plugin().get("dynamic_module_config") else { return };
    let Some(remote) = module.path(&["module", "remote"]) else { return };
    if !module.is_true("nack_on_cache_miss") {
        let message = "until the module has been fetched, Envoy runs without the filter";
        findings.push(scene.finding(Code::RemoteWithoutNack, remote, message));
    }
    if remote.text_of("sha256").unwrap_or_default().is_empty() {
        findings.push(scene.finding(Code::NoDigest, remote, "any module that is served there is run"));
    }
}
