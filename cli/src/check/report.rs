//! The findings of files.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::find::{self, File, Gate, MAX_GATES, ReadError, Shape};
use crate::source::SyntaxError;

use super::code::{Code, Severity};
use super::config;
use super::duplicate;
use super::finding::Finding;
use super::other;
use super::placeholder;
use super::secrets::{Secrets, key_values};
use super::surroundings::{self, Envoy, Inventory, Scene};

/// Most findings that are told of a file.
const MAX_FINDINGS: usize = 1_000;

/// How files are checked.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where secrets come from.
    pub secrets: Secrets,
    /// For which Envoy the files are meant.
    pub envoy: Option<Envoy>,
    /// What is not reported.
    pub allowed: Vec<Code>,
}

impl Default for Options {
    fn default() -> Self {
        Self { secrets: Secrets::Placeholders, envoy: None, allowed: Vec::new() }
    }
}

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
    /// Whether the file is about the gate for certain: one of them has a key of the gate's, or stands in a filter or an
    /// object; or there is something to say about what belongs to a gate in another file.
    pub is_certain: bool,
    /// The variables for which a value stood in.
    pub stood_in: Vec<String>,
}

impl FileReport {
    /// Returns how many findings are that bad, those that aren't told included as errors.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.code.severity() == severity).count()
    }
}

/// Checks a file by itself.
#[must_use]
pub fn check(path: &Path, bytes: &[u8], options: &Options) -> FileReport {
    let file = File::read(bytes);
    let reports = check_all(vec![(path.to_owned(), file)], options);
    reports.into_iter().next().unwrap_or_else(|| FileReport::of(path.to_owned(), &File::read(b"")))
}

/// Checks files that belong together: objects of one may mend what another lacks.
#[must_use]
pub fn check_all(named: Vec<(PathBuf, File)>, options: &Options) -> Vec<FileReport> {
    let (paths, files): (Vec<PathBuf>, Vec<File>) = named.into_iter().unzip();
    let mut reports: Vec<_> = paths.iter().zip(&files).map(|(path, file)| FileReport::of(path.clone(), file)).collect();
    let inventory = Inventory::of(&paths, &files);
    let mut findings = surroundings::check_all(&inventory);
    let mut told: BTreeSet<usize> = findings.iter().filter_map(|finding| finding.file).collect();
    for (number, (file, report)) in files.iter().zip(&mut reports).enumerate() {
        let found = check_one(file, number, &inventory, options, report);
        told.extend(found.iter().filter_map(|finding| finding.file).filter(|other| *other != number));
        // A key that stands twice in what belongs to a gate.
        told.extend(found.iter().any(|finding| finding.code == Code::DuplicateKey).then_some(number));
        findings.extend(found.into_iter().map(|finding| Finding { file: finding.file.or(Some(number)), ..finding }));
    }
    for (number, file) in files.iter().enumerate() {
        let is_empty = reports.get(number).is_some_and(|report| report.gates.is_empty());
        // What belongs to a gate in another file needs none of its own.
        if is_empty && file.error.is_none() && file.broken.is_empty() && !inventory.is_used(number) {
            let finding = Finding::new(Code::NoGate, file.start(), "holds no configuration of the gate");
            findings.push(Finding { file: Some(number), ..finding });
        }
    }
    for (number, report) in reports.iter_mut().enumerate() {
        report.is_certain |= told.contains(&number);
    }
    for finding in findings.into_iter().filter(|finding| !options.allowed.contains(&finding.code)) {
        if let Some(report) = finding.file.and_then(|number| reports.get_mut(number)) {
            report.findings.push(Finding { file: None, ..finding });
        }
    }
    reports.iter_mut().for_each(FileReport::finish);
    reports
}

fn check_one(
    file: &File,
    number: usize,
    inventory: &Inventory<'_>,
    options: &Options,
    report: &mut FileReport,
) -> Vec<Finding> {
    let mut gates = find::gates(&file.documents);
    let mut findings: Vec<Finding> = file.error.iter().map(|error| unreadable(file, error)).collect();
    findings.extend(file.broken.iter().map(|(at, error)| broken(file, at.clone(), error)));
    if gates.len() > MAX_GATES {
        gates.truncate(MAX_GATES);
        let message = format!("more than {MAX_GATES} configurations of the gate: the others were not checked");
        findings.push(Finding::new(Code::TooLarge, file.start(), message));
    }
    for gate in &gates {
        if let Some(finding) = other::check(gate) {
            findings.push(finding);
            continue;
        }
        let (config, found) = config::check(gate, options.secrets);
        findings.extend(found);
        let config = config.as_ref();
        let scenes = Scene::of(gate, &gates, inventory, config, options.envoy);
        findings.extend(scenes.iter().flat_map(surroundings::check));
        if options.secrets == Secrets::Placeholders {
            report.stood_in.extend(missing(gate));
        }
    }
    if !gates.is_empty() || inventory.is_joined(number) {
        findings.extend(duplicate::check(file, &gates));
    }
    report.is_certain = gates.iter().any(|gate| gate.shape != Shape::Bare || find::is_certain(&gate.document.root));
    report.gates = gates.iter().map(|gate| gate.name.clone()).collect();
    findings
}

