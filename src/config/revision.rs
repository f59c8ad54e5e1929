//! The revision of all that decides: settings, evidence, rules, thresholds, decision and profiles; no secrets.

use std::cell::RefCell;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::payload::date::DateOrder;
use crate::scoring::evidence::{AgeCountry, ClaimSource, FaceScale};
use crate::scoring::{Claim, Condition, Evidence, Rule, Settings, Signal};

use super::decision::DecisionPolicy;
use super::profile::Profile;

/// The keys of a configuration, and of its profiles, on which no decision depends, so that they are no part of the
/// revision. `limits` and `match` aren't either, but they say which posts are judged.
pub const UNDECIDING: [&str; 13] = [
    "requestEncryption",
    "responseDecryption",
    "requestBody",
    "responseBody",
    "headers",
    "accessTokenEndpoint",
    "settingsApi",
    "signature",
    "authorization",
    "audit",
    "observe",
    "replay",
    "sds",
];

/// Digits of a revision.
const REVISION_DIGITS: usize = 16;

/// The revision of a configuration but for the settings in force, which can change while it is loaded.
#[derive(Clone)]
pub(super) struct ConfigRevision {
    /// Has seen the canonical JSON up to the settings, the last member by name.
    beginning: Sha256,
    /// The revision of the settings that were asked about last, and what it came to: posts mostly ask about the same.
    last: RefCell<Option<(String, String)>>,
}

impl ConfigRevision {
    /// Reads what decides beside the settings.
    pub(super) fn new(evidence: &Evidence, top: &Profile, profiles: &[Profile]) -> Self {
        let document = json!({
            "decision": decision(&top.decision),
            "evidence": evidence_document(evidence),
            "profiles": profiles.iter().map(profile).collect::<Vec<_>>(),
            "rules": rules(&top.rules),
        });
        let canonical = serde_json_canonicalizer::to_string(&document).unwrap_or_default();
        let open = canonical.strip_suffix('}').unwrap_or_default();
        Self { beginning: Sha256::new().chain_update(open).chain_update(",\"settings\":"), last: RefCell::default() }
    }

    /// Returns the revision under these settings: the first 16 hex digits of the SHA-256 of the canonical JSON (RFC
    /// 8785).
    pub(super) fn under(&self, settings: Option<&Settings>) -> String {
        let of = settings.map_or("", Settings::revision);
        if let Some((_, revision)) = self.last.borrow().as_ref().filter(|(last, _)| last == of) {
            return revision.clone();
        }
        let revision = self.compute(settings);
        *self.last.borrow_mut() = Some((of.to_owned(), revision.clone()));
        revision
    }

    fn compute(&self, settings: Option<&Settings>) -> String {
        let settings = settings.map_or("null", Settings::document);
        let digest = self.beginning.clone().chain_update(settings).chain_update("}").finalize();
        let mut hex = base16ct::lower::encode_string(&digest);
        hex.truncate(REVISION_DIGITS);
        hex
    }
}

fn profile(profile: &Profile) -> Value {
    let settings = profile.settings.as_ref().and_then(|settings| serde_json::from_str(settings.document()).ok());
    json!({
        "name": profile.name.as_deref(),
        "match": profile.condition.document(),
        "kycSettings": settings.unwrap_or(Value::Null),
        "rules": rules(&profile.rules),
        "decision": decision(&profile.decision),
    })
}

fn decision(policy: &DecisionPolicy) -> Value {
    json!({
        "mode": policy.mode.as_str(),
        "onAccept": policy.on_accept.as_str(),
        "onReview": policy.on_review.as_str(),
        "onReject": policy.on_reject.as_str(),
        "onError": policy.on_error.as_str(),
        "forwardBody": policy.forward_body.as_str(),
        "headerPrefix": policy.header_prefix,
    })
}

fn rules(rules: &[Rule]) -> Value {
    let rule = |rule: &Rule| {
        let when = match &rule.when {
            Condition::Expression(expression) => Some(expression.text()),
            _ => None,
        };
        // A shipped rule is known by its name.
        json!({
            "name": rule.name,
            "when": when,
            "then": rule.then.as_str(),
            "reason": rule.reason.map(|reason| reason.as_str()),
        })
    };
    rules.iter().map(rule).collect()
}

fn evidence_document(evidence: &Evidence) -> Value {
    let claims = Claim::ALL.into_iter().zip(&evidence.claims).map(|(claim, source)| {
        let source = source.as_ref().map(|source| match source {
            ClaimSource::Header(name) => json!({ "header": name }),
            ClaimSource::Pointer(pointer) => json!({ "pointer": pointer.tokens() }),
        });
        (claim.as_str().to_owned(), source.unwrap_or(Value::Null))
    });
    let on_missing = evidence.on_missing.iter().map(|(check, outcome)| (check.to_string(), outcome.as_str().into()));
    let scale = match evidence.face_scale {
        FaceScale::Log10Fmr => "log10Fmr",
        FaceScale::Unit => "unit",
        FaceScale::Percent => "percent",
        FaceScale::ScorePercent => "scorePercent",
    };
    let signals = &evidence.signals;
    let signal = |signal: &Signal| -> Value { signal.words().collect() };
    json!({
        "claims": claims.collect::<Map<_, _>>(),
        "face": { "scale": scale, "minScore": evidence.face_min_score },
        "liveness": { "minScore": evidence.liveness_min_score, "onMissing": evidence.liveness_on_missing.as_str() },
        "dateOrder": if evidence.date_order == DateOrder::Dmy { "DMY" } else { "MDY" },
        "ageCountry": if evidence.age_country == AgeCountry::IssuingState { "issuingState" } else { "nationality" },
        "identitySubtypes": evidence.identity_subtypes,
        "addressSubtypes": evidence.address_subtypes,
        "addressDocument": evidence.address_document.tokens(),
        "signals": {
            "photocopy": signal(&signals.photocopy),
            "tampered": signal(&signals.tampered),
            "publishedOnline": signal(&signals.published_online),
            "mrz": signal(&signals.mrz),
            "expired": signal(&signals.expired),
        },
        "onMissing": on_missing.collect::<Map<_, _>>(),
        "nameSimilarity": evidence.name_similarity,
    })
}
