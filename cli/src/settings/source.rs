//! Where a settings document comes from: a file, stdin, or a running gate.

use std::path::PathBuf;

use kyc_gate::payload::{Document, Limits};
use kyc_gate::scoring::{Settings, SettingsProblem};
use serde_json::Value;
use ureq::http::Uri;

use crate::failure::Failure;
use crate::http::Connection;
use crate::input;

use super::api::Api;

/// Largest document: what the gate takes.
const MAX_BYTES: u64 = 256 << 10;
const LIMITS: Limits = Limits { max_depth: 16, max_fields: 1 << 18 };

/// What to say of a whole configuration where settings are asked for.
pub const CONFIGURATION_GIVEN: &str = "a configuration of the gate; what is asked for is its kycSettings alone";
/// Blocks that tell a configuration.
const BLOCKS: [&str; 6] = ["match", "kycSettings", "decision", "evidence", "requestEncryption", "requestBody"];

/// A file, `-` for stdin, or the URL of a gate's settings API.
#[derive(Clone)]
pub enum Source {
    /// A gate.
    Gate(Uri),
    /// A file.
    File(PathBuf),
}

impl Source {
    /// Tells a URL from the name of a file.
    ///
    /// # Errors
    /// A URL that is none.
    pub fn of(text: &str) -> Result<Self, Failure> {
        // Nobody names a file so; the reader of URLs says which schemes there are.
        if text.contains("://") { Ok(Self::Gate(Api::url(text)?)) } else { Ok(Self::File(text.into())) }
    }

    /// Reads the settings.
    ///
    /// # Errors
    /// Whatever keeps them from being read.
    pub fn settings(&self, connection: &Connection) -> Result<Settings, Failure> {
        match self {
            Self::Gate(url) => Ok(Api::new(url, connection)?.get()?.settings),
            Self::File(path) => {
                let text = input::read(path, MAX_BYTES)?;
                parse(&text).map_err(|problems| Failure::Settings { path: path.clone(), problems: lines(&problems) })
            }
        }
    }
}

/// Reads a settings document as the gate does: strict JSON, every problem at once.
///
/// # Errors
/// All that is wrong.
pub fn parse(text: &[u8]) -> Result<Settings, Vec<SettingsProblem>> {
    let unreadable = |message: String| vec![SettingsProblem { field: String::new(), message }];
    if let Some(failure) = Document::diagnose(text, LIMITS) {
        return Err(unreadable(format!("not strict JSON at byte {}: {}", failure.at, failure.error)));
    }
    let document = serde_json::from_slice(text)
        .map_err(|_| unreadable("holds a number or a string that can't be represented".to_owned()))?;
    if is_configuration(&document) {
        return Err(unreadable(CONFIGURATION_GIVEN.to_owned()));
    }
    Settings::from_json(&document)
}

/// Returns whether a document is a whole configuration of the gate, given where its settings alone are meant.
#[must_use]
pub fn is_configuration(document: &Value) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| document.get(name).is_some());
    has(&BLOCKS) && !has(&["identityProof", "addressProof"])
}

/// Returns problems as lines, each below the other.
fn lines(problems: &[SettingsProblem]) -> String {
    let line = |problem: &SettingsProblem| {
        let field = if problem.field.is_empty() { "settings" } else { &problem.field };
        format!("\n  {field}: {}", problem.message)
    };
    problems.iter().map(line).collect()
}
