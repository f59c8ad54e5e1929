//! REL-ID's V3 KYC payload: where its facts are.

use std::borrow::Cow;

use super::document::Value;
use super::field::Field;

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

/// A V3 KYC post.
#[derive(Clone, Copy)]
pub struct Kyc<'d> {
    root: Value<'d>,
}

/// A document with REL-ID's shape: the identity document, or an address proof.
#[derive(Clone, Copy)]
pub struct Proof<'d> {
    document: Value<'d>,
}

/// One `checks_performed[].check_detail[]` entry.
pub struct CheckDetail<'d> {
    /// Field or feature name.
    pub element: Cow<'d, str>,
    /// `OK`, `NOT DONE`, or anything else for a failure.
    pub status: Cow<'d, str>,
}

impl<'d> Kyc<'d> {
    /// Reads a payload as V3.
    ///
    /// # Errors
    /// See [`NotV3`].
    pub fn read(root: Value<'d>) -> Result<Self, NotV3> {
        let _ = root;
        todo!()
    }
    /// The whole payload.
    #[must_use]
    pub fn root(&self) -> Value<'d> {
        self.root
    }
    /// `request_info.user_id` as it was sent (a string value; `raw()` is what goes back to REL-ID).
    #[must_use]
    pub fn user_id(&self) -> Value<'d> {
        todo!()
    }
    /// `request_info.requester_id` (a string value).
    #[must_use]
    pub fn requester_id(&self) -> Value<'d> {
        todo!()
    }
    /// `request_info.app_id`, where sent.
    #[must_use]
    pub fn app_id(&self) -> Option<Value<'d>> {
        todo!()
    }
    /// `kyc_info.document`.
    #[must_use]
    pub fn identity(&self) -> Proof<'d> {
        todo!()
    }
    /// `liveness_result.score`, inside `video` or beside it.
    #[must_use]
    pub fn liveness_score(&self) -> Option<Value<'d>> {
        todo!()
    }
    /// `kyc_info.face_matcher_result.score`.
    #[must_use]
    pub fn face_score(&self) -> Option<Value<'d>> {
        todo!()
    }
    /// `kyc_info.face_matcher_result.score_percent`.
    #[must_use]
    pub fn face_score_percent(&self) -> Option<Value<'d>> {
        todo!()
    }
}

impl<'d> Proof<'d> {
    /// A document-shaped object; `None` for any other kind of value.
    #[must_use]
    pub fn new(document: Value<'d>) -> Option<Self> {
        Some(Self { document })
    }
    /// The object itself.
    #[must_use]
    pub fn value(&self) -> Value<'d> {
        self.document
    }
    /// The value of a known field: `identity_data`, then locale "0" of `identity_data_details`, then its other
    /// locales. Empty values count as absent.
    #[must_use]
    pub fn field(&self, field: Field) -> Option<Cow<'d, str>> {
        let _ = field;
        todo!()
    }
    /// The string value (for splicing) of a field by display name, looked up as [`Proof::field`] does; a name that
    /// is no known field or alias is looked up by its folded text.
    #[must_use]
    pub fn field_named(&self, display_name: &str) -> Option<Value<'d>> {
        let _ = display_name;
        todo!()
    }
    /// The non-empty `field_source_and_values` of a field: (source letter, value).
    #[must_use]
    pub fn sources(&self, field: Field) -> Vec<(Cow<'d, str>, Cow<'d, str>)> {
        let _ = field;
        todo!()
    }
    /// `document_info.document_type_code`.
    #[must_use]
    pub fn type_codes(&self) -> Vec<i64> {
        todo!()
    }
    /// `document_info.document_type`.
    #[must_use]
    pub fn type_names(&self) -> Vec<Cow<'d, str>> {
        todo!()
    }
    /// `document_info.document_names`.
    #[must_use]
    pub fn template_names(&self) -> Vec<Value<'d>> {
        todo!()
    }
    /// Whether `portrait_image` or `visualportrait_image` is a non-empty string.
    #[must_use]
    pub fn has_portrait(&self) -> bool {
        todo!()
    }
    /// All `check_detail` entries of all `checks_performed`.
    #[must_use]
    pub fn check_details(&self) -> Vec<CheckDetail<'d>> {
        todo!()
    }
    /// `document_status.error_list`.
    #[must_use]
    pub fn errors(&self) -> Vec<Cow<'d, str>> {
        todo!()
    }
    /// `document_status.overall_document_status` (a string value).
    #[must_use]
    pub fn overall_status(&self) -> Option<Value<'d>> {
        todo!()
    }
}
