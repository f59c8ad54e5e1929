//! The values that go into a manifest. Each is checked, so that none can bring YAML of its own along.

use std::fmt;
use std::net::IpAddr;

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// Parses `HOST:PORT`; an IPv6 address stands in brackets.
    ///
    /// # Errors
    /// What it must be.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (host, port) = text.rsplit_once(':').ok_or("must be HOST:PORT")?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or("the port must be from 1 to 65535")?;
        let bare = host.trim_matches(['[', ']']);
        let is_host = if host == bare { is_name(host) } else { bare.parse::<std::net::Ipv6Addr>().is_ok() };
        if is_host {
            Ok(Self { host: bare.to_owned(), port })
        } else {
            Err("the host must be a name or an address".to_owned())
        }
    }

    /// Returns whether it needs no resolver.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        self.host.parse::<IpAddr>().is_ok()
    }

    /// Returns it as the manifests write it.
    #[must_use]
    pub fn yaml(&self) -> String {
        let quote = if self.host.contains(':') { "\"" } else { "" };
        format!("address: {quote}{}{quote}, port_value: {}", self.host, self.port)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

fn is_name(text: &str) -> bool {
    let legal = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(legal)
}

fn checked(text: &str, is_sound: bool, must: &str) -> Result<String, String> {
    if is_sound { Ok(text.to_owned()) } else { Err(must.to_owned()) }
}

/// Reads a path of KYC posts, as `match.paths` takes it; a quote or backslash would need an escape.
///
/// # Errors
/// What it must be.
pub fn path(text: &str) -> Result<String, String> {
    let legal = |byte: u8| byte.is_ascii_graphic() && !b"?#\"\\".contains(&byte);
    checked(
        text,
        text.starts_with('/') && text.bytes().all(legal),
        "must start with '/', without white space, '?', '#', quotes and '\\'",
    )
}

/// Reads a host that requests are for: a name, or `*.` and a name, with or without a port.
///
/// # Errors
/// What it must be.
pub fn host(text: &str) -> Result<String, String> {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let name = name.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(name, |(name, _)| name);
    checked(text, is_name(name), "must be a host's name, or '*.' and a name")
}

/// Reads the name of an environment variable.
///
/// # Errors
/// What it must be.
pub fn variable(text: &str) -> Result<String, String> {
    let legal = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let begins = text.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    checked(text, legal && begins, "must be letters, digits and '_', not beginning with a digit")
}

/// Reads the name of a Kubernetes object (RFC 1123).
///
/// # Errors
/// What it must be.
pub fn word(text: &str) -> Result<String, String> {
    let is_sound = text.len() <= 63 && is_name(text) && !text.contains('.') && text == text.to_ascii_lowercase();
    checked(text, is_sound, "must be 1 to 63 characters of a-z, 0-9 and '-'")
}

/// Reads where the module is: a file, a URL or an image.
///
/// # Errors
/// What it must be.
pub fn module(text: &str) -> Result<String, String> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-:@+~".contains(&byte);
    let is_sound =
        !text.is_empty() && text.bytes().all(legal) && !text.ends_with(':') && !text.starts_with(['-', '@', '~', ':']);
    checked(text, is_sound, "must be a path, a URL or an image, of letters, digits and /._-:@+~")
}

/// Reads a SHA-256 in hex.
///
/// # Errors
/// What it must be.
pub fn sha256(text: &str) -> Result<String, String> {
    let is_sound = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    checked(text, is_sound, "must be 64 hex digits, as in dist/kyc_gate.wasm.sha256")
        .map(|text| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_brings_yaml_along() {
        let address = |text: &str| Address::parse(text).map(|address| address.to_string());
        type Read = fn(&str) -> Result<String, String>;
        for (read, good, bad) in [
            (path as Read, &["/kyc", "/v2/kyc:post"][..], &["kyc", "/a b", "/a\"]", "/a\n", "/a?b", "/\\"][..]),
            (host, &["a.example", "*.bank.example", "gate:8443"], &["", "*", "a b", "a\"", "-a", "a,b"]),
            (variable, &["KYC_KEY", "_k"], &["", "1K", "K-1", "K]", "K\n"]),
            (word, &["kyc", "kyc-backend-2"], &["", "Kyc", "a.b", "-a", "a\n", "a: b"]),
            (
                module,
                &["dist/kyc_gate.wasm", "https://a.example/x.wasm", "r.example/k@sha256:0"],
                &["", "a b", "a\n", "a: b", "@a", "a:"],
            ),
            (sha256, &["E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"], &["", "e3", "xyz"]),
            (
                address,
                &["127.0.0.1:80", "[::1]:80", "backend.kyc.svc:8080"],
                &["", "a", "a:0", "a:99999", "a b:1", ":1", "a, b: 1:2"],
            ),
        ] {
            for text in good {
                assert!(read(text).is_ok(), "{text}");
            }
            for text in bad {
                assert!(read(text).is_err(), "{text}");
            }
        }
    }
}
