//! Signatures: a backend that knows the RFCs only can verify what the gate has signed, nothing else passes for it, and
//! a post goes on with no signature but the gate's own.

use std::cell::OnceCell;
use std::rc::Rc;

use arbitrary::Arbitrary;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use kyc_gate::config::Config;
use kyc_gate::crypto::{KeyEncoding, SigningAlgorithm, SigningKey};
use kyc_gate::exchange::{Body, Command, Exchange, Forward, request_head};
use kyc_gate::http::MemoryBudget;
use kyc_gate::signature::{Message, Signer};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::payload::Payload;

const KEY: [u8; 32] = [b'k'; 32];
/// RFC 9110's token characters, but no capitals.
const TOKEN: &str = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz";
/// Names worth trying for headers that clients send.
const NAMES: [&str; 8] = [
    "signature",
    "Signature-Input",
    "content-digest",
    "x-kyc-decision",
    "X_KYC_x",
    "digest",
    "x-other",
    "content-length",
];

thread_local! {
    static LOADED: [OnceCell<Rc<Config>>; 4] = const { [const { OnceCell::new() }; 4] };
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    is_ed25519: bool,
    created: u32,
    /// Which component is changed, where, and by what.
    change: (u8, u8, u8),
    authority: &'a str,
    path: &'a str,
    query: &'a str,
    key_id: &'a str,
    fields: [(&'a str, &'a str); 3],
    /// Headers of a post: numbers of [`NAMES`] and values.
    headers: [(u8, &'a str); 3],
    is_as_it_came: bool,
    is_abandoned: bool,
    payload: Payload<'a>,
}

/// Signs a message of any fields, and takes a post through its life.
pub fn run(data: &[u8]) {
    let Some(input) = super::read::<Input<'_>>(data) else { return };
    input.check_message();
    input.check_post();
}

/// What HTTP lets through of a value.
fn value(text: &str) -> String {
    text.chars().filter(|character| !matches!(character, '\0' | '\r' | '\n')).collect()
}

impl Input<'_> {
    fn check_message(&self) {
        let algorithm = if self.is_ed25519 { SigningAlgorithm::Ed25519 } else { SigningAlgorithm::HmacSha256 };
        let key = SigningKey::decode(&STANDARD.encode(KEY), Some(KeyEncoding::Base64), algorithm).unwrap();
        let key_id: String = self.key_id.chars().filter(char::is_ascii_graphic).take(128).collect();
        let derived =
            [("@method", "POST"), ("@authority", self.authority), ("@path", self.path), ("@query", self.query)];
        let mut received: Vec<_> =
            derived.iter().map(|(name, text)| ((*name).to_owned(), value(text).trim().to_owned())).collect();
        for (name, text) in self.fields {
            let name: String = name.chars().filter(|character| TOKEN.contains(*character)).collect();
            if !name.is_empty() && received.iter().all(|(known, _)| *known != name) {
                received.push((name, value(text)));
            }
        }
        let fields = received[4..].iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let message =
            Message { method: "POST", authority: &received[1].1, path: &received[2].1, query: &received[3].1, fields };
        let (signature_input, signature) = Signer::new(key_id.clone(), key).sign(&message, self.created.into());
        let covered = parse(&signature_input);
        assert!(covered.names.iter().eq(received.iter().map(|(name, _)| name)));
        assert_eq!((covered.created, &covered.key_id), (self.created.into(), &key_id));
        assert!(self.verifies(&covered, &received, &signature));

        let (component, at, character) = self.change;
        let changed = usize::from(component) % received.len();
        let before = received[changed].1.trim_ascii().to_owned();
        let place = before.char_indices().map(|(place, _)| place).nth(at.into()).unwrap_or(before.len());
        let after = [&before[..place], value(&char::from(character).to_string()).as_str(), &before[place..]].concat();
        received[changed].1 = after;
        assert_eq!(self.verifies(&covered, &received, &signature), received[changed].1.trim_ascii() == before);
    }

    fn check_post(&self) {
        let config = loaded(self.is_ed25519, self.is_as_it_came);
        let own = self.headers.map(|(name, text)| (NAMES[usize::from(name) % NAMES.len()], value(text)));
        let derived = [("@method", "POST"), ("@authority", "gate.test"), ("@path", "/kyc"), ("@query", "?a=b")];
        let mut headers: Vec<_> =
            derived.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        headers.extend(own.map(|(name, value)| (name.to_owned(), value)));
        let pairs = headers
            .iter()
            .filter(|(name, _)| name != "@query")
            .map(|(name, value)| {
                (name.strip_prefix('@').map_or(name.clone(), |name| format!(":{name}")), value.clone())
            })
            .map(|(name, value)| if name == ":path" { (name, value + "?a=b") } else { (name, value) });
        let pairs: Vec<(String, String)> = pairs.collect();
        let request_head =
            request_head::read(&config, pairs.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())));
        let now = Timestamp::from_second(self.created.into()).unwrap();
        let inflight = MemoryBudget::default();
        let kyc = request_head.kyc.unwrap();
        let body = self.payload.bytes(false);
        let ruling = match Exchange::open(Rc::clone(&config), config.initial_settings(), kyc, now, &inflight) {
            Ok(mut exchange) => match exchange.take(&body) {
                Ok(()) if !self.is_abandoned => exchange.finish([9; 16]),
                Ok(()) => exchange.abandon(kyc_gate::exchange::refusal::ErrorCode::Internal),
                Err(code) => exchange.abandon(code),
            },
            Err(ruling) => *ruling,
        };
        let Command::Forward(forward) = ruling.command else { return };
        let is_gone = |name: &str| {
            let mut gone = forward.remove.iter().copied().chain(forward.set.iter().map(|(set, _)| set.as_str()));
            request_head.forged.contains(&name.as_bytes()) || gone.any(|gone| name.eq_ignore_ascii_case(gone))
        };
        let kept = headers.iter().filter(|(name, _)| !is_gone(name));
        let headers: Vec<_> = kept.chain(&forward.set).cloned().collect();
        self.check_arrived(&headers, &forward, &body);
    }

    /// What the backend gets.
    fn check_arrived(&self, headers: &[(String, String)], forward: &Forward, received: &[u8]) {
        let one = |wanted: &str| {
            let mut found = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            let first = found.next().map(|(_, value)| value);
            assert!(found.next().is_none(), "two of {wanted}");
            first
        };
        let (Some(signature_input), Some(signature)) = (one("signature-input"), one("signature")) else {
            assert!(one("signature").is_none() && one("signature-input").is_none());
            assert!(
                self.is_abandoned
                    || received.len() > 1 << 14
                    || headers.iter().any(|(name, _)| name == "content-length")
            );
            return;
        };
        let covered = parse(signature_input);
        assert!(self.verifies(&covered, headers, signature));
        assert_eq!((covered.created, covered.key_id.as_str()), (self.created.into(), "gate"));
        let asserted = headers
            .iter()
            .map(|(name, _)| name)
            .filter(|name| name.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "-").starts_with("x-kyc-"));
        let must: Vec<&str> = asserted
            .map(String::as_str)
            .chain(["@method", "@authority", "@path", "@query", "content-digest"])
            .collect();
        assert!(must.iter().all(|name| covered.names.iter().any(|covered| covered == name)));
        let body = match &forward.body {
            Body::Original => received.to_vec(),
            Body::Replace(pieces) => pieces.concat(),
        };
        let digest = one("content-digest").unwrap().strip_prefix("sha-256=:").unwrap().strip_suffix(':').unwrap();
        assert_eq!(STANDARD.decode(digest).unwrap(), Sha256::digest(body).as_slice());
    }

    /// RFC 9421 section 3.2, by what was received only.
    fn verifies(&self, covered: &Covered, received: &[(String, String)], signature: &str) -> bool {
        let mut base = String::new();
        for name in &covered.names {
            let (_, value) = received.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).unwrap();
            base += &format!("\"{name}\": {}\n", value.trim_ascii());
        }
        base += &format!("\"@signature-params\": {}", covered.parameters);
        let bytes = STANDARD.decode(signature.strip_prefix("kyc=:").unwrap().strip_suffix(':').unwrap()).unwrap();
        if self.is_ed25519 {
            let key: VerifyingKey = ed25519_dalek::SigningKey::from_bytes(&KEY).verifying_key();
            key.verify(base.as_bytes(), &Signature::from_slice(&bytes).unwrap()).is_ok()
        } else {
            let hmac = Hmac::<Sha256>::new_from_slice(&KEY).unwrap();
            hmac.chain_update(base.as_bytes()).verify_slice(&bytes).is_ok()
        }
    }
}

