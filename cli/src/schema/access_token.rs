//! `accessTokenEndpoint`.

use serde_json::{Value, json};

use super::config::{cluster, timeout};
use super::responses::{header_name, no_literal};
use super::value::{LOCATOR, NOT_BLANK, integer, list, object, one_of, text, with};

/// Visible ASCII and spaces.
const PRINTABLE: &str = "^[ -~]*$";
const URL: &str = "^https?://[A-Za-z0-9\\-._:\\[\\]]+/[!\"$-~]*$";

pub(super) fn schema() -> Value {
    let named = |name: Value, title: &str| {
        let value = json!({ "type": "string", "pattern": PRINTABLE, "description": "A text, or `env:NAME` or `sds:NAME` for a secret." });
        let entry = object(title, "A name and its value.", &["name", "value"], json!({ "name": name, "value": value }));
        with(entry, "allOf", json!([no_literal("name", "value", &[])]))
    };
    let field = named(text(NOT_BLANK, "Name of the field.", &["grant_type"]), "A field of the form");
    let header = named(header_name("Name of the header."), "A header of the call");
    let locator = |default: &str, description: &str| {
        let description = format!("{description} A member's name, a dotted path or a JSON pointer.");
        with(text(LOCATOR, &description, &[]), "default", json!(default))
    };
    let response = object(
        "What the response has",
        "RFC 6749's names unless told otherwise.",
        &[],
        json!({
            "accessTokenLocator": locator("access_token", "Where the token is."),
            "expiresInLocator": locator("expires_in", "Where its lifetime in seconds is."),
        }),
    );
    let schema = object(
        "Where the backend's access token comes from",
        "OAuth 2.0 client credentials. A header takes the token by `Bearer __ACCESS_TOKEN_PLACEHOLDER__`.",
        &["cluster", "url"],
        json!({
            "cluster": cluster(),
            "url": text(URL, "Authority and path, with query, of the call. The scheme has no effect.", &["https://login.bank.example/oauth2/token"]),
            "method": one_of(&["POST", "GET"], Some("POST"), "Method of the call."),
            "headers": list(header, "Headers of the call."),
            "postParameters": list(field, "Fields of the form that a POST carries."),
            "responseBody": response,
            "lifetimeSeconds": integer(1, 86_400, Some(300), "Lifetime of a token whose response tells none."),
            "timeoutMs": timeout(5_000),
        }),
    );
    let form = json!({
        "if": { "required": ["method"], "properties": { "method": { "const": "GET" } } },
        "then": { "properties": { "postParameters": { "maxItems": 0 } } },
    });
    with(schema, "allOf", json!([form]))
}
