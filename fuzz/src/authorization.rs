//! Who may post: nobody gets in by another header than the right one, nor by an answer in which the issuer doesn't say
//! so, and nobody stays for longer than that holds.

use arbitrary::Arbitrary;
use kyc_gate::authorization::{Authorization, Cache, Denial, Introspection, Judgement, TokenVerdict};
use kyc_gate::http::{Basic, Bearer, CallFailure, Credentials, Upstream};
use kyc_gate::payload::{Document, Limits};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// `relid:s3cret` in base64, which takes no padding.
const USER: &[u8] = b"cmVsaWQ6czNjcmV0";
const TOKEN: &[u8] = b"token";
const SCHEMES: [&[u8]; 7] = [b"Basic ", b"Bearer ", b"bAsIc   ", b"bearer  ", b"Basic", b"Digest ", b""];
const KNOWN: [&[u8]; 4] = [USER, TOKEN, b"other-token", b""];
const SCOPES: [&str; 4] = ["kyc", "a kyc", "kyc-read KYC", ""];
const AUDIENCES: [&str; 4] = [r#""gate""#, r#"["other", "gate"]"#, r#"["gates"]"#, "{}"];
const SECOND: u64 = 1_000_000_000;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    /// Bits: which ways there are, and what a token needs.
    ways: u8,
    scheme: u8,
    known: u8,
    is_repeated: bool,
    now: u32,
    cache_seconds: u16,
    token: Option<Token>,
    /// Where `rest` is parted: what stands at the end of the header, and the issuer's answer where no token is made.
    cut: u8,
    rest: &'a [u8],
}

#[derive(Arbitrary, Debug)]
struct Token {
    active: Option<bool>,
    /// Seconds from now on.
    expires: Option<i16>,
    begins: Option<i16>,
    scope: u8,
    audience: u8,
}

/// Judges a header, and reads an issuer's answer.
pub fn run(data: &[u8]) {
    let Some(input) = super::read::<Input<'_>>(data) else { return };
    let (end, answer) = input.rest.split_at(usize::from(input.cut).min(input.rest.len()));
    let authorization = input.authorization();
    let scheme = SCHEMES[usize::from(input.scheme) % SCHEMES.len()];
    let header = [scheme, KNOWN[usize::from(input.known) % KNOWN.len()], end].concat();
    input.check_header(&authorization, &header);
    let answer = input.token.as_ref().map_or(answer.to_vec(), |token| token.answer(input.now));
    if let Some(introspection) = &authorization.introspection {
        input.check_answer(introspection, &answer);
    }
}

