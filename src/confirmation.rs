//! REL-ID's confirmation: what REL-ID is told about a KYC post, and how a backend's response becomes it.
//!
//! REL-ID renames an account when the `user_id` of the confirmation differs from the one that it posted. So the posted
//! user id goes back as the very JSON text that came, and the backend's is only compared with it, unless
//! `responseBody.onUserIdMismatch` says otherwise.

use std::borrow::Cow;

use crate::payload::{Document, Kind, Kyc, Limits, Locator, Value};

/// The confirmation. The ids are JSON texts, so that they go back byte for byte.
pub struct Confirmation<'t> {
    /// Whether REL-ID goes on with the enrolment.
    pub result: bool,
    /// The tracking number: JSON text of a string.
    pub reference_number: Cow<'t, str>,
    /// JSON text of a string.
    pub user_id: Cow<'t, str>,
}

impl Confirmation<'_> {
    /// Returns the JSON document with `result`, `reference_number` and `user_id`.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let Self { result, reference_number, user_id } = self;
        format!(r#"{{"result": {result}, "reference_number": {reference_number}, "user_id": {user_id}}}"#).into_bytes()
    }
}

/// `responseBody`: where the backend's response carries what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locators {
    /// `resultLocator`: a boolean.
    pub result: Locator,
    /// `referenceNumberLocator`; `None` where the response has none: the post's `requester_id` takes its place.
    pub reference_number: Option<Locator>,
    /// `userIdLocator`; `None` where the response has none.
    pub user_id: Option<Locator>,
    /// `onUserIdMismatch`.
    pub on_mismatch: OnMismatch,
}

/// `responseBody.onUserIdMismatch`: what happens to a response with another user's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnMismatch {
    /// REL-ID gets an error.
    #[default]
    Block,
    /// The posted user id goes back, and the mismatch is counted.
    Flag,
    /// The backend's user id goes back: REL-ID renames the account.
    Allow,
}

/// The ids of a post as JSON texts, kept until the backend has responded. No `Debug`: a user id is identity data.
#[derive(Clone)]
pub struct Expectation {
    user_id: String,
    requester_id: String,
}

/// Whose user id a confirmation carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// The posted one; the backend sent the same, or none.
    AsPosted,
    /// The posted one; the backend sent another.
    Flagged,
    /// The backend's, which differs from the posted one.
    Renamed,
}

impl Expectation {
    /// Copies the ids of a post.
    #[must_use]
    pub fn of(kyc: &Kyc<'_>) -> Self {
        Self { user_id: kyc.user_id().raw().to_owned(), requester_id: kyc.requester_id().raw().to_owned() }
    }

    /// Returns the bytes of memory that the copies take.
    #[must_use]
    pub fn held(&self) -> usize {
        self.user_id.capacity().saturating_add(self.requester_id.capacity())
    }

    /// Returns the confirmation that a backend's response amounts to, as JSON, and whose user id it carries.
    ///
    /// # Errors
    /// The [`ResponseError`]s about the body.
    pub fn confirm(
        &self,
        locators: &Locators,
        body: &[u8],
        limits: Limits,
    ) -> Result<(Vec<u8>, Confirmed), ResponseError> {
        let document = scan(body, limits)?;
        let root = document.root();
        let result = locators.result.find(root).and_then(Value::as_bool).ok_or(ResponseError::Result)?;
        let reference_number = match locators.reference_number.as_ref().and_then(|locator| locator.find(root)) {
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
        received: Cow<'t, str>,
        on_mismatch: OnMismatch,
    ) -> Result<(Cow<'t, str>, Confirmed), ResponseError> {
        let posted = Cow::Borrowed(self.user_id.as_str());
        if same_string(&received, &posted) {
            return Ok((posted, Confirmed::AsPosted));
        }
        match on_mismatch {
            OnMismatch::Block => Err(ResponseError::OtherUser),
            OnMismatch::Flag => Ok((posted, Confirmed::Flagged)),
            OnMismatch::Allow => Ok((received, Confirmed::Renamed)),
        }
    }
}

/// Why a backend's response is not a confirmation, one variant per cause. The texts say what is wanted, never what
/// came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// A status other than 2xx: the backend failed, or Envoy could not reach it.
    #[error("the backend did not answer with success")]
    Status(u16),
    /// A `content-encoding` although the request said `accept-encoding: identity`.
    #[error("the answer must not be compressed")]
    Encoded,
    /// No body.
    #[error("the answer must have a body")]
    Empty,
    /// Over `limits.maxAnswerBytes`.
    #[error("the answer must not be larger than limits.maxAnswerBytes")]
    TooLarge,
    /// HTML, a text, JSON with duplicate keys and whatever else is not strict JSON.
    #[error("the answer must be strict JSON")]
    NotJson,
    /// Nothing where `resultLocator` points, or no boolean.
    #[error("the result must be true or false")]
    Result,
    /// Neither text nor number where `referenceNumberLocator` points.
    #[error("the reference number must be a string or a number")]
    ReferenceNumber,
    /// Neither text nor number where `userIdLocator` points.
    #[error("the user id must be a string or a number")]
    UserId,
    /// Another user's id.
    #[error("the user id must be the one that was posted")]
    OtherUser,
    /// More than `limits.maxInflightBytes` leaves free.
    #[error("the gate holds too much to read the answer")]
    Overloaded,
    /// The response can't be encrypted.
    #[error("the answer can't be encrypted")]
    Unsealable,
}

/// Checks that a response can go to REL-ID unchanged: a strict JSON document.
///
/// # Errors
/// [`ResponseError::Empty`], [`ResponseError::NotJson`]
pub fn check(body: &[u8], limits: Limits) -> Result<(), ResponseError> {
    scan(body, limits).map(drop)
}

fn scan(body: &[u8], limits: Limits) -> Result<Document<'_>, ResponseError> {
    if body.trim_ascii().is_empty() {
        return Err(ResponseError::Empty);
    }
    Document::scan(body, limits).map_err(|_| ResponseError::NotJson)
}

/// Returns a string's own text, or a number's in quotes: REL-ID's ids are strings, and backends count with numbers.
fn json_string(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value.kind() {
        Kind::String => Some(Cow::Borrowed(value.raw())),
        Kind::Number => Some(Cow::Owned(format!("\"{}\"", value.raw()))),
        _ => None,
    }
}

/// Returns whether two JSON texts are the same string, however it is escaped.
fn same_string(left: &str, right: &str) -> bool {
    let decode = |text: &str| -> Option<String> {
        let document = Document::scan(text.as_bytes(), Limits::default()).ok()?;
        document.root().as_str().map(Cow::into_owned)
    };
    left == right || matches!((decode(left), decode(right)), (Some(left), Some(right)) if left == right)
}
