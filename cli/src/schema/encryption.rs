//! `requestEncryption` and `responseDecryption`.

use kyc_gate::crypto::{BodyEncoding, KeyEncoding};
use serde_json::{Value, json};

use super::value::{POINTER, SECRET, any_case, list, object, secret, spellings, switch, text, with, word};

/// Spellings of `cipherSpec` that editors complete.
const SPECS: [&str; 8] = [
    "AES/GCM/NoPadding",
    "AES/CBC/PKCS5Padding",
    "AES/CBC/PKCS7Padding",
    "AES/CBC/NoPadding",
    "AES/CFB/NoPadding",
    "AES/CFB8/NoPadding",
    "AES/CTR/NoPadding",
    "AES/256/CBC/PKCS7Padding",
];
const KEY_BITS: &str = "(_(128|192|256)|/(128|192|256))?";

pub(super) fn request() -> Value {
    let mut properties = properties();
    properties = with(
        properties,
        "allowPlaintext",
        switch(Some(false), "Whether a plaintext body is taken as well. Off means no downgrade."),
    );
    let previous = secret("Tried after `key`, while a key is being replaced.", "env:KYC_PREVIOUS_KEY");
    let previous = with(list(previous, "Keys that still open bodies, in this order."), "default", json!([]));
    block("How the incoming body is encrypted", with(properties, "previousKeys", previous))
}

pub(super) fn response() -> Value {
    block("How REL-ID expects the response encrypted", properties())
}

/// Returns a block whose members depend on whether it is switched on.
fn block(title: &str, properties: Value) -> Value {
    let description = "REL-ID's block. Absent, or with `enable: false`, bodies are plaintext.";
    let schema = object(title, description, &["enable"], properties);
    let off = json!({ "properties": { "enable": { "const": false } } });
    with(
        schema,
        "allOf",
        json!([
            { "if": off, "else": switched_on() },
            // What one size fits: CFB8, or no cipher while the block is off.
            only_with("blockSizeBytes", &json!({ "const": 1 }), &cipher("CFB8")),
            only_with("ivBytes", &json!({ "const": 12 }), &cipher("GCM")),
            only_with("bodyEncoding", &json!({ "type": "object", "properties": { "json": { "required": ["tag"] } }, "required": ["json"] }), &cipher("GCM")),
            brings_iv(),
            static_nonce(),
            nonce_of_gcm(),
        ]),
    )
}

fn properties() -> Value {
    let either = |words: Value| json!({ "anyOf": words });
    let spec = with(
        either(json!([{ "enum": SPECS }, { "type": "string", "pattern": cipher("") }, { "const": "" }])),
        "description",
        json!(
            "The cipher, as a Java transformation or in the SDK's spelling with the bits of the key. Case doesn't matter."
        ),
    );
    let pointer = |description| text(POINTER, description, &[]);
    let members = object(
        "Members of a JSON object",
        "JSON pointers to the parts of the body, base64 each.",
        &["ciphertext"],
        json!({
            "ciphertext": pointer("Where the ciphertext is."),
            "iv": pointer("Where the IV is; then `ivParamSpec` is left out."),
            "tag": pointer("Where GCM's tag is. Absent: it follows the ciphertext."),
        }),
    );
    let encoding = with(
        either(json!([
            { "enum": spellings::<BodyEncoding>() },
            object("A JSON object", "The parts stand in members of their own.", &["json"], json!({ "json": members })),
        ])),
        "description",
        json!("How the ciphertext stands in the HTTP body."),
    );
    json!({
        "enable": switch(None, "Whether the block is in force."),
        "algorithm": { "enum": ["AES", ""], "default": "AES", "description": "`AES`." },
        "key": {
            "type": "string",
            "description": "16, 24 or 32 bytes (AES-128, 192, 256), encoded. A secret: `env:NAME`, or `sds:NAME` natively.",
            "anyOf": [{ "pattern": SECRET }, { "const": "" }],
            "examples": ["env:KYC_KEY"],
        },
        "cipherSpec": spec,
        "ivParamSpec": {
            "type": "string",
            "description": "`prefix`: the IV stands before the ciphertext. Else a static IV in base64, hex or plain \
                            characters, written out, or named as a secret is.",
            "examples": ["prefix"],
        },
        "blockSizeBytes": { "enum": [16, 1], "default": 16, "description": "REL-ID's key. With CFB8 also 1." },
        "ivBytes": { "enum": [12, 16], "description": "Length of the IV: 16, with GCM also 12. Absent: 12 for GCM, else 16." },
        "keyEncoding": word::<KeyEncoding>(None, "How the keys are written. Absent: the one encoding that gives a legal length."),
        "bodyEncoding": with(encoding, "default", json!(BodyEncoding::default().as_str())),
        "acceptStaticNonce": switch(
            Some(false),
            "Lets GCM run with a static nonce. This breaks GCM; only for a sender that leaves no choice.",
        ),
    })
}

