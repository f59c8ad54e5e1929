//! The whole life of a post under any configuration and in any pieces: what the gate promises of it.

use std::cell::OnceCell;
use std::rc::Rc;

use arbitrary::Arbitrary;
use jiff::Timestamp;
use kyc_gate::config::{Config, Mode, OnError};
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::exchange::{Body, Command, Exchange, Forward, Ruling, request_head};
use kyc_gate::http::{LocalReply, MemoryBudget};
use kyc_gate::payload::{Document, Kyc};
use serde_json::Value;

use super::payload::{MARK, Payload};

/// Small enough for a fuzzer to reach its end.
const MAX_BODY: usize = 16 * 1024;
/// What differs between configurations, without identity data in headers.
const CONFIGS: [&str; 10] = [
    "{}",
    r#"{"decision": {"onAccept": "respond", "onReview": "respond", "onReject": "respond"}}"#,
    r#"{"decision": {"onAccept": "deny", "onReview": "deny", "onReject": "deny"}}"#,
    r#"{"decision": {"mode": "shadow"}}"#,
    r#"{"decision": {"onError": "forward"}}"#,
    r#"{"requestBody": {"who": "${name:-nobody}", "all": "${payload}", "text": "a ${/kyc_info} ${field:Surname|upper}"}}"#,
    r#"{"requestEncryption": {"enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/GCM/NoPadding",
        "ivParamSpec": "prefix", "previousKeys": ["env:KEY"]}, "audit": {"userId": "omit"}}"#,
    r#"{"requestEncryption": {"enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/CBC/PKCS5Padding",
        "ivParamSpec": "prefix", "bodyEncoding": "jsonString", "allowPlaintext": true},
        "decision": {"onAccept": "respond"}, "audit": {"userId": "sha256"}}"#,
    r#"{"evidence": {"claims": {"firstName": {"header": "x-first"}, "lastName": {"pointer": "/request_info/claimed/dob"},
        "dateOfBirth": {"pointer": "/request_info/claimed/dob"}, "line1": {"header": "x-line"}}}}"#,
    r#"{"profiles": [{"name": "app", "match": {"appIds": ["a"]}, "decision": {"mode": "shadow"}},
        {"name": "host", "match": {"authorities": ["a.test"]}, "decision": {"forwardBody": "original"}, "rules": []},
        {"name": "default", "requestBody": ["${explanation}"]}]}"#,
];

const AUTHORITIES: [&[u8]; 5] = [b"a.test", b"", b"A.test.:443", b"b\xff", b"[::1]:80"];
const MEDIA: [&[u8]; 6] =
    [b"application/json", b"text/plain; charset=x", b"application/octet-stream", b"image/png", b"", b"\xff"];

thread_local! {
    static LOADED: [OnceCell<Rc<Config>>; CONFIGS.len()] = const { [const { OnceCell::new() }; CONFIGS.len()] };
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    config: u8,
    is_sealed: bool,
    is_marked: bool,
    /// Where the client or a host call gives up.
    ends_after: Option<u8>,
    authority: u8,
    media: u8,
    content_length: Option<u16>,
    /// Names and values, up to the first NUL.
    headers: [([u8; 16], [u8; 16]); 2],
    cuts: [u16; 5],
    seconds: u32,
    payload: Payload<'a>,
}

/// Takes a post through its life.
pub fn run(data: &[u8]) {
    let Some(input) = super::read::<Input<'_>>(data) else { return };
    let config = loaded(usize::from(input.config) % CONFIGS.len());
    let payload = input.payload.bytes(input.is_marked);
    let sealed = config.request_encryption.as_ref().filter(|_| input.is_sealed);
    let body = sealed.map_or_else(|| payload.clone(), |envelope| envelope.seal(&payload, [7; 16]).unwrap());
    let ruling = input.ruling(&config, &body);

    let policy = config.all_profiles().any(|profile| profile.decision.mode == Mode::Shadow);
    let may_go_on_unscored = policy || config.decision.on_error == OnError::Forward;
    assert!(ruling.record.verdict.is_some() != ruling.record.error.is_some());
    match &ruling.command {
        Command::Forward(forward) => {
            assert!(ruling.record.error.is_none() || may_go_on_unscored, "forwarded unscored");
            check_forward(forward, &ruling, body.len(), |length| input.announces(length));
        }
        Command::LocalReply(reply) => check_reply(reply, &ruling, &payload, &config),
    }
    let audit = ruling.record.audit_line(1);
    serde_json::from_str::<Value>(&audit).unwrap();
    // Ids and names are shown, and a fuzzer soon learns what it is that is looked for.
    let is_in_input = data.windows(MARK.len()).any(|bytes| bytes == MARK.as_bytes());
    if input.is_marked && input.payload.is_made() && !is_in_input {
        input.check_marks(&ruling, &audit);
    }
}

fn loaded(choice: usize) -> Rc<Config> {
    LOADED.with(|loaded| {
        let config = loaded[choice].get_or_init(|| {
            let mut json: Value = serde_json::from_str(CONFIGS[choice]).unwrap();
            json["limits"] = serde_json::json!({"maxBodyBytes": MAX_BODY, "maxFields": 500});
            let environment = |_: &str| Some("000102030405060708090a0b0c0d0e0f".to_owned());
            Rc::new(Config::parse(json.to_string().as_bytes(), &environment).unwrap())
        });
        Rc::clone(config)
    })
}

