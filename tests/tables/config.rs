//! What configurations are accepted and refused, what an accepted one says, and that no report shows a value.

use crate::rows::each;
use kyc_gate::access_token::Endpoint;
use kyc_gate::authorization::Authorization;
use kyc_gate::config::{
    Action, AuditUserId, Config, DecisionPolicy, ForwardBody, Mode, Observe, OnError, Problems, Profile,
};
use kyc_gate::confirmation::{Locators, OnMismatch};
use kyc_gate::crypto::Envelope;
use kyc_gate::payload::date::DateOrder;
use kyc_gate::payload::{Limits, Locator};
use kyc_gate::replay::{OnReplay, Policy};
use kyc_gate::scoring::evidence::{AgeCountry, ClaimSource, FaceScale};
use kyc_gate::scoring::{
    AddressCheck, CheckId, CheckOutcome, Claim, Evidence, IdentityCheck, Reason, Rule, RuleAction, Settings, Signal,
};
use kyc_gate::settings_api::Store;
use serde_json::{Value, json};
use zeroize::Zeroizing;

const FULL: &str = include_str!("../data/config-full.json");
const CANARY: &str = "canary-7f3a";

tables![
    refuses,
    accepts,
    defaults,
    says_all_it_is_told,
    initial_settings,
    wires_the_envelopes,
    counts_its_problems,
    never_shows_a_value,
    warns,
    ignores_white_space_around_codes,
    revises
];

/// The whole of a configuration, every key set, and a look-up of its variables.
pub fn full() -> Value {
    serde_json::from_str(FULL).unwrap()
}

pub fn full_environment(name: &str) -> Option<String> {
    let value = match name {
        "KYC_KEY" => "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "KYC_PREVIOUS_KEY" => "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100",
        "KYC_ANSWER_KEY" => "AAECAwQFBgcICQoLDA0ODw==",
        "SIGNATURE_KEY" => "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "TOKEN_BASIC" => "Basic abc",
        "TOKEN_SECRET" | "CLIENT_SECRET" => "s3cret",
        "STORE_TOKEN" => "token",
        "STORE_KEY" => "key",
        "AUDIT_KEY" => "pepper",
        _ => return None,
    };
    Some(value.to_owned())
}

pub fn parse(config: &Value, environment: &dyn Fn(&str) -> Option<String>) -> Result<Config, Problems> {
    Config::parse(config.to_string().as_bytes(), environment)
}

/// A case of the data files, read once as it stands and once as a protobuf `Struct`: `config` or the very `text` of
/// one, and `env`.
fn parse_case(case: &Value) -> Vec<Result<Config, Problems>> {
    let text = case["text"].as_str().map_or_else(|| case["config"].to_string(), str::to_owned);
    let message = case["config"].is_object().then(|| protobuf_struct(&case["config"]));
    let environment = |name: &str| case["env"][name].as_str().map(str::to_owned);
    [Some(text.into_bytes()), message].iter().flatten().map(|bytes| Config::parse(bytes, &environment)).collect()
}

/// An object as Envoy hands a `google.protobuf.Struct` over: every number a double.
pub fn protobuf_struct(object: &Value) -> Vec<u8> {
    let entry = |(key, value): (&String, &Value)| {
        bytes_field(1, &[bytes_field(1, key.as_bytes()), bytes_field(2, &protobuf_value(value))].concat())
    };
    object.as_object().unwrap().iter().flat_map(entry).collect()
}

fn protobuf_value(value: &Value) -> Vec<u8> {
    match value {
        Value::Null => vec![0x08, 0],
        Value::Number(number) => [&[0x11][..], &number.as_f64().unwrap().to_le_bytes()].concat(),
        Value::String(text) => bytes_field(3, text.as_bytes()),
        Value::Bool(flag) => vec![0x20, u8::from(*flag)],
        Value::Object(_) => bytes_field(5, &protobuf_struct(value)),
        Value::Array(list) => {
            let elements: Vec<u8> = list.iter().flat_map(|element| bytes_field(1, &protobuf_value(element))).collect();
            bytes_field(6, &elements)
        }
    }
}

