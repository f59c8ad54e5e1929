//! Secrets that come by SDS: where they may stand, what is checked before they are there, and how they are told of.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(not(target_arch = "wasm32"))]

use kyc_gate::config::{Config, Outline, Problems, Secrets, Subscription};
use serde_json::{Value, json};
use zeroize::Zeroizing;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const FULL: &str = include_str!("data/config-full.json");

fn nothing(_: &str) -> Option<String> {
    None
}

fn outline(config: &Value) -> Result<Outline, Problems> {
    Outline::parse(config.to_string().as_bytes(), &nothing)
}

/// The configuration once each secret holds this.
fn delivered(config: &Value, value: Option<&[u8]>) -> Result<Config, Problems> {
    let value = |_: &str| value.map(|value| Zeroizing::new(value.to_vec()));
    Config::parse_with(config.to_string().as_bytes(), &Secrets::with_sds(&nothing, &value))
}

fn told<T>(read: Result<T, Problems>) -> Vec<String> {
    read.err().map(|problems| problems.0.iter().map(ToString::to_string).collect()).unwrap_or_default()
}

fn encrypted(more: Value) -> Value {
    let mut block = json!({ "enable": true, "key": "sds:kyc-key", "cipherSpec": "AES/GCM/NoPadding" });
    block.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "requestEncryption": block })
}

/// Replaces every `env:` of a document.
fn by_sds(value: &Value) -> Value {
    match value {
        Value::String(text) => text.strip_prefix("env:").map_or(value.clone(), |name| json!(format!("sds:{name}"))),
        Value::Array(list) => list.iter().map(by_sds).collect(),
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), by_sds(value))).collect(),
        _ => value.clone(),
    }
}

#[test]
fn a_secret_of_sds_may_stand_wherever_one_of_the_environment_may() {
    let full: Value = serde_json::from_str(FULL).unwrap();
    let mut config = by_sds(&full);
    let count = full.to_string().matches("\"env:").count();
    assert!(count > 9 && config.to_string().matches("\"sds:").count() == count);
    config["sds"] = json!({ "*": { "ads": {} } });
    let outline = outline(&config).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(outline.subscriptions.len() > 7, "{:?}", outline.subscriptions);
    let ads = Some(json!({ "ads": {} }).to_string());
    assert!(outline.subscriptions.iter().all(|subscription| subscription.source == ads));
    let known = Config::parse(FULL.as_bytes(), &|_| Some(KEY.to_owned()));
    if let Ok(known) = known {
        assert_eq!(outline.metric_names, known.metric_names());
    }
    let wasm = Config::parse(config.to_string().as_bytes(), &|_| Some(KEY.to_owned()));
    let refused = told(wasm);
    assert!(refused.iter().filter(|line| line.contains("only the native module gets secrets by SDS")).count() > count);
}

/// What stands in for a key fits every cipher and encoding, so nothing is refused that the key would make right.
#[test]
fn what_stands_in_fits_everywhere() {
    let ciphers = ["AES", "AES/128", "AES/192", "AES/256"].map(|aes| format!("{aes}/CBC/PKCS7Padding"));
    let mut seen = 0;
    for cipher in ciphers.iter().map(String::as_str).chain(["AES_256/GCM/NoPadding", "AES/CFB8/NoPadding"]) {
        for encoding in [None, Some("base64"), Some("hex"), Some("utf8")] {
            for iv in ["prefix", "sds:iv"] {
                let gcm = cipher.contains("GCM");
                let mut more = json!({ "cipherSpec": cipher, "ivParamSpec": iv, "acceptStaticNonce": gcm });
                if let Some(encoding) = encoding {
                    more["keyEncoding"] = json!(encoding);
                }
                assert_eq!(told(outline(&encrypted(more))), [] as [&str; 0], "{cipher} {encoding:?} {iv}");
                seen += 1;
            }
        }
    }
    for (algorithm, encoding) in [("hmac-sha256", None), ("hmac-sha256", Some("hex")), ("ed25519", Some("base64"))] {
        let mut block = json!({ "keyId": "gate", "key": "sds:signing", "algorithm": algorithm });
        if let Some(encoding) = encoding {
            block["keyEncoding"] = json!(encoding);
        }
        assert_eq!(told(outline(&json!({ "signature": block }))), [] as [&str; 0], "{algorithm} {encoding:?}");
        seen += 1;
    }
    assert_eq!(seen, 6 * 4 * 2 + 3);
}

