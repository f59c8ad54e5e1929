//! Reads case files: YAML or JSON, `{ defaults, cases }` or one case. Whatever nobody would look at is an error.

use std::path::Path;
use std::rc::Rc;

use clap::ValueEnum as _;
use kyc_gate::crypto::UnreadableCause;
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::scoring::{CheckCode, CheckId, CheckOutcome, ComparedField, Reason};
use kyc_gate::words::{Word, meant};
use serde_json::Value;

use crate::report::Lines;
use crate::source::{Dialect, Node, parse};
use crate::{at, sample};

use super::case::{Case, Configuration, Expected, Post};

const CASE: [&str; 15] = [
    "name",
    "config",
    "configPatch",
    "sample",
    "seed",
    "payload",
    "payloadFile",
    "body",
    "bodyFile",
    "patch",
    "headers",
    "at",
    "asSent",
    "expect",
    "description",
];
const FILE: [&str; 4] = ["$schema", "description", "defaults", "cases"];
/// What says which body it is; one of them at most.
const BODIES: [&str; 5] = ["sample", "payload", "payloadFile", "body", "bodyFile"];

/// Reads the cases of a file. `None` for a file that has none and that nobody named.
///
/// # Errors
/// Everything that is wrong with it, each with its line and column.
pub fn read(path: &Path, text: &str, is_named: bool) -> Result<Option<Vec<Case>>, Vec<String>> {
    let (roots, error) = parse(text);
    let mut reader = Reader { path: path.into(), text, problems: Vec::new() };
    let root = match (roots.as_slice(), error) {
        ([root], None) => root,
        (_, Some(error)) => {
            reader.refuse_at(error.at.start, &error.message);
            return Err(reader.problems);
        }
        ([], None) if !is_named => return Ok(None),
        ([], None) => {
            reader.refuse_at(0, "is empty");
            return Err(reader.problems);
        }
        _ => {
            reader.refuse_at(0, "must be one document");
            return Err(reader.problems);
        }
    };
    let is_list = root.elements().iter().any(|element| element.get("expect").is_some());
    if is_list || (is_named && !root.elements().is_empty()) {
        reader.refuse(root, "several cases stand below the key \"cases\"");
        return Err(reader.problems);
    }
    let is_case = root.get("expect").is_some() || root.get("cases").is_some();
    if !is_case && !is_named {
        return Ok(None);
    }
    let cases = reader.file(root);
    if reader.problems.is_empty() { Ok(Some(cases)) } else { Err(reader.problems) }
}

struct Reader<'t> {
    path: Rc<Path>,
    text: &'t str,
    problems: Vec<String>,
}

