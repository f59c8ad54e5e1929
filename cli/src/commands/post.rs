//! `kyc-gate post`: posts a payload, and says what the answer means.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::http::{HeaderName, Method, StatusCode};
use zeroize::Zeroizing;

use crate::explain::mask::{self, printable};
use crate::failure::Failure;
use crate::http::{self, Connection, Reply};
use crate::judged::parse_header;
use crate::terminal::{BAD, FAINT, GOOD, inert_json, styled};
use crate::{envelope, gate, input, words};

/// Posts a payload as REL-ID would, and says what the answer means.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kyc-gate sample clean | kyc-gate post http://127.0.0.1:10000/kyc - -c envoy/envoy.yaml
  kyc-gate sample expired | kyc-gate post https://gateway.example/kyc - --config gate.json

With --config, the payload is encrypted by requestEncryption and the answer opened by responseDecryption. A bearer \
token stands in KYC_GATE_TOKEN, a user in KYC_GATE_USER and KYC_GATE_PASSWORD. What the answer says of a person is \
masked unless --show-data asks for it. Exit status: 0 for a 2xx, 1 for any other answer, 2 where there is none.")]
pub struct Post {
    /// Where to; without a path, to /kyc.
    url: String,
    /// The payload; - for stdin.
    payload: PathBuf,
    /// The configuration whose encryption is used.
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A header of the post; repeatable.
    #[arg(long = "header", short = 'H', value_name = "NAME=VALUE", value_parser = parse_header)]
    header: Vec<(String, String)>,
    /// Post the bytes as they are, also where the configuration has a key.
    #[arg(long)]
    as_sent: bool,
    /// Show identity data of the answer.
    #[arg(long)]
    show_data: bool,
    #[command(flatten)]
    connection: Connection,
}

impl Post {
    /// Writes the answer to stdout, and what it means.
    ///
    /// # Errors
    /// A payload or a configuration that can't be read, or no answer.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let url = http::url(&self.url, "/kyc")?;
        let config = self.config.as_deref().map(|path| gate::load(Some(path))).transpose()?;
        let payload = Zeroizing::new(input::read(&self.payload, envelope::MAX_BODY_BYTES)?);
        let request = config.as_ref().and_then(|config| config.request_encryption.as_ref());
        let body = match request.filter(|_| !self.as_sent) {
            Some(envelope) => Zeroizing::new(envelope::seal(envelope, &payload)?),
            None => payload,
        };
        let credentials = http::credentials()?;
        if credentials.is_some() {
            http::warn_of_plain_http(&url);
        }
        self.header.iter().try_for_each(|(name, _)| can_be_sent(name))?;
        let own = |name: &str| self.header.iter().any(|(known, _)| known == name);
        let mut headers: Vec<(&str, &str)> = Vec::new();
        headers.extend((!own("content-type")).then_some(("content-type", "application/json")));
        headers.extend(credentials.as_deref().map(|value| ("authorization", value)));
        headers.extend(self.header.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let started = Instant::now();
        let reply = self.connection.call(Method::POST, &url, &headers, &body)?;
        let took = started.elapsed();
        let response = config.as_ref().and_then(|config| config.response_encryption.as_ref());
        // Problem documents are never encrypted.
        let opened = response.and_then(|envelope| envelope::open(Some(envelope), &reply.body, &self.payload).ok());
        let body = opened.as_deref().map_or(reply.body.as_slice(), Vec::as_slice);
        self.tell(&reply, body, opened.is_some(), took)
    }

    fn tell(&self, reply: &Reply, body: &[u8], was_encrypted: bool, took: Duration) -> Result<ExitCode, Failure> {
        let mut stdout = anstream::stdout().lock();
        let status = StatusCode::from_u16(reply.status).unwrap_or_default();
        let is_success = (200..300).contains(&reply.status);
        let style = if is_success { GOOD } else { BAD };
        let milliseconds = format!("{:.1} ms", took.as_secs_f64() * 1000.0);
        writeln!(stdout, "{}  {}", styled(style.bold(), &status.to_string()), styled(FAINT, &milliseconds))?;
        let json: Option<Value> = serde_json::from_slice(body).ok();
        for line in meaning(reply, is_success, json.as_ref(), was_encrypted) {
            writeln!(stdout, "  {line}")?;
        }
        for (name, value) in reply.headers() {
            let is_shown = self.show_data || is_technical(name);
            let value = if is_shown { printable(&value) } else { mask::text_or_date(&value) };
            writeln!(stdout, "  {}", styled(FAINT, &format!("{name}: {value}")))?;
        }
        match json {
            Some(mut json) => {
                if !self.show_data && !is_problem(&json) {
                    mask::document(&mut json, &|_| false);
                }
                writeln!(stdout, "\n{}", inert_json(&format!("{json:#}")))?;
            }
            None if body.is_empty() => {}
            None => writeln!(stdout, "\n{} bytes that are no JSON", body.len())?,
        }
        stdout.flush()?;
        Ok(if is_success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Refuses headers that can't be sent, and credentials, which others on the machine could see among the arguments.
fn can_be_sent(name: &str) -> Result<(), Failure> {
    if matches!(name, "authorization" | "proxy-authorization" | "cookie") {
        let message = format!("{name} is no argument: a token stands in {}, a user in {}", http::TOKEN, http::USER);
        return Err(Failure::Usage(message));
    }
    if name.starts_with(':') {
        return Err(Failure::Usage(format!("{name} is made of the URL; only explain and render take it as a header")));
    }
    let is_name = HeaderName::from_bytes(name.as_bytes()).is_ok();
    is_name.then_some(()).ok_or_else(|| Failure::Usage(format!("{name:?} is no name of a header")))
}

/// Returns whether a header of a response tells of the exchange, and not of a person.
fn is_technical(name: &str) -> bool {
    const NAMES: [&str; 14] = [
        "allow",
        "cache-control",
        "connection",
        "content-encoding",
        "content-language",
        "content-length",
        "content-type",
        "date",
        "retry-after",
        "server",
        "transfer-encoding",
        "vary",
        "via",
        "www-authenticate",
    ];
    NAMES.contains(&name) || name.starts_with("x-envoy-")
}

fn meaning(reply: &Reply, is_success: bool, json: Option<&Value>, was_encrypted: bool) -> Vec<String> {
    let mut told = Vec::new();
    if was_encrypted {
        told.push("The answer was encrypted; this is what is inside.".to_owned());
    }
    let code = json.and_then(|json| json.get("type")?.as_str()?.strip_prefix("urn:kyc-gate:"));
    if let Some(code) = code {
        let meaning = words::of_error(code).unwrap_or_else(|| "not a code of this version".to_owned());
        told.push(format!("{}: {meaning}", printable(code)));
    }
    match json.and_then(|json| json.get("result")?.as_bool()) {
        Some(true) => told.push("A confirmation: REL-ID goes on with this person.".to_owned()),
        Some(false) => told.push("A confirmation with result false: REL-ID stops here.".to_owned()),
        None if code.is_none() && is_success => {
            told.push("The post went through to the backend; this is the backend's answer.".to_owned());
        }
        None if code.is_none() => {
            let is_envoy = reply.header("server") == Some("envoy");
            let by = if is_envoy { "Envoy or the backend" } else { "the server" };
            told.push(format!("Not an answer of the gate: {by} says so."));
        }
        None => {}
    }
    told
}

fn is_problem(json: &Value) -> bool {
    json.get("type").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("urn:kyc-gate:"))
}
