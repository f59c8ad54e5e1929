//! A file's findings.

use std::path::{Path, PathBuf};

use crate::find::{self, File, Gate, ReadError};

use super::code::Code;
use super::config;
use super::finding::Finding;
use super::placeholder;
use super::secrets::{Secrets, key_values};

/// Most findings that are told of a file.
const MAX_FINDINGS: usize = 1_000;

/// What there is to say about a file.
#[derive(Debug)]
pub struct FileReport {
    /// The file, as it was named.
    pub path: PathBuf,
    /// Its text; bytes that are no UTF-8 are replaced.
    pub text: String,
    /// The findings, by their places.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub more: usize,
    /// The names of the gates that were found.
    pub gates: Vec<String>,
    /// The variables for which a value stood in.
    pub stood_in: Vec<String>,
}

/// Checks a file's bytes.
#[must_use]
pub fn check(path: &Path, bytes: &[u8], secrets: Secrets) -> FileReport {
    let file = File::read(bytes);
    let gates = find::gates(&file.documents);
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(file.error.as_ref().map(unreadable));
    let mut stood_in = Vec::new();
    for gate in &gates {
        let (_, found) = config::check(gate, secrets);
        findings.extend(found);
        if secrets == Secrets::Placeholders {
            stood_in.extend(missing(gate));
        }
    }
    stood_in.sort();
    stood_in.dedup();
    if gates.is_empty() && file.error.is_none() {
        findings.push(Finding::new(Code::NoGate, file.start(), "holds no configuration of the gate"));
    }
    findings.sort_by_key(|finding| (finding.at.start, finding.code));
    let more = findings.len().saturating_sub(MAX_FINDINGS);
    findings.truncate(MAX_FINDINGS);
    let gates = gates.iter().map(|gate| gate.name.clone()).collect();
    FileReport { path: path.to_owned(), text: file.text.as_str().to_owned(), findings, more, gates, stood_in }
}

/// Returns the variables that a configuration names and whose values the file doesn't give.
fn missing(gate: &Gate<'_>) -> Vec<String> {
    let Some(root) = gate.configuration.root() else { return Vec::new() };
    let named = placeholder::variables(&root).into_iter().map(|(name, _)| name.to_owned());
    named.filter(|name| key_values(gate).all(|(known, _)| known != name)).collect()
}

fn unreadable(error: &ReadError) -> Finding {
    match error {
        ReadError::NotUtf8(at) => Finding::new(Code::NotUtf8, *at..at + 1, "a byte that is no UTF-8"),
        ReadError::Syntax(error) => {
            let code = if error.is_bound { Code::TooLarge } else { Code::NotYaml };
            Finding::new(code, error.at.clone(), error.message.clone())
        }
    }
}
