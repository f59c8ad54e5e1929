//! `kycSettings`: Rebilly's document, verbatim.

use crate::scoring::{AddressCheck, IdentityCheck, Settings};

use super::node::ConfigNode;
use super::problem::{Cause, Warning};

pub(super) fn read(node: Option<ConfigNode<'_>>) -> Settings {
    let Some(node) = node else { return Settings::default() };
    match Settings::from_json(node.value()) {
        Ok(settings) => {
            warn(&node, &settings);
            settings
        }
        Err(problems) => {
            problems.into_iter().for_each(|problem| node.refuse_at(&problem.field, Cause::Settings(problem.message)));
            Settings::default()
        }
    }
}

/// Warns of weights and thresholds that let through what nothing else stops.
fn warn(node: &ConfigNode<'_>, settings: &Settings) {
    let identity = [IdentityCheck::IsTampered, IdentityCheck::HasMatchingFaceProof, IdentityCheck::IsIdentityDocument];
    for check in identity.into_iter().filter(|check| settings.identity_weight(*check) == 0) {
        node.warn_at(&format!("identityProof.weights.{check}"), Warning::WeightOff);
    }
    if settings.address_weight(AddressCheck::IsTampered) == 0 {
        node.warn_at("addressProof.weights.isTampered", Warning::WeightOff);
    }
    for (proof, thresholds) in
        [("identityProof", settings.identity_thresholds), ("addressProof", settings.address_thresholds)]
    {
        if thresholds.accept_above == 0 {
            node.warn_at(&format!("{proof}.thresholds.acceptAbove"), Warning::AcceptsAll);
        }
    }
}
