//! A gate's settings API, as a client sees it.

use kyc_gate::scoring::Settings;
use serde::Deserialize;
use ureq::http::{Method, Uri};

use crate::failure::Failure;
use crate::http::{self, Connection, Reply};

use super::source::parse;

/// Where the API is unless `settingsApi.path` says otherwise.
const PATH: &str = "/kyc-settings";

/// The settings API of a gate.
pub struct Api<'c> {
    url: &'c Uri,
    connection: &'c Connection,
    credentials: Option<String>,
}

/// Settings that are in force.
pub struct InForce {
    /// The settings.
    pub settings: Settings,
    /// The revision that the gate tells.
    pub revision: String,
    /// How long they last; `None` where the gate doesn't tell.
    pub durability: Option<Durability>,
}

/// How long settings last.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Until Envoy stops.
    Process,
    /// The settings service keeps them.
    Store,
}

/// What became of an update.
pub enum Put {
    /// It is in force.
    Done(Box<InForce>),
    /// Others were quicker, or the gate took it for invalid: why.
    Refused(String),
}

/// The gate's problem document (RFC 9457).
#[derive(Deserialize, Default)]
#[serde(default)]
struct Problem {
    title: String,
    detail: String,
    #[serde(rename = "invalidFields")]
    invalid_fields: Vec<InvalidField>,
}

#[derive(Deserialize)]
struct InvalidField {
    field: String,
    message: String,
}

impl<'c> Api<'c> {
    /// Parses the API's URL; a host alone stands for the default path.
    ///
    /// # Errors
    /// [`Failure::Usage`].
    pub fn url(text: &str) -> Result<Uri, Failure> {
        http::url(text, PATH)
    }

    /// Makes a client with the credentials of the environment.
    ///
    /// # Errors
    /// Credentials that can't be sent.
    pub fn new(url: &'c Uri, connection: &'c Connection) -> Result<Self, Failure> {
        let credentials = http::credentials()?;
        if credentials.is_some() {
            http::warn_of_plain_http(url);
        }
        Ok(Self { url, connection, credentials })
    }

    /// Returns the settings in force.
    ///
    /// # Errors
    /// [`Failure::Call`], [`Failure::Gate`].
    pub fn get(&self) -> Result<InForce, Failure> {
        let reply = self.call(Method::GET, &[], &[])?;
        if reply.status == 200 { self.in_force(&reply) } else { Err(self.refusal(&reply)) }
    }

    /// Replaces the settings, if those of `revision` are still in force.
    ///
    /// # Errors
    /// [`Failure::Call`], [`Failure::Gate`].
    pub fn put(&self, settings: &Settings, revision: &str) -> Result<Put, Failure> {
        let condition = format!("\"{revision}\"");
        let headers = [("content-type", "application/json"), ("if-match", condition.as_str())];
        let reply = self.call(Method::PUT, &headers, settings.document().as_bytes())?;
        match reply.status {
            200 => Ok(Put::Done(Box::new(self.in_force(&reply)?))),
            409 | 412 | 422 => Ok(Put::Refused(said(&reply))),
            _ => Err(self.refusal(&reply)),
        }
    }

    fn call(&self, method: Method, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply, Failure> {
        let authorization = self.credentials.as_deref().map(|value| ("authorization", value));
        let headers: Vec<_> = headers.iter().copied().chain(authorization).collect();
        self.connection.call(method, self.url, &headers, body)
    }

    fn in_force(&self, reply: &Reply) -> Result<InForce, Failure> {
        let settings = parse(&reply.body)
            .map_err(|_| self.failure("answers, but not with settings: is this a gate's settings API?"))?;
        // What compresses or caches on the way makes the tag a weak one.
        let tag = reply.header("etag").map(|tag| tag.trim_start_matches("W/").trim_matches('"').to_owned());
        let durability = match reply.header_ending("-settings-durability") {
            // Its prefix is the gate's `decision.headerPrefix`.
            Some("process") => Some(Durability::Process),
            Some("store") => Some(Durability::Store),
            _ => None,
        };
        Ok(InForce { revision: tag.unwrap_or_else(|| settings.revision().to_owned()), settings, durability })
    }

    /// Returns what an answer means that isn't the one asked for.
    fn refusal(&self, reply: &Reply) -> Failure {
        let hint = match (reply.status, &self.credentials) {
            (401 | 403, None) => format!("; put its token into the environment variable {}", http::TOKEN),
            (401, Some(_)) => "; the credentials in the environment aren't the gate's".to_owned(),
            (404, _) => "; the gate has no settingsApi, or another path".to_owned(),
            (300..=399, _) => "; redirects aren't followed".to_owned(),
            _ => String::new(),
        };
        self.failure(&format!("{} ({}){hint}", said(reply), reply.status))
    }

    fn failure(&self, message: &str) -> Failure {
        Failure::Gate { url: self.url.to_string(), message: message.to_owned() }
    }
}

/// Returns what a problem document says, in lines.
fn said(reply: &Reply) -> String {
    let Ok(problem) = serde_json::from_slice::<Problem>(&reply.body) else {
        return "the answer is no problem document of a gate's".to_owned();
    };
    let Problem { title, detail, invalid_fields } = problem;
    let detail = if detail.is_empty() { String::new() } else { format!(": {}", shown(&detail)) };
    let fields: String =
        invalid_fields.iter().map(|one| format!("\n  {}: {}", shown(&one.field), shown(&one.message))).collect();
    format!("{}{detail}{fields}", shown(&title))
}

/// Escapes what a terminal would obey.
fn shown(text: &str) -> String {
    text.chars()
        .flat_map(
            |character| if character.is_control() { character.escape_default().collect() } else { vec![character] },
        )
        .collect()
}
