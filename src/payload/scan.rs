//! A strict, one-pass JSON scanner (RFC 8259) over bytes.
//!
//! Stricter than the RFC where that leaves a choice: no byte order mark, no two members of an object with one name,
//! no escaped half of a surrogate pair. It does not recurse. Its memory is one small node per value; its time is
//! linear in the text, but for the n·log n comparisons that find duplicate names.

use std::borrow::Cow;

use super::error::ScanError;
use super::node::{Children, Kind, Node, Quoted, Span, narrow};
use super::{number, string};

/// Bounds on what a document may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Deepest allowed nesting of arrays and objects.
    pub max_depth: usize,
    /// Most object members and array elements, all levels together.
    pub max_fields: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_depth: 64, max_fields: 10_000 }
    }
}

/// The bytes as text, where they can be the text of a JSON document.
pub(super) fn text(bytes: &[u8]) -> Result<&str, ScanError> {
    if u32::try_from(bytes.len()).is_err() {
        return Err(ScanError::TooLong);
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(ScanError::ByteOrderMark);
    }
    utf8(bytes).ok_or(ScanError::Utf8)
}

#[cfg(feature = "simd")]
fn utf8(bytes: &[u8]) -> Option<&str> {
    simdutf8::basic::from_utf8(bytes).ok()
}

#[cfg(not(feature = "simd"))]
fn utf8(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// The nodes of a document, its outermost value first.
pub(super) fn nodes(text: &str, limits: Limits) -> Result<Vec<Node>, ScanError> {
    Scanner { text, at: 0, limits, nodes: Vec::new(), open: Vec::new(), names: Vec::new() }.run()
}

struct Scanner<'b> {
    text: &'b str,
    at: usize,
    limits: Limits,
    nodes: Vec<Node>,
    /// Nodes of the containers around `at`, outermost first.
    open: Vec<usize>,
    /// The names of one object while they are compared; here to allocate it once.
    names: Vec<Cow<'b, str>>,
}

impl<'b> Scanner<'b> {
    fn run(mut self) -> Result<Vec<Node>, ScanError> {
        self.skip_space();
        if self.rest().is_empty() {
            return Err(ScanError::Empty);
        }
        self.value(Quoted::default())?;
        while let Some(container) = self.open.last().copied() {
            self.continue_in(container)?;
        }
        self.skip_space();
        if self.rest().is_empty() { Ok(self.nodes) } else { Err(ScanError::TrailingBytes) }
    }

    /// Takes the next member or element of an open container, or closes it.
    fn continue_in(&mut self, container: usize) -> Result<(), ScanError> {
        let is_object = self.nodes.get(container).is_some_and(|node| node.kind == Kind::Object);
        self.skip_space();
        if self.take(if is_object { b'}' } else { b']' }) {
            return self.close();
        }
        let is_first = self.nodes.len() == container + 1;
        if !is_first {
            self.expect(b',')?;
            self.skip_space();
        }
        let name = if is_object { self.name()? } else { Quoted::default() };
        self.value(name)
    }

    /// A member's name with the colon and white space after it.
    fn name(&mut self) -> Result<Quoted, ScanError> {
        self.expect(b'"')?;
        let name = self.quoted()?;
        self.skip_space();
        self.expect(b':')?;
        self.skip_space();
        Ok(name)
    }

    fn value(&mut self, name: Quoted) -> Result<(), ScanError> {
        let start = self.at;
        match self.rest().first().ok_or(ScanError::UnexpectedEnd)? {
            b'{' => self.open(Kind::Object, name),
            b'[' => self.open(Kind::Array, name),
            b'"' => {
                self.at += 1;
                let escaped = self.quoted()?.escaped;
                self.push(Kind::String, escaped, start, name)
            }
            b't' => self.literal("true", Kind::Bool, name),
            b'f' => self.literal("false", Kind::Bool, name),
            b'n' => self.literal("null", Kind::Null, name),
            // The last four are how others start `+1`, `.5`, `NaN` and `Infinity`: worth the better error.
            b'-' | b'0'..=b'9' | b'+' | b'.' | b'N' | b'I' => {
                self.at += number::length(self.rest())?;
                self.push(Kind::Number, false, start, name)
            }
            _ => Err(ScanError::UnexpectedByte),
        }
    }

    /// The rest of a string whose opening quote is taken.
    fn quoted(&mut self) -> Result<Quoted, ScanError> {
        let string::Scanned { length, escaped } = string::scan(self.rest())?;
        let start = self.at;
        self.at += length + 1;
        Ok(Quoted { span: Span::new(start, start + length), escaped })
    }

    fn literal(&mut self, literal: &str, kind: Kind, name: Quoted) -> Result<(), ScanError> {
        let start = self.at;
        for byte in literal.bytes() {
            self.expect(byte)?;
        }
        self.push(kind, false, start, name)
    }

    fn open(&mut self, kind: Kind, name: Quoted) -> Result<(), ScanError> {
        if self.open.len() >= self.limits.max_depth {
            return Err(ScanError::TooDeep);
        }
        let start = self.at;
        self.at += 1;
        self.open.push(self.nodes.len());
        self.push(kind, false, start, name)
    }

    /// Completes the innermost container, whose closing bracket is taken.
    fn close(&mut self) -> Result<(), ScanError> {
        let container = self.open.pop().and_then(|index| self.nodes.get_mut(index..));
        let Some((node, below)) = container.and_then(<[Node]>::split_first_mut) else { return Ok(()) };
        node.span.end = narrow(self.at);
        node.below = narrow(below.len());
        if node.kind != Kind::Object {
            return Ok(());
        }
        self.names.clear();
        self.names.extend(Children::of(below).map(|(member, _)| member.name.decoded(self.text)));
        self.names.sort_unstable();
        if self.names.is_sorted_by(|one, other| one < other) { Ok(()) } else { Err(ScanError::DuplicateKey) }
    }

    /// Records a value that ends here, unless it is a container still to be closed.
    fn push(&mut self, kind: Kind, escaped: bool, start: usize, name: Quoted) -> Result<(), ScanError> {
        // The outermost value is a node, but neither member nor element.
        if self.nodes.len() > self.limits.max_fields {
            return Err(ScanError::TooManyFields);
        }
        self.nodes.push(Node { kind, escaped, span: Span::new(start, self.at), name, below: 0 });
        Ok(())
    }

    fn rest(&self) -> &'b [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        self.at += self.rest().iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    /// Whether `byte` comes next; goes past it if so.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.rest().first() == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), ScanError> {
        match self.rest().first() {
            _ if self.take(byte) => Ok(()),
            Some(_) => Err(ScanError::UnexpectedByte),
            None => Err(ScanError::UnexpectedEnd),
        }
    }
}
