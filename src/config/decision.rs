//! `decision`: what happens to a judged request (docs/configuration.md).

use crate::words::words;

use super::node::{ConfigNode, ConfigObject};
use super::problem::{Cause, Warning};

words! {
    /// `decision.mode`.
    #[derive(Default)]
    pub enum Mode {
        /// The decision is carried out.
        #[default]
        Enforce = "enforce",
        /// Every request is forwarded unchanged; headers, metrics and the audit log record what the gate would have
        /// decided.
        Shadow = "shadow",
    }
}

words! {
    /// What to do with a judged request.
    pub enum Action {
        /// Forward it, with decision headers.
        Forward = "forward",
        /// Answer with a local reply: HTTP 200 and REL-ID's confirmation.
        Respond = "respond",
        /// Answer with a local reply: HTTP 403.
        Deny = "deny",
    }
}

words! {
    /// `decision.onError`.
    #[derive(Default)]
    pub enum OnError {
        /// Answer with a problem document.
        #[default]
        Deny = "deny",
        /// Forward the request unchanged.
        Forward = "forward",
    }
}

words! {
    /// `decision.forwardBody`.
    #[derive(Default)]
    pub enum ForwardBody {
        /// Decrypted, `requestBody` applied.
        #[default]
        Rewritten = "rewritten",
        /// As it came.
        Original = "original",
    }
}

/// The `decision` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionPolicy {
    /// `mode`.
    pub mode: Mode,
    /// `onAccept`.
    pub on_accept: Action,
    /// `onReview`.
    pub on_review: Action,
    /// `onReject`.
    pub on_reject: Action,
    /// `onError`.
    pub on_error: OnError,
    /// `forwardBody`.
    pub forward_body: ForwardBody,
    /// `headerPrefix`: lower case, ends in `-`.
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
    let on_error = block.optional("onError").and_then(|node| {
        let on_error = node.word()?;
        if on_error == OnError::Forward {
            node.warn(Warning::ForwardsErrors);
        }
        Some(on_error)
    });
    DecisionPolicy {
        on_error: on_error.unwrap_or_default(),
        header_prefix: block
            .optional("headerPrefix")
            .and_then(|node| node.parsed(header_prefix))
            .unwrap_or_else(|| default.header_prefix.clone()),
        ..by_verdict(&block, &default)
    }
}

/// Reads a profile's block. An error can come before the profile is known, and the prefix is removed from all requests.
pub(super) fn read_profile(node: &ConfigNode<'_>, inherited: &DecisionPolicy) -> DecisionPolicy {
    let Some(block) = node.object(&KEYS) else { return inherited.clone() };
    for node in [block.optional("onError"), block.optional("headerPrefix")].into_iter().flatten() {
        node.refuse(Cause::TopLevelOnly);
    }
    by_verdict(&block, inherited)
}

/// Reads the keys about judged requests; those that aren't there are inherited.
fn by_verdict(block: &ConfigObject<'_>, inherited: &DecisionPolicy) -> DecisionPolicy {
    let action = |key, inherited| block.optional(key).and_then(|node| node.word()).unwrap_or(inherited);
    let mode = block.optional("mode").and_then(|node| node.word());
    let forward_body = block.optional("forwardBody").and_then(|node| node.word());
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
