//! Calls over HTTP, for the commands that talk to a gate.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ureq::http::{Method, Request, Response, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use crate::failure::Failure;
use crate::{input, terminal};

/// Variables that hold the caller's credentials; they are never arguments, which other users of a machine can see.
pub const TOKEN: &str = "KYC_GATE_TOKEN";
pub(crate) const USER: &str = "KYC_GATE_USER";
const PASSWORD: &str = "KYC_GATE_PASSWORD";
/// Most bytes of a file with certificates.
const MAX_CERTIFICATES: u64 = 1 << 20;
/// Most bytes of a response that are read.
const MAX_RESPONSE: u64 = 16 << 20;

/// How a gate is reached.
#[derive(clap::Args)]
pub struct Connection {
    /// Certificates (PEM) that sign the gate's, in place of the public ones.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Seconds until a call is given up.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

/// A response, read whole.
pub struct Reply {
    /// Status.
    pub status: u16,
    headers: ureq::http::HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Returns the value of a header by how its name ends, if it is text.
    #[must_use]
    pub fn header_ending(&self, ending: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(name, _)| name.as_str().ends_with(ending));
        found.next().and_then(|(_, value)| value.to_str().ok())
    }

    /// Returns all headers, what isn't text in them replaced.
    pub fn headers(&self) -> impl Iterator<Item = (&str, String)> {
        let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        self.headers.iter().map(move |(name, value)| (name.as_str(), text(value)))
    }

    /// Returns the value of a header, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Connection {
    /// Makes one call and reads the response. Redirects aren't followed: a token is for one gate.
    ///
    /// # Errors
    /// [`Failure::Call`]; certificates that can't be read.
    pub fn call(&self, method: Method, url: &Uri, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply, Failure> {
        // A query may hold a secret.
        let shown = url.to_string().split('?').next().unwrap_or_default().to_owned();
        let failed = |error: ureq::Error| Failure::Call { url: shown.clone(), error: Box::new(error) };
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let agent = self.agent(url)?;
        let response = if body.is_empty() {
            request
                .body(())
                .map_err(|error| failed(error.into()))
                .and_then(|request| agent.run(request).map_err(failed))
        } else {
            request
                .body(body)
                .map_err(|error| failed(error.into()))
                .and_then(|request| agent.run(request).map_err(failed))
        };
        let (head, mut body) = Response::<Body>::into_parts(response?);
        let bytes = body.with_config().limit(MAX_RESPONSE).read_to_vec().map_err(failed)?;
        Ok(Reply { status: head.status.as_u16(), headers: head.headers, body: bytes })
    }

    fn agent(&self, url: &Uri) -> Result<Agent, Failure> {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_secs(self.timeout)))
            .user_agent(concat!("kyc-gate/", env!("CARGO_PKG_VERSION")));
        if is_loopback(url) {
            config = config.proxy(None);
        }
        if let Some(path) = &self.ca {
            let unfit = || Failure::Usage(format!("{}: holds no certificate in PEM", path.display()));
            let pem = input::read(path, MAX_CERTIFICATES)?;
            let certificates: Vec<Certificate<'static>> = parse_pem(&pem)
                .filter_map(|item| match item {
                    Ok(PemItem::Certificate(certificate)) => Some(certificate),
                    _ => None,
                })
                .collect();
            if certificates.is_empty() {
                return Err(unfit());
            }
            let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&certificates)).build();
            config = config.tls_config(tls);
        }
        Ok(config.build().new_agent())
    }
}

/// Parses a URL with a scheme and a host. Without a path it gets `default_path`.
///
/// # Errors
/// [`Failure::Usage`].
pub fn url(text: &str, default_path: &str) -> Result<Uri, Failure> {
    let unfit = |why: &str| Failure::Usage(format!("{text}: {why}"));
    let uri: Uri = text.parse().map_err(|_| unfit("not a URL"))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(unfit("must begin with http:// or https://"));
    }
    let authority = uri.authority().ok_or_else(|| unfit("has no host"))?.clone();
    if authority.as_str().contains('@') {
        let why = "a URL must not hold credentials, which others can see; put them into the environment";
        return Err(Failure::Usage(why.to_owned()));
    }
    let path = uri.path_and_query().map(|path| path.as_str()).filter(|path| *path != "/").unwrap_or(default_path);
    let full = format!("{}://{authority}{path}", uri.scheme_str().unwrap_or("https"));
    full.parse().map_err(|_| unfit("not a URL"))
}

/// Returns the `authorization` header of the environment: `KYC_GATE_TOKEN` as a bearer token, or `KYC_GATE_USER` and
/// `KYC_GATE_PASSWORD`. `None` where none is set.
///
/// # Errors
/// [`Failure::Usage`] for one that can't stand in a header; it isn't shown.
pub fn credentials() -> Result<Option<String>, Failure> {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(token) = variable(TOKEN) {
        let token = token.trim();
        let printable = token.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        return if printable {
            Ok(Some(format!("Bearer {token}")))
        } else {
            Err(Failure::Usage(format!("environment variable {TOKEN} holds something that can't stand in a header")))
        };
    }
    let Some(user) = variable(USER) else { return Ok(None) };
    let password = variable(PASSWORD).unwrap_or_default();
    Ok(Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))))
}

/// Warns of a secret that would go over the network in the clear.
pub fn warn_of_plain_http(url: &Uri) {
    if url.scheme_str() == Some("http") && !is_loopback(url) {
        terminal::tell(format_args!("warning: the credentials go to {} without TLS", url.host().unwrap_or_default()));
    }
}

fn is_loopback(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