fn bytes_field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length > 0x7f {
        field.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    field.push(u8::try_from(length).unwrap());
    [field, bytes.to_vec()].concat()
}

fn cases(data: &str) -> Vec<Value> {
    serde_json::from_str(data).unwrap()
}

fn refuses() {
    each(cases(include_str!("../data/config-refused.json")), |case| {
        for result in parse_case(&case) {
            let Err(Problems(problems)) = result else { panic!("{}: accepted", case["name"]) };
            let told: Vec<_> =
                problems.iter().map(|problem| json!([problem.path, problem.cause.to_string()])).collect();
            assert_eq!(Value::from(told), case["problems"], "{}", case["name"]);
        }
    });
}

fn accepts() {
    for case in cases(include_str!("../data/config-accepted.json")) {
        if let Some(problems) = parse_case(&case).into_iter().find_map(Result::err) {
            panic!("{}: {problems}", case["name"]);
        }
    }
}

fn accepted(config: &Value) -> Config {
    parse(config, &full_environment).unwrap_or_else(|problems| panic!("{problems}"))
}

fn defaults() {
    let config = accepted(&json!({}));
    assert_eq!((config.methods, config.paths), (vec!["POST".to_owned()], vec!["/kyc".to_owned()]));
    assert!(config.request_encryption.is_none() && config.response_encryption.is_none());
    assert!(config.profiles.is_empty());
    let profile = config.default_profile;
    assert!(profile.name.is_none() && profile.request_body.is_none() && profile.headers.is_empty());
    assert_eq!((profile.settings, &profile.decision), (None, &config.decision));
    assert_eq!(*profile.rules, Rule::shipped());
    assert_eq!(config.settings, Settings::default());
    assert!(config.settings_api.is_none() && config.signer.is_none() && config.locators.is_none());
    assert_eq!(config.max_answer_bytes, 1024 * 1024);
    assert!(config.settings_api.is_none());
    assert!(config.authorization.is_none() && config.access_token_endpoint.is_none());
    assert_eq!(config.evidence, Evidence::default());
    let decision = config.decision;
    assert_eq!((decision.mode, decision.on_error), (Mode::Enforce, OnError::Deny));
    assert_eq!(
        (decision.on_accept, decision.on_review, decision.on_reject),
        (Action::Forward, Action::Forward, Action::Respond)
    );
    assert_eq!((decision.forward_body, decision.header_prefix.as_str()), (ForwardBody::Rewritten, "x-kyc-"));
    assert_eq!((config.max_body_bytes, config.max_inflight_bytes), (16 * 1024 * 1024, 256 * 1024 * 1024));
    assert_eq!(config.scan_limits, Limits { max_depth: 64, max_fields: 10_000 });
    assert_eq!(config.audit.user_id, AuditUserId::Sha256);
    assert_eq!(config.observe, Observe { filter_state: true, histograms: true });
    assert_eq!(config.replay, Policy::default());
    assert!(!config.replay.is_on() && config.request_key_ids.is_empty());
}