/// Returns what only a block has that is in force: nothing may be empty, and there must be a key, a cipher and an IV.
fn switched_on() -> Value {
    json!({
        "required": ["key", "cipherSpec"],
        "properties": {
            "algorithm": { "const": "AES" },
            "key": { "pattern": SECRET },
            "cipherSpec": { "pattern": cipher("") },
        },
        "anyOf": [
            { "required": ["ivParamSpec"] },
            { "required": ["cipherSpec"], "properties": { "cipherSpec": { "pattern": cipher("GCM") } } },
            { "required": ["bodyEncoding"], "properties": { "bodyEncoding": with_iv() } },
        ],
    })
}

/// Returns the pattern of `cipherSpec` with a mode, or with any.
fn cipher(mode: &str) -> String {
    let modes = match mode {
        "GCM" => "GCM/NOPADDING",
        "CFB8" => "CFB8/(NOPADDING|PKCS[57]PADDING)",
        _ => "((GCM|CTR)/NOPADDING|(CBC|CFB|CFB128|CFB8)/(NOPADDING|PKCS[57]PADDING))",
    };
    any_case(&format!("^AES{KEY_BITS}/{modes}$"))
}

/// Returns that a key may have such a value only with a cipher that matches, or beside none.
fn only_with(key: &str, value: &Value, cipher: &str) -> Value {
    json!({
        "if": { "required": [key], "properties": { key: value } },
        "then": { "properties": { "cipherSpec": { "anyOf": [{ "pattern": cipher }, { "const": "" }] } } },
    })
}

fn with_iv() -> Value {
    json!({ "type": "object", "required": ["json"], "properties": { "json": { "required": ["iv"] } } })
}

/// Returns that a body which brings its IV along leaves `ivParamSpec` out.
fn brings_iv() -> Value {
    json!({
        "if": { "required": ["bodyEncoding"], "properties": { "bodyEncoding": with_iv() } },
        "then": {
            "anyOf": [
                { "not": { "required": ["ivParamSpec"] } },
                { "properties": { "enable": { "const": false }, "ivParamSpec": { "const": "" } } },
            ],
        },
    })
}

/// Returns that a static IV with GCM asks for `acceptStaticNonce`. What a variable holds isn't known here.
fn static_nonce() -> Value {
    json!({
        "if": {
            "required": ["cipherSpec", "ivParamSpec"],
            "properties": {
                "cipherSpec": { "pattern": cipher("GCM") },
                "ivParamSpec": { "not": { "anyOf": [{ "pattern": any_case("^PREFIX$") }, { "pattern": SECRET }, { "const": "" }] } },
            },
        },
        "then": { "required": ["acceptStaticNonce"], "properties": { "acceptStaticNonce": { "const": true } } },
    })
}

/// Returns that `acceptStaticNonce` is for GCM, where the block is in force.
fn nonce_of_gcm() -> Value {
    json!({
        "if": {
            "required": ["enable", "acceptStaticNonce"],
            "properties": { "enable": { "const": true }, "acceptStaticNonce": { "const": true } },
        },
        "then": { "properties": { "cipherSpec": { "pattern": cipher("GCM") } } },
    })
}
