//! Where a configuration isn't the JSON that it should be.

use crate::payload::{Document, Limits, PathStep, ScanFailure};

use super::problem::{Cause, Problem};

/// Says what is wrong with a text that the scanner refuses. The path is that of a key that stands twice, else empty.
pub(super) fn problem(bytes: &[u8], limits: Limits) -> Problem {
    let Some(ScanFailure { error, at, path }) = Document::diagnose(bytes, limits) else {
        return Problem { path: String::new(), cause: Cause::Unrepresentable };
    };
    let before = bytes.get(..at).unwrap_or(bytes);
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count() + 1;
    Problem { path: written(&path), cause: Cause::Json { error, line, column } }
}

fn written(path: &[PathStep]) -> String {
    path.iter().fold(String::new(), |path, step| match step {
        PathStep::Name(name) if path.is_empty() => name.escape_debug().to_string(),
        PathStep::Name(name) => format!("{path}.{}", name.escape_debug()),
        PathStep::Index(index) => format!("{path}[{index}]"),
    })
}
