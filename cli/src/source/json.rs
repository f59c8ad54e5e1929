//! JSON (RFC 8259) with positions.

use super::document::{MAX_DEPTH, MAX_NODES, SyntaxError};
use super::node::{Kind, Node, Scalar, Style};

/// Parses one JSON text.
///
/// # Errors
/// The first place that is no JSON, or too much of it.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    let mut reader = Reader { bytes: text.as_bytes(), text, at: 0, nodes: 0 };
    if text.starts_with('\u{feff}') {
        reader.at = 3;
    }
    let root = reader.value(MAX_DEPTH)?;
    reader.space();
    if reader.at < text.len() { Err(reader.error("more text after the end of the JSON")) } else { Ok(root) }
}

struct Reader<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    nodes: usize,
}

impl Reader<'_> {
    fn error(&self, message: &str) -> SyntaxError {
        SyntaxError::new(self.at.min(self.text.len()), message)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn skips(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn value(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        self.space();
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(SyntaxError::too_many(self.at));
        }
        let depth = depth.checked_sub(1).ok_or_else(|| SyntaxError::too_deep(self.at))?;
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Kind::Scalar(Scalar { text: self.string()?, style: Style::JsonText }),
            Some(_) => self.bare()?,
            None => return Err(self.error("the JSON ends too early")),
        };
        Ok(Node { kind, at: start..self.at, key: None })
    }

    fn object(&mut self, depth: usize) -> Result<Kind, SyntaxError> {
        let mut members = Vec::new();
        self.at += 1;
        self.space();
        if self.skips(b'}') {
            return Ok(Kind::Map(members));
        }
        loop {
            self.space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.error("expected a key in double quotes"));
            }
            let key = self.string()?;
            let at = start..self.at;
            self.space();
            if !self.skips(b':') {
                return Err(self.error("expected ':' after the key"));
            }
            let value = self.value(depth)?;
            members.push((key, Node { key: Some(at), ..value }));
            self.space();
            if self.skips(b'}') {
                return Ok(Kind::Map(members));
            }
            if !self.skips(b',') {
                return Err(self.error("expected ',' or '}'"));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Kind, SyntaxError> {
        let mut elements = Vec::new();
        self.at += 1;
        self.space();
        if self.skips(b']') {
            return Ok(Kind::List(elements));
        }
        loop {
            elements.push(self.value(depth)?);
            self.space();
            if self.skips(b']') {
                return Ok(Kind::List(elements));
            }
            if !self.skips(b',') {
                return Err(self.error("expected ',' or ']'"));
            }
        }
    }

    /// Reads a number, `true`, `false` or `null`.
    fn bare(&mut self) -> Result<Kind, SyntaxError> {
        let start = self.at;
        while matches!(self.peek(), Some(byte) if byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
            self.at += 1;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let is_json = serde_json::from_str::<serde_json::Value>(text).is_ok();
        if !is_json {
            return Err(SyntaxError::new(start, "expected a JSON value"));
        }
        Ok(Kind::Scalar(Scalar { text: text.to_owned(), style: Style::JsonBare }))
    }

    /// Reads a string; `serde_json` resolves its escapes.
    fn string(&mut self) -> Result<String, SyntaxError> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err(SyntaxError::new(start, "the string has no end")),
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        let raw = self.text.get(start..self.at).unwrap_or_default();
        serde_json::from_str(raw)
            .map_err(|_| SyntaxError::new(start, "the string has an escape or a control character that JSON hasn't"))
    }
}
