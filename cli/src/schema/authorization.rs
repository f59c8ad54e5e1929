//! `authorization`.

use serde_json::{Value, json};

use super::config::{authority, cluster, timeout};
use super::value::{NOT_BLANK, PATH, SHA256, integer, list, object, secret, text, with};

/// No colon and no control characters.
const USER: &str = "^[^:\\u0000-\\u001f\\u007f-\\u009f]*$";
/// One scope (RFC 6749 section 3.3).
const SCOPE: &str = "^[!#-\\[\\]-~]+$";

pub(super) fn schema() -> Value {
    let some = |items, description| with(list(items, description), "minItems", json!(1));
    let user = with(
        text(USER, "A name that may post. It can stand there twice, with two passwords.", &["relid"]),
        "allOf",
        json!([{ "pattern": NOT_BLANK }]),
    );
    let basic = object(
        "A user (RFC 7617)",
        "A name and the digest of its password.",
        &["user", "passwordSha256"],
        json!({ "user": user, "passwordSha256": text(SHA256, "SHA-256 of the password, in hex.", &[]) }),
    );
    let bearer = object(
        "A token (RFC 6750)",
        "The digest of a token that may post.",
        &["tokenSha256"],
        json!({ "tokenSha256": text(SHA256, "SHA-256 of the token, in hex.", &[]) }),
    );
    let introspection = object(
        "A service that knows about tokens (RFC 7662)",
        "It is asked about tokens that aren't listed.",
        &["cluster", "path", "clientId", "clientSecret"],
        json!({
            "cluster": cluster(),
            "path": text(PATH, "Where the service is asked.", &["/oauth2/introspect"]),
            "authority": authority(),
            "clientId": text(NOT_BLANK, "By which the service knows the gate, as HTTP Basic.", &["kyc-gate"]),
            "clientSecret": secret("The gate's password there.", "env:KYC_CLIENT_SECRET"),
            "cacheSeconds": integer(0, 3_600, Some(60), "How long an answer counts, at most. 0 asks for each post."),
            "timeoutMs": timeout(2_000),
            "requiredScope": text(SCOPE, "One scope, which the token's `scope` must have.", &["kyc:post"]),
            "requiredAudience": text(NOT_BLANK, "Which the token's `aud` must be or have.", &["https://kyc.bank.example"]),
        }),
    );
    let schema = object(
        "Who may post",
        "Absent: anybody who reaches the listener.",
        &[],
        json!({
            "basic": some(basic, "Users with passwords."),
            "bearer": some(bearer, "Tokens."),
            "introspection": introspection,
        }),
    );
    with(schema, "minProperties", json!(1))
}