fn says_all_it_is_told() {
    let config = accepted(&full());
    says_its_profiles(&config);
    assert_eq!((config.methods, config.paths), (strings(&["POST", "PUT"]), strings(&["/kyc", "/v2/kyc"])));
    assert!(config.request_encryption.is_some() && config.response_encryption.is_some());
    assert_eq!(config.settings.identity_weight(IdentityCheck::MrzChecksum), 40);
    assert_eq!(config.settings.address_thresholds.reject_below, 40);
    let decision = config.decision;
    assert_eq!((decision.mode, decision.on_error), (Mode::Shadow, OnError::Forward));
    assert_eq!(
        (decision.on_accept, decision.on_review, decision.on_reject),
        (Action::Forward, Action::Respond, Action::Deny)
    );
    assert_eq!((decision.forward_body, decision.header_prefix.as_str()), (ForwardBody::Original, "x-identity-"));
    assert_eq!((config.max_body_bytes, config.max_inflight_bytes), (1_048_576, 4_194_304));
    assert_eq!(config.scan_limits, Limits { max_depth: 32, max_fields: 5_000 });
    assert_eq!(config.audit.user_id, AuditUserId::Sha256);
    assert_eq!(config.observe, Observe { filter_state: false, histograms: false });
    assert_eq!(
        config.replay,
        Policy { action: OnReplay::Reject, window_seconds: 7200, retry_seconds: 90, max_entries: 4096 }
    );
    let key_ids: Vec<_> = config.request_key_ids.iter().map(AsRef::as_ref).collect();
    assert_eq!(key_ids, ["KYC_KEY", "KYC_PREVIOUS_KEY"]);
    says_its_evidence(&config.evidence);
    assert_eq!(config.max_answer_bytes, 65_536);
    let locators = Locators {
        result: Locator::parse("/data/accepted").unwrap(),
        reference_number: Some(Locator::parse("/data/case~1number").unwrap()),
        user_id: Some(Locator::parse("/data/user").unwrap()),
        on_mismatch: OnMismatch::Flag,
    };
    assert_eq!(config.locators, Some(locators));
    assert!(config.signer.is_some());
    let api = config.settings_api.unwrap();
    assert_eq!((api.path.as_str(), api.bearer_sha256[0]), ("/admin/kyc-settings", 0xe3));
    says_its_store(api.store.as_ref().unwrap());
    says_who_may_post(&config.authorization.unwrap());
    says_its_endpoint(&config.access_token_endpoint.unwrap());
}

fn says_who_may_post(authorization: &Authorization) {
    assert_eq!((authorization.basic[0].password_sha256[0], authorization.bearer[0][0]), (0x5e, 0x3c));
    let introspection = authorization.introspection.as_ref().unwrap();
    assert_eq!(
        (introspection.upstream.cluster.as_str(), introspection.upstream.path.as_str()),
        ("login", "/oauth2/introspect")
    );
    assert_eq!(introspection.upstream.authority, "login.bank.test:8443");
    assert_eq!(introspection.client.as_str(), "Basic a3ljLWdhdGU6czNjcmV0");
    assert_eq!((introspection.cache_seconds, introspection.upstream.timeout_ms), (0, 1500));
    assert_eq!(introspection.required_scope.as_deref(), Some("kyc:post"));
    assert_eq!(introspection.required_audience.as_deref(), Some("https://kyc.bank.test"));
}

fn says_its_endpoint(endpoint: &Endpoint) {
    assert_eq!((endpoint.upstream.cluster.as_str(), endpoint.method), ("login", "POST"));
    assert_eq!(endpoint.upstream.authority, "login.bank.test:8443");
    assert_eq!(endpoint.upstream.path, "/oauth2/token?realm=kyc");
    let named = |list: &[(String, Zeroizing<String>)]| -> Vec<_> {
        list.iter().map(|(name, value)| format!("{name}={}", value.as_str())).collect()
    };
    assert_eq!(named(&endpoint.headers), ["x-tenant=acme bank", "authorization=Basic abc"]);
    assert_eq!(named(&endpoint.parameters), ["grant_type=client_credentials", "client_secret=s3cret"]);
    assert_eq!(
        (endpoint.token.tokens(), endpoint.expires_in.tokens()),
        (&strings(&["data", "token"])[..], &strings(&["data", "ttl"])[..])
    );
    assert_eq!((endpoint.lifetime_seconds, endpoint.upstream.timeout_ms), (120, 2500));
}

