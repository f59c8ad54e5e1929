//! Values of YAML and JSON that know where they stand.

use std::ops::Range;
use std::time::Duration;

use serde_json::{Map, Number, Value};

#[cfg(test)]
thread_local! {
    /// How often the members of a value were looked at.
    pub(crate) static LOOKS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// A value of a document.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Where it stands in the document's text.
    pub at: Range<usize>,
    /// Where its key stands, if it is a member.
    pub key: Option<Range<usize>>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A text, or something that a reader makes a number, a truth value or nothing of.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping with its keys in their order.
    Map(Vec<(String, Node)>),
}

/// A value without parts.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// What it says, escapes and folded lines resolved.
    pub text: String,
    /// How it is written.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// YAML without quotes.
    Plain,
    /// YAML in single quotes.
    Single,
    /// YAML in double quotes.
    Double,
    /// A YAML block that keeps its line breaks, `|`.
    Literal,
    /// A YAML block that folds its line breaks, `>`.
    Folded,
    /// A JSON string.
    JsonText,
    /// A JSON number, `true`, `false` or `null`.
    JsonBare,
}

/// Who makes JSON of a YAML mapping, since they differ in what a plain scalar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Envoy, by yaml-cpp: `yes` is true, and a number with a fraction stays a text (`YamlUtility::parseYamlNode`).
    Envoy,
    /// Kubernetes, by go-yaml: `yes` is true, numbers are numbers.
    Kubernetes,
}

/// Finds a member by its name in `snake_case` or `lowerCamelCase`.
fn named<'m>(members: &'m [(String, Node)], name: &str) -> Option<&'m Node> {
    let camel = name.contains('_').then(|| camel_case(name));
    members.iter().find(|(key, _)| key == name || camel.as_deref() == Some(key.as_str())).map(|(_, node)| node)
}

