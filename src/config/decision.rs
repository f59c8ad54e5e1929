//! `decision`: what happens to a judged request (gate.md section 6).

use super::node::{ConfigNode, Object};
use super::problem::Cause;

/// `decision.mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// What is decided is done.
    #[default]
    Enforce,
    /// Every request goes on as it came; only headers, metrics and the audit line tell what would have been.
    Shadow,
}

/// What to do with a judged request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Send it on, with decision headers.
    Forward,
    /// Answer with REL-ID's confirmation.
    Respond,
    /// Answer with 403.
    Deny,
}

impl Action {
    /// All of them, for the metrics.
    pub const ALL: [Self; 3] = [Self::Forward, Self::Respond, Self::Deny];

    /// The word in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Respond => "respond",
            Self::Deny => "deny",
        }
    }
}

/// `decision.onError`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// Answer with the error.
    #[default]
    Deny,
    /// Send the request on as it came.
    Forward,
}

/// `decision.forwardBody`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForwardBody {
    /// Decrypted, template applied.
    #[default]
    Rewritten,
    /// As it came.
    Original,
}

/// The `decision` block.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DecisionPolicy {
    pub mode: Mode,
    pub on_accept: Action,
    pub on_review: Action,
    pub on_reject: Action,
    pub on_error: OnError,
    pub forward_body: ForwardBody,
    /// Lower case, ends in `-`.
    pub header_prefix: String,
}

impl Default for DecisionPolicy {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            on_accept: Action::Forward,
            on_review: Action::Forward,
            on_reject: Action::Respond,
            on_error: OnError::default(),
            forward_body: ForwardBody::default(),
            header_prefix: "x-kyc-".to_owned(),
        }
    }
}

const KEYS: [&str; 7] = ["mode", "onAccept", "onReview", "onReject", "onError", "forwardBody", "headerPrefix"];
const MODES: [(&str, Mode); 2] = [("enforce", Mode::Enforce), ("shadow", Mode::Shadow)];
const ACTIONS: [(&str, Action); 3] =
    [("forward", Action::Forward), ("respond", Action::Respond), ("deny", Action::Deny)];
const ON_ERROR: [(&str, OnError); 2] = [("deny", OnError::Deny), ("forward", OnError::Forward)];
const FORWARD_BODY: [(&str, ForwardBody); 2] =
    [("rewritten", ForwardBody::Rewritten), ("original", ForwardBody::Original)];

/// Headers that a prefix must not cover: the framing, and what Envoy itself steers by.
const INDISPENSABLE: [&str; 7] = [
    "content-length",
    "transfer-encoding",
    "x-request-id",
    "x-forwarded-for",
    "x-forwarded-client-cert",
    "x-envoy-original-path",
    "proxy-authorization",
];

pub(super) fn read(node: Option<ConfigNode<'_>>) -> DecisionPolicy {
    let default = DecisionPolicy::default();
    let Some(block) = node.and_then(|node| node.object(&KEYS)) else { return default };
    DecisionPolicy {
        on_error: block.optional("onError").and_then(|node| node.one_of(&ON_ERROR)).unwrap_or_default(),
        header_prefix: block
            .optional("headerPrefix")
            .and_then(|node| node.parsed(header_prefix))
            .unwrap_or_else(|| default.header_prefix.clone()),
        ..by_verdict(&block, &default)
    }
}

/// A profile's block. An error can come before the profile is known, and the prefix is removed from all requests.
pub(super) fn read_profile(node: &ConfigNode<'_>, inherited: &DecisionPolicy) -> DecisionPolicy {
    let Some(block) = node.object(&KEYS) else { return inherited.clone() };
    for node in [block.optional("onError"), block.optional("headerPrefix")].into_iter().flatten() {
        node.refuse(Cause::TopLevelOnly);
    }
    by_verdict(&block, inherited)
}

/// The keys about judged requests; those that aren't there are inherited.
fn by_verdict(block: &Object<'_>, inherited: &DecisionPolicy) -> DecisionPolicy {
    let action = |key, inherited| block.optional(key).and_then(|node| node.one_of(&ACTIONS)).unwrap_or(inherited);
    let mode = block.optional("mode").and_then(|node| node.one_of(&MODES));
    let forward_body = block.optional("forwardBody").and_then(|node| node.one_of(&FORWARD_BODY));
    DecisionPolicy {
        mode: mode.unwrap_or(inherited.mode),
        on_accept: action("onAccept", inherited.on_accept),
        on_review: action("onReview", inherited.on_review),
        on_reject: action("onReject", inherited.on_reject),
        forward_body: forward_body.unwrap_or(inherited.forward_body),
        ..inherited.clone()
    }
}

fn header_prefix(text: &str) -> Result<String, Cause> {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let shaped = (2..=32).contains(&text.len()) && text.ends_with('-') && !text.starts_with('-');
    if !shaped || !text.bytes().all(legal) {
        return Err(Cause::HeaderPrefix);
    }
    if INDISPENSABLE.iter().any(|header| header.starts_with(text)) {
        return Err(Cause::WidePrefix);
    }
    Ok(text.to_owned())
}
