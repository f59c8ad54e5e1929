//! The credentials in the `authorization` headers of a request (RFC 9110 section 11.6.2).

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A caller's credentials. No `Debug`: they hold secrets.
pub enum Credentials {
    /// No such header.
    Absent,
    /// A user's name and password (RFC 7617).
    Basic(Basic),
    /// A token (RFC 6750 section 2.1).
    Bearer(Bearer),
    /// Another scheme, something malformed, or several headers: which one counts is ambiguous.
    Unusable,
}

/// A name and a password, as digests.
pub struct Basic {
    /// SHA-256 of the name.
    pub user_sha256: [u8; 32],
    /// SHA-256 of the password.
    pub password_sha256: [u8; 32],
}

/// A token.
pub struct Bearer {
    /// SHA-256 of the token.
    pub sha256: [u8; 32],
    token: Zeroizing<Vec<u8>>,
}

impl Credentials {
    /// Returns the bytes of memory that a token takes.
    #[must_use]
    pub fn held(&self) -> usize {
        match self {
            Self::Bearer(bearer) => bearer.token.capacity(),
            Self::Absent | Self::Basic(_) | Self::Unusable => 0,
        }
    }

    /// Reads the next `authorization` header of a request.
    pub fn note(&mut self, value: &[u8]) {
        *self = match self {
            Self::Absent => read(value).unwrap_or(Self::Unusable),
            _ => Self::Unusable,
        };
    }
}

impl Bearer {
    fn of(token: &[u8]) -> Self {
        Self { sha256: Sha256::digest(token).into(), token: Zeroizing::new(token.to_vec()) }
    }

    /// Returns the token if it matches RFC 6750's grammar (`b64token`).
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        let bare = self.token.iter().rposition(|&byte| byte != b'=').and_then(|last| self.token.get(..=last))?;
        let legal = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
        bare.iter().all(legal).then(|| std::str::from_utf8(&self.token).ok()).flatten()
    }
}

/// Parses one header. Schemes are compared without case (RFC 9110 section 11.1).
fn read(value: &[u8]) -> Option<Credentials> {
    let at = value.iter().position(|&byte| byte == b' ')?;
    let (scheme, rest) = value.split_at_checked(at)?;
    let rest = rest.trim_ascii();
    if scheme.eq_ignore_ascii_case(b"bearer") {
        return (!rest.is_empty()).then(|| Credentials::Bearer(Bearer::of(rest)));
    }
    scheme.eq_ignore_ascii_case(b"basic").then(|| basic(rest)).flatten().map(Credentials::Basic)
}

fn basic(encoded: &[u8]) -> Option<Basic> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(base64::decoded_len_estimate(encoded.len())));
    BASE64.decode_vec(encoded, &mut decoded).ok()?;
    let at = decoded.iter().position(|&byte| byte == b':')?;
    let (user, password) = (decoded.get(..at)?, decoded.get(at.checked_add(1)?..)?);
    Some(Basic { user_sha256: Sha256::digest(user).into(), password_sha256: Sha256::digest(password).into() })
}
