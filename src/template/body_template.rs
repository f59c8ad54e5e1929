//! A JSON template with macros in its strings.

use std::borrow::Cow;

use serde_json::Value;

use super::error::MacroError;
use super::escape::{escape, quote};
use super::macros::{Macro, MacroPart, MacroParts};
use super::rendering::Rendering;
use super::scope::Scope;

/// A compiled `requestBody`.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    /// JSON text as it is.
    Literal(Vec<u8>),
    /// A macro that is the whole of a value.
    Whole(Macro),
    /// A macro inside a string.
    Inside(Macro),
}

/// One thing wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateProblem {
    /// Dot path inside the template, e.g. `customer.names.0`; empty for the template itself.
    pub path: String,
    /// What is wrong.
    pub error: MacroError,
}

impl Template {
    /// Compiles a JSON template; the order of members is kept. Macros stand in string values; names of members are
    /// literal.
    ///
    /// ```
    /// use kyc_gate::template::Template;
    /// use serde_json::json;
    ///
    /// let body = json!({ "customer": "${first_name|upper} ${last_name|upper}", "born": "${dob:-unknown}" });
    /// assert!(Template::compile(&body).is_ok());
    ///
    /// let problems = Template::compile(&json!({ "customer": { "name": "${nickname}" } })).unwrap_err();
    /// let told: Vec<_> = problems.iter().map(|problem| format!("{}: {}", problem.path, problem.error)).collect();
    /// assert_eq!(told, ["customer.name: unknown macro"]);
    /// ```
    ///
    /// # Errors
    /// All problems at once.
    pub fn compile(template: &Value) -> Result<Self, Vec<TemplateProblem>> {
        let mut compiler = Compiler::default();
        compiler.value(template);
        if compiler.problems.is_empty() { Ok(Self { parts: compiler.parts }) } else { Err(compiler.problems) }
    }

    /// Renders to JSON text: literals and spans of the payload spliced together. Always valid JSON.
    #[must_use]
    pub fn render(&self, scope: &Scope<'_>) -> Rendering {
        let mut out = Rendering::default();
        for part in &self.parts {
            match part {
                Part::Literal(json) => out.literal_bytes().extend_from_slice(json),
                Part::Whole(found) => match found.resolve(scope) {
                    Some(value) => value.write(&mut out),
                    None => out.literal_bytes().extend_from_slice(b"null"),
                },
                Part::Inside(found) => {
                    if let Some(value) = found.resolve(scope) {
                        value.write_inside(&mut out);
                    }
                }
            }
        }
        out
    }
}

#[derive(Default)]
struct Compiler<'t> {
    parts: Vec<Part>,
    path: Vec<Cow<'t, str>>,
    problems: Vec<TemplateProblem>,
}

impl<'t> Compiler<'t> {
    fn value(&mut self, value: &'t Value) {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {
                self.literal(|out| out.extend(value.to_string().bytes()))
            }
            Value::String(text) => self.string(text),
            Value::Array(elements) => {
                self.literal(|out| out.push(b'['));
                for (index, element) in elements.iter().enumerate() {
                    self.separate(index);
                    self.child(index.to_string().into(), element);
                }
                self.literal(|out| out.push(b']'));
            }
            Value::Object(members) => {
                self.literal(|out| out.push(b'{'));
                for (index, (name, member)) in members.iter().enumerate() {
                    self.separate(index);
                    self.literal(|out| {
                        quote(name, out);
                        out.push(b':');
                    });
                    self.child(name.into(), member);
                }
                self.literal(|out| out.push(b'}'));
            }
        }
    }

    fn child(&mut self, step: Cow<'t, str>, value: &'t Value) {
        self.path.push(step);
        self.value(value);
        self.path.pop();
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.literal(|out| out.push(b','));
        }
    }

    fn string(&mut self, text: &str) {
        let mut pieces = Vec::new();
        for piece in MacroParts::of(text) {
            match piece {
                Ok(piece) => pieces.push(piece),
                Err(error) => self.problems.push(TemplateProblem { path: self.path.join("."), error }),
            }
        }
        if let [MacroPart::Macro(found)] = pieces.as_slice() {
            self.parts.push(Part::Whole(found.clone()));
            return;
        }
        self.literal(|out| out.push(b'"'));
        for piece in pieces {
            match piece {
                MacroPart::Literal(text) => self.literal(|out| escape(&text, out)),
                MacroPart::Macro(found) => self.parts.push(Part::Inside(found)),
            }
        }
        self.literal(|out| out.push(b'"'));
    }

    /// Writes literal JSON, into the literal that the last part is.
    fn literal(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        if let Some(Part::Literal(json)) = self.parts.last_mut() {
            return write(json);
        }
        let mut json = Vec::new();
        write(&mut json);
        self.parts.push(Part::Literal(json));
    }
}
