//! The headers that tell the backend what the gate decided (docs/backend.md).

use std::fmt::Write;

use crate::config::{DecisionPolicy, Mode};
use crate::replay::ReplayStatus;
use crate::scoring::{CheckId, Verdict};

/// Longest requester id in a header, after escaping.
const MAX_ID_LENGTH: usize = 256;

/// Returns the decision headers of a judged post, lower-case names, in the order of the README's table.
#[must_use]
pub fn of_verdict(
    policy: &DecisionPolicy,
    verdict: &Verdict,
    config_revision: &str,
    requester_id: &str,
) -> Vec<(String, String)> {
    let mut headers = Vec::with_capacity(12);
    let mut set = |name: &str, value: String| {
        if !value.is_empty() {
            headers.push(([&policy.header_prefix, name].concat(), value));
        }
    };
    set("decision", verdict.decision.as_str().to_owned());
    set("score", verdict.score.to_string());
    set("identity-score", verdict.identity.score.to_string());
    if let Some(address) = &verdict.address {
        set("address-score", address.score.to_string());
    }
    set("failed-checks", list(verdict.failed().map(CheckId::as_str)));
    set("skipped-checks", list(verdict.skipped().map(CheckId::as_str)));
    set("rules", list(verdict.rule_names()));
    set("reasons", list(verdict.reasons.iter().map(|reason| reason.as_str())));
    set("settings-revision", verdict.revision.clone());
    set("config-revision", config_revision.to_owned());
    set("requester-id", requester_id.to_owned());
    if policy.mode == Mode::Shadow {
        set("mode", "shadow".to_owned());
    }
    headers
}

/// Returns the header of a post that came before.
#[must_use]
pub fn of_replay(policy: &DecisionPolicy, status: ReplayStatus) -> Option<(String, String)> {
    status.as_str().map(|word| (format!("{}replay", policy.header_prefix), word.to_owned()))
}

/// Returns the decision headers of a post that is forwarded although it could not be scored.
#[must_use]
pub fn of_error(policy: &DecisionPolicy, requester_id: Option<&str>) -> Vec<(String, String)> {
    let prefix = &policy.header_prefix;
    let mut headers = vec![(format!("{prefix}decision"), "error".to_owned())];
    if let Some(id) = requester_id.filter(|id| !id.is_empty()) {
        headers.push((format!("{prefix}requester-id"), id.to_owned()));
    }
    if policy.mode == Mode::Shadow {
        headers.push((format!("{prefix}mode"), "shadow".to_owned()));
    }
    headers
}

/// Returns a sender's id as printable ASCII: everything else, and `%`, is percent-encoded (RFC 3986), and the result is
/// cut at 256 characters, never inside an escape.
#[must_use]
pub fn header_safe(id: &str) -> String {
    let mut safe = String::with_capacity(id.len());
    for byte in id.bytes() {
        let start = safe.len();
        if byte.is_ascii_graphic() && byte != b'%' {
            safe.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(safe, "%{byte:02X}");
        }
        if safe.len() > MAX_ID_LENGTH {
            safe.truncate(start);
            break;
        }
    }
    safe
}

fn list<'w>(items: impl Iterator<Item = &'w str>) -> String {
    let mut text = String::new();
    for item in items {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(item);
    }
    text
}
