//! A post that comes back: Envoy follows a redirect of the backend's itself (`internal_redirect_policy`), with the body
//! that the gate wrote, and runs the new request through all filters.

use crate::config::Config;

use super::refusal::{ErrorCode, Refusal};

/// Set by Envoy on a request that it redirected. A client can send it too, so it only gives reason to look.
pub(super) const ORIGINAL_URL: &[u8] = b"x-envoy-original-url";

/// Returns the refusal of a request that is a judged post on its way to another place; `None` in shadow mode, where it
/// goes on. The decision headers among `headers` are those that the gate set when it judged the post.
pub fn refusal<'h>(config: &Config, headers: impl Iterator<Item = (&'h [u8], &'h [u8])> + Clone) -> Option<Refusal> {
    let prefix = &config.decision.header_prefix;
    let value = |name: &str| {
        let name = format!("{prefix}{name}");
        let found = headers.clone().find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes()));
        found.and_then(|(_, value)| std::str::from_utf8(value).ok())
    };
    let requester_id = value("requester-id").map(str::to_owned);
    (value("mode") != Some("shadow")).then(|| Refusal { requester_id, ..Refusal::new(ErrorCode::Redirected) })
}
