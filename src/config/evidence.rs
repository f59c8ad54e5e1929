//! `evidence`: how facts are drawn from the payload (docs/configuration.md#evidence).

use crate::payload::Pointer;
use crate::payload::date::DateOrder;
use crate::scoring::evidence::{AgeCountry, ClaimSource, ClaimSources, FaceScale, Signals};
use crate::scoring::subtype;
use crate::scoring::{CheckId, CheckOutcome, Claim, Evidence, Signal};
use crate::words;

use super::node::{ConfigNode, ConfigObject};
use super::problem::{Cause, Warning};
use super::token::header_name;

const KEYS: [&str; 11] = [
    "claims",
    "face",
    "liveness",
    "dateOrder",
    "ageCountry",
    "identitySubtypes",
    "addressSubtypes",
    "addressDocument",
    "signals",
    "onMissing",
    "nameSimilarity",
];
const FACE_SCALES: [(&str, FaceScale); 4] = [
    ("log10Fmr", FaceScale::Log10Fmr),
    ("unit", FaceScale::Unit),
    ("percent", FaceScale::Percent),
    ("scorePercent", FaceScale::ScorePercent),
];
const DATE_ORDERS: [(&str, DateOrder); 2] = [("DMY", DateOrder::Dmy), ("MDY", DateOrder::Mdy)];
const AGE_COUNTRIES: [(&str, AgeCountry); 2] =
    [("issuingState", AgeCountry::IssuingState), ("nationality", AgeCountry::Nationality)];
const ON_MISSING: [(&str, CheckOutcome); 2] = [("fail", CheckOutcome::Fail), ("skip", CheckOutcome::Skip)];

/// Below this `nameSimilarity`, other people's names count as equal too often (docs/names.md).
const LAX_SIMILARITY: f64 = 0.9;

pub(super) fn read(node: Option<ConfigNode<'_>>, decision_prefix: &str) -> Evidence {
    let mut evidence = Evidence::default();
    let Some(block) = node.and_then(|node| node.object(&KEYS)) else { return evidence };
    let word = |key| block.optional(key);
    if let Some(node) = word("claims") {
        evidence.claims = claims(&node, decision_prefix);
    }
    if let Some(node) = word("face") {
        face(&node, &mut evidence);
    }
    if let Some(node) = word("liveness") {
        liveness(&node, &mut evidence);
    }
    set(&mut evidence.date_order, word("dateOrder").and_then(|node| node.one_of(&DATE_ORDERS)));
    set(&mut evidence.age_country, word("ageCountry").and_then(|node| node.one_of(&AGE_COUNTRIES)));
    set(&mut evidence.identity_subtypes, texts(&block, "identitySubtypes", subtype));
    set(&mut evidence.address_subtypes, texts(&block, "addressSubtypes", subtype));
    set(&mut evidence.address_document, word("addressDocument").and_then(|node| pointer(&node)));
    if let Some(node) = word("signals") {
        signals(&node, &mut evidence.signals);
    }
    set(&mut evidence.on_missing, word("onMissing").and_then(|node| on_missing(&node)));
    set(&mut evidence.name_similarity, word("nameSimilarity").and_then(|node| name_similarity(&node)));
    evidence
}

fn set<T>(slot: &mut T, read: Option<T>) {
    if let Some(value) = read {
        *slot = value;
    }
}

fn claims(node: &ConfigNode<'_>, decision_prefix: &str) -> ClaimSources {
    let block = node.object(&Claim::ALL.map(Claim::as_str));
    Claim::ALL.map(|claim| source(&block.as_ref()?.optional(claim.as_str())?, decision_prefix))
}

fn source(node: &ConfigNode<'_>, decision_prefix: &str) -> Option<ClaimSource> {
    let source = node.object(&["header", "pointer"])?;
    match (source.optional("header"), source.optional("pointer")) {
        (Some(node), None) => node.parsed(|text| header_name(text, decision_prefix)).map(ClaimSource::Header),
        (None, Some(node)) => pointer(&node).map(ClaimSource::Pointer),
        _ => {
            node.refuse(Cause::ClaimSource);
            None
        }
    }
}

