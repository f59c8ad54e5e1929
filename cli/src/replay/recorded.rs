//! A recorded post: a payload as it is, or in an envelope with its headers and the time when it came.
//!
//! An envelope is a JSON object with `body` (the payload as JSON, or the body's text) or `body64` (the body's bytes in
//! base64), and, where known, `headers` (an object of names and values) and `at` (RFC 3339, or a day).

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use kyc_gate::payload::{Document, Kind, Limits, Value};

use crate::at;

/// Bounds on a recorded post, the gate's own at their widest: the policies have their own.
pub const LIMITS: Limits = Limits { max_depth: 256, max_fields: 1_000_000 };

/// A recorded post.
pub struct Recorded<'r> {
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent.
    pub body: Cow<'r, [u8]>,
    /// When it came.
    pub at: Option<Timestamp>,
}

/// Why a line or file is no recorded post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRecorded {
    /// `headers` isn't an object of texts.
    Headers,
    /// `body64` isn't base64.
    Base64,
    /// `at` is no time.
    Time,
}

impl<'r> Recorded<'r> {
    /// Reads a line or a file. What is no envelope is a body.
    ///
    /// # Errors
    /// An envelope that isn't right.
    pub fn read(bytes: &'r [u8]) -> Result<Self, NotRecorded> {
        let plain = || Self { headers: Vec::new(), body: Cow::Borrowed(bytes), at: None };
        let Ok(document) = Document::scan(bytes, LIMITS) else { return Ok(plain()) };
        let root = document.root();
        if is_payload(root) {
            return Ok(plain());
        }
        let body = match (root.get("body"), root.get("body64").and_then(Value::as_str)) {
            (_, Some(text)) => Cow::Owned(STANDARD.decode(text.trim().as_bytes()).map_err(|_| NotRecorded::Base64)?),
            (Some(body), None) => match body.as_str() {
                Some(text) => Cow::Owned(text.into_owned().into_bytes()),
                None => Cow::Owned(body.raw().as_bytes().to_vec()),
            },
            (None, None) => return Ok(plain()),
        };
        let at = root.get("at").filter(|at| at.kind() != Kind::Null);
        let at = at.map(|at| at.as_str().as_deref().and_then(at::fixed).ok_or(NotRecorded::Time)).transpose()?;
        let headers = root.get("headers").filter(|headers| headers.kind() != Kind::Null);
        let headers = headers.map(|headers| read_headers(headers)).transpose()?.unwrap_or_default();
        Ok(Self { headers, body, at })
    }
}

/// Returns whether a document is a payload, good or bad, and neither an envelope nor a body that is encrypted.
#[must_use]
pub fn is_payload(root: Value<'_>) -> bool {
    root.get("kyc_info").is_some() || root.get("request_info").is_some()
}

fn read_headers(headers: Value<'_>) -> Result<Vec<(String, String)>, NotRecorded> {
    let text: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(headers.raw()).map_err(|_| NotRecorded::Headers)?;
    // What was recorded of the body's length is that of the sealed one.
    let kept = text.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
    kept.map(|(name, value)| {
        let value = value.as_str().ok_or(NotRecorded::Headers)?.to_owned();
        Ok((name.to_ascii_lowercase(), value))
    })
    .collect()
}
