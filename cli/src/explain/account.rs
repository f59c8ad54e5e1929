//! What `explain` tells. Serializes to the JSON of `--json`.

use serde::Serialize;
use serde_json::Value;

use super::near::Near;

/// The decision on one post, with all that led to it and all that follows.
#[derive(Default, Serialize)]
pub struct Account {
    /// `accept`, `review`, `reject`, `error`, or `untouched` for what is no KYC post.
    pub decision: &'static str,
    /// `forward`, `respond` or `deny`; in shadow mode, what it would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<&'static str>,
    /// `enforce` or `shadow`.
    pub mode: &'static str,
    /// The profile, where the configuration has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The day by which ages and expiry count, UTC.
    pub day: String,
    /// 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// The identity proof, and the address proof where there is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<Proof>,
    /// Every check, in the order of the tables.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Fields on which the document's sources disagree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disagreements: Vec<&'static str>,
    /// Facts that are there but can't be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<&'static str>,
    /// Every rule in force.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Rebilly's rejection reason types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<&'static str>,
    /// How near other decisions are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<Near>,
    /// Why the post was not judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorAccount>,
    /// What the backend gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<Forwarded>,
    /// What the client gets from the gate itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replied: Option<Replied>,
    /// Revision of the settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings_revision: Option<String>,
    /// Revision of all that decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_revision: Option<String>,
    /// What isn't quite as in Envoy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// One proof.
#[derive(Serialize)]
pub struct Proof {
    /// `identity` or `address`.
    pub proof: &'static str,
    /// 0 to 100.
    pub score: u8,
    /// By the thresholds alone.
    pub decision: &'static str,
    /// A lower score rejects.
    pub reject_below: u8,
    /// This score and higher ones accept.
    pub accept_above: u8,
}

/// One check.
#[derive(Serialize)]
pub struct Check {
    /// Its name; those of the address proof begin with `address.`.
    pub check: String,
    /// `pass`, `fail` or `skip`.
    pub outcome: &'static str,
    /// Points that it cost.
    pub points: u8,
    /// Points that it would cost.
    pub weight: u8,
    /// Why (`docs/explanations.md`).
    pub code: &'static str,
    /// The code in words.
    pub meaning: String,
    /// What it looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Piece>,
}

/// One thing that was looked at. Masked, unless identity data was asked for.
#[derive(Default, Serialize)]
pub struct Piece {
    /// What it is.
    pub name: String,
    /// What is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// `absent` or `unreadable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<&'static str>,
    /// What single sources say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// The signal that the scanner's text matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
    /// How the scanner's check ended: `OK`, `ERROR`, `NOT DONE`, `OTHER`, `unreadable`; `listed` for an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
}

/// What a source says.
#[derive(Serialize)]
pub struct Source {
    /// Its letter: `M`, `V`, `R`, `B`; `counts` for the value of `identity_data`.
    pub source: String,
    /// What it says.
    pub value: String,
    /// Whether it says something else than the most of its locale.
    pub differs: bool,
    /// Sources of different locales aren't compared.
    pub locale: usize,
}

/// One rule.
#[derive(Serialize)]
pub struct Rule {
    /// Its name.
    pub rule: String,
    /// `fired`, `failed` (it couldn't be evaluated), `counted` (it only counts) or `quiet`.
    pub state: &'static str,
    /// What it asks for: `accept`, `review`, `reject` or `count`.
    pub then: &'static str,
    /// The reason that it gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// What it looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Piece>,
}

/// Why a post was not judged.
#[derive(Serialize)]
pub struct ErrorAccount {
    /// The error code.
    pub code: &'static str,
    /// The HTTP status that goes with it.
    pub status: u32,
    /// The code in words.
    pub meaning: String,
    /// Why the body can't be read: for the operator, never in a response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<&'static str>,
    /// The cause in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause_meaning: Option<&'static str>,
}

/// What the backend gets.
#[derive(Serialize)]
pub struct Forwarded {
    /// Headers that are set.
    pub set: Vec<(String, String)>,
    /// Headers that are removed, beside the client's own decision headers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<&'static str>,
    /// `original`, as it came, or `rewritten`.
    pub kind: &'static str,
    /// The body.
    pub body: Payload,
}

/// What the client gets.
#[derive(Serialize)]
pub struct Replied {
    /// HTTP status.
    pub status: u32,
    /// Media type.
    pub content_type: &'static str,
    /// Other headers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// Whether it is encrypted; then `body` is what is inside.
    pub encrypted: bool,
    /// `%RESPONSE_CODE_DETAILS%`.
    pub details: &'static str,
    /// The body.
    pub body: Payload,
}

/// A body.
#[derive(Serialize)]
pub struct Payload {
    /// Its length, as it is sent.
    pub bytes: usize,
    /// As JSON; masked, unless identity data was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// Byte for byte, only where identity data was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}
