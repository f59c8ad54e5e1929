//! Which part of the configuration applies to a post: its profile's, or the top level's where the profile isn't known.

use crate::config::{Action, Config, DecisionPolicy, ForwardBody, Mode, OnError, Profile};
use crate::scoring::{Decision, Settings};

use super::refusal::ErrorCode;
use super::request_head::RequestHead;

/// Returns the profile of a post, where the headers alone determine it.
pub(super) fn profile_by_head<'c>(config: &'c Config, head: &RequestHead) -> Option<&'c Profile> {
    config.profile_by_head(&head.authority, &head.path)
}

/// Returns the settings to score by: the profile's own, or the top-level ones in force, if there are any.
pub(super) fn settings<'c>(profile: &'c Profile, top_level: Option<&'c Settings>) -> Option<&'c Settings> {
    profile.settings.as_deref().or(top_level)
}

/// Returns whether every profile that a post can get uses the top-level settings.
pub(super) fn needs_top_level_settings(config: &Config, head: &RequestHead) -> bool {
    config.candidates(&head.authority, &head.path).all(|profile| profile.settings.is_none())
}

/// Returns what to do with a judged post.
pub(super) fn action(decision: Decision, policy: &DecisionPolicy) -> Action {
    match decision {
        Decision::Accept => policy.on_accept,
        Decision::Review => policy.on_review,
        Decision::Reject => policy.on_reject,
    }
}

/// Returns the policy for a post that is refused.
pub(super) fn on_error<'c>(config: &'c Config, profile: Option<&'c Profile>) -> &'c DecisionPolicy {
    profile.map_or(&config.decision, |profile| &profile.decision)
}

/// Returns whether a post that is refused with this code is forwarded unchanged.
pub(super) fn is_forwarded(policy: &DecisionPolicy, code: ErrorCode) -> bool {
    policy.mode == Mode::Shadow || (policy.on_error == OnError::Forward && code.may_be_forwarded())
}

/// Returns whether there is any code with which a refused post is forwarded.
fn may_be_forwarded(policy: &DecisionPolicy) -> bool {
    policy.mode == Mode::Shadow || policy.on_error == OnError::Forward
}

/// Returns whether the backend's response to a forwarded post is read. Without `responseBody` it still has to be
/// encrypted, unless the backend speaks REL-ID's encryption itself.
pub(super) fn reads_response(config: &Config, profile: &Profile) -> bool {
    let opaque = profile.decision.forward_body == ForwardBody::Original;
    config.locators.is_some() || (config.response_encryption.is_some() && !opaque)
}

/// Returns whether a post may have to carry an access token.
pub(super) fn needs_access_token(config: &Config, head: &RequestHead) -> bool {
    config.access_token_endpoint.is_some()
        && config.candidates(&head.authority, &head.path).any(|profile| {
            profile.decision.mode == Mode::Enforce && profile.headers.iter().any(|(_, value)| value.has_access_token())
        })
}

/// Returns whether a post may have to go on with its original body: under any profile that it can still get, or refused
/// before it has one.
pub(super) fn keeps_original(config: &Config, head: &RequestHead) -> bool {
    let unchanged = |profile: &Profile| config.request_encryption.is_none() && profile.request_body.is_none();
    may_be_forwarded(on_error(config, profile_by_head(config, head)))
        || config.candidates(&head.authority, &head.path).any(|profile| {
            let policy = &profile.decision;
            may_be_forwarded(policy) || policy.forward_body == ForwardBody::Original || unchanged(profile)
        })
}