fn says_its_store(store: &Store) {
    assert_eq!((store.upstream.cluster.as_str(), store.poll_seconds, store.upstream.timeout_ms), ("rebilly", 15, 2500));
    let common = [
        (":path", "/organizations/acme/kyc-settings"),
        (":authority", "api.rebilly.test:8443"),
        ("accept", "application/json"),
        ("authorization", "Bearer token"),
        ("reb-apikey", "key"),
    ];
    assert_eq!(store.load_headers(), [&[(":method", "GET")], &common[..]].concat());
    assert_eq!(
        store.save_headers(),
        [&[(":method", "PUT")], &common[..], &[("content-type", "application/json")]].concat()
    );
}

/// What there is to score by before anybody used the settings API.
fn initial_settings() {
    const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let own = json!({ "identityProof": { "weights": { "issueDate": 7 } } });
    let alone = json!({ "bearerSha256": DIGEST });
    let stored = json!({ "bearerSha256": DIGEST, "store": { "cluster": "c", "path": "/s" } });
    let rows = [
        (json!({}), Some(5)),
        (json!({ "settingsApi": alone }), Some(5)),
        (json!({ "settingsApi": alone, "kycSettings": own }), Some(7)),
        (json!({ "settingsApi": stored, "kycSettings": own }), Some(7)),
        (json!({ "settingsApi": stored }), None),
    ];
    each(rows, |(config, issue_date)| {
        let settings = accepted(&config).initial_settings();
        assert_eq!(settings.map(|settings| settings.identity_weight(IdentityCheck::IssueDate)), issue_date, "{config}");
    });
    let store = accepted(&json!({ "settingsApi": stored })).settings_api.unwrap();
    let store = store.store.as_ref().unwrap();
    assert_eq!((store.upstream.authority.as_str(), store.poll_seconds, store.upstream.timeout_ms), ("c", 30, 5000));
    assert!(store.credentials.is_empty());
}

fn says_its_profiles(config: &Config) {
    let names: Vec<_> = config.all_profiles().map(|profile| profile.name.as_deref()).collect();
    assert_eq!(names, [Some("wallet"), Some("partners"), Some("default")]);
    let [wallet, partners] = config.profiles.as_slice() else { panic!("two profiles") };
    assert!(wallet.request_body.is_none());
    assert_eq!(headers(wallet), ["x-wallet"]);
    assert_eq!(wallet.settings.as_ref().unwrap().identity_weight(IdentityCheck::Nationality), 15);
    let decision = &wallet.decision;
    assert_eq!((decision.mode, decision.on_error), (Mode::Enforce, OnError::Forward));
    assert_eq!(
        (decision.on_accept, decision.on_review, decision.on_reject),
        (Action::Respond, Action::Deny, Action::Respond)
    );
    assert_eq!((decision.forward_body, decision.header_prefix.as_str()), (ForwardBody::Rewritten, "x-identity-"));
    assert!(wallet.rules.is_empty());
    for heir in [partners, &config.default_profile] {
        assert!(heir.request_body.is_some() && heir.settings.is_none());
        let rules: Vec<_> = heir.rules.iter().map(|rule| (rule.name.as_str(), rule.then, rule.reason)).collect();
        let underage = Some(Reason::UnderagePerson);
        assert_eq!(rules, [("underage", RuleAction::Reject, underage), ("young", RuleAction::Review, underage)]);
        assert_eq!(headers(heir), ["x-api-version", "x-customer", "authorization", "x-api-key"]);
        assert_eq!(heir.headers.iter().filter(|(_, value)| value.has_access_token()).count(), 1);
    }
    assert_eq!(partners.decision, config.decision);
    assert_eq!(config.default_profile.decision, DecisionPolicy { on_accept: Action::Deny, ..config.decision.clone() });
}

fn headers(profile: &Profile) -> Vec<&str> {
    profile.headers.iter().map(|(name, _)| name.as_str()).collect()
}

