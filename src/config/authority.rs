//! Authorities that a profile is for: a host, or a host at a port (RFC 3986 section 3.2, without user information).

use std::fmt;
use std::net::Ipv6Addr;

use super::problem::Cause;

/// An authority that requests are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Lower case, without the dot of a fully qualified name.
    host: String,
    /// `None` is any port, and none.
    port: Option<u16>,
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl Authority {
    pub(super) fn parse(text: &str) -> Result<Self, Cause> {
        let (host, port) = split(text).filter(|(host, _)| is_host(host)).ok_or(Cause::Authority)?;
        if text.ends_with(':') || port == Some(0) {
            return Err(Cause::Authority);
        }
        Ok(Self { host: host.to_ascii_lowercase(), port })
    }

    /// Returns whether a request's `:authority` is this one.
    #[must_use]
    pub fn is(&self, authority: &str) -> bool {
        split(authority).is_some_and(|(host, port)| {
            self.host.eq_ignore_ascii_case(host) && (self.port.is_none() || self.port == port)
        })
    }

    /// Returns whether every request for the other one is also for this one.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.host == other.host && (self.port.is_none() || self.port == other.port)
    }
}

/// Returns host and port. A colon within brackets belongs to an IPv6 address; an empty port is none.
fn split(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, port),
        _ => (authority, ""),
    };
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    let port = if port.is_empty() { None } else { Some(port.parse().ok().filter(|_| digits)?) };
    Some((host.strip_suffix('.').unwrap_or(host), port))
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let legal = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    host.split('.').all(legal)
}