impl Node {
    /// Returns a member by its name in `snake_case`, also where it is written in `lowerCamelCase`, as protobuf's JSON
    /// has it; of a mapping that is merged in (`<<`) too.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        let Kind::Map(members) = &self.kind else { return None };
        named(members, name).or_else(|| {
            let (_, merged) = members.iter().find(|(key, _)| key == "<<")?;
            match &merged.kind {
                Kind::List(list) => list.iter().find_map(|one| one.plain_get(name)),
                Kind::Map(_) => merged.plain_get(name),
                Kind::Scalar(_) => None,
            }
        })
    }

    fn plain_get(&self, name: &str) -> Option<&Node> {
        named(self.members(), name)
    }

    /// Follows members by their names.
    #[must_use]
    pub fn path(&self, names: &[&str]) -> Option<&Node> {
        names.iter().try_fold(self, |node, name| node.get(name))
    }

    /// Returns the members of a mapping, else none.
    #[must_use]
    pub fn members(&self) -> &[(String, Node)] {
        #[cfg(test)]
        LOOKS.with(|looks| looks.set(looks.get() + 1));
        if let Kind::Map(members) = &self.kind { members } else { &[] }
    }

    /// Returns the elements of a sequence, else none.
    #[must_use]
    pub fn elements(&self) -> &[Node] {
        if let Kind::List(elements) = &self.kind { elements } else { &[] }
    }

    /// Returns the parts of a mapping or a sequence.
    pub fn children(&self) -> impl Iterator<Item = &Node> {
        self.elements().iter().chain(self.members().iter().map(|(_, node)| node))
    }

    /// Returns how many values it is and has.
    #[must_use]
    pub fn values(&self) -> usize {
        self.children().map(Self::values).sum::<usize>() + 1
    }

    /// Returns whether it is a mapping.
    #[must_use]
    pub fn is_map(&self) -> bool {
        matches!(self.kind, Kind::Map(_))
    }

    /// Returns the text of a scalar, whatever it may mean.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Kind::Scalar(scalar) = &self.kind { Some(&scalar.text) } else { None }
    }

    /// Returns the text of a member that is a scalar.
    #[must_use]
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// Returns whether a member says true.
    #[must_use]
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name).and_then(Node::truth).unwrap_or(false)
    }

    /// Returns the truth value that it stands for.
    #[must_use]
    pub fn truth(&self) -> Option<bool> {
        truth(self.unwrapped().text()?)
    }

    /// Returns what a message of protobuf's that wraps a single value holds, which its JSON writes without it and
    /// Envoy takes with it too.
    fn unwrapped(&self) -> &Self {
        match self.members() {
            [(name, value)] if name == "value" => value,
            _ => self,
        }
    }

    /// Returns the word of an enumeration that it stands for: protobuf's JSON takes any case.
    #[must_use]
    pub fn word(&self) -> Option<String> {
        Some(self.text()?.to_ascii_uppercase())
    }

    /// Returns the seconds that it stands for, as protobuf's JSON writes durations: `1.5s`, or a message.
    #[must_use]
    pub fn seconds(&self) -> Option<f64> {
        if self.is_map() {
            let whole = self.get("seconds").map_or(Some(0), Self::integer)?;
            let parts = self.get("nanos").map_or(Some(0), Self::integer)?;
            return Some(Duration::new(whole, u32::try_from(parts).ok()?).as_secs_f64());
        }
        let digits = self.text()?.strip_suffix('s')?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
        digits.parse().ok().filter(|_| is_number)
    }

    /// Returns the integer that it stands for; protobuf's JSON takes one in quotes too.
    #[must_use]
    pub fn integer(&self) -> Option<u64> {
        let text = self.unwrapped().text()?.trim();
        integer(text).and_then(|number| u64::try_from(number).ok()).or_else(|| {
            let float: f64 = text.parse().ok()?;
            (float.fract() == 0.0 && (0.0..9e15).contains(&float)).then(|| format!("{float:.0}").parse().ok()).flatten()
        })
    }

    /// Returns where to point at when something is to say about it: its key, else where it begins.
    #[must_use]
    pub fn mark(&self) -> Range<usize> {
        match (&self.key, &self.kind) {
            (Some(key), _) => key.clone(),
            (None, Kind::Scalar(_)) => self.at.clone(),
            (None, Kind::Map(members)) => {
                members.first().and_then(|(_, first)| first.key.clone()).unwrap_or(self.at.clone())
            }
            (None, Kind::List(_)) => self.at.start..self.at.start.saturating_add(1).min(self.at.end),
        }
    }

    /// Makes JSON of it.
    #[must_use]
    pub fn json(&self, dialect: Dialect) -> Value {
        match &self.kind {
            Kind::Scalar(scalar) => scalar.json(dialect),
            Kind::List(elements) => elements.iter().map(|element| element.json(dialect)).collect(),
            Kind::Map(members) => {
                let members = members.iter().map(|(key, node)| (key.clone(), node.json(dialect)));
                Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }
}

impl Scalar {
    fn json(&self, dialect: Dialect) -> Value {
        match self.style {
            Style::Plain => self.plain(dialect),
            Style::JsonBare => serde_json::from_str(&self.text).unwrap_or_else(|_| Value::String(self.text.clone())),
            _ => Value::String(self.text.clone()),
        }
    }

    fn plain(&self, dialect: Dialect) -> Value {
        let text = self.text.as_str();
        if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            return Value::Null;
        }
        if let Some(truth) = truth(text) {
            return Value::Bool(truth);
        }
        if let Some(integer) = integer(text) {
            let is_small = i32::try_from(integer).is_ok();
            return match dialect {
                Dialect::Envoy if !is_small => Value::String(integer.to_string()),
                _ => Value::from(integer),
            };
        }
        let looks_like_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
        let float = text.parse().ok().filter(|_| looks_like_number && dialect == Dialect::Kubernetes);
        float.and_then(Number::from_f64).map_or_else(|| Value::String(text.to_owned()), Value::Number)
    }
}

/// Reads a truth value of YAML 1.1.
fn truth(text: &str) -> Option<bool> {
    let same = |words: [&str; 4]| {
        words.iter().any(|word| {
            let mut capital = word.to_string();
            if let Some(first) = capital.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            text == *word || text == word.to_ascii_uppercase() || text == capital
        })
    };
    if same(["true", "yes", "on", "y"]) {
        Some(true)
    } else if same(["false", "no", "off", "n"]) {
        Some(false)
    } else {
        None
    }
}

/// Reads an integer, in hexadecimal and octal too.
fn integer(text: &str) -> Option<i64> {
    let digits = text.trim_start_matches(['-', '+']);
    let radix = |digits: &str, radix| i64::from_str_radix(digits, radix).ok().filter(|_| digits.len() < 17);
    match (digits.get(..2), digits.get(2..)) {
        (Some("0x"), Some(rest)) => radix(rest, 16),
        (Some("0o"), Some(rest)) => radix(rest, 8),
        _ => text.strip_prefix('+').unwrap_or(text).parse().ok(),
    }
}

/// Returns a name in `snake_case` in protobuf's `lowerCamelCase`.
#[must_use]
pub fn camel_case(name: &str) -> String {
    let mut parts = name.split('_');
    let mut camel = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut characters = part.chars();
        camel.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(characters.as_str());
    }
    camel
}
