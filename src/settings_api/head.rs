//! What the headers of a call to the settings API say.

use ctutils::CtEq;

use crate::http::{BodyHead, Credentials};

use super::precondition::Precondition;

/// The methods that the API knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Show,
    Replace,
    Other,
}

/// The headers of a call.
pub struct Head {
    pub(super) method: Method,
    pub(super) precondition: Precondition,
    pub(super) body: BodyHead,
    credentials: Credentials,
}

impl Head {
    /// Reads the headers of a call. Names may be in any case.
    pub fn read<'h>(headers: impl Iterator<Item = (&'h [u8], &'h [u8])>) -> Self {
        let mut head = Self {
            method: Method::Other,
            precondition: Precondition::default(),
            body: BodyHead::new(),
            credentials: Credentials::Absent,
        };
        for (name, value) in headers {
            if name == b":method" {
                head.method = Method::of(value);
            } else if name.eq_ignore_ascii_case(b"authorization") {
                head.credentials.note(value);
            } else if !head.precondition.note(name, value) {
                head.body.note(name, value);
            }
        }
        head
    }

    /// Returns whether the token is the one that this digest is of, told in constant time.
    pub(super) fn is_authorized(&self, bearer_sha256: &[u8; 32]) -> bool {
        matches!(&self.credentials, Credentials::Bearer(bearer) if bearer.sha256.ct_eq(bearer_sha256).to_bool())
    }

    /// Returns whether a token came at all.
    pub(super) fn has_credentials(&self) -> bool {
        !matches!(self.credentials, Credentials::Absent)
    }
}

impl Method {
    /// `HEAD` is `GET`: Envoy leaves the body out.
    fn of(method: &[u8]) -> Self {
        match method {
            b"GET" | b"HEAD" => Self::Show,
            b"PUT" => Self::Replace,
            _ => Self::Other,
        }
    }
}
