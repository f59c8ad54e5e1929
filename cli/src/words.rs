//! What the gate's codes mean, in words.

use kyc_gate::crypto::UnreadableCause;

/// Says why no JSON document came out of a body.
#[must_use]
pub fn of(cause: UnreadableCause) -> &'static str {
    match cause {
        UnreadableCause::Plaintext => "the body is in the clear, and the configuration has a key and no allowPlaintext",
        UnreadableCause::Encoding => "the body is not written in its bodyEncoding",
        UnreadableCause::TooShort => "the body is too short: no whole IV, or with GCM no tag",
        UnreadableCause::Authentication => "the tag is wrong: sealed with another key, or changed on the way",
        UnreadableCause::PaddingOrJson => {
            "no JSON document comes out: another key, another cipher or IV, wrong padding, or a changed body"
        }
        UnreadableCause::Utf8 => "what comes out is not UTF-8",
        UnreadableCause::Json => "what comes out is not JSON as RFC 8259 has it, or has a name twice in one object",
    }
}

/// Says of a request that the gate doesn't watch.
pub const NO_POST: &str =
    "this is no KYC post: its path or method is not one that the gate watches, so it goes on untouched";
