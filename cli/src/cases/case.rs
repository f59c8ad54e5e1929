//! A case, as it stands in a file.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::sample::Kind;

/// A case.
pub struct Case {
    /// Its name, unique in its file.
    pub name: String,
    /// Its file.
    pub file: Rc<Path>,
    /// The line in which it begins, from 1.
    pub line: usize,
    /// The configuration.
    pub config: Configuration,
    /// What is changed of the configuration (RFC 7396).
    pub config_patch: Option<Value>,
    /// The body.
    pub post: Post,
    /// What is changed of the payload (RFC 7396).
    pub patch: Option<Value>,
    /// Of the post, lower-case names.
    pub headers: Vec<(String, String)>,
    /// The day by which ages and expiry count; today without one.
    pub at: Option<Timestamp>,
    /// Whether a payload in the clear is judged as it is, also where the configuration has a key.
    pub as_sent: bool,
    /// What should come of it.
    pub expected: Expected,
}

/// A case's configuration.
#[derive(Clone, PartialEq)]
pub enum Configuration {
    /// The gate's defaults.
    Defaults,
    /// That of a file.
    File(PathBuf),
    /// Written in the case itself.
    Inline(Value),
}

/// A case's body.
#[derive(Clone)]
pub enum Post {
    /// An invented person's.
    Sample(Kind, u64),
    /// That of a file.
    File(PathBuf),
    /// A payload, written in the case itself.
    Payload(Value),
    /// Any text, also no JSON.
    Body(String),
}

/// What a case expects: names of [`Expected::KEYS`] with their values.
pub struct Expected(pub Map<String, Value>);

impl Expected {
    /// Everything that can be expected.
    pub const KEYS: [&str; 22] = [
        "decision",
        "action",
        "mode",
        "profile",
        "score",
        "identityScore",
        "addressScore",
        "checks",
        "failed",
        "skipped",
        "passed",
        "codes",
        "rules",
        "counted",
        "reasons",
        "disagreements",
        "body",
        "headers",
        "response",
        "status",
        "error",
        "cause",
    ];
}
