//! Parsing `${…}`.

use std::borrow::Cow;

use super::error::MacroError;
use super::filter::Filter;
use super::resolved::Resolved;
use super::scope::Scope;
use super::source::MacroSource;

/// A parsed `${…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Macro {
    source: MacroSource,
    filters: Vec<Filter>,
    default: Option<Default>,
}

/// `:-text` and the filters behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Default {
    text: String,
    filters: Vec<Filter>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MacroPart {
    /// Text as it is; never empty.
    Literal(String),
    /// A macro.
    Macro(Macro),
}

/// The pieces of a text, or what is wrong with them. Goes on after an error, so that all can be told.
pub struct MacroParts<'t> {
    rest: &'t str,
}

impl<'t> MacroParts<'t> {
    /// Starts at the beginning of `text`.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        Self { rest: text }
    }
}

impl Iterator for MacroParts<'_> {
    type Item = Result<MacroPart, MacroError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(inside) = self.rest.strip_prefix("${") {
            let (body, rest) = inside.split_once('}').map_or((None, ""), |(body, rest)| (Some(body), rest));
            self.rest = rest;
            return Some(body.ok_or(MacroError::Unclosed).and_then(Macro::parse).map(MacroPart::Macro));
        }
        let mut literal = String::new();
        while !self.rest.starts_with("${") {
            if let Some(rest) = self.rest.strip_prefix("$${") {
                literal.push_str("${");
                self.rest = rest;
                continue;
            }
            let mut characters = self.rest.chars();
            let Some(character) = characters.next() else { break };
            literal.push(character);
            self.rest = characters.as_str();
        }
        (!literal.is_empty()).then_some(Ok(MacroPart::Literal(literal)))
    }
}

impl Macro {
    /// Reads what stands between `${` and `}`.
    fn parse(body: &str) -> Result<Self, MacroError> {
        if body.contains("${") {
            return Err(MacroError::Nested);
        }
        let end = body.find('|').into_iter().chain(body.find(":-")).min().unwrap_or(body.len());
        let (source, rest) = body.split_at(end);
        let source = MacroSource::parse(source)?;
        let (filters, rest) = take_filters(rest)?;
        if rest.is_empty() {
            return Ok(Self { source, filters, default: None });
        }
        let rest = rest.strip_prefix(":-").ok_or(MacroError::UnknownFilter(None))?;
        let (text, rest) = rest.split_at(rest.find('|').unwrap_or(rest.len()));
        let default = match take_filters(rest)? {
            (filters, "") => Default { text: text.to_owned(), filters },
            (_, rest) if rest.starts_with(":-") => return Err(MacroError::SecondDefault),
            _ => return Err(MacroError::UnknownFilter(None)),
        };
        Ok(Self { source, filters, default: Some(default) })
    }

    /// Returns the macro's value; `None` when it is missing and there is no default.
    #[must_use]
    pub fn resolve<'a>(&'a self, scope: &'a Scope<'_>) -> Option<Resolved<'a>> {
        let value = scope.resolve(&self.source).and_then(|value| filtered(value, &self.filters, scope));
        let Some(default) = &self.default else { return value };
        let text = || Resolved::Text(Cow::Borrowed(default.text.as_str()));
        // The default stands in for a value that a later date(…) can't read, and for itself there.
        filtered(value.unwrap_or_else(text), &default.filters, scope).or_else(|| Some(text()))
    }
}

fn take_filters(mut text: &str) -> Result<(Vec<Filter>, &str), MacroError> {
    let mut filters = Vec::new();
    while let Some(rest) = text.strip_prefix('|') {
        let (filter, rest) = Filter::take(rest)?;
        filters.push(filter);
        text = rest;
    }
    Ok((filters, text))
}

fn filtered<'a>(value: Resolved<'a>, filters: &[Filter], scope: &Scope<'_>) -> Option<Resolved<'a>> {
    filters.iter().try_fold(value, |value, filter| {
        let text = filter.apply(&value.into_text(), scope.date_order())?;
        Some(Resolved::Text(Cow::Owned(text)))
    })
}
