//! Envoy's bootstrap: statistics, the administration's address, the clusters that the gate calls.

use crate::check::code::Code;
use crate::check::config;
use crate::check::finding::Finding;
use crate::source::Node;

use super::inventory::Topic;
use super::part::Part;
use super::scene::Scene;

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(bootstrap) = scene.inventory.bootstrap(scene.own.group) else { return };
    if scene.inventory.is_first(Topic::Bootstrap, bootstrap.root) {
        statistics(bootstrap, findings);
        admin(bootstrap, findings);
    }
    // With a file that isn't here, others may be in it.
    let is_dynamic = bootstrap.root.path(&["dynamic_resources", "cds_config"]).is_some();
    if !is_dynamic || scene.inventory.has_cluster_file(bootstrap.group) {
        called(scene, findings);
    }
}

fn statistics(bootstrap: Part<'_>, findings: &mut Vec<Finding>) {
    let stats = bootstrap.root.get("stats_config");
    let resources = ["static_resources", "dynamic_resources"].iter().find_map(|name| bootstrap.root.get(name));
    let at = stats.or(resources).unwrap_or(bootstrap.root);
    let buckets = stats.and_then(|stats| stats.get("histogram_bucket_settings"));
    if !buckets.map(Node::elements).unwrap_or_default().iter().any(fits_the_score) {
        let message = "the score has no buckets of its own: Envoy's grow by powers, most scores fall into one";
        findings.push(bootstrap.finding(Code::ScoreBuckets, buckets.unwrap_or(at), message));
    }
    let tags = stats.and_then(|stats| stats.get("stats_tags"));
    let is_gates = |tag: &Node| tag.text_of("regex").is_some_and(|regex| regex.contains("kyc_gate"));
    if !tags.map(Node::elements).unwrap_or_default().iter().any(is_gates) {
        let message = "no stats_tags make labels of the gate's metrics";
        findings.push(bootstrap.finding(Code::NoLabels, tags.unwrap_or(at), message));
    }
}

/// Returns whether buckets are those of the score, and tell scores apart.
fn fits_the_score(settings: &Node) -> bool {
    let Some(matcher) = settings.get("match") else { return false };
    let name = matcher.members().iter().filter_map(|(_, node)| node.text().or_else(|| node.text_of("regex")));
    let is_score = { name }.any(|text| text.replace('\\', "").contains("kyc_gate.score"));
    let bounds = settings.get("buckets").map(Node::elements).unwrap_or_default();
    let useful = bounds.iter().filter_map(|bound| bound.text()?.parse::<f64>().ok());
    is_score && useful.filter(|bound| (1.0..100.0).contains(bound)).count() >= 4
}

fn admin(bootstrap: Part<'_>, findings: &mut Vec<Finding>) {
    let Some(node) = bootstrap.root.path(&["admin", "address", "socket_address", "address"]) else { return };
    let address = node.text().unwrap_or_default();
    let is_loopback = address.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    if !is_loopback && address != "localhost" {
        let message = "Envoy's administration can be reached from elsewhere";
        findings.push(bootstrap.value(Code::OpenAdmin, node, message));
    }
}

/// Whether there is a cluster for each that the configuration names.
fn called(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(root) = scene.gate.configuration.root() else { return };
    for path in [&["accessTokenEndpoint"][..], &["authorization", "introspection"], &["settingsApi", "store"]] {
        let Some(node) = root.path(path).and_then(|block| block.get("cluster")) else { continue };
        let name = node.text().unwrap_or_default();
        if scene.inventory.cluster(scene.own.group, name).is_none() {
            let at = config::outward(scene.gate, node.at.clone());
            findings.push(Finding::new(Code::NoCluster, at, format!("there is no cluster {name:?}")));
        }
    }
}
