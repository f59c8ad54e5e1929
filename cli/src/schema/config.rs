//! The plugin configuration: its blocks, and those that are small.

use kyc_gate::config::{Action, AuditUserId, ForwardBody, Mode, OnError};
use kyc_gate::crypto::{KeyEncoding, SigningAlgorithm};
use kyc_gate::replay::OnReplay;
use serde_json::{Value, json};

use super::value::{
    NAME, NOT_BLANK, PATH, SDS_NAME, SHA256, TOKEN, integer, list, object, one_of, reference, secret, switch, text,
    with, word,
};
use super::{access_token, authorization, encryption, evidence, profiles, responses, settings};

const MIB: u64 = 1 << 20;
/// A week.
const LONGEST_WINDOW: u64 = 604_800;

/// Prefixes that cover headers which HTTP or Envoy need.
const WIDE_PREFIXES: [&str; 10] = [
    "content-",
    "proxy-",
    "transfer-",
    "x-",
    "x-envoy-",
    "x-envoy-original-",
    "x-forwarded-",
    "x-forwarded-client-",
    "x-request-",
    "x-forwarded-client-cert-",
];

pub(super) fn schema() -> Value {
    let description =
        "The configuration of the kyc-gate plugin. Every key is optional; without any, the defaults count.";
    let properties = json!({
        "$schema": { "type": "string", "description": "Where an editor finds this schema. Has no effect." },
        "match": matching(),
        "requestEncryption": encryption::request(),
        "responseDecryption": encryption::response(),
        "requestBody": reference("requestBody"),
        "responseBody": responses::response_body(),
        "headers": reference("headers"),
        "accessTokenEndpoint": access_token::schema(),
        "kycSettings": reference("kycSettings"),
        "evidence": evidence::schema(),
        "rules": reference("rules"),
        "shippedRules": reference("shippedRules"),
        "decision": decision(),
        "limits": limits(),
        "audit": audit(),
        "observe": observe(),
        "profiles": profiles::schema(),
        "replay": replay(),
        "settingsApi": settings_api(),
        "signature": signature(),
        "authorization": authorization::schema(),
        "sds": sds(),
    });
    let schema = object("kyc-gate configuration", description, &[], properties);
    let definitions = json!({
        "requestBody": responses::request_body(),
        "headers": responses::headers(),
        "kycSettings": settings::schema(),
        "rules": profiles::rules(),
        "shippedRules": profiles::shipped_rules(),
    });
    let example =
        json!({ "requestEncryption": { "enable": true, "key": "env:KYC_KEY", "cipherSpec": "AES/GCM/NoPadding" } });
    with(with(schema, "examples", json!([example])), "$defs", definitions)
}

fn sds() -> Value {
    let source = json!({ "type": "object", "description": "A `ConfigSource` of Envoy's API, in JSON." });
    let name = json!({ "pattern": SDS_NAME });
    json!({
        "title": "Where secrets come from that are named `sds:NAME`",
        "description": "Only for the native module. By the secret's name, or `*` for all that have no source of their own; \
                        without a source, the secret is one of the bootstrap's.",
        "type": "object",
        "propertyNames": name,
        "additionalProperties": source,
        "examples": [{ "*": { "ads": {} } }],
    })
}

fn matching() -> Value {
    let method = text(TOKEN, "An HTTP method; case doesn't matter.", &["POST", "PUT"]);
    let path = text(PATH, "An exact path, without query and fragment.", &["/kyc"]);
    let list = |items, default: &str, description| {
        with(with(list(items, description), "minItems", json!(1)), "default", json!([default]))
    };
    object(
        "Which requests are KYC posts",
        "All others pass by. A watched path with another method is answered with 405, unless it is a safe one.",
        &[],
        json!({
            "methods": list(method, "POST", "Methods of KYC posts."),
            "paths": list(path, "/kyc", "Paths of KYC posts. The query of a request is ignored."),
        }),
    )
}

fn decision() -> Value {
    let properties = decision_properties();
    let prefix = text(
        "^[a-z0-9][a-z0-9-]{0,30}-$",
        "Prefix of the decision headers. Every header with it is removed from what clients send, so it must cover none \
         that HTTP or Envoy need.",
        &[],
    );
    let prefix = with(with(prefix, "default", json!("x-kyc-")), "not", json!({ "enum": WIDE_PREFIXES }));
    let on_error = word(
        Some(OnError::default()),
        "When a post can't be read or judged: answer with an error, or forward it as it came with the decision `error`.",
    );
    let properties = with(with(properties, "onError", on_error), "headerPrefix", prefix);
    object("What happens to a judged post", "The action of each decision, and how posts go on.", &[], properties)
}

/// Returns the keys that a profile's `decision` has as well.
pub(super) fn decision_properties() -> Value {
    let action = |default, decision| {
        let description = format!(
            "What happens to {decision}: `forward` with decision headers, `respond` with REL-ID's confirmation (200), \
             or `deny` with a problem document (403)."
        );
        word(Some(default), &description)
    };
    json!({
        "mode": word(
            Some(Mode::default()),
            "`shadow`: every request goes on byte for byte as it came; headers, metrics and the audit line tell what would \
             have been.",
        ),
        "onAccept": action(Action::Forward, "accepted posts"),
        "onReview": action(Action::Forward, "posts that need a review"),
        "onReject": action(Action::Respond, "rejected posts"),
        "forwardBody": word(
            Some(ForwardBody::default()),
            "`rewritten`: decrypted, `requestBody` applied. `original`: as it came, for a backend that decrypts itself.",
        ),
    })
}

