//! What a schema can't tell: cli/tests/schemas/beyond.json.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::read;

/// A rule of a reader that its schema doesn't have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Part of what the reader says.
    says: String,
    /// Part of the path where it says so; absent: anywhere.
    #[serde(default)]
    at: String,
    /// Why the schema can't say it.
    because: String,
}

/// The rules of one reader, and which of them were met.
pub struct Beyond {
    rules: Vec<Rule>,
    met: BTreeSet<usize>,
}

impl Beyond {
    pub fn of(reader: &str) -> Self {
        let mut all: std::collections::BTreeMap<String, Vec<Rule>> =
            serde_json::from_str(&read("cli/tests/schemas/beyond.json")).unwrap();
        Self { rules: all.remove(reader).unwrap(), met: BTreeSet::new() }
    }

    /// Returns whether a schema can't tell such a problem.
    pub fn covers(&mut self, path: &str, message: &str) -> bool {
        let covers = |rule: &Rule| message.contains(&rule.says) && path.contains(&rule.at) && !rule.because.is_empty();
        let found: Vec<_> = self.rules.iter().enumerate().filter(|(_, rule)| covers(rule)).map(|(at, _)| at).collect();
        self.met.extend(&found);
        !found.is_empty()
    }

    /// Every rule was met, so none is there that has long become the schema's.
    pub fn conclude(self) {
        let unmet: Vec<_> = self
            .rules
            .iter()
            .enumerate()
            .filter(|(at, _)| !self.met.contains(at))
            .map(|(_, rule)| &rule.says)
            .collect();
        assert!(unmet.is_empty(), "listed, and never met: {unmet:?}");
    }
}
