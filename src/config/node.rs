//! A cursor over the configuration that knows where it is and reports what is wrong there.

use std::cell::RefCell;

use serde_json::{Map, Value};

use crate::words::{self, Word};

use super::problem::{Cause, ConfigWarning, Problem, Problems, Warning};

/// Longest part of an unknown key that a report repeats.
const SHOWN_KEY: usize = 64;

/// Collects problems and warnings, however deep they are found, with their places.
#[derive(Default)]
pub(super) struct Report {
    problems: RefCell<Vec<(Vec<usize>, Problem)>>,
    warnings: RefCell<Vec<(Vec<usize>, ConfigWarning)>>,
}

impl Report {
    /// Returns what was read and the warnings, or all problems. Both are in the order of the document; a missing key
    /// comes after those that are there.
    pub(super) fn conclude<T>(self, read: Option<T>) -> Result<(T, Vec<ConfigWarning>), Problems> {
        let problems = in_order(self.problems);
        match read {
            Some(value) if problems.is_empty() => Ok((value, in_order(self.warnings))),
            _ => Err(Problems(problems)),
        }
    }
}

fn in_order<T>(found: RefCell<Vec<(Vec<usize>, T)>>) -> Vec<T> {
    let mut found = found.into_inner();
    found.sort_by(|(left, _), (right, _)| left.cmp(right));
    found.into_iter().map(|(_, one)| one).collect()
}

/// One value of the configuration.
///
/// Every reading method gives `None` after reporting why, so that the caller can go on with the next key.
#[derive(Clone)]
pub(super) struct ConfigNode<'c> {
    value: &'c Value,
    path: String,
    /// Index at each level, to sort by.
    place: Vec<usize>,
    report: &'c Report,
}

impl<'c> ConfigNode<'c> {
    pub(super) fn root(value: &'c Value, report: &'c Report) -> Self {
        Self { value, path: String::new(), place: Vec::new(), report }
    }

