//! Runs cases.

use std::rc::Rc;

use jiff::Timestamp;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::explain;
use crate::failure::Failure;
use crate::judged::Sent;
use crate::{at, gate, input, post, sample};

use super::case::{Case, Configuration, Post};
use super::compare::{Difference, differences};
use super::coverage::Coverage;
use super::patch;

/// How a case ended.
pub struct Outcome {
    /// The case.
    pub case: Case,
    /// What isn't as expected.
    pub differences: Vec<Difference>,
    /// Why it couldn't be run.
    pub failure: Option<String>,
    /// Whether what came may be shown: it is an invented person's.
    pub is_invented: bool,
}

impl Outcome {
    /// Returns whether all is as expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.differences.is_empty() && self.failure.is_none()
    }
}

/// Runs a case, and notes what it exercises.
#[must_use]
pub fn run(case: Case, coverage: &mut Coverage) -> Outcome {
    let is_invented = matches!(case.post, Post::Sample(..));
    match differences_of(&case, coverage) {
        Ok(differences) => Outcome { case, differences, failure: None, is_invented },
        Err(failure) => Outcome { case, differences: Vec::new(), failure: Some(failure.to_string()), is_invented },
    }
}

fn differences_of(case: &Case, coverage: &mut Coverage) -> Result<Vec<Difference>, Failure> {
    let loaded = load(case)?;
    let sent = sent(case, &loaded)?;
    let account = match sent.judge()? {
        Some(judged) => {
            coverage.note(&loaded.json, &judged);
            explain::account(&judged, true)
        }
        None => untouched(case),
    };
    Ok(differences(&case.expected, &account))
}

fn untouched(case: &Case) -> explain::Account {
    let at = case.at.unwrap_or_else(Timestamp::now);
    explain::Account { decision: "untouched", mode: "enforce", day: at::day(at).to_string(), ..Default::default() }
}

fn load(case: &Case) -> Result<gate::Loaded, Failure> {
    let loaded = match &case.config {
        Configuration::Defaults => gate::load_without_secrets(None)?,
        Configuration::File(path) => gate::load_without_secrets(Some(path))?,
        Configuration::Inline(config) => gate::parse_without_secrets(&case.file, config.to_string().into_bytes())?,
    };
    let Some(change) = &case.config_patch else { return Ok(loaded) };
    let json: &[u8] = if loaded.json.is_empty() { b"{}" } else { &loaded.json };
    let mut config: Value = serde_json::from_slice(json).map_err(|error| Failure::Usage(error.to_string()))?;
    patch::merge(&mut config, change);
    gate::parse_without_secrets(&case.file, config.to_string().into_bytes())
}

fn sent(case: &Case, loaded: &gate::Loaded) -> Result<Sent, Failure> {
    let config = Rc::clone(&loaded.config);
    let at = case.at.unwrap_or_else(Timestamp::now);
    let most = (config.max_body_bytes as u64).saturating_add(1);
    let body = match &case.post {
        Post::Sample(kind, seed) => sample::make(*kind, at::day(at), *seed).to_string().into_bytes(),
        Post::Payload(payload) => payload.to_string().into_bytes(),
        Post::Body(text) => text.clone().into_bytes(),
        Post::File(path) => input::read_start(path, most)?,
    };
    let body = match &case.patch {
        None => body,
        Some(change) => {
            let mut payload: Value = serde_json::from_slice(&body)
                .map_err(|error| Failure::Usage(format!("only a payload in the clear can be patched: {error}")))?;
            patch::merge(&mut payload, change);
            payload.to_string().into_bytes()
        }
    };
    let settings = config.initial_settings();
    let headers = post::headers(&config, &case.headers);
    let mut sent = Sent { config, settings, headers, body: Zeroizing::new(body), at, notes: Vec::new() };
    if !case.as_sent {
        sent.seal_if_clear()?;
    }
    Ok(sent)
}
