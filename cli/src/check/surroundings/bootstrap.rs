//! Envoy's bootstrap: statistics, the administration's address, the clusters that the gate calls.

use crate::check::code::Code;
use crate::check::config;
use crate::check::finding::Finding;
use crate::source::Node;

use super::scene::Scene;

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let root = &scene.gate.document.root;
    let Some(resources) = root.get("static_resources") else { return };
    statistics(scene, root, resources, findings);
    admin(scene, root, findings);
    let is_dynamic = root.path(&["dynamic_resources", "cds_config"]).is_some();
    if !is_dynamic {
        called(scene, resources, findings);
    }
}

fn statistics(scene: &Scene<'_>, root: &Node, resources: &Node, findings: &mut Vec<Finding>) {
    let stats = root.get("stats_config");
    let at = stats.unwrap_or(resources);
    let buckets = stats.and_then(|stats| stats.get("histogram_bucket_settings"));
    if !buckets.map(Node::elements).unwrap_or_default().iter().any(fits_the_score) {
        let message = "the score has no buckets of its own: Envoy's grow by powers, most scores fall into one";
        findings.push(scene.finding(Code::ScoreBuckets, buckets.unwrap_or(at), message));
    }
    let tags = stats.and_then(|stats| stats.get("stats_tags"));
    let is_gates = |tag: &Node| tag.text_of("regex").is_some_and(|regex| regex.contains("kyc_gate"));
    if !tags.map(Node::elements).unwrap_or_default().iter().any(is_gates) {
        let message = "no stats_tags make labels of the gate's metrics";
        findings.push(scene.finding(Code::NoLabels, tags.unwrap_or(at), message));
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

fn admin(scene: &Scene<'_>, root: &Node, findings: &mut Vec<Finding>) {
    let Some(node) = root.path(&["admin", "address", "socket_address", "address"]) else { return };
    let address = node.text().unwrap_or_default();
    let is_loopback = address.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    if !is_loopback && address != "localhost" {
        let message = "Envoy's administration can be reached from elsewhere";
        findings.push(scene.value(Code::OpenAdmin, node, message));
    }
}

/// Whether there is a cluster for each that the configuration names.
fn called(scene: &Scene<'_>, resources: &Node, findings: &mut Vec<Finding>) {
    let clusters = resources.get("clusters").map(Node::elements).unwrap_or_default();
    let known: Vec<&str> = clusters.iter().filter_map(|cluster| cluster.text_of("name")).collect();
    let Some(root) = scene.gate.configuration.root() else { return };
    for path in [&["accessTokenEndpoint"][..], &["authorization", "introspection"], &["settingsApi", "store"]] {
        let Some(node) = root.path(path).and_then(|block| block.get("cluster")) else { continue };
        let name = node.text().unwrap_or_default();
        if !known.contains(&name) {
            let at = config::outward(scene.gate, node.at.clone());
            findings.push(Finding::new(Code::NoCluster, at, format!("there is no cluster {name:?}")));
        }
    }
}