fn says_its_evidence(evidence: &Evidence) {
    let claim = |claim: Claim| evidence.claims[claim as usize].as_ref();
    assert_eq!(claim(Claim::FirstName), Some(&ClaimSource::Header("x-claim-first-name".to_owned())));
    let Some(ClaimSource::Pointer(pointer)) = claim(Claim::DateOfBirth) else { panic!("a pointer") };
    assert_eq!(pointer.tokens(), ["request_info", "claimed", "dob"]);
    assert_eq!(claim(Claim::LastName), None);
    assert_eq!((evidence.face_scale, evidence.face_min_score), (FaceScale::ScorePercent, 80.0));
    assert_eq!((evidence.liveness_min_score, evidence.name_similarity), (62.5, 0.85));
    assert_eq!(evidence.liveness_on_missing, CheckOutcome::Fail);
    assert_eq!((evidence.date_order, evidence.age_country), (DateOrder::Mdy, AgeCountry::Nationality));
    assert_eq!(evidence.identity_subtypes, ["passport", "public-health-card"]);
    assert!(evidence.address_subtypes.is_empty());
    assert_eq!(evidence.address_document.tokens(), ["kyc_info", "proofs", "0"]);
    let signals = &evidence.signals;
    assert_eq!((&signals.photocopy, &signals.published_online), (&Signal::new(["grey scale"]), &Signal::new(["web"])));
    assert_eq!(signals.tampered, Signal::default());
    assert_eq!((&signals.mrz, &signals.expired), (&Signal::new(["prüfziffer"]), &Signal::new(["lapsed"])));
    assert_eq!(
        evidence.on_missing,
        [
            (CheckId::Identity(IdentityCheck::IsTampered), CheckOutcome::Fail),
            (CheckId::Address(AddressCheck::Line1), CheckOutcome::Fail),
            (CheckId::Identity(IdentityCheck::Nationality), CheckOutcome::Skip),
        ]
    );
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// What one side seals, the other opens: key, IV, cipher, encodings and previous keys all arrive where they belong.
fn wires_the_envelopes() {
    let block = |key: &str, previous: &[&str]| {
        let mut block = json!({ "enable": true, "key": key, "cipherSpec": "AES/CBC/PKCS5Padding", "keyEncoding": "hex",
            "ivParamSpec": "prefix", "bodyEncoding": "hex" });
        if !previous.is_empty() {
            block["previousKeys"] = json!(previous);
        }
        block
    };
    let config = accepted(&json!({
        "requestEncryption": block("env:KYC_KEY", &["env:KYC_PREVIOUS_KEY"]),
        "responseDecryption": block("env:KYC_PREVIOUS_KEY", &[]),
    }));
    let (receiver, sender) = (config.request_encryption.unwrap(), config.response_encryption.unwrap());
    let sealed = sender.seal(b"{\"a\":1}", *b"0123456789abcdef").unwrap();
    assert!(sealed.starts_with(b"30313233343536373839616263646566"), "hex, the IV first");
    assert_eq!(opened(&receiver, &sealed), [b"{\"a\":1}"]);
    let static_iv = accepted(&full()).response_encryption.unwrap();
    let sealed = static_iv.seal(b"{\"a\":1}", [0; 16]).unwrap();
    assert_eq!(sealed.len(), 14, "hex, no IV, no padding");
    assert_eq!(opened(&static_iv, &sealed), [b"{\"a\":1}"]);
}

/// The plaintexts that are JSON: CBC under another key opens to noise in one of 256 cases.
fn opened(envelope: &Envelope, body: &[u8]) -> Vec<Vec<u8>> {
    let mut decoder = envelope.decoder();
    decoder.push(body);
    envelope.open(decoder).map(|plain| plain.to_vec()).filter(|plain| plain.starts_with(b"{")).collect()
}

fn counts_its_problems() {
    let report = |config| parse(&config, &full_environment).err().unwrap().to_string();
    assert_eq!(report(json!([])), "1 problem in the configuration\nconfiguration: must be an object");
    assert_eq!(
        report(json!({ "audit": { "userId": 1 }, "a\nb": 1 })),
        "2 problems in the configuration\naudit.userId: must be a string\na\\nb: unknown key"
    );
}

/// Every value of a full configuration becomes a canary in turn, in several shapes; what is refused is never repeated.
fn never_shows_a_value() {
    let shapes = [
        json!(CANARY),
        json!(format!("env:{CANARY}")),
        json!(format!("${{{CANARY}}} ${{dob|{CANARY}}} ${{claim:{CANARY}}} ${{dob|date({CANARY}")),
        json!([CANARY, [CANARY]]),
        json!(7_373_737_373_u64),
        json!(-0.737_373_737_3),
    ];
    let mut refused = 0;
    for place in places(&full()) {
        for shape in &shapes {
            let mut config = full();
            *config.pointer_mut(&place).unwrap() = shape.clone();
            refused += usize::from(shows_no_canary(&config, &full_environment));
        }
    }
    assert!(refused > 300, "most canaries are refused, not {refused}");
    assert!(shows_no_canary(&full(), &|_| Some(CANARY.to_owned())), "a canary is no key");
}

/// Whether the configuration is refused; panics if the refusal shows the canary.
fn shows_no_canary(config: &Value, environment: &dyn Fn(&str) -> Option<String>) -> bool {
    let Err(problems) = parse(config, environment) else { return false };
    let shown = format!("{problems} {problems:?} {problems:#?}").to_lowercase();
    assert!(!shown.contains("canary") && !shown.contains("73737"), "{shown}");
    true
}

/// JSON pointers of all values.
pub fn places(value: &Value) -> Vec<String> {
    let children: Vec<_> = match value {
        Value::Object(members) => members.iter().map(|(key, child)| (key.clone(), child)).collect(),
        Value::Array(elements) => elements.iter().enumerate().map(|(at, child)| (at.to_string(), child)).collect(),
        _ => Vec::new(),
    };
    let below = children.into_iter().flat_map(|(token, child)| {
        places(child).into_iter().map(move |place| format!("/{}{place}", token.replace('~', "~0").replace('/', "~1")))
    });
    std::iter::once(String::new()).chain(below).collect()
}

fn warnings(config: &Value) -> Vec<String> {
    let secret = |name: &str| {
        let value = match name {
            "KEY" => "000102030405060708090a0b0c0d0e0f",
            "KEY_LF" => "AAECAwQFBgcICQoLDA0ODw==\n",
            "KEY_TEXT" => " 0123456789abcd!",
            "TOKEN_LF" => "token\n",
            _ => return None,
        };
        Some(value.to_owned())
    };
    match parse(config, &secret) {
        Ok(config) => config.warnings.iter().map(ToString::to_string).collect(),
        Err(problems) => vec![problems.to_string()],
    }
}

/// What is legal and probably not meant, each with its path.
fn warns() {
    let encryption = |more: Value| {
        let mut block =
            json!({ "enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/GCM/NoPadding" });
        block.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "requestEncryption": block })
    };
    let weights = |proof: &str, weight: Value| json!({ "kycSettings": { proof: { "weights": weight } } });
    let rows = [
        (json!({}), vec![]),
        (json!({ "rules": [], "shippedRules": true, "audit": { "userId": "sha256" } }), vec![]),
        (
            encryption(json!({ "allowPlaintext": true })),
            vec!["requestEncryption.allowPlaintext: plaintext bodies are taken although there is a key"],
        ),
        (
            encryption(json!({ "acceptStaticNonce": true, "ivParamSpec": "000102030405060708090a0b" })),
            vec![
                "requestEncryption.acceptStaticNonce: two messages under one nonce give away their difference and the key that authenticates them",
            ],
        ),
        (
            weights("identityProof", json!({ "isTampered": 0, "isPhotocopy": 0, "isIdentityDocument": 0 })),
            vec![
                "kycSettings.identityProof.weights.isTampered: a failed check costs nothing",
                "kycSettings.identityProof.weights.isIdentityDocument: a failed check costs nothing",
            ],
        ),
        (
            weights("addressProof", json!({ "isTampered": 0 })),
            vec!["kycSettings.addressProof.weights.isTampered: a failed check costs nothing"],
        ),
        (
            json!({ "kycSettings": { "addressProof": { "thresholds": { "acceptAbove": 0, "rejectBelow": 0 } } } }),
            vec!["kycSettings.addressProof.thresholds.acceptAbove: the score accepts every post"],
        ),
        (
            json!({ "shippedRules": ["expired-document", "liveness-spoof", "underage", "sources-disagree"] }),
            vec!["shippedRules: the shipped rule document-status-error is switched off"],
        ),
        (
            json!({ "decision": { "onError": "forward" }, "audit": { "userId": "plain" } }),
            vec![
                "decision.onError: posts that can't be read or judged are forwarded",
                "audit.userId: the audit line has user ids in the clear",
            ],
        ),
        (
            json!({ "evidence": { "nameSimilarity": 0.89 } }),
            vec!["evidence.nameSimilarity: below 0.9, other people's names count as equal"],
        ),
        (
            json!({ "replay": { "action": "off", "windowSeconds": 600 } }),
            vec!["replay.action: off: the other keys of replay have no effect"],
        ),
        (json!({ "replay": { "action": "off" } }), vec![]),
        (
            json!({ "rules": [{ "name": "r", "when": "true", "then": "count", "reason": "other" }] }),
            vec!["rules[0].reason: a counting rule gives no reason"],
        ),
        (json!({ "rules": [{ "name": "r", "when": "true", "then": "count" }] }), vec![]),
        (
            json!({ "decision": { "forwardBody": "original" }, "requestBody": "${name}" }),
            vec!["requestBody: never used: decision.forwardBody is original"],
        ),
        (json!({ "decision": { "forwardBody": "original" }, "requestBody": "" }), vec![]),
        (
            json!({ "decision": { "forwardBody": "original" }, "requestBody": "${name}", "profiles": [
                { "name": "p", "match": { "appIds": ["a"] }, "decision": { "forwardBody": "rewritten" } },
            ] }),
            vec![],
        ),
        (
            json!({ "requestBody": "${name}", "profiles": [
                { "name": "p", "match": { "appIds": ["a"] }, "decision": { "forwardBody": "original" } },
            ] }),
            vec![],
        ),
        (
            json!({ "decision": { "forwardBody": "original" }, "profiles": [
                { "name": "p", "match": { "appIds": ["a"] }, "requestBody": "${name}" },
            ] }),
            vec!["profiles[0].requestBody: never used: decision.forwardBody is original"],
        ),
        (
            json!({ "requestBody": "${name}", "profiles": [
                { "name": "p", "match": { "appIds": ["a"] }, "requestBody": "${dob}" },
                { "name": "default", "decision": { "forwardBody": "original" } },
            ] }),
            vec!["requestBody: never used: decision.forwardBody is original"],
        ),
        (
            json!({ "evidence": { "signals": { "tampered": [], "publishedOnline": [] } } }),
            vec!["evidence.signals.tampered: empty: the scanner's findings are never looked at"],
        ),
        (
            json!({ "evidence": { "face": { "minScore": 0 }, "liveness": { "minScore": 0 } } }),
            vec![
                "evidence.face.minScore: 0: every score reaches it",
                "evidence.liveness.minScore: 0: every score reaches it",
            ],
        ),
        (
            json!({ "profiles": [{ "name": "p", "match": { "appIds": ["a"] }, "shippedRules": ["expired-document", "liveness-spoof", "underage", "document-status-error"] }] }),
            vec!["profiles[0].shippedRules: the shipped rule sources-disagree is switched off"],
        ),
    ];
    each(rows, |(config, expected)| assert_eq!(warnings(&config), expected, "{config}"));
    assert_eq!(warnings(&json!({ "shippedRules": false })).len(), Rule::shipped().len());
}

