//! Who may post: credentials in every shape, what an issuer's answers mean, and how long they are remembered.

use std::rc::Rc;

use crate::rows::each;
use jiff::Timestamp;
use kyc_gate::authorization::{Cache, Denial, Joined, Judgement, PendingCalls, TimedVerdict, TokenVerdict};
use kyc_gate::config::Config;
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::exchange::{Command, Exchange, Ruling, Waiting, request_head};
use kyc_gate::http::CallFailure::{Lifetime, NoToken, NotJson, Status, Timeout, Unreachable};
use kyc_gate::http::{Bearer, Credentials, MAX_RESPONSE_BYTES, MemoryBudget, escaped, form};
use serde_json::{Value, json};

pub const SECOND: u64 = 1_000_000_000;
const NOW: u64 = 1_800_000_000 * SECOND;
const PASSPORT: &str = include_str!("../data/relid-v3-passport.json");
/// SHA-256 of `password`, of `token` and of nothing.
const PASSWORD: &str = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
const TOKEN: &str = "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

tables![
    judges,
    challenges,
    asks,
    reads_answers,
    remembers,
    forgets_the_right_ones,
    shares_calls,
    refuses_whatever_else_is_wrong,
    looks_at_nothing_before,
    escapes
];

pub fn config(json: &Value) -> Rc<Config> {
    let environment = |name: &str| match name {
        "KEY" => Some("000102030405060708090a0b0c0d0e0f".to_owned()),
        "SECRET" => Some("s3cret +/".to_owned()),
        _ => None,
    };
    Config::parse(json.to_string().as_bytes(), &environment)
        .map(Rc::new)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn issuer(more: &Value) -> Value {
    let mut block =
        json!({"cluster": "login", "path": "/introspect", "clientId": "kyc gate", "clientSecret": "env:SECRET"});
    for (key, value) in more.as_object().unwrap() {
        block[key] = value.clone();
    }
    block
}

/// All ways at once.
fn all() -> Value {
    json!({"authorization": {
        "basic": [{"user": "relid", "passwordSha256": PASSWORD}, {"user": "empty", "passwordSha256": EMPTY}],
        "bearer": [{"tokenSha256": TOKEN}],
        "introspection": issuer(&json!({})),
    }})
}

pub fn waiting(config: &Rc<Config>, headers: &[(&str, &[u8])]) -> Waiting {
    let post = [(":method", &b"POST"[..]), (":path", b"/kyc"), (":authority", b"gate.test")];
    let pairs = post.iter().chain(headers).map(|(name, value)| (name.as_bytes(), *value));
    let head = request_head::read(config, pairs).kyc.expect("a KYC post");
    let received_at: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    let opened =
        Waiting::new(Rc::clone(config), config.initial_settings(), head, received_at, &MemoryBudget::default());
    opened.ok().expect("fits")
}

fn judge(config: &Rc<Config>, values: &[&[u8]]) -> String {
    let headers: Vec<_> = values.iter().map(|value| ("Authorization", *value)).collect();
    match waiting(config, &headers).judge() {
        Judgement::Admitted => "admitted".to_owned(),
        Judgement::Refused(reason) => format!("{reason:?}"),
        Judgement::Ask(bearer) => format!("ask {}", bearer.token().unwrap()),
    }
}

fn judges() {
    let config = config(&all());
    let long = [&b"Bearer "[..], &b"a".repeat(60_000)].concat();
    let cases: &[(&[&[u8]], &str)] = &[
        (&[], "Anonymous"),
        (&[b"Basic cmVsaWQ6cGFzc3dvcmQ="], "admitted"),
        (&[b"basic cmVsaWQ6cGFzc3dvcmQ="], "admitted"),
        (&[b"BASIC   cmVsaWQ6cGFzc3dvcmQ  "], "admitted"),
        (&[b"Basic ZW1wdHk6"], "admitted"),
        (&[b"Basic cmVsaWQ6cGFzc3dvcmR4"], "BadPassword"),
        (&[b"Basic cmVsaWQ6"], "BadPassword"),
        (&[b"Basic bm9ib2R5OnBhc3N3b3Jk"], "BadPassword"),
        (&[b"Basic ZW1wdHk6cGFzc3dvcmQ="], "BadPassword"),
        (&[b"Basic Og=="], "BadPassword"),
        (&[b"Basic cmVsaWQ="], "Unusable"),
        (&[b"Basic"], "Unusable"),
        (&[b"Basic "], "Unusable"),
        (&[b"Basic cmVsaWQ6cGFzc3dvcmQ=,Basic cmVsaWQ6cGFzc3dvcmQ="], "Unusable"),
        (&[b"Basic cmVsaWQ6cGFzc3dvcmQ= x"], "Unusable"),
        (&[b"Basic \xff\xff"], "Unusable"),
        (&[b"Basic\tcmVsaWQ6cGFzc3dvcmQ="], "Unusable"),
        (&[b"Bearer token"], "admitted"),
        (&[b"bEARER  token "], "admitted"),
        (&[b"Bearer Token"], "ask Token"),
        (&[b"Bearer a.b-c_d~e+f/g=="], "ask a.b-c_d~e+f/g=="),
        (&[long.as_slice()], &format!("ask {}", "a".repeat(60_000))),
        (&[b"Bearer ="], "InvalidToken"),
        (&[b"Bearer a=b"], "InvalidToken"),
        (&[b"Bearer a b"], "InvalidToken"),
        (&[b"Bearer a,Bearer token"], "InvalidToken"),
        (&[b"Bearer a&token=b"], "InvalidToken"),
        (&[b"Bearer \xe2\x82\xac"], "InvalidToken"),
        (&[b"Bearer \xff"], "InvalidToken"),
        (&[b"Bearer \x00"], "InvalidToken"),
        (&[b"Bearer"], "Unusable"),
        (&[b"Bearer "], "Unusable"),
        (&[b"Bearertoken"], "Unusable"),
        (&[b""], "Unusable"),
        (&[b" Bearer token"], "Unusable"),
        (&[b"Negotiate token"], "Unusable"),
        (&[b"Bearer token", b"Bearer token"], "Unusable"),
        (&[b"Bearer token", b""], "Unusable"),
        (&[b"Bearer token", b"Basic cmVsaWQ6cGFzc3dvcmQ="], "Unusable"),
    ];
    each(cases, |(values, expected)| {
        let shown: Vec<_> = values.iter().map(|value| String::from_utf8_lossy(value)).collect();
        assert_eq!(judge(&config, values), *expected, "{shown:?}");
    });
    // Without an issuer, an unknown token is just that; without the block, anybody may post.
    let mut alone = all();
    alone["authorization"].as_object_mut().unwrap().remove("introspection");
    assert_eq!(judge(&self::config(&alone), &[b"Bearer Token"]), "InvalidToken");
    assert_eq!(judge(&self::config(&json!({})), &[]), "admitted");
}

fn challenges() {
    const BASIC: &str = "Basic realm=\"kyc\", charset=\"UTF-8\"";
    let scoped = json!({"introspection": issuer(&json!({"requiredScope": "kyc:post"}))});
    let cases = [
        (json!({"basic": all()["authorization"]["basic"]}), Denial::InvalidToken, vec![BASIC.to_owned()]),
        (json!({"bearer": [{"tokenSha256": TOKEN}]}), Denial::Anonymous, vec!["Bearer realm=\"kyc\"".to_owned()]),
        (json!({"bearer": [{"tokenSha256": TOKEN}]}), Denial::BadPassword, vec!["Bearer realm=\"kyc\"".to_owned()]),
        (
            all()["authorization"].clone(),
            Denial::InvalidToken,
            vec![BASIC.to_owned(), "Bearer realm=\"kyc\", error=\"invalid_token\"".to_owned()],
        ),
        (scoped.clone(), Denial::Unusable, vec!["Bearer realm=\"kyc\", error=\"invalid_request\"".to_owned()]),
        (
            scoped,
            Denial::InsufficientScope,
            vec!["Bearer realm=\"kyc\", error=\"insufficient_scope\", scope=\"kyc:post\"".to_owned()],
        ),
    ];
    each(cases, |(block, reason, expected)| {
        let config = config(&json!({"authorization": block}));
        assert_eq!(config.authorization.as_ref().unwrap().challenges(reason), expected, "{block}");
        let (status, reply) = answered(waiting(&config, &[]).refuse(reason));
        let told: Vec<_> = reply.iter().filter(|(name, _)| name == "www-authenticate").map(|(_, told)| told).collect();
        assert_eq!((status, told), (401, expected.iter().collect()), "{block}");
    });
}

fn answered(ruling: Ruling) -> (u32, Vec<(String, String)>) {
    match ruling.command {
        Command::LocalReply(reply) => (reply.status, reply.headers),
        Command::Forward(_) => panic!("forwarded"),
    }
}

fn asks() {
    let config = config(&all());
    let introspection = config.authorization.as_ref().unwrap().introspection.as_ref().unwrap();
    assert_eq!(
        introspection.headers(),
        [
            (":method", "POST"),
            (":path", "/introspect"),
            (":authority", "login"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "application/json"),
            // kyc%20gate:s3cret%20%2B%2F
            ("authorization", "Basic a3ljJTIwZ2F0ZTpzM2NyZXQlMjAlMkIlMkY="),
        ]
    );
    let body = kyc_gate::authorization::Introspection::body("a+/=&b");
    assert_eq!(body.as_str(), "token=a%2B%2F%3D%26b&token_type_hint=access_token");
    assert_eq!((introspection.cache_seconds, introspection.upstream.timeout_ms), (60, 2000));
}

fn reads_answers() {
    use Denial::{InsufficientScope, InvalidToken};
    use TokenVerdict::{Admitted, Refused};
    let block = issuer(&json!({"requiredScope": "kyc", "requiredAudience": "gate", "cacheSeconds": 60}));
    let config = config(&json!({"authorization": {"introspection": block}}));
    let introspection = config.authorization.as_ref().unwrap().introspection.as_ref().unwrap();
    let now = NOW / SECOND;
    let refused = |reason| Some((Refused(reason), 5));
    let cases = [
        ("", Some((Admitted, 60))),
        (&format!(r#","exp":{}"#, now + 10), Some((Admitted, 10))),
        (&format!(r#","exp":{}.5"#, now + 9), Some((Admitted, 9))),
        (r#","exp":1.9e9"#, Some((Admitted, 60))),
        (r#","exp":99999999999999"#, Some((Admitted, 60))),
        (&format!(r#","exp":{now}"#), refused(InvalidToken)),
        (r#","exp":0"#, refused(InvalidToken)),
        (&format!(r#","nbf":{now}"#), Some((Admitted, 60))),
        (&format!(r#","nbf":{}"#, now + 30), Some((Admitted, 60))),
        (&format!(r#","nbf":{}"#, now + 31), refused(InvalidToken)),
        (r#","exp":null,"nbf":null"#, Some((Admitted, 60))),
        (r#","exp":"1900000000""#, Some((Admitted, 60))),
        (&format!(r#","exp":" {}.5 ""#, now + 9), Some((Admitted, 9))),
        (&format!(r#","exp":"{now}""#), refused(InvalidToken)),
        (&format!(r#","nbf":"{}""#, now + 31), refused(InvalidToken)),
        (r#","nbf":99999999999999999999"#, None),
        (r#","exp":"""#, None),
        (r#","exp":"tomorrow""#, None),
        (r#","exp":"2027-01-01T00:00:00Z""#, None),
        (r#","exp":[1900000000]"#, None),
        (r#","exp":-1"#, None),
        (r#","exp":"-1""#, None),
        (r#","exp":1e999"#, None),
        (r#","nbf":true"#, None),
    ];
    each(cases, |(more, expected)| {
        let body = format!(r#"{{"active":true,"scope":"a kyc b","aud":"gate"{more}}}"#);
        let known = introspection.read(Some(200), body.as_bytes(), NOW);
        let told = known.ok().map(|known| (known.verdict, (known.until - NOW) / SECOND));
        assert_eq!(told, expected, "{more}");
    });
    let rows = [
        (r#"{"active":false}"#, refused(InvalidToken)),
        (r#"{"active":false,"scope":"kyc","aud":"gate"}"#, refused(InvalidToken)),
        (r#"{"active":true,"aud":"gate"}"#, refused(InsufficientScope)),
        (r#"{"active":true,"aud":"gate","scope":"kyc2 xkyc KYC"}"#, refused(InsufficientScope)),
        (r#"{"active":true,"aud":"gate","scope":["a","kyc"]}"#, Some((Admitted, 60))),
        (r#"{"active":true,"aud":"gate","scope":["a kyc",7]}"#, Some((Admitted, 60))),
        (r#"{"active":true,"aud":"gate","scope":["kyc2",["kyc"],{"kyc":"kyc"}]}"#, refused(InsufficientScope)),
        (r#"{"active":true,"aud":"gate","scope":null}"#, refused(InsufficientScope)),
        (r#"{"active":true,"aud":"gate","scope":[]}"#, refused(InsufficientScope)),
        (r#"{"active":true,"aud":["x","gate"],"scope":"kyc"}"#, Some((Admitted, 60))),
        (r#"{"active":true,"aud":[["gate"]],"scope":"kyc"}"#, refused(InvalidToken)),
        (r#"{"active":true,"scope":"kyc"}"#, refused(InvalidToken)),
        (r#"{"active":true,"aud":"gates","scope":"kyc"}"#, refused(InvalidToken)),
        (r#"{"active":"true"}"#, None),
        (r#"{"active":1}"#, None),
        (r#"{}"#, None),
        (r#"[]"#, None),
        (r#""#, None),
        (r#"{"active":true"#, None),
        (r#"{"active":false,"active":true}"#, None),
    ];
    each(rows, |(body, expected)| {
        let known = introspection.read(Some(200), body.as_bytes(), NOW);
        assert_eq!(known.ok().map(|known| (known.verdict, (known.until - NOW) / SECOND)), expected, "{body}");
    });
    let good = br#"{"active":true,"scope":"kyc","aud":"gate"}"#;
    each([None, Some(201), Some(204), Some(302), Some(400), Some(401), Some(500), Some(503)], |status| {
        assert!(introspection.read(status, good, NOW).is_err(), "{status:?}");
    });
    let failures = [
        (Some(200), "{", NotJson),
        (Some(200), r#"{"active":1}"#, NoToken),
        (Some(200), r#"{"active":true,"exp":"x"}"#, Lifetime),
        (Some(500), "", Status),
        (Some(504), "upstream request timeout", Timeout),
        (Some(503), "upstream connect error or disconnect/reset before headers", Unreachable),
        (None, "", Unreachable),
    ];
    each(failures, |(status, body, failure)| {
        assert_eq!(introspection.read(status, body.as_bytes(), NOW), Err(failure), "{status:?} {body}");
    });
    let padded = |size: usize| [&good[..], &b" ".repeat(size - good.len())].concat();
    assert!(introspection.read(Some(200), &padded(MAX_RESPONSE_BYTES), NOW).is_ok());
    assert!(introspection.read(Some(200), &padded(MAX_RESPONSE_BYTES + 1), NOW).is_err());
}

fn digest(number: u64) -> [u8; 32] {
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&number.to_be_bytes());
    digest
}

const ADMITTED: TokenVerdict = TokenVerdict::Admitted;
const REFUSED: TokenVerdict = TokenVerdict::Refused(Denial::InvalidToken);

fn remembers() {
    let mut cache = Cache::default();
    assert_eq!(cache.get(&digest(1), 0), None);
    cache.put(digest(1), TimedVerdict { verdict: ADMITTED, until: 10 }, 0);
    assert_eq!((cache.get(&digest(1), 9), cache.get(&digest(1), 10)), (Some(ADMITTED), None));
    assert_eq!(cache.get(&digest(2), 0), None);
    // What came last counts.
    cache.put(digest(1), TimedVerdict { verdict: REFUSED, until: 5 }, 0);
    assert_eq!((cache.get(&digest(1), 4), cache.get(&digest(1), 5)), (Some(REFUSED), None));
    cache.put(digest(1), TimedVerdict { verdict: ADMITTED, until: 3 }, 3);
    assert!(cache.is_empty(), "what no longer holds isn't kept");
}

/// A flood of invented tokens costs bounded memory and doesn't drive the good ones out.
fn forgets_the_right_ones() {
    let most = kyc_gate::authorization::MOST_TOKENS as u64;
    let mut cache = Cache::default();
    for number in 0..most {
        cache.put(digest(number), TimedVerdict { verdict: ADMITTED, until: 1000 + number }, 0);
    }
    for number in 0..2 * most {
        cache.put(digest(1_000_000 + number), TimedVerdict { verdict: REFUSED, until: 500 }, 0);
    }
    assert_eq!(cache.len() as u64, 2 * most);
    assert!((0..most).all(|number| cache.get(&digest(number), 0) == Some(ADMITTED)));
    // The one that ends soonest makes room.
    cache.put(digest(most), TimedVerdict { verdict: ADMITTED, until: 7000 }, 0);
    assert_eq!((cache.get(&digest(0), 0), cache.get(&digest(1), 0)), (None, Some(ADMITTED)));
    // So does all that no longer holds.
    cache.put(digest(most + 1), TimedVerdict { verdict: ADMITTED, until: 9000 }, 6000);
    assert_eq!(cache.len() as u64, most + 2);
}

pub fn bearer(token: &str) -> Bearer {
    let mut credentials = Credentials::Absent;
    credentials.note(format!("Bearer {token}").as_bytes());
    match credentials {
        Credentials::Bearer(bearer) => bearer,
        _ => panic!("{token}"),
    }
}

fn shares_calls() {
    let mut pending = PendingCalls::new();
    let (a, b) = (bearer("a").sha256, bearer("b").sha256);
    assert_eq!(pending.join(bearer("a"), 1, "one"), Joined::First);
    assert_eq!(pending.join(bearer("a"), 2, "two"), Joined::Existing);
    assert_eq!(pending.join(bearer("b"), 3, "three"), Joined::First);
    pending.started(&a, 100, 1);
    pending.started(&b, 101, 3);
    assert_eq!((pending.token_of(100), pending.token_of(101), pending.token_of(102)), (Some(a), Some(b), None));
    // The one that made the call goes away: somebody else has to make it again.
    pending.leave(1);
    assert_eq!((pending.token_of(100), pending.orphaned()), (None, vec![a]));
    assert_eq!(pending.bearer(&a).and_then(Bearer::token), Some("a"));
    pending.started(&a, 103, 9);
    assert!(pending.orphaned().is_empty());
    // One that only waits goes away.
    assert_eq!(pending.join(bearer("a"), 4, "four"), Joined::Existing);
    pending.leave(2);
    assert_eq!(pending.complete(&a), [(4, "four")]);
    assert_eq!((pending.token_of(103), pending.complete(&a)), (None, vec![]));
    // Nobody is left: the answer concerns nobody.
    pending.leave(3);
    assert_eq!((pending.token_of(101), pending.orphaned()), (None, vec![]));
    assert_eq!(pending.join(bearer("b"), 5, "five"), Joined::First);
}

/// Who may not post hears that and nothing else, whatever else is wrong; who may hears the rest.
fn refuses_whatever_else_is_wrong() {
    let mut json = all();
    json["decision"] = json!({"onError": "forward"});
    json["limits"] = json!({"maxBodyBytes": 10});
    let config = config(&json);
    let wrong: &[(&str, &[u8])] = &[("content-type", b"image/png"), ("content-length", b"1000")];
    let error = |ruling: Ruling| (ruling.record.error.unwrap(), matches!(ruling.command, Command::Forward(_)));
    let refused = |verdict| error(*waiting(&config, wrong).settle(verdict).err().expect("refused"));
    assert_eq!(refused(Some(REFUSED)), (ErrorCode::Unauthorized, false));
    assert_eq!(refused(None), (ErrorCode::AuthorizationUnavailable, false));
    assert_eq!(refused(Some(ADMITTED)), (ErrorCode::UnsupportedMediaType, true));
    let (status, headers) = answered(*waiting(&config, wrong).settle(None).err().expect("refused"));
    assert_eq!((status, headers), (503, vec![("retry-after".to_owned(), "1".to_owned())]));
    // A body that has come meanwhile is bounded as any other.
    let mut waiting = waiting(&config, &[]);
    assert_eq!([waiting.take(b"12345"), waiting.take(b"67890")], [Ok(()), Ok(())]);
    assert_eq!(waiting.take(b"1"), Err(ErrorCode::BodyTooLarge));
    json["decision"] = json!({"mode": "shadow"});
    let config = self::config(&json);
    let shadow = |verdict| error(*self::waiting(&config, &[]).settle(verdict).err().expect("refused"));
    assert_eq!(shadow(Some(REFUSED)), (ErrorCode::Unauthorized, true));
    assert_eq!(shadow(None), (ErrorCode::AuthorizationUnavailable, true));
}

/// The only way from a waiting post to anything that decodes a body is `settle` (or `admit`); what was held then goes
/// the same way as if nobody had been asked.
fn looks_at_nothing_before() {
    let mut json = all();
    json["requestEncryption"] =
        json!({"enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/GCM/NoPadding"});
    let config = config(&json);
    let sealed = config.request_encryption.as_ref().unwrap().seal(PASSPORT.as_bytes(), [9; 16]).unwrap();
    let mut admitted = waiting(&config, &[]);
    assert_eq!(admitted.take(&sealed[..1000]), Ok(()));
    let mut exchange: Exchange = admitted.settle(Some(ADMITTED)).ok().expect("admitted");
    assert_eq!(exchange.received(), 1000);
    assert_eq!(exchange.take(&sealed[1000..]), Ok(()));
    let ruling = exchange.finish([0; 16]);
    assert!(ruling.record.error.is_none());
    // Refused, the record knows of the body what was held, and nothing else.
    let mut refused = waiting(&config, &[]);
    assert_eq!(refused.take(&sealed), Ok(()));
    let record = refused.settle(Some(REFUSED)).err().expect("refused").record;
    assert_eq!((record.body_bytes, record.requester_id), (sealed.len(), None));
}

fn escapes() {
    assert_eq!(escaped("aZ0-._~").as_str(), "aZ0-._~");
    assert_eq!(escaped(" +/=&%ü\n").as_str(), "%20%2B%2F%3D%26%25%C3%BC%0A");
    assert_eq!(form([("a b", "c&d"), ("e", "")]).as_str(), "a%20b=c%26d&e=");
    assert_eq!(form([]).as_str(), "");
}
