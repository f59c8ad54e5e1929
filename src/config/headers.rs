//! `headers[]`: headers to set on the upstream request.

use std::cell::Cell;

use zeroize::Zeroizing;

use crate::template::{HeaderTemplate, Scope};

use super::node::ConfigNode;
use super::problem::Cause;
use super::secrets::Secrets;
use super::token::header_name;
use super::variable;

/// Headers of the connection (RFC 9110 section 7.6.1), of the message's framing and of its signature: not for `headers`
/// to set.
const RESERVED: [&str; 14] = [
    "connection",
    "content-digest",
    "content-length",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "signature",
    "signature-input",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// REL-ID's mark for a token fetched from `accessTokenEndpoint`.
const ACCESS_TOKEN: &str = "__ACCESS_TOKEN_PLACEHOLDER__";

/// The value of a header.
pub enum HeaderValue {
    /// A text with macros.
    Text(HeaderTemplate),
    /// What a secret holds.
    Variable(Zeroizing<String>),
    /// The access token in the middle of a text without macros.
    AccessToken {
        /// What stands before it.
        before: String,
        /// What stands behind it.
        after: String,
    },
}

impl HeaderValue {
    /// Returns whether there is an access token in it.
    #[must_use]
    pub fn has_access_token(&self) -> bool {
        matches!(self, Self::AccessToken { .. })
    }

    /// Renders the value; `None` where it takes an access token and there is none.
    #[must_use]
    pub fn render(&self, scope: &Scope<'_>, access_token: Option<&str>) -> Option<String> {
        match self {
            Self::Text(line) => Some(line.render(scope)),
            Self::Variable(value) => Some(value.to_string()),
            Self::AccessToken { before, after } => access_token.map(|token| [before, token, after].concat()),
        }
    }
}

/// What the headers of all profiles have in common.
pub(super) struct HeaderContext<'c> {
    decision_prefix: &'c str,
    has_token_endpoint: bool,
    takes_token: Cell<bool>,
    secrets: &'c Secrets<'c>,
}

impl<'c> HeaderContext<'c> {
    pub(super) fn new(decision_prefix: &'c str, has_token_endpoint: bool, secrets: &'c Secrets<'c>) -> Self {
        Self { decision_prefix, has_token_endpoint, takes_token: Cell::new(false), secrets }
    }

    pub(super) fn decision_prefix(&self) -> &'c str {
        self.decision_prefix
    }

    /// Returns whether any header takes the access token.
    pub(super) fn takes_token(&self) -> bool {
        self.takes_token.get()
    }

    fn value(&self, name: Option<&str>, text: &str) -> Result<HeaderValue, Cause> {
        let Some((before, after)) = text.split_once(ACCESS_TOKEN) else { return self.own_value(name, text) };
        self.takes_token.set(true);
        if !self.has_token_endpoint {
            return Err(Cause::AccessToken);
        }
        let is_plain = |text: &str| {
            let is_literal = HeaderTemplate::compile(text).is_ok_and(|line| line.is_literal());
            is_literal && !text.contains(ACCESS_TOKEN) && !text.chars().any(char::is_control)
        };
        if is_plain(before) && is_plain(after) {
            Ok(HeaderValue::AccessToken { before: before.trim_start().to_owned(), after: after.trim_end().to_owned() })
        } else {
            Err(Cause::AccessTokenText)
        }
    }

    /// Reads a value without the access token. What a macro brings is the sender's, and no secret of the
    /// configuration's.
    fn own_value(&self, name: Option<&str>, text: &str) -> Result<HeaderValue, Cause> {
        let line = HeaderTemplate::compile(text)?;
        let name = name.filter(|_| line.is_literal());
        let variable = variable::header_value(text, name, self.secrets)?;
        Ok(variable.map_or(HeaderValue::Text(line), HeaderValue::Variable))
    }
}

pub(super) fn read(node: Option<ConfigNode<'_>>, context: &HeaderContext<'_>) -> Vec<(String, HeaderValue)> {
    let mut names = Vec::new();
    let mut headers = Vec::new();
    for entry in node.and_then(|node| node.list()).unwrap_or_default() {
        let Some(header) = entry.object(&["headerName", "headerValue"]) else { continue };
        let name = header.required("headerName").and_then(|node| {
            let name = node.parsed(|text| settable(text, context.decision_prefix))?;
            if names.contains(&name) {
                node.refuse(Cause::DuplicateHeader);
            }
            names.push(name.clone());
            Some(name)
        });
        let value =
            header.required("headerValue").and_then(|node| node.parsed(|text| context.value(name.as_deref(), text)));
        headers.extend(name.zip(value));
    }
    headers
}

pub(super) fn settable(text: &str, decision_prefix: &str) -> Result<String, Cause> {
    let name = header_name(text, decision_prefix)?;
    if RESERVED.contains(&name.as_str()) { Err(Cause::ReservedHeader) } else { Ok(name) }
}