fn loaded(is_ed25519: bool, is_as_it_came: bool) -> Rc<Config> {
    LOADED.with(|loaded| {
        let config = loaded[usize::from(is_ed25519) + 2 * usize::from(is_as_it_came)].get_or_init(|| {
            let algorithm = if is_ed25519 { "ed25519" } else { "hmac-sha256" };
            let mut json = json!({
                "signature": {"keyId": "gate", "key": "env:KEY", "keyEncoding": "utf8", "algorithm": algorithm},
                "limits": {"maxBodyBytes": 1 << 14},
                "decision": {"onError": "forward"},
            });
            if is_as_it_came {
                json["decision"]["forwardBody"] = "original".into();
            } else {
                json["requestBody"] = json!({"name": "${name:-nobody}", "all": "${payload}"});
            }
            let environment = |_: &str| Some(String::from_utf8(KEY.to_vec()).unwrap());
            Rc::new(Config::parse(json.to_string().as_bytes(), &environment).unwrap_or_else(|why| panic!("{why}")))
        });
        Rc::clone(config)
    })
}

/// A `signature-input` with one label, read as RFC 9651 has inner lists and parameters.
struct Covered {
    names: Vec<String>,
    created: i64,
    key_id: String,
    parameters: String,
}

fn parse(signature_input: &str) -> Covered {
    let parameters = signature_input.strip_prefix("kyc=").unwrap();
    let mut rest = parameters.strip_prefix('(').unwrap();
    let mut names = Vec::new();
    while !rest.starts_with(')') {
        let name;
        (name, rest) = string(rest);
        names.push(name);
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    let rest = rest.strip_prefix(");created=").unwrap();
    let (created, rest) = rest.split_once(";keyid=").unwrap();
    let (key_id, rest) = string(rest);
    assert!(rest.is_empty());
    Covered { names, created: created.parse().unwrap(), key_id, parameters: parameters.to_owned() }
}

/// A string at the beginning of a text, and what is left.
fn string(text: &str) -> (String, &str) {
    let inside = text.strip_prefix('"').unwrap();
    let mut characters = inside.char_indices();
    let mut read = String::new();
    loop {
        match characters.next().unwrap() {
            (at, '"') => return (read, &inside[at + 1..]),
            (_, '\\') => {
                let (_, escaped) = characters.next().unwrap();
                assert!(matches!(escaped, '"' | '\\'));
                read.push(escaped);
            }
            (_, character) => {
                assert!((' '..='~').contains(&character));
                read.push(character);
            }
        }
    }
}
