//! The `authorization` block of the configuration, and what it says about a caller.

use ctutils::{Choice, CtEq};

use crate::http::{Basic, Bearer, Credentials};

use super::denial::Denial;
use super::introspection::Introspection;

/// The name of what is protected, in challenges.
const REALM: &str = "kyc";

/// The `authorization` block. A caller needs to pass one of its ways. No `Debug`: there is a secret in it.
pub struct Authorization {
    /// Users by name and password.
    pub basic: Vec<Basic>,
    /// SHA-256 of tokens.
    pub bearer: Vec<[u8; 32]>,
    /// Where to ask about other tokens.
    pub introspection: Option<Introspection>,
}

/// What a caller's credentials amount to.
pub enum Judgement<'c> {
    /// The caller may post.
    Admitted,
    /// The caller may not.
    Refused(Denial),
    /// The issuer has to be asked.
    Ask(&'c Bearer),
}

impl Authorization {
    /// Judges credentials as far as the configuration goes.
    #[must_use]
    pub fn judge<'c>(&self, credentials: &'c Credentials) -> Judgement<'c> {
        match credentials {
            Credentials::Absent => Judgement::Refused(Denial::Anonymous),
            Credentials::Unusable => Judgement::Refused(Denial::Unusable),
            Credentials::Basic(basic) if self.knows_user(basic) => Judgement::Admitted,
            Credentials::Basic(_) => Judgement::Refused(Denial::BadPassword),
            Credentials::Bearer(bearer) if self.knows_token(bearer) => Judgement::Admitted,
            Credentials::Bearer(bearer) if self.introspection.is_some() && bearer.token().is_some() => {
                Judgement::Ask(bearer)
            }
            Credentials::Bearer(_) => Judgement::Refused(Denial::InvalidToken),
        }
    }

    /// Returns the values of `www-authenticate`: one for each scheme that could have helped (RFC 7617, RFC 6750 section
    /// 3).
    #[must_use]
    pub fn challenges(&self, reason: Denial) -> Vec<String> {
        let mut challenges = Vec::new();
        if !self.basic.is_empty() {
            challenges.push(format!("Basic realm=\"{REALM}\", charset=\"UTF-8\""));
        }
        if !self.bearer.is_empty() || self.introspection.is_some() {
            challenges.push(format!("Bearer realm=\"{REALM}\"{}", self.bearer_error(reason)));
        }
        challenges
    }

    fn bearer_error(&self, reason: Denial) -> String {
        let scope = self.introspection.as_ref().and_then(|introspection| introspection.required_scope.as_deref());
        match (reason, scope) {
            (Denial::Anonymous | Denial::BadPassword, _) => String::new(),
            (Denial::Unusable, _) => ", error=\"invalid_request\"".to_owned(),
            (Denial::InsufficientScope, Some(scope)) => format!(", error=\"insufficient_scope\", scope=\"{scope}\""),
            (Denial::InvalidToken | Denial::InsufficientScope, _) => ", error=\"invalid_token\"".to_owned(),
        }
    }

    fn knows_user(&self, claimed: &Basic) -> bool {
        let same = |known: &Basic| {
            known.user_sha256.ct_eq(&claimed.user_sha256) & known.password_sha256.ct_eq(&claimed.password_sha256)
        };
        self.basic.iter().fold(Choice::FALSE, |found, known| found | same(known)).to_bool()
    }

    fn knows_token(&self, bearer: &Bearer) -> bool {
        self.bearer.iter().fold(Choice::FALSE, |found, known| found | known.ct_eq(&bearer.sha256)).to_bool()
    }
}
