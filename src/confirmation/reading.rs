//! A confirmation, and the backend's answer read as one.

use std::borrow::Cow;

use crate::payload::{Document, Kind, Kyc, Limits, Value};

use super::error::ResponseError;
use super::locators::{Locators, OnMismatch};

/// What REL-ID is told. The ids are JSON texts, so that they go back as they came.
pub struct Confirmation<'t> {
    /// Whether REL-ID goes on.
    pub result: bool,
    /// The tracking number: JSON text of a string.
    pub reference_number: Cow<'t, str>,
    /// JSON text of a string.
    pub user_id: Cow<'t, str>,
}

/// What a post's answer is measured by: its ids as JSON texts. It may be a while until the answer comes, so they are
/// copies. No `Debug`: a user id is identity data.
#[derive(Clone)]
pub struct Expectation {
    user_id: String,
    requester_id: String,
}

/// How an answer was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// With the posted user id, or none.
    AsPosted,
    /// With another user id; the posted one goes back.
    Flagged,
    /// With another user id, which goes back.
    Renamed,
}

impl Confirmation<'_> {
    /// The JSON document: `result`, `reference_number`, `user_id`.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let Self { result, reference_number, user_id } = self;
        format!(r#"{{"result": {result}, "reference_number": {reference_number}, "user_id": {user_id}}}"#).into_bytes()
    }
}

impl Expectation {
    /// What the answer to a post must fit.
    #[must_use]
    pub fn of(kyc: &Kyc<'_>) -> Self {
        Self { user_id: kyc.user_id().raw().to_owned(), requester_id: kyc.requester_id().raw().to_owned() }
    }

    /// The confirmation that a backend's answer stands for, as JSON, and how it was found.
    ///
    /// # Errors
    /// [`ResponseError`]s of the body.
    pub fn confirm(
        &self,
        locators: &Locators,
        answer: &[u8],
        limits: Limits,
    ) -> Result<(Vec<u8>, Confirmed), ResponseError> {
        let document = scan(answer, limits)?;
        let root = document.root();
        let result = locators.result.find(root).and_then(Value::as_bool).ok_or(ResponseError::Result)?;
        let found = locators.reference_number.as_ref().and_then(|locator| locator.find(root));
        let reference_number = match found {
            Some(value) => json_string(value).ok_or(ResponseError::ReferenceNumber)?,
            None => Cow::Borrowed(self.requester_id.as_str()),
        };
        let (user_id, confirmed) = match locators.user_id.as_ref().and_then(|locator| locator.find(root)) {
            Some(value) => self.user_id(json_string(value).ok_or(ResponseError::UserId)?, locators.on_mismatch)?,
            None => (Cow::Borrowed(self.user_id.as_str()), Confirmed::AsPosted),
        };
        Ok((Confirmation { result, reference_number, user_id }.to_json(), confirmed))
    }

    fn user_id<'t>(
        &'t self,
        told: Cow<'t, str>,
        on_mismatch: OnMismatch,
    ) -> Result<(Cow<'t, str>, Confirmed), ResponseError> {
        let posted = Cow::Borrowed(self.user_id.as_str());
        if same_string(&told, &posted) {
            return Ok((posted, Confirmed::AsPosted));
        }
        match on_mismatch {
            OnMismatch::Block => Err(ResponseError::OtherUser),
            OnMismatch::Flag => Ok((posted, Confirmed::Flagged)),
            OnMismatch::Allow => Ok((told, Confirmed::Renamed)),
        }
    }
}

/// Whether an answer can go to REL-ID as it is: a strict JSON document.
///
/// # Errors
/// [`ResponseError::Empty`], [`ResponseError::NotJson`]
pub fn check(answer: &[u8], limits: Limits) -> Result<(), ResponseError> {
    scan(answer, limits).map(drop)
}

fn scan(answer: &[u8], limits: Limits) -> Result<Document<'_>, ResponseError> {
    if answer.trim_ascii().is_empty() {
        return Err(ResponseError::Empty);
    }
    Document::scan(answer, limits).map_err(|_| ResponseError::NotJson)
}

/// A string's own text, a number's in quotes: REL-ID's ids are strings, and backends count with numbers.
fn json_string(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value.kind() {
        Kind::String => Some(Cow::Borrowed(value.raw())),
        Kind::Number => Some(Cow::Owned(format!("\"{}\"", value.raw()))),
        _ => None,
    }
}

/// Whether two JSON texts are the same string, however it is escaped.
fn same_string(left: &str, right: &str) -> bool {
    let decode = |text: &str| -> Option<String> {
        let document = Document::scan(text.as_bytes(), Limits::default()).ok()?;
        document.root().as_str().map(Cow::into_owned)
    };
    left == right || matches!((decode(left), decode(right)), (Some(left), Some(right)) if left == right)
}