fn ignores_white_space_around_codes() {
    let key = |name: &str, encoding: Value| {
        let mut block = json!({ "enable": true, "key": name, "cipherSpec": "AES/GCM/NoPadding" });
        if !encoding.is_null() {
            block["keyEncoding"] = encoding;
        }
        json!({ "requestEncryption": block })
    };
    let ignored =
        "requestEncryption.key: environment variable KEY_LF has white space around its value, which is ignored";
    let refused = "1 problem in the configuration\nrequestEncryption.key: environment variable KEY_TEXT has white space around its value";
    let rows = [
        (key("env:KEY_LF", json!("base64")), ignored.to_owned()),
        (key("env:KEY_TEXT", json!("utf8")), refused.to_owned()),
        (key("env:KEY_TEXT", json!(null)), refused.to_owned()),
        (
            json!({ "headers": [{ "headerName": "x-api-key", "headerValue": "env:TOKEN_LF" }] }),
            "1 problem in the configuration\nheaders[0].headerValue: environment variable TOKEN_LF has white space around its value".to_owned(),
        ),
    ];
    each(rows, |(config, expected)| assert_eq!(warnings(&config), [expected], "{config}"));
}

/// The revision changes with all that decides, and with nothing else.
fn revises() {
    let revision = |config: Value| {
        let config = parse(&config, &full_environment).ok().unwrap();
        config.revision(Some(&config.settings))
    };
    let shipped = revision(json!({}));
    assert!(shipped.len() == 16 && shipped.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let same = [
        json!({ "kycSettings": {}, "rules": [], "shippedRules": true, "evidence": { "dateOrder": "DMY" } }),
        json!({ "decision": { "onAccept": "forward", "mode": "enforce" }, "limits": { "maxDepth": 10 } }),
        json!({ "requestEncryption": { "enable": true, "key": "env:KYC_KEY", "cipherSpec": "AES/GCM/NoPadding" } }),
        json!({ "kycSettings": { "identityProof": { "weights": { "isTampered": 100 } } } }),
    ];
    each(same, |config| assert_eq!(revision(config.clone()), shipped, "{config}"));
    let mut seen = std::collections::BTreeSet::from([shipped]);
    let rule = |when: &str| json!({ "rules": [{ "name": "r", "when": when, "then": "count" }] });
    let other = [
        json!({ "kycSettings": { "identityProof": { "weights": { "isTampered": 99 } } } }),
        json!({ "kycSettings": { "addressProof": { "thresholds": { "acceptAbove": 81 } } } }),
        json!({ "shippedRules": false }),
        rule("score > 1"),
        rule("score >  1"),
        json!({ "decision": { "mode": "shadow" } }),
        json!({ "decision": { "onReject": "deny" } }),
        json!({ "evidence": { "face": { "minScore": 4 } } }),
        json!({ "evidence": { "signals": { "tampered": [] } } }),
        json!({ "evidence": { "onMissing": { "isTampered": "fail" } } }),
        json!({ "evidence": { "claims": { "city": { "header": "x-city" } } } }),
        json!({ "evidence": { "claims": { "city": { "pointer": "/city" } } } }),
        json!({ "profiles": [{ "name": "p", "match": { "appIds": ["a"] } }] }),
        json!({ "profiles": [{ "name": "p", "match": { "appIds": ["b"] } }] }),
        json!({ "profiles": [{ "name": "p", "match": { "authorities": ["b:1"] } }] }),
        json!({ "profiles": [{ "name": "p", "match": { "authorities": ["b:2"] } }] }),
        json!({ "profiles": [{ "name": "p", "match": { "appIds": ["a"] }, "kycSettings": {} }] }),
    ];
    each(other, |config| assert!(seen.insert(revision(config.clone())), "{config}"));
    // A change of the settings while the configuration is loaded changes it as well.
    let config = parse(&json!({}), &full_environment).ok().unwrap();
    let put = Settings::from_json(&json!({ "identityProof": { "weights": { "isTampered": 99 } } })).unwrap();
    assert!(
        seen.contains(&config.revision(Some(&put)))
            && config.revision(Some(&put)) != config.revision(Some(&config.settings))
    );
}
