//! The settings service behind the gate: what is sent to it, and what its responses mean. Rebilly's own API is one.

use zeroize::Zeroizing;

use crate::http::{CallFailure, Upstream};
use crate::scoring::Settings;

use super::document;
use super::response::RequestError;

/// `settingsApi.store`.
pub struct Store {
    /// Where the document is.
    pub upstream: Upstream,
    /// How often the store is asked.
    pub poll_seconds: u32,
    /// Headers by which the store knows the gate: lower-case name, value.
    pub credentials: Vec<(&'static str, Zeroizing<String>)>,
}

impl Store {
    /// Returns the headers of a call that reads the settings.
    #[must_use]
    pub fn load_headers(&self) -> Vec<(&str, &str)> {
        self.headers("GET")
    }

    /// Returns the headers of a call that writes them; the body is [`Settings::document`].
    #[must_use]
    pub fn save_headers(&self) -> Vec<(&str, &str)> {
        let mut headers = self.headers("PUT");
        headers.push(("content-type", "application/json"));
        headers
    }

    fn headers(&self, method: &'static str) -> Vec<(&str, &str)> {
        let mut headers = self.upstream.pseudo_headers(method);
        headers.push(("accept", "application/json"));
        headers.extend(self.credentials.iter().map(|(name, value)| (*name, value.as_str())));
        headers
    }
}

/// Returns the settings that the store gave. `status` is `None` when there was no response.
pub(super) fn loaded(status: Option<u16>, body: &[u8]) -> Result<Settings, CallFailure> {
    let body = CallFailure::check(status, body)?;
    document::settings(body)
}

/// Returns why the store didn't take the settings, if it didn't. Envoy itself answers 503 and 504 for a store that it
/// can't reach.
pub(super) fn saved(status: Option<u16>) -> Result<(), RequestError> {
    match status {
        Some(200..=299) => Ok(()),
        None | Some(429 | 503 | 504) => Err(RequestError::StoreUnavailable),
        Some(_) => Err(RequestError::StoreRefused),
    }
}