impl Input<'_> {
    /// Whether a header says already that the body has so many bytes.
    fn announces(&self, length: usize) -> bool {
        let text = length.to_string();
        self.content_length.is_some_and(|announced| announced.to_string() == text)
            || self.headers.iter().any(|(name, value)| {
                until_nul(name).eq_ignore_ascii_case(b"content-length") && until_nul(value) == text.as_bytes()
            })
    }

    fn ruling(&self, config: &Rc<Config>, body: &[u8]) -> Ruling {
        let length = self.content_length.map(|length| length.to_string());
        let authority = AUTHORITIES[usize::from(self.authority) % AUTHORITIES.len()];
        let mut headers = vec![(&b":method"[..], &b"POST"[..]), (b":path", b"/kyc?q"), (b":authority", authority)];
        headers.extend(MEDIA.get(usize::from(self.media)).map(|media| (&b"content-type"[..], *media)));
        headers.extend(length.as_ref().map(|length| (&b"content-length"[..], length.as_bytes())));
        // HTTP has no empty names, and Envoy lets no other pseudo-header through.
        let own = self.headers.iter().map(|(name, value)| (until_nul(name), until_nul(value)));
        headers.extend(own.filter(|(name, _)| !name.is_empty() && !name.starts_with(b":")));
        let request_head = request_head::read(config, headers.iter().copied());
        let prefix = config.decision.header_prefix.as_bytes();
        let folds = |name: &[u8]| {
            name.to_ascii_lowercase().iter().map(|b| if *b == b'_' { b'-' } else { *b }).collect::<Vec<_>>()
        };
        let forged = headers.iter().map(|(name, _)| *name).filter(|name| folds(name).starts_with(prefix));
        assert_eq!(request_head.forged, forged.collect::<Vec<_>>());

        let now = Timestamp::from_second(self.seconds.into()).unwrap();
        let opened = Exchange::open(
            Rc::clone(config),
            config.initial_settings(),
            request_head.kyc.unwrap(),
            now,
            &MemoryBudget::default(),
        );
        let mut exchange = match opened {
            Ok(exchange) => exchange,
            Err(ruling) => return *ruling,
        };
        let mut taken = 0;
        for (number, chunk) in super::chunks(body, &self.cuts).into_iter().enumerate() {
            if self.ends_after.is_some_and(|end| usize::from(end) == number) {
                return exchange.abandon(ErrorCode::Internal);
            }
            taken += chunk.len();
            let fits = exchange.take(chunk);
            assert_eq!(fits, if taken <= MAX_BODY { Ok(()) } else { Err(ErrorCode::BodyTooLarge) });
            if let Err(code) = fits {
                return exchange.abandon(code);
            }
        }
        assert_eq!(exchange.received(), body.len());
        exchange.finish([9; 16])
    }

    /// Identity data is in the body that goes on, and nowhere else.
    fn check_marks(&self, ruling: &Ruling, audit: &str) {
        // Ids may hold anything, and are shown.
        let Payload::Made(_) = &self.payload else { return };
        let record = &ruling.record;
        let shown: Vec<&str> = match &ruling.command {
            Command::Forward(forward) => forward.set.iter().flat_map(|(name, value)| [name.as_str(), value]).collect(),
            Command::LocalReply(reply) => vec![std::str::from_utf8(&reply.body).unwrap_or_default()],
        };
        let state =
            [audit, record.requester_id.as_deref().unwrap_or_default(), record.profile.as_deref().unwrap_or_default()];
        for text in shown.into_iter().chain(state) {
            assert!(!text.contains(MARK), "{text}");
        }
    }
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn check_forward(forward: &Forward, ruling: &Ruling, received: usize, announced: impl Fn(usize) -> bool) {
    for (name, value) in &forward.set {
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'), "{name}");
        assert!(value.bytes().all(|byte| (b' '..0x7f).contains(&byte)), "{name}: {value}");
        assert!(value.len() <= 4096, "{name}");
    }
    let set = |wanted: &str| forward.set.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    assert_eq!(set("x-kyc-decision"), Some(ruling.record.decision()));
    match &forward.body {
        Body::Original => assert!(set("content-length").is_none_or(|length| length == received.to_string())),
        Body::Replace(pieces) => {
            let length = pieces.len();
            assert!(set("content-length").map_or(announced(length), |set| set == length.to_string()));
            let why = serde_json::from_slice::<Value>(&pieces.concat()).err().map(|why| why.to_string());
            assert!(why.is_none_or(|why| why.starts_with("number out of range") || why.starts_with("recursion limit")));
        }
    }
}

fn check_reply(reply: &LocalReply, ruling: &Ruling, payload: &[u8], config: &Config) {
    let json: Value = serde_json::from_slice(&reply.body).unwrap();
    match reply.status {
        200 => {
            assert!(ruling.record.error.is_none());
            let document = Document::scan(payload, config.scan_limits).unwrap();
            let sent = Kyc::read(document.root()).unwrap();
            let text = std::str::from_utf8(&reply.body).unwrap();
            assert!(text.ends_with(&format!(r#""user_id": {}}}"#, sent.user_id().raw())), "{text}");
            assert!(text.contains(&format!(r#""reference_number": {}"#, sent.requester_id().raw())), "{text}");
            assert_eq!(json["user_id"].as_str(), sent.user_id().as_str().as_deref());
        }
        status => {
            assert_eq!(json["status"], status);
            assert!(status >= 400 && (status == 403) != ruling.record.error.is_some());
            assert!(json["type"].as_str().unwrap().starts_with("urn:kyc-gate:"));
        }
    }
}
