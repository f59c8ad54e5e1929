//! What goes to the backend, `requestBody` and `headers`, and what is read of its response, `responseBody`.

use serde_json::{Value, json};

use super::value::{LOCATOR, SECRET, TOKEN, any_case, list, object, one_of, text, with};

/// Headers of the connection, of the message's framing and of its signature.
const RESERVED: &str = "connection|content-digest|content-length|host|http2-settings|keep-alive|proxy-authenticate|\
                        proxy-connection|signature|signature-input|te|trailer|transfer-encoding|upgrade";
/// Names whose values are secrets.
const SECRET_ENDINGS: &str =
    "access.key|api.key|apikey|assertion|authorization|cookie|credentials?|subscription.key|token";
const SECRET_PARTS: &str = "secret|password|passwd";

pub(super) fn request_body() -> Value {
    json!({
        "title": "Template of the body that goes upstream",
        "description": "JSON with macros such as `${name}` in its strings. `\"\"`: the decrypted payload as it came.",
        "type": ["object", "array", "string"],
        "default": "",
        "examples": [{ "customer": "${user_id}", "decision": "${decision}", "score": "${score}" }],
    })
}

pub(super) fn headers() -> Value {
    let header = object(
        "A header",
        "Set on the upstream request; what the client sent under this name doesn't go on.",
        &["headerName", "headerValue"],
        json!({
            "headerName": header_name("Name of the header; case doesn't matter. Not one with `decision.headerPrefix`."),
            "headerValue": {
                "type": "string",
                "description": "Value: text with macros, `env:NAME` or `sds:NAME` for a secret, or \
                                `Bearer __ACCESS_TOKEN_PLACEHOLDER__` for the token of `accessTokenEndpoint`.",
                "examples": ["${user_id|sha256}", "env:KYC_BACKEND_KEY", "Bearer __ACCESS_TOKEN_PLACEHOLDER__"],
            },
        }),
    );
    let secret = no_literal("headerName", "headerValue", &["\\$\\{", "__ACCESS_TOKEN_PLACEHOLDER__"]);
    list(with(header, "allOf", json!([secret])), "Headers to set on the upstream request, each name once.")
}

/// Returns the schema of the name of a header that may be set.
pub(super) fn header_name(description: &str) -> Value {
    let reserved = any_case(&format!("^({RESERVED})$"));
    with(text(TOKEN, description, &["x-customer"]), "not", json!({ "pattern": reserved }))
}

/// Returns that the value of a name which tells of a secret is no literal: the name of one, or a text with these.
pub(super) fn no_literal(name: &str, value: &str, allowed: &[&str]) -> Value {
    let dashes = |names: &str| any_case(&names.replace('.', "[-_]"));
    let secret = format!("({})$|({})", dashes(SECRET_ENDINGS), dashes(SECRET_PARTS));
    let forms: Vec<_> = [SECRET].iter().chain(allowed).map(|pattern| json!({ "pattern": pattern })).collect();
    json!({
        "if": { "required": [name], "properties": { name: { "pattern": secret } } },
        "then": { "properties": { value: { "anyOf": forms } } },
    })
}

pub(super) fn response_body() -> Value {
    let locator = |default: &str, description: &str| {
        json!({
            "type": "string",
            "description": format!("{description} A member's name, a dotted path or a JSON pointer; `\"\"`: nowhere."),
            "anyOf": [{ "pattern": LOCATOR }, { "const": "" }],
            "default": default,
        })
    };
    let unused = json!({ "const": "", "description": "REL-ID's; must be empty." });
    let result = with(
        text(
            LOCATOR,
            "Where `true` or `false` is. A member's name, a dotted path or a JSON pointer.",
            &["data.accepted"],
        ),
        "default",
        json!("result"),
    );
    let schema = object(
        "Where the backend's response has what REL-ID must learn",
        "With this block, even an empty one, the response is read and replaced by REL-ID's confirmation.",
        &[],
        json!({
            "resultLocator": result,
            "referenceNumberLocator": locator("reference_number", "Where the reference number is."),
            "userIdLocator": locator("user_id", "Where the user id is."),
            "primaryUserIdLocator": unused,
            "loginIdsLocator": unused,
            "statusCodeLocator": unused,
            "statusMessageLocator": unused,
            "forUserIdLocator": unused,
            "orchestrationUseCaseLocator": unused,
            "onUserIdMismatch": one_of(
                &["block", "flag", "allow"],
                Some("block"),
                "The response has another user id than the post, to which REL-ID would rename the account.",
            ),
        }),
    );
    let unsought = json!({
        "if": { "required": ["userIdLocator"], "properties": { "userIdLocator": { "const": "" } } },
        "then": { "properties": { "onUserIdMismatch": { "const": "allow" } } },
    });
    with(schema, "allOf", json!([unsought]))
}