impl Reader<'_> {
    fn refuse_at(&mut self, at: usize, message: &str) {
        let position = Lines::new(self.text).position(at);
        self.problems.push(format!("{}:{}:{}: {message}", self.path.display(), position.line, position.column));
    }

    fn refuse(&mut self, node: &Node, message: &str) {
        self.refuse_at(node.mark().start, message);
    }

    /// Refuses members that nobody reads.
    fn members_of(&mut self, node: &Node, what: &str, known: &[&str]) {
        if !node.is_map() {
            self.refuse(node, &format!("{what} must be a mapping"));
        }
        for (name, member) in node.members() {
            if !known.contains(&name.as_str()) {
                self.unknown(member, "key", name, known.iter().copied());
            }
        }
    }

    fn unknown<'k>(&mut self, node: &Node, what: &str, name: &str, known: impl Iterator<Item = &'k str> + Clone) {
        let meant = meant(name, known.clone()).map(|word| format!(": did you mean {word}?"));
        let all = || format!("; known are {}", known.collect::<Vec<_>>().join(", "));
        self.refuse(node, &format!("unknown {what} {name}{}", meant.unwrap_or_else(all)));
    }

    fn file(&mut self, root: &Node) -> Vec<Case> {
        let Some(list) = root.get("cases") else {
            return self.case(root, None, 1).into_iter().collect();
        };
        self.members_of(root, "a file of cases", &FILE);
        let defaults = root.get("defaults");
        if let Some(defaults) = defaults {
            let known: Vec<&str> = CASE.into_iter().filter(|key| !matches!(*key, "name" | "expect")).collect();
            self.members_of(defaults, "defaults", &known);
        }
        if list.elements().is_empty() {
            self.refuse(list, "there are no cases");
        }
        let mut cases: Vec<Case> = Vec::new();
        for (at, node) in list.elements().iter().enumerate() {
            let Some(case) = self.case(node, defaults, at + 1) else { continue };
            if cases.iter().any(|other| other.name == case.name) {
                self.refuse(node, &format!("there is another case called \"{}\"", case.name));
            }
            cases.push(case);
        }
        cases
    }

    fn case(&mut self, node: &Node, defaults: Option<&Node>, number: usize) -> Option<Case> {
        self.members_of(node, "a case", &CASE);
        let own = |key: &str| node.get(key);
        let inherited = |key: &str| own(key).or_else(|| defaults?.get(key));
        let name = own("name").and_then(Node::text).map_or_else(|| format!("case {number}"), str::to_owned);
        // A body of the case's own takes the place of any of the defaults'.
        let has_own_body = BODIES.iter().any(|key| own(key).is_some());
        let bodies: Vec<_> = BODIES
            .into_iter()
            .filter_map(|key| Some((key, if has_own_body { own(key) } else { inherited(key) }?)))
            .collect();
        if bodies.len() > 1 {
            self.refuse(node, &format!("one of {} only", BODIES.join(", ")));
        }
        let seed = inherited("seed").map(|seed| seed.integer().ok_or(seed));
        let seed = match seed.transpose() {
            Ok(seed) => seed.unwrap_or_default(),
            Err(node) => {
                self.refuse(node, "seed must be a whole number");
                0
            }
        };
        let post = match bodies.first() {
            None => Some(Post::Sample(sample::Kind::Clean, seed)),
            Some((key, node)) => self.post(key, node, seed),
        };
        let config = inherited("config").map_or(Some(Configuration::Defaults), |node| self.config(node));
        let instant = inherited("at").map(|node| (node, node.text().and_then(at::fixed)));
        let at = match instant {
            None => None,
            Some((_, Some(instant))) => Some(instant),
            Some((node, None)) => {
                self.refuse(node, "at must be a day (2026-11-29) or an instant (2026-11-29T12:00:00Z)");
                None
            }
        };
        let json = |key: &str| inherited(key).map(json);
        let headers = inherited("headers").map(|node| self.headers(node)).unwrap_or_default();
        let as_sent = inherited("asSent").is_some_and(|node| node.truth() == Some(true));
        let expected = self.expected(node);
        Some(Case {
            name,
            file: Rc::clone(&self.path),
            line: Lines::new(self.text).position(node.at.start).line,
            config: config?,
            config_patch: json("configPatch"),
            post: post?,
            patch: json("patch"),
            headers,
            at,
            as_sent,
            expected: expected?,
        })
    }

    fn beside(&self, path: &str) -> std::path::PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    fn post(&mut self, key: &str, node: &Node, seed: u64) -> Option<Post> {
        let text = node.text();
        Some(match (key, text) {
            ("sample", Some(name)) => match sample::Kind::from_str(name, false) {
                Ok(kind) => Post::Sample(kind, seed),
                Err(_) => {
                    let names = sample::Kind::value_variants().iter().map(|kind| kind.name());
                    self.unknown(node, "sample", name, names);
                    return None;
                }
            },
            ("payload", _) if node.is_map() => Post::Payload(json(node)),
            ("payloadFile" | "bodyFile", Some(path)) => Post::File(self.beside(path)),
            ("body", Some(text)) => Post::Body(text.to_owned()),
            _ => {
                let what = if key == "payload" { "a mapping" } else { "a text" };
                self.refuse(node, &format!("{key} must be {what}"));
                return None;
            }
        })
    }

    fn config(&mut self, node: &Node) -> Option<Configuration> {
        match node.text() {
            Some(path) => Some(Configuration::File(self.beside(path))),
            None if node.is_map() => Some(Configuration::Inline(json(node))),
            None => {
                self.refuse(node, "config must be a file's path or a configuration");
                None
            }
        }
    }

    fn headers(&mut self, node: &Node) -> Vec<(String, String)> {
        let text = |node: &Node| match json(node) {
            Value::String(text) => Some(text),
            value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
            _ => None,
        };
        if !node.is_map() {
            self.refuse(node, "headers must be a mapping of names to values");
        }
        let mut headers = Vec::new();
        for (name, member) in node.members() {
            match text(member) {
                Some(value) => headers.push((name.to_lowercase(), value)),
                None => self.refuse(member, "a header's value must be a text"),
            }
        }
        headers
    }

    /// Reads what is expected. A case that expects nothing would always pass.
    fn expected(&mut self, case: &Node) -> Option<Expected> {
        let Some(node) = case.get("expect").filter(|node| !node.members().is_empty()) else {
            self.refuse(case, "expects nothing, so it could never fail: say what in \"expect\"");
            return None;
        };
        self.members_of(node, "expect", &Expected::KEYS);
        for (name, member) in node.members() {
            self.expectation(name, member);
        }
        match json(node) {
            Value::Object(members) => Some(Expected(members)),
            _ => None,
        }
    }

    fn expectation(&mut self, name: &str, node: &Node) {
        let value = json(node);
        let is_word = |words: &[&str]| value.as_str().is_some_and(|word| words.contains(&word));
        match name {
            "decision" if !is_word(&["accept", "review", "reject", "error", "untouched"]) => {
                self.refuse(node, "decision must be accept, review, reject, error or untouched");
            }
            "action" if !is_word(&["forward", "respond", "deny"]) => {
                self.refuse(node, "action must be forward, respond or deny");
            }
            "score" | "identityScore" | "addressScore" if value.as_u64().is_none_or(|score| score > 100) => {
                self.refuse(node, &format!("{name} must be a whole number from 0 to 100"));
            }
            "status" if value.as_u64().is_none() => self.refuse(node, "status must be a whole number"),
            "failed" | "skipped" | "passed" => self.checks(name, node),
            "mode" if !is_word(&["enforce", "shadow"]) => self.refuse(node, "mode must be enforce or shadow"),
            "error" => self.words::<ErrorCode>("error code", &[node]),
            "cause" => self.words::<UnreadableCause>("cause", &[node]),
            "rules" | "counted" => self.names(name, node),
            "reasons" | "disagreements" | "codes" => {
                self.names(name, node);
                let elements: Vec<&Node> = node.elements().iter().collect();
                match name {
                    "reasons" => self.words::<Reason>("reason", &elements),
                    "codes" => self.words::<CheckCode>("reason code", &elements),
                    _ => self.words::<ComparedField>("field", &elements),
                }
            }
            "checks" => {
                self.filled(name, node);
                for (check, member) in node.members() {
                    self.check(member, check);
                    let wanted = member.text().unwrap_or_default();
                    let is_known = CheckOutcome::from_word(wanted).is_some() || CheckCode::from_word(wanted).is_some();
                    if !is_known {
                        self.refuse(member, "must be pass, fail, skip or a reason code");
                    }
                }
            }
            "body" | "response" if value.is_string() => {}
            "body" | "response" | "headers" => self.filled(name, node),
            _ => {}
        }
    }

    /// Refuses what is none of a closed set of words.
    fn words<W: Word>(&mut self, what: &str, nodes: &[&Node]) {
        for node in nodes {
            let name = node.text().unwrap_or_default();
            if W::from_word(name).is_none() {
                self.unknown(node, what, name, W::WORDS.iter().map(|word| word.word()));
            }
        }
    }

    fn filled(&mut self, name: &str, node: &Node) {
        if node.members().is_empty() {
            self.refuse(node, &format!("{name} expects nothing: name at least one member"));
        }
    }

    fn names(&mut self, name: &str, node: &Node) {
        if !json(node).as_array().is_some_and(|names| names.iter().all(Value::is_string)) {
            self.refuse(node, &format!("{name} must be a list of names"));
        }
    }

    fn checks(&mut self, name: &str, node: &Node) {
        self.names(name, node);
        node.elements().iter().for_each(|element| self.check(element, element.text().unwrap_or_default()));
    }

    fn check(&mut self, node: &Node, name: &str) {
        let names: Vec<String> = CheckId::all().map(|check| check.to_string()).collect();
        if !names.iter().any(|known| known == name) {
            self.unknown(node, "check", name, names.iter().map(String::as_str));
        }
    }
}

fn json(node: &Node) -> Value {
    node.json(Dialect::Kubernetes)
}