    pub(super) fn value(&self) -> &'c Value {
        self.value
    }

    /// Reports a problem here.
    pub(super) fn refuse(&self, cause: Cause) {
        self.report.problems.borrow_mut().push((self.place.clone(), Problem { path: self.path.clone(), cause }));
    }

    /// Reports a problem that somebody else found below here, at a dot path (empty: here).
    pub(super) fn refuse_at(&self, below: &str, cause: Cause) {
        let problem = Problem { path: self.path_to(below), cause };
        self.report.problems.borrow_mut().push((self.place.clone(), problem));
    }

    /// Returns the path of what is below here at a dot path, in which numbers are indices.
    fn path_to(&self, below: &str) -> String {
        below.split('.').filter(|step| !step.is_empty()).fold(self.path.clone(), |path, step| {
            let is_index = step.bytes().all(|byte| byte.is_ascii_digit());
            if is_index { format!("{path}[{step}]") } else { joined(&path, step, SHOWN_KEY) }
        })
    }

    /// Warns of something here.
    pub(super) fn warn(&self, warning: Warning) {
        self.warn_at("", warning);
    }

    /// Warns of something below here, at a dot path (empty: here).
    pub(super) fn warn_at(&self, below: &str, warning: Warning) {
        let found = ConfigWarning { path: self.path_to(below), warning };
        self.report.warnings.borrow_mut().push((self.place.clone(), found));
    }

    fn refused<T>(&self, cause: Cause) -> Option<T> {
        self.refuse(cause);
        None
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        self.value.as_bool().or_else(|| self.refused(Cause::WrongType("true or false")))
    }

    pub(super) fn string(&self) -> Option<&'c str> {
        self.value.as_str().or_else(|| self.refused(Cause::WrongType("a string")))
    }

    /// Reads a string with something in it.
    pub(super) fn text(&self) -> Option<&'c str> {
        let text = self.string()?;
        if text.trim().is_empty() { self.refused(Cause::Empty) } else { Some(text) }
    }

    /// Reads a string that `parse` makes something of.
    pub(super) fn parsed<T, E: Into<Cause>>(&self, parse: impl FnOnce(&'c str) -> Result<T, E>) -> Option<T> {
        parse(self.string()?).map_err(|error| self.refuse(error.into())).ok()
    }

    /// Reads an integer. `16.0` and `1.6e1` are integers as well: a protobuf `Struct` knows only doubles.
    pub(super) fn integer(&self, min: usize, max: usize) -> Option<usize> {
        let whole = |float: f64| (float.fract() == 0.0).then(|| float.to_string().parse().ok()).flatten();
        let value = match self.value.as_u64() {
            Some(integer) => usize::try_from(integer).ok(),
            None => self.value.as_f64().and_then(whole),
        };
        value.filter(|value| (min..=max).contains(value)).or_else(|| self.refused(Cause::Integer { min, max }))
    }

    /// Reads a number from 0 to `max`.
    pub(super) fn number(&self, max: u32) -> Option<f64> {
        let in_range = |value: &f64| (0.0..=f64::from(max)).contains(value);
        self.value.as_f64().filter(in_range).or_else(|| self.refused(Cause::Number { max }))
    }

    /// Reads one of a few words.
    pub(super) fn one_of<T: Copy>(&self, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.string()?;
        let found = words.iter().find(|(word, _)| *word == text);
        found
            .map(|(_, meaning)| *meaning)
            .or_else(|| self.refused(Cause::OneOf(words.iter().map(|(word, _)| *word).collect())))
    }

    /// Reads one of a closed set of words.
    pub(super) fn word<T: Word>(&self) -> Option<T> {
        let text = self.string()?;
        let words = || T::WORDS.iter().map(|known| known.word()).collect();
        T::from_word(text).or_else(|| self.refused(Cause::OneOf(words())))
    }

    /// Returns the entries of a list.
    pub(super) fn list(&self) -> Option<Vec<Self>> {
        let entries = self.value.as_array().or_else(|| self.refused(Cause::WrongType("an array")))?;
        Some(
            entries
                .iter()
                .enumerate()
                .map(|(at, value)| self.child(format!("{}[{at}]", self.path), at, value))
                .collect(),
        )
    }

    /// Returns the members of an object whose keys are open.
    pub(super) fn members(&self) -> Option<Vec<(&'c str, Self)>> {
        let members = self.map()?.iter().enumerate();
        Some(members.map(|(at, (key, value))| (key.as_str(), self.member(key, at, value))).collect())
    }

    /// Reads an object that has no other keys than these.
    pub(super) fn object(&self, keys: &[&str]) -> Option<ConfigObject<'c>> {
        let unknown = self.members()?.into_iter().filter(|(key, _)| !keys.contains(key));
        unknown.for_each(|(key, member)| {
            let meant = words::meant(key, keys.iter().copied());
            member.refuse(meant.map_or(Cause::UnknownKey, |meant| Cause::MisspeltKey(meant.to_owned())));
        });
        Some(ConfigObject { map: self.map()?, node: self.clone() })
    }

    fn map(&self) -> Option<&'c Map<String, Value>> {
        self.value.as_object().or_else(|| self.refused(Cause::WrongType("an object")))
    }

    fn member(&self, key: &str, at: usize, value: &'c Value) -> Self {
        self.child(joined(&self.path, key, SHOWN_KEY), at, value)
    }

    fn child(&self, path: String, at: usize, value: &'c Value) -> Self {
        let place = self.place.iter().copied().chain([at]).collect();
        Self { value, path, place, report: self.report }
    }
}

/// An object of known keys.
pub(super) struct ConfigObject<'c> {
    map: &'c Map<String, Value>,
    node: ConfigNode<'c>,
}

impl<'c> ConfigObject<'c> {
    pub(super) fn node(&self) -> &ConfigNode<'c> {
        &self.node
    }

    /// Returns the value of a key that may be absent. `null` is a value, and of the wrong type for every key.
    pub(super) fn optional(&self, key: &str) -> Option<ConfigNode<'c>> {
        let mut members = self.map.iter().enumerate();
        members.find(|(_, (name, _))| *name == key).map(|(at, (_, value))| self.node.member(key, at, value))
    }

    pub(super) fn required(&self, key: &str) -> Option<ConfigNode<'c>> {
        self.optional(key).or_else(|| {
            self.missing(key, Cause::Missing);
            None
        })
    }

    /// Reports a problem with the value of a key, or with its default.
    pub(super) fn refuse_at(&self, key: &str, cause: Cause) {
        match self.optional(key) {
            Some(node) => node.refuse(cause),
            None => self.missing(key, cause),
        }
    }

    /// Reports a key that isn't there.
    pub(super) fn missing(&self, key: &str, cause: Cause) {
        self.node.member(key, usize::MAX, &Value::Null).refuse(cause);
    }
}

/// Returns a key below a path. Control characters are escaped: a report has one line per problem.
fn joined(path: &str, key: &str, longest: usize) -> String {
    let mut joined = path.to_owned();
    if !path.is_empty() {
        joined.push('.');
    }
    joined.extend(key.chars().take(longest).flat_map(|character| character.escape_debug()));
    if key.chars().nth(longest).is_some() {
        joined.push('…');
    }
    joined
}