impl Input<'_> {
    fn has(&self, bit: u8) -> bool {
        self.ways >> bit & 1 == 1
    }

    fn authorization(&self) -> Authorization {
        let introspection = Introspection {
            upstream: Upstream {
                cluster: "c".to_owned(),
                authority: "issuer.test".to_owned(),
                path: "/introspect".to_owned(),
                timeout_ms: 1000,
            },
            client: "Basic Y2xpZW50".to_owned().into(),
            cache_seconds: self.cache_seconds.into(),
            required_scope: self.has(3).then(|| "kyc".to_owned()),
            required_audience: self.has(4).then(|| "gate".to_owned()),
        };
        let sha256 = |text: &[u8]| Sha256::digest(text).into();
        let user = Basic { user_sha256: sha256(b"relid"), password_sha256: sha256(b"s3cret") };
        Authorization {
            basic: if self.has(0) { vec![user] } else { vec![] },
            bearer: if self.has(1) { vec![sha256(TOKEN)] } else { vec![] },
            introspection: self.has(2).then_some(introspection),
        }
    }

    fn check_header(&self, authorization: &Authorization, header: &[u8]) {
        let mut credentials = Credentials::Absent;
        credentials.note(header);
        if self.is_repeated {
            credentials.note(header);
        }
        let at = header.iter().position(|byte| *byte == b' ').unwrap_or_default();
        let (scheme, value) = (header[..at].to_ascii_lowercase(), header[at..].trim_ascii());
        let is_user = scheme == b"basic" && value == USER && self.has(0);
        let is_token = scheme == b"bearer" && value == TOKEN && self.has(1);
        let is_known = !self.is_repeated && (is_user || is_token);
        match authorization.judge(&credentials) {
            Judgement::Admitted => assert!(is_known),
            Judgement::Ask(bearer) => {
                assert!(!is_known && self.has(2) && !self.is_repeated && scheme == b"bearer");
                check_question(bearer, value);
            }
            Judgement::Refused(reason) => {
                assert!(!is_known && (!self.is_repeated || reason == Denial::Unusable));
                let challenges = authorization.challenges(reason);
                assert_eq!(challenges.len(), usize::from(self.has(0)) + usize::from(self.has(1) || self.has(2)));
                assert!(challenges.iter().all(|value| value.bytes().all(|byte| (b' '..0x7f).contains(&byte))));
            }
        }
    }

    fn check_answer(&self, introspection: &Introspection, answer: &[u8]) {
        let now = u64::from(self.now) * SECOND;
        assert_eq!(introspection.read(None, answer, now), Err(CallFailure::Unreachable));
        assert_eq!(introspection.read(Some(500), answer, now), Err(CallFailure::Status));
        let Ok(known) = introspection.read(Some(200), answer, now) else {
            assert!(self.token.as_ref().is_none_or(|token| token.active.is_none() || token.is_before_time(self.now)));
            return;
        };
        let is_admitted = known.verdict == TokenVerdict::Admitted;
        let most = if is_admitted { self.cache_seconds } else { self.cache_seconds.min(5) };
        assert!(known.until <= now + u64::from(most) * SECOND);
        if let Ok(json) = serde_json::from_slice::<Value>(answer) {
            assert!(json["active"].is_boolean());
            assert!(!is_admitted || self.admits(&json, known.until));
            assert!(is_admitted || self.token.is_none() || !self.admits(&json, now));
        } else {
            // Numbers beyond those of `serde_json`.
            assert!(Document::scan(answer, Limits::default()).is_ok());
        }
        let mut cache = Cache::default();
        cache.put([0; 32], known, now);
        assert_eq!(cache.get(&[0; 32], now), (known.until > now).then_some(known.verdict));
        assert_eq!(cache.get(&[0; 32], known.until), None);
    }

    /// Whether an issuer's answer admits until then, by a plain reading.
    fn admits(&self, json: &Value, until: u64) -> bool {
        let now = f64::from(self.now);
        let is = |claim: &Value, wanted: &str| claim.as_str() == Some(wanted);
        let scopes = json["scope"].as_str().unwrap_or_default();
        let audience = &json["aud"];
        let is_for_us =
            is(audience, "gate") || audience.as_array().is_some_and(|all| all.iter().any(|one| is(one, "gate")));
        json["active"] == true
            && json.get("exp").is_none_or(|exp| exp.as_f64().is_some_and(|exp| exp > now && until as f64 <= exp * 1e9))
            && json.get("nbf").is_none_or(|nbf| nbf.as_f64().is_some_and(|nbf| nbf <= now + 30.0))
            && (!self.has(3) || scopes.split(' ').any(|scope| scope == "kyc"))
            && (!self.has(4) || is_for_us)
    }
}

/// The issuer is asked about the very token, and about one that is one (RFC 6750 section 2.1).
fn check_question(bearer: &Bearer, value: &[u8]) {
    let token = bearer.token().unwrap();
    assert_eq!(token.as_bytes(), value);
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)));
    let form = Introspection::body(token);
    let written = form.strip_prefix("token=").unwrap().strip_suffix("&token_type_hint=access_token").unwrap();
    let read = written.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    assert_eq!(read, token);
}

impl Token {
    fn is_before_time(&self, now: u32) -> bool {
        [self.expires, self.begins].into_iter().flatten().any(|after| i64::from(now) + i64::from(after) < 0)
    }

    fn answer(&self, now: u32) -> Vec<u8> {
        let scope = SCOPES[usize::from(self.scope) % SCOPES.len()];
        let audience: Value = serde_json::from_str(AUDIENCES[usize::from(self.audience) % AUDIENCES.len()]).unwrap();
        let mut answer = json!({"scope": scope, "aud": audience});
        let instant = |after: i16| i64::from(now) + i64::from(after);
        let claims = [
            ("active", self.active.map(Value::from)),
            ("exp", self.expires.map(|after| instant(after).into())),
            ("nbf", self.begins.map(|after| instant(after).into())),
        ];
        for (name, claim) in claims {
            if let Some(claim) = claim {
                answer[name] = claim;
            }
        }
        answer.to_string().into_bytes()
    }
}
