//! The settings service behind the gate: what is sent to it, and what its answers mean. Rebilly's own API is one.

use zeroize::Zeroizing;

use crate::http::Upstream;
use crate::scoring::Settings;

use super::request;
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
    /// The headers of a call that reads the settings.
    #[must_use]
    pub fn load_headers(&self) -> Vec<(&str, &str)> {
        self.headers("GET")
    }

    /// The headers of a call that writes them; the body is [`Settings::document`].
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

/// The settings that the store gave, if it gave any. `status` is `None` when there was no answer.
pub(super) fn loaded(status: Option<u16>, body: &[u8]) -> Option<Settings> {
    if status == Some(200) { request::settings(body) } else { None }
}

/// Whether the store took the settings. Envoy itself answers 503 and 504 for a store that it can't reach.
pub(super) fn saved(status: Option<u16>) -> Result<(), RequestError> {
    match status {
        Some(200..=299) => Ok(()),
        None | Some(429 | 503 | 504) => Err(RequestError::StoreUnavailable),
        Some(_) => Err(RequestError::StoreRefused),
    }
}