fn limits() -> Value {
    let schema = object(
        "What a request may cost",
        "Bounds on bodies, documents and memory.",
        &[],
        json!({
            "maxBodyBytes": integer(1, 256 * MIB, Some(16 * MIB), "Larger bodies are answered with 413."),
            "maxAnswerBytes": integer(1, 16 * MIB, Some(MIB), "Larger responses of the backend are refused where they are read."),
            "maxInflightBytes": integer(
                2,
                512 * MIB,
                Some(256 * MIB),
                "What all streams may take of a worker's memory together. At least twice `maxBodyBytes`.",
            ),
            "maxDepth": integer(1, 256, Some(64), "Deepest nesting of a payload, and of a response that is read."),
            "maxFields": integer(1, 1_000_000, Some(10_000), "Most members and elements of a payload or a response."),
        }),
    );
    let default_bodies = json!({
        "if": { "not": { "required": ["maxBodyBytes"] } },
        "then": { "properties": { "maxInflightBytes": { "minimum": 32 * MIB } } },
    });
    with(schema, "allOf", json!([default_bodies]))
}

fn audit() -> Value {
    let schema = object(
        "What the audit line tells",
        "How the user id appears in it.",
        &[],
        json!({
            "userId": word(Some(AuditUserId::default()), "In the clear, as a digest in hex, or not at all."),
            "userIdKey": secret("With `sha256`: HMAC-SHA-256 under the variable's bytes in place of the bare digest.", "env:KYC_AUDIT_KEY"),
        }),
    );
    let hashed = json!({
        "if": { "required": ["userIdKey"] },
        "then": { "properties": { "userId": { "const": "sha256" } } },
    });
    with(schema, "allOf", json!([hashed]))
}

fn observe() -> Value {
    object(
        "What operators may look at",
        "Each costs some time of every post; nothing is lost by leaving out what nobody looks at.",
        &[],
        json!({
            "filterState": switch(Some(true), "Filter state for access logs. Without it, `wasm.kyc_decision` alone."),
            "histograms": switch(Some(true), "The histograms `kyc_gate.score`, `body_bytes` and `processing_us`."),
        }),
    )
}

fn replay() -> Value {
    let schema = object(
        "What happens to a post that came before",
        "The same post a short while later is a retry and always served; all else is flagged or refused.",
        &[],
        json!({
            "action": word(Some(OnReplay::default()), "`flag`: the post goes on with the header `x-kyc-replay`. `reject`: what isn't a retry gets 409."),
            "windowSeconds": integer(1, LONGEST_WINDOW, Some(86_400), "How long a post is remembered."),
            "retrySeconds": integer(0, LONGEST_WINDOW, Some(300), "How long the same post again is a retry. Not above `windowSeconds`."),
            "maxEntries": integer(1_024, 1 << 20, Some(65_536), "How much is remembered: one entry for each post, two where it is GCM with its nonce in front."),
        }),
    );
    let dependent = json!({ "windowSeconds": ["action"], "retrySeconds": ["action"], "maxEntries": ["action"] });
    with(schema, "dependentRequired", dependent)
}

fn settings_api() -> Value {
    let store = object(
        "The settings service behind the gate",
        "Without it, changes live as long as the process.",
        &["cluster", "path"],
        json!({
            "cluster": cluster(),
            "path": text(PATH, "Where the service serves the document with GET and takes it with PUT.", &["/organizations/acme/kyc-settings"]),
            "authority": authority(),
            "bearer": secret("Sent as `authorization: Bearer …`.", "env:STORE_TOKEN"),
            "apiKey": secret("Sent as `reb-apikey`.", "env:REBILLY_KEY"),
            "pollSeconds": integer(1, 3_600, Some(30), "How often one worker asks the service for changes."),
            "timeoutMs": timeout(5_000),
        }),
    );
    object(
        "Settings without a restart",
        "Serves `kycSettings` by GET and PUT.",
        &["bearerSha256"],
        json!({
            "path": with(text(PATH, "Exact path of the API; none of `match.paths`.", &[]), "default", json!("/kyc-settings")),
            "bearerSha256": text(SHA256, "SHA-256 of the token that callers send, in hex.", &[]),
            "store": store,
        }),
    )
}

fn signature() -> Value {
    object(
        "Signs what the gate asserts (RFC 9421)",
        "So that the backend can tell that the gate said it.",
        &["keyId", "key", "algorithm"],
        json!({
            "keyId": text("^[!-~]{1,128}$", "The key's name, told as `keyid`.", &["gate-2026"]),
            "key": secret("`hmac-sha256`: 32 to 1024 bytes. `ed25519`: the 32 bytes of the private key, or its PKCS #8.", "env:KYC_SIGNATURE_KEY"),
            "keyEncoding": word::<KeyEncoding>(None, "How `key` is written. Absent: the one encoding that gives a legal length."),
            "algorithm": one_of(
                &super::value::spellings::<SigningAlgorithm>(),
                None,
                "`hmac-sha256`: the backend has the same key. `ed25519`: it has the public key, and can't sign itself.",
            ),
        }),
    )
}

/// Returns the schema of the cluster of a call.
pub(super) fn cluster() -> Value {
    text(NOT_BLANK, "Envoy's cluster for the call. TLS is the cluster's business.", &["login"])
}

/// Returns the schema of the authority of a call.
pub(super) fn authority() -> Value {
    text("^[A-Za-z0-9\\-._:\\[\\]]+$", "`:authority` of the call. Absent: the cluster's name.", &["login.bank.example"])
}

/// Returns the schema of the timeout of a call.
pub(super) fn timeout(default: u64) -> Value {
    integer(1, 60_000, Some(default), "How long a call may take.")
}

/// Returns the schema of a rule's or a profile's name.
pub(super) fn name(description: &str, example: &str) -> Value {
    text(NAME, description, &[example])
}