/// Reads a pointer to something in the payload; `""` would be the payload itself.
fn pointer(node: &ConfigNode<'_>) -> Option<Pointer> {
    node.text()?;
    node.parsed(Pointer::parse)
}

/// The default limit fits only its own scale: as a percentage it would let anybody pass.
fn face(node: &ConfigNode<'_>, evidence: &mut Evidence) {
    let Some(block) = node.object(&["scale", "minScore"]) else { return };
    let scale = block.optional("scale").map(|node| node.one_of(&FACE_SCALES));
    let scale = scale.unwrap_or_else(|| Some(FaceScale::default()));
    let max = match scale {
        Some(FaceScale::Unit) => 1,
        Some(FaceScale::Log10Fmr) => MAX_LOG10_FMR,
        _ => 100,
    };
    match block.optional("minScore") {
        Some(node) => set(&mut evidence.face_min_score, limit(&node, max)),
        None if scale.is_some_and(|scale| scale != FaceScale::Log10Fmr) => block.missing("minScore", Cause::MinScore),
        None => {}
    }
    set(&mut evidence.face_scale, scale);
}

/// One false match in 10^20: a higher limit is a percentage on the wrong scale.
const MAX_LOG10_FMR: u32 = 20;

fn liveness(node: &ConfigNode<'_>, evidence: &mut Evidence) {
    let Some(block) = node.object(&["minScore", "onMissing"]) else { return };
    set(&mut evidence.liveness_min_score, block.optional("minScore").and_then(|node| limit(&node, 100)));
    set(&mut evidence.liveness_on_missing, block.optional("onMissing").and_then(|node| node.one_of(&ON_MISSING)));
}

/// Reads the lowest score that passes.
fn limit(node: &ConfigNode<'_>, max: u32) -> Option<f64> {
    let limit = node.number(max)?;
    if limit == 0.0 {
        node.warn(Warning::NoLimit);
    }
    Some(limit)
}

fn texts(block: &ConfigObject<'_>, key: &str, read: fn(&ConfigNode<'_>) -> Option<String>) -> Option<Vec<String>> {
    Some(block.optional(key)?.list()?.iter().filter_map(read).collect())
}

fn subtype(node: &ConfigNode<'_>) -> Option<String> {
    let known = || subtype::SUBTYPES.iter().copied();
    node.parsed(|text| {
        if known().any(|subtype| subtype == text) {
            Ok(text.to_owned())
        } else {
            Err(Cause::Subtype(words::meant(text, known()).map(str::to_owned)))
        }
    })
}

fn signals(node: &ConfigNode<'_>, signals: &mut Signals) {
    let lists = [
        ("photocopy", &mut signals.photocopy),
        ("tampered", &mut signals.tampered),
        ("publishedOnline", &mut signals.published_online),
        ("mrz", &mut signals.mrz),
        ("expired", &mut signals.expired),
    ];
    let Some(block) = node.object(&lists.each_ref().map(|(key, _)| *key)) else { return };
    for (key, list) in lists {
        let Some(node) = block.optional(key) else { continue };
        if node.value().as_array().is_some_and(Vec::is_empty) && *list != Signal::default() {
            node.warn(Warning::NoSignals);
        }
        set(list, texts(&block, key, |node| node.text().map(str::to_owned)).map(Signal::new));
    }
}

fn on_missing(node: &ConfigNode<'_>) -> Option<Vec<(CheckId, CheckOutcome)>> {
    let entries = node.members()?.into_iter().filter_map(|(key, node)| {
        let check = CheckId::all().find(|check| check.to_string() == key);
        if check.is_none() {
            let names: Vec<_> = CheckId::all().map(|check| check.to_string()).collect();
            let meant = words::meant(key, names.iter().map(String::as_str));
            node.refuse(Cause::UnknownCheck(meant.map(str::to_owned)));
        }
        check.zip(node.one_of(&ON_MISSING))
    });
    Some(entries.collect())
}

fn name_similarity(node: &ConfigNode<'_>) -> Option<f64> {
    let similarity = node.number(1)?;
    if similarity < LAX_SIMILARITY {
        node.warn(Warning::LaxNames);
    }
    Some(similarity)
}
