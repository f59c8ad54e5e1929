//! What the gate itself says about a configuration, at its places in the file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use kyc_gate::config::{Cause, Config, ConfigWarning, Problem, Secrets};
use kyc_gate::payload::ScanError;
use zeroize::Zeroizing;

use crate::find::{Configuration, Gate, Host, Shape};
use crate::source;

use super::cause;
use super::code::Code;
use super::finding::Finding;
use super::locate::{Place, locate};
use super::placeholder;
use super::secrets::Secrets as Source;

/// Returns the configuration, where the gate accepts it, and what there is to say about it.
#[must_use]
pub fn check(gate: &Gate<'_>, source: Source) -> (Option<Config>, Vec<Finding>) {
    if let Configuration::Unusable { at, expected } = &gate.configuration {
        let finding = Finding::new(Code::Unusable, at.clone(), format!("must be {expected}"));
        return (None, vec![finding]);
    }
    let bytes = gate.configuration.bytes();
    let root = gate.configuration.root();
    let placeholders = root.as_deref().map(placeholder::placeholders).unwrap_or_default();
    let given = source.given(gate);
    let environment = |name: &str| match given.get(name) {
        Some(value) => Some(value.clone()),
        None => source.look_up(name, &placeholders),
    };
    // Nobody but Envoy has those of SDS.
    let delivered =
        |name: &str| placeholders.get(&format!("sds:{name}")).map(|text| Zeroizing::new(text.clone().into_bytes()));
    let secrets = match gate.shape {
        Shape::Filter(Host::Native) | Shape::ExtensionPolicy(Host::Native) | Shape::Bare => {
            Secrets::with_sds(&environment, &delivered)
        }
        Shape::Filter(Host::Wasm)
        | Shape::ExtensionPolicy(Host::Wasm)
        | Shape::WasmPlugin
        | Shape::TrafficExtension => Secrets::of_environment(&environment),
    };
    match Config::parse_with(&bytes, &secrets) {
        Ok(config) => {
            let findings = warnings(gate, &config.warnings);
            (Some(config), findings)
        }
        Err(problems) => (None, refusals(gate, &problems.0)),
    }
}

fn refusals(gate: &Gate<'_>, problems: &[Problem]) -> Vec<Finding> {
    let places = places(gate, problems.iter().map(|problem| problem.path.as_str()));
    let finding = |problem: &Problem| {
        let code = cause::code(&problem.cause);
        let at = match &problem.cause {
            // A mapping has no lines of JSON, but the path of what JSON mustn't have.
            Cause::Json { .. } if matches!(gate.configuration, Configuration::Struct(..)) => {
                mark(gate, places.get(problem.path.as_str()), true)
            }
            Cause::Json { line, column, .. } => text_place(gate, *line, *column),
            cause => mark(gate, places.get(problem.path.as_str()), is_about_key(cause)),
        };
        let message = match problem.cause {
            Cause::Json { ref error, .. } => format!("not acceptable JSON: {}", told(gate, error)),
            ref cause => cause.to_string(),
        };
        Finding {
            path: Some(problem.path.clone()),
            ..Finding::new(code, at, named(&problem.path, &message)).instead(remedy(problem))
        }
    };
    problems.iter().map(finding).collect()
}

/// Returns what to write instead; whoever writes settings at the top means `kycSettings`.
fn remedy(problem: &Problem) -> Cow<'static, str> {
    match (&problem.cause, problem.path.as_str()) {
        (Cause::UnknownKey, "identityProof" | "addressProof") => "move it into kycSettings".into(),
        (cause, _) => cause::remedy(cause),
    }
}

fn warnings(gate: &Gate<'_>, warnings: &[ConfigWarning]) -> Vec<Finding> {
    let places = places(gate, warnings.iter().map(|warning| warning.path.as_str()));
    let finding = |warning: &ConfigWarning| {
        let at = mark(gate, places.get(warning.path.as_str()), false);
        let code = cause::warning_code(&warning.warning);
        let message = named(&warning.path, &warning.warning.to_string());
        Finding { path: Some(warning.path.clone()), ..Finding::new(code, at, message) }
    };
    warnings.iter().map(finding).collect()
}

fn named(path: &str, message: &str) -> String {
    if path.is_empty() { message.to_owned() } else { format!("{path}: {message}") }
}

/// Returns whether the key itself is wrong, rather than its value.
fn is_about_key(cause: &Cause) -> bool {
    matches!(cause, Cause::UnknownKey | Cause::MisspeltKey(_) | Cause::NotInThisVersion | Cause::RequestOnly)
}

fn places<'p>(gate: &Gate<'_>, paths: impl Iterator<Item = &'p str>) -> HashMap<&'p str, Place> {
    gate.configuration.root().map(|root| locate(&root, paths)).unwrap_or_default()
}

/// Returns where a place stands in the file: the value, or the key where that says more.
fn mark(gate: &Gate<'_>, place: Option<&Place>, is_about_key: bool) -> Range<usize> {
    let Some(place) = place else { return whole(gate) };
    let at = match &place.value {
        Some(value) if place.is_there && !is_about_key && !value.is_empty() => value.clone(),
        _ => place.mark.clone(),
    };
    outward(gate, at)
}

/// Returns where a range of the configuration stands in the file.
#[must_use]
pub fn outward(gate: &Gate<'_>, at: Range<usize>) -> Range<usize> {
    match &gate.configuration {
        Configuration::Text(text) => text.span(at),
        _ => gate.document.text.span(at),
    }
}

/// Returns where to point for the configuration as a whole.
fn whole(gate: &Gate<'_>) -> Range<usize> {
    match &gate.configuration {
        Configuration::Text(text) => {
            let begin = text.as_str().len() - text.as_str().trim_start().len();
            text.span(begin..begin.saturating_add(1).min(text.as_str().len()))
        }
        _ => gate.place(gate.plugin()),
    }
}

/// Returns where a line and a column of the configuration's text stand, both from 1.
fn text_place(gate: &Gate<'_>, line: usize, column: usize) -> Range<usize> {
    let Configuration::Text(text) = &gate.configuration else { return whole(gate) };
    let before = text.as_str().split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let at = (before + column.saturating_sub(1)).min(text.as_str().len());
    if at == text.as_str().len() {
        // Behind the last byte: that one is in this text.
        let end = text.as_str().trim_end().len();
        return text.span(end.saturating_sub(1)..end);
    }
    text.span(at..at + 1)
}

/// Returns what is wrong with a text, in the words of the reader that knows what it expected.
fn told(gate: &Gate<'_>, error: &ScanError) -> String {
    let Configuration::Text(text) = &gate.configuration else { return error.to_string() };
    match (error, source::parse_json(text.as_str())) {
        (ScanError::UnexpectedByte, Err(own)) if !own.is_bound => own.message,
        _ => error.to_string(),
    }
}