impl FileReport {
    fn of(path: PathBuf, file: &File) -> Self {
        Self {
            path,
            text: file.text.as_str().to_owned(),
            findings: Vec::new(),
            more: 0,
            gates: Vec::new(),
            is_certain: false,
            stood_in: Vec::new(),
        }
    }

    /// Puts what was found in order, each thing once.
    fn finish(&mut self) {
        self.findings.sort_by(|one, other| {
            let key = |finding: &Finding| (finding.at.start, finding.code);
            key(one).cmp(&key(other)).then_with(|| one.message.cmp(&other.message))
        });
        self.findings.dedup();
        self.more = self.findings.len().saturating_sub(MAX_FINDINGS);
        self.findings.truncate(MAX_FINDINGS);
        self.stood_in.sort();
        self.stood_in.dedup();
    }
}

/// Returns the variables that a configuration names and whose values the file doesn't give.
fn missing(gate: &Gate<'_>) -> Vec<String> {
    let Some(root) = gate.configuration.root() else { return Vec::new() };
    let named = placeholder::variables(&root).into_iter().map(|(name, _)| name.to_owned());
    named.filter(|name| key_values(gate).all(|(known, _)| known != name)).collect()
}

fn unreadable(file: &File, error: &ReadError) -> Finding {
    match error {
        ReadError::NotUtf8(at) => Finding::new(Code::NotUtf8, *at..at + 1, "a byte that is no UTF-8"),
        ReadError::Syntax(error) => {
            let end = error.at.end.max(error.at.start.saturating_add(1));
            broken(file, error.at.start..end, error)
        }
    }
}

fn broken(file: &File, at: Range<usize>, error: &SyntaxError) -> Finding {
    let code = if error.is_bound { Code::TooLarge } else { Code::NotYaml };
    // A block scalar that the end of the file cuts says one line end more than is there.
    let most = file.text.as_str().len();
    let at = at.start.min(most.saturating_sub(1))..at.end.min(most);
    let finding = Finding::new(code, at, error.message.clone());
    if !error.is_bound && file.text.as_str().contains("{{") {
        finding.instead("render the template first: helm template CHART | kyc-gate check -")
    } else {
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::LOOKS;

    /// Returns how often parts of values are looked at for so many listeners with a gate, and as many without, all of
    /// which lead to the same backend; and how many gates there are.
    fn looks(listeners: usize, in_each: usize) -> (usize, usize) {
        let kind = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm";
        let route = "{ virtual_hosts: [{ routes: [{ match: { prefix: / }, route: { cluster: backend } }] }] }";
        let gates = "*gate, ".repeat(in_each);
        let text = format!(
            "gate: &gate {{ name: kyc-gate, typed_config: {{ \"@type\": {kind}, config: {{}} }} }}\n\
             with: &with {{ http_filters: [{gates}router], route_config: &routes {route} }}\n\
             without: &without {{ http_filters: [router], route_config: *routes }}\n\
             static_resources:\n  listeners: [{}{}]\n",
            "*with, ".repeat(listeners),
            "*without, ".repeat(listeners),
        );
        LOOKS.set(0);
        let options = Options { envoy: "1.36".parse().ok(), ..Options::default() };
        let report = check(Path::new("file"), text.as_bytes(), &options);
        assert!(report.findings.iter().any(|finding| finding.code == Code::WayAround));
        (LOOKS.get(), report.gates.len())
    }

    #[test]
    fn a_document_is_walked_once_however_many_gates_it_has() {
        for (few, many) in [((50, 1), (200, 1)), ((1, 50), (1, 200))] {
            let ((few, gates), (many, more)) = (looks(few.0, few.1), looks(many.0, many.1));
            assert!(more > 3 * gates, "{gates}, {more}");
            // For each gate as many as before.
            assert!(many / more <= few / gates + 1, "{few} for {gates} gates, {many} for {more}");
        }
    }
}
