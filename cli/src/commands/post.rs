//! `kyc-gate post`: posts a payload, and says what the answer means.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use ureq::http::{Response, Uri};
use ureq::{Agent, Body};
use zeroize::Zeroizing;

use crate::explain::mask::{self, printable};
use crate::failure::Failure;
use crate::judged::parse_header;
use crate::secret::Secret;
use crate::terminal::{BAD, FAINT, GOOD, styled};
use crate::{envelope, gate, input, words};

/// Most bytes of an answer that are read.
const MAX_ANSWER_BYTES: u64 = 16 << 20;

/// Posts a payload as REL-ID would, and says what the answer means.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kyc-gate sample clean | kyc-gate post http://127.0.0.1:10000/kyc -
  kyc-gate sample expired | kyc-gate post https://gateway.example/kyc - --config gate.json --bearer env:TOKEN

With --config, the payload is encrypted by requestEncryption and the answer opened by responseDecryption. What the
answer says of a person is masked unless --show-data asks for it. Exit status: 0 for a 2xx, 1 for any other answer,
2 where there is none.")]
pub struct Post {
    /// Where to, http or https.
    url: Uri,
    /// The payload; - for stdin.
    payload: PathBuf,
    /// The configuration whose encryption is used.
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A header of the post; repeatable.
    #[arg(long = "header", short = 'H', value_name = "NAME=VALUE", value_parser = parse_header)]
    header: Vec<(String, String)>,
    /// A bearer token: env:NAME or file:PATH.
    #[arg(long, value_name = "SECRET")]
    bearer: Option<Secret>,
    /// User and password, as user:password: env:NAME or file:PATH.
    #[arg(long, value_name = "SECRET", conflicts_with = "bearer")]
    basic: Option<Secret>,
    /// Seconds to wait for the whole answer.
    #[arg(long, default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Post the bytes as they are, also where the configuration has a key.
    #[arg(long)]
    as_sent: bool,
    /// Show identity data of the answer.
    #[arg(long)]
    show_data: bool,
}

impl Post {
    /// Writes the answer to stdout, and what it means.
    ///
    /// # Errors
    /// A payload or a configuration that can't be read, or no answer.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let config = self.config.as_deref().map(|path| gate::load(Some(path))).transpose()?;
        let payload = Zeroizing::new(input::read(&self.payload, envelope::MAX_BODY_BYTES)?);
        let request = config.as_ref().and_then(|config| config.request_encryption.as_ref());
        let body = match request.filter(|_| !self.as_sent) {
            Some(envelope) => Zeroizing::new(envelope::seal(envelope, &payload)?),
            None => payload,
        };
        let started = Instant::now();
        let mut answer = self.send(&body)?;
        let mut bytes = Vec::new();
        let reader = answer.body_mut().as_reader().take(MAX_ANSWER_BYTES);
        { reader }.read_to_end(&mut bytes).map_err(|error| Failure::Usage(format!("{}: {error}", self.url)))?;
        let took = started.elapsed();
        let response = config.as_ref().and_then(|config| config.response_encryption.as_ref());
        // Problem documents are never encrypted.
        let opened = response.and_then(|envelope| envelope::open(Some(envelope), &bytes, &self.payload).ok());
        let body = opened.as_deref().map_or(bytes.as_slice(), Vec::as_slice);
        self.tell(&answer, body, opened.is_some(), took)
    }

    fn send(&self, body: &[u8]) -> Result<Response<Body>, Failure> {
        let timeout = Some(Duration::from_secs(self.timeout));
        let config = Agent::config_builder().timeout_global(timeout).http_status_as_error(false).max_redirects(0);
        let agent = Agent::new_with_config(config.build());
        let mut request = agent.post(&self.url);
        if !self.header.iter().any(|(name, _)| name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in &self.header {
            request = request.header(name, value);
        }
        if let Some(secret) = &self.bearer {
            request = request.header("authorization", format!("Bearer {}", secret.read()?));
        }
        if let Some(secret) = &self.basic {
            request = request.header("authorization", format!("Basic {}", STANDARD.encode(secret.read()?)));
        }
        request.send(body).map_err(|error| Failure::Usage(format!("{}: {error}", self.url)))
    }

    fn tell(
        &self,
        answer: &Response<Body>,
        body: &[u8],
        was_encrypted: bool,
        took: Duration,
    ) -> Result<ExitCode, Failure> {
        let mut stdout = anstream::stdout().lock();
        let status = answer.status();
        let style = if status.is_success() { GOOD } else { BAD };
        let milliseconds = format!("{:.1} ms", took.as_secs_f64() * 1000.0);
        writeln!(stdout, "{}  {}", styled(style.bold(), &status.to_string()), styled(FAINT, &milliseconds))?;
        let json: Option<Value> = serde_json::from_slice(body).ok();
        for line in self.meaning(answer, json.as_ref(), was_encrypted) {
            writeln!(stdout, "  {line}")?;
        }
        for (name, value) in answer.headers() {
            let value = String::from_utf8_lossy(value.as_bytes());
            writeln!(stdout, "  {}", styled(FAINT, &format!("{name}: {}", printable(&value))))?;
        }
        match json {
            Some(mut json) => {
                if !self.show_data && !is_problem(&json) {
                    mask::document(&mut json, &|_| false);
                }
                writeln!(stdout, "\n{json:#}")?;
            }
            None if body.is_empty() => {}
            None => writeln!(stdout, "\n{} bytes that are no JSON", body.len())?,
        }
        stdout.flush()?;
        Ok(if status.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn meaning(&self, answer: &Response<Body>, json: Option<&Value>, was_encrypted: bool) -> Vec<String> {
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
            None if code.is_none() && answer.status().is_success() => {
                told.push("The post went through to the backend; this is the backend's answer.".to_owned());
            }
            None if code.is_none() => {
                let server = answer.headers().get("server").and_then(|server| server.to_str().ok());
                let by = if server == Some("envoy") { "Envoy or the backend" } else { "the server" };
                told.push(format!("Not an answer of the gate: {by} says so."));
            }
            None => {}
        }
        told
    }
}

fn is_problem(json: &Value) -> bool {
    json.get("type").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("urn:kyc-gate:"))
}
