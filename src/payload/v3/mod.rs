//! REL-ID's V3 KYC payload: where its facts are.
//!
//! What is optional and missing, empty or of another type than REL-ID's counts as absent. Nothing is copied but
//! strings with escapes, and those only when they are asked for.

mod lookup;
mod proof;

pub use proof::{CheckDetail, Proof};

use super::document::Value;
use super::node::Kind;

/// The `kyc_info.document.version` that is read.
const VERSION: &str = "3.0";

/// Why a JSON document is not a V3 payload. The texts name the REL-ID field, never its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotV3 {
    /// `request_info.user_id` is missing or not a string.
    #[error("request_info.user_id must be a string")]
    UserId,
    /// `request_info.requester_id` is missing or not a string.
    #[error("request_info.requester_id must be a string")]
    RequesterId,
    /// `kyc_info.document` is missing or not an object.
    #[error("kyc_info.document must be an object")]
    Document,
    /// `kyc_info.document.version` is not `"3.0"`.
    #[error("kyc_info.document.version must be \"3.0\"")]
    Version,
}

/// A V3 KYC post. Clones share what was read.
#[derive(Clone)]
pub struct Kyc<'d> {
    root: Value<'d>,
    user_id: Value<'d>,
    requester_id: Value<'d>,
    identity: Proof<'d>,
}

impl<'d> Kyc<'d> {
    /// Reads a payload as V3.
    ///
    /// # Errors
    /// See [`NotV3`].
    pub fn read(root: Value<'d>) -> Result<Self, NotV3> {
        let string = |path: &[&str]| at(root, path).filter(|value| value.kind() == Kind::String);
        let user_id = string(&["request_info", "user_id"]).ok_or(NotV3::UserId)?;
        let requester_id = string(&["request_info", "requester_id"]).ok_or(NotV3::RequesterId)?;
        let identity = at(root, &["kyc_info", "document"]).and_then(Proof::new).ok_or(NotV3::Document)?;
        let version = identity.value().get("version").ok_or(NotV3::Version)?;
        if version.as_str().as_deref() != Some(VERSION) {
            return Err(NotV3::Version);
        }
        Ok(Self { root, user_id, requester_id, identity })
    }
    /// The whole payload.
    #[must_use]
    pub fn root(&self) -> Value<'d> {
        self.root
    }
    /// `request_info.user_id` as it was sent (a string value; `raw()` is what goes back to REL-ID).
    #[must_use]
    pub fn user_id(&self) -> Value<'d> {
        self.user_id
    }
    /// `request_info.requester_id` (a string value).
    #[must_use]
    pub fn requester_id(&self) -> Value<'d> {
        self.requester_id
    }
    /// `request_info.app_id`, where sent (a string value).
    #[must_use]
    pub fn app_id(&self) -> Option<Value<'d>> {
        at(self.root, &["request_info", "app_id"]).filter(|value| value.kind() == Kind::String)
    }
    /// `kyc_info.document`.
    #[must_use]
    pub fn identity(&self) -> &Proof<'d> {
        &self.identity
    }
    /// `liveness_result.score`, inside `video` or beside it (a number).
    #[must_use]
    pub fn liveness_score(&self) -> Option<Value<'d>> {
        let check = ["kyc_info", "liveness_check"];
        let inside = number(self.root, &[&check[..], &["video", "liveness_result", "score"]].concat());
        inside.or_else(|| number(self.root, &[&check[..], &["liveness_result", "score"]].concat()))
    }
    /// `kyc_info.face_matcher_result.score` (a number).
    #[must_use]
    pub fn face_score(&self) -> Option<Value<'d>> {
        number(self.root, &["kyc_info", "face_matcher_result", "score"])
    }
    /// `kyc_info.face_matcher_result.score_percent` (a number).
    #[must_use]
    pub fn face_score_percent(&self) -> Option<Value<'d>> {
        number(self.root, &["kyc_info", "face_matcher_result", "score_percent"])
    }
}

/// The value at a path of member names.
fn at<'d>(from: Value<'d>, path: &[&str]) -> Option<Value<'d>> {
    path.iter().try_fold(from, |value, name| value.get(name))
}

fn number<'d>(from: Value<'d>, path: &[&str]) -> Option<Value<'d>> {
    at(from, path).filter(|value| value.kind() == Kind::Number)
}