#[test]
fn all_but_the_secret_is_checked_before_it_is_there() {
    let mut config = encrypted(json!({ "ivParamSpec": "00000000000000000000000000000000" }));
    config["decision"] = json!({ "onReject": "drop" });
    let told = told(outline(&config));
    assert!(told[0].starts_with("requestEncryption.ivParamSpec: "), "{told:?}");
    assert!(told[1].starts_with("decision.onReject: "), "{told:?}");
}

#[test]
fn what_a_secret_holds() {
    let key = encrypted(json!({}));
    assert!(delivered(&key, Some(KEY.as_bytes())).is_ok());
    let cases: [(&Value, Option<&[u8]>, &str); 6] = [
        (&key, None, "requestEncryption.key: SDS secret kyc-key is not there yet, or empty"),
        (&key, Some(b""), "requestEncryption.key: SDS secret kyc-key is not there yet, or empty"),
        (&key, Some(b"\xff\xfe"), "requestEncryption.key: SDS secret kyc-key is not text in UTF-8"),
        (&key, Some(b"kkkkkkkkkkkkkkk "), "requestEncryption.key: SDS secret kyc-key has white space around its value"),
        (
            &encrypted(json!({ "cipherSpec": "AES/128/CBC/PKCS7Padding", "ivParamSpec": "prefix" })),
            Some(KEY.as_bytes()),
            "requestEncryption.key: the key's size differs",
        ),
        (
            &json!({ "headers": [{ "headerName": "x-api-key", "headerValue": "sds:backend" }] }),
            Some("ä".as_bytes()),
            "headers[0].headerValue: SDS secret backend holds something that can't stand in a header",
        ),
    ];
    for (config, value, message) in cases {
        let told = told(delivered(config, value));
        assert!(told.len() == 1 && told[0].starts_with(message), "{told:?}");
    }
    let config = delivered(&key, Some(format!("{KEY}\n").as_bytes())).ok().unwrap();
    let warnings: Vec<_> = config.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["requestEncryption.key: SDS secret kyc-key has white space around its value, which is ignored"]
    );
    assert_eq!(config.request_key_ids.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["kyc-key"]);
}

/// Both names may hold one key: a rotation begins and ends so.
#[test]
fn a_key_may_be_its_own_predecessor() {
    let config = encrypted(json!({ "previousKeys": ["sds:kyc-key-previous"] }));
    assert!(delivered(&config, Some(KEY.as_bytes())).is_ok());
}

#[test]
fn sources() {
    let source = json!({ "path_config_source": { "path": "/secrets/kyc-key.yaml" } });
    let with = |sds: Value| {
        let mut config = encrypted(json!({ "previousKeys": ["sds:old"] }));
        config["sds"] = sds;
        outline(&config)
    };
    let found = with(json!({ "kyc-key": source, "*": { "ads": {} } })).ok().unwrap().subscriptions;
    let subscription = |name: &str, source: Option<Value>| Subscription {
        name: name.to_owned(),
        source: source.map(|source| source.to_string()),
    };
    assert_eq!(found, [subscription("kyc-key", Some(source.clone())), subscription("old", Some(json!({ "ads": {} })))]);
    let found = with(json!({ "old": source })).ok().unwrap().subscriptions;
    assert_eq!(found, [subscription("kyc-key", None), subscription("old", Some(source.clone()))]);
    let never = "never used: nothing names a secret that would come from here";
    assert_eq!(told(with(json!({ "kyc-kee": source }))), [format!("sds.kyc-kee: {never}")]);
    assert_eq!(told(with(json!({ "kyc-key": source, "old": source, "*": source }))), [format!("sds.*: {never}")]);
    assert_eq!(told(with(json!({ "kyc-key": "ads" }))), ["sds.kyc-key: must be an object: Envoy's ConfigSource"]);
    assert!(told(with(json!({ "a b": source })))[0].starts_with("sds.a b: must be \"*\", or a secret's name"));
    // A block that is switched off is checked, but gets nothing.
    let mut off = encrypted(json!({ "enable": false }));
    off["sds"] = json!({ "kyc-key": source });
    assert_eq!(outline(&off).ok().unwrap().subscriptions, []);
    for name in ["", "a b", "a\"b", "a\\b", "a*b", "ä"] {
        let literal = encrypted(json!({ "key": format!("sds:{name}") }));
        assert!(told(outline(&literal))[0].contains("must be \"env:NAME\""), "{name}");
    }
}
