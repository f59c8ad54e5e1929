//! A strict, one-pass JSON scanner (RFC 8259) over bytes.
//!
//! Stricter than the RFC where that leaves a choice: no byte order mark, no two members of an object whose names are
//! equal but for case, no escaped half of a surrogate pair. It does not recurse. Its memory is one small node per
//! value; its time is linear in the text, but for the n·log n comparisons that find duplicate names.

use super::error::{PathStep, ScanError, ScanFailure};
use super::node::{Children, Kind, Node, Quoted, Span, narrow};
use super::{case, number, string};

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

/// Returns the bytes as text, where they can be the text of a JSON document.
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

/// Returns where bytes that are no text stop being text.
pub(super) fn valid_up_to(bytes: &[u8]) -> usize {
    std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), |_| 0)
}

/// Returns the nodes of a document, its outermost value first.
pub(super) fn nodes(text: &str, limits: Limits) -> Result<Vec<Node>, ScanError> {
    let mut scanner = Scanner::new(text, limits);
    scanner.run()?;
    Ok(scanner.nodes)
}

/// Returns what is wrong with a document, and where.
pub(super) fn diagnose(text: &str, limits: Limits) -> Option<ScanFailure> {
    let mut scanner = Scanner::new(text, limits);
    let error = scanner.run().err()?;
    let path = scanner.twin.map(|(object, member)| scanner.path(object, member)).unwrap_or_default();
    Some(ScanFailure { error, at: scanner.at, path })
}

struct Scanner<'b> {
    text: &'b str,
    at: usize,
    limits: Limits,
    nodes: Vec<Node>,
    /// The innermost container around `at`. The container around that is the `below` of its node, and so on outwards.
    inside: u32,
    /// How many containers there are around `at`.
    depth: usize,
    /// The names of one object while they are compared; here to allocate them once.
    keys: Vec<u64>,
    names: Vec<FoldedName>,
    folded: String,
    /// An object and its member whose name an earlier member has as well.
    twin: Option<(usize, usize)>,
}

/// As many names are compared each with each sooner than sorted.
const FEW_NAMES: usize = 24;

/// A value with its name has about so many bytes, and there is room for so many values before more is allocated.
const TYPICAL_BYTES: usize = 16;
const TYPICAL_VALUES: usize = 256;

/// A member's name without its case.
#[derive(Clone, Copy)]
struct FoldedName {
    /// Its first bytes, which mostly tell two names apart, as a number that sorts as they do.
    beginning: u64,
    folded: Span,
    /// Where the member is among the nodes of its object.
    member: u32,
}

impl<'b> Scanner<'b> {
    fn new(text: &'b str, limits: Limits) -> Self {
        Self {
            text,
            at: 0,
            limits,
            nodes: Vec::with_capacity((text.len() / TYPICAL_BYTES + 1).min(TYPICAL_VALUES)),
            inside: 0,
            depth: 0,
            keys: Vec::with_capacity(FEW_NAMES),
            names: Vec::new(),
            folded: String::new(),
            twin: None,
        }
    }

    /// Scans the document; after an error, `at` is the byte that it is about.
    fn run(&mut self) -> Result<(), ScanError> {
        if self.next_token().is_none() {
            return Err(ScanError::Empty);
        }
        self.value(Quoted::default())?;
        while self.depth > 0 {
            self.go_on()?;
        }
        if self.next_token().is_none() { Ok(()) } else { Err(ScanError::TrailingBytes) }
    }

    /// Takes the next member or element of the innermost container, or closes it.
    fn go_on(&mut self) -> Result<(), ScanError> {
        let container = self.inside as usize;
        let is_object = self.nodes.get(container).is_some_and(|node| node.kind == Kind::Object);
        if self.next_token() == Some(if is_object { b'}' } else { b']' }) {
            self.at += 1;
            return self.close();
        }
        let is_first = self.nodes.len() == container + 1;
        if !is_first {
            self.expect(b',')?;
            self.next_token();
        }
        let name = if is_object { self.name()? } else { Quoted::default() };
        self.value(name)
    }

    /// Returns a member's name with the colon and white space after it.
    fn name(&mut self) -> Result<Quoted, ScanError> {
        self.expect(b'"')?;
        let name = self.quoted()?;
        self.next_token();
        self.expect(b':')?;
        self.next_token();
        Ok(name)
    }

    fn value(&mut self, name: Quoted) -> Result<(), ScanError> {
        let start = self.at;
        match self.next().ok_or(ScanError::UnexpectedEnd)? {
            b'{' => self.open(Kind::Object, name),
            b'[' => self.open(Kind::Array, name),
            b'"' => {
                self.at += 1;
                let escaped = self.quoted()?.escaped;
                self.push(self.node(Kind::String, escaped, start, name))
            }
            b't' => self.literal("true", Kind::Bool, name),
            b'f' => self.literal("false", Kind::Bool, name),
            b'n' => self.literal("null", Kind::Null, name),
            // The last four are how others start `+1`, `.5`, `NaN` and `Infinity`: worth the better error.
            b'-' | b'0'..=b'9' | b'+' | b'.' | b'N' | b'I' => {
                let length = number::length(self.rest());
                self.at += length.unwrap_or_else(|bad| bad);
                length.map_err(|_| ScanError::BadNumber)?;
                self.push(self.node(Kind::Number, false, start, name))
            }
            _ => Err(ScanError::UnexpectedByte),
        }
    }

    /// Returns the rest of a string whose opening quote is taken.
    fn quoted(&mut self) -> Result<Quoted, ScanError> {
        let start = self.at;
        let string::Scanned { length, escaped } = match string::scan(self.rest()) {
            Ok(scanned) => scanned,
            Err((error, at)) => {
                self.at += at;
                return Err(error);
            }
        };
        self.at += length + 1;
        Ok(Quoted { span: Span::new(start, start + length), escaped })
    }

    fn literal(&mut self, literal: &str, kind: Kind, name: Quoted) -> Result<(), ScanError> {
        let start = self.at;
        for byte in literal.bytes() {
            self.expect(byte)?;
        }
        self.push(self.node(kind, false, start, name))
    }

    fn open(&mut self, kind: Kind, name: Quoted) -> Result<(), ScanError> {
        if self.depth >= self.limits.max_depth {
            return Err(ScanError::TooDeep);
        }
        let (start, around) = (self.at, self.inside);
        self.at += 1;
        self.depth += 1;
        self.inside = narrow(self.nodes.len());
        self.push(Node { below: around, ..self.node(kind, false, start, name) })
    }

    /// Completes the innermost container, whose closing bracket is taken.
    fn close(&mut self) -> Result<(), ScanError> {
        let container = self.inside as usize;
        let Some((node, below)) = self.nodes.get_mut(container..).and_then(<[Node]>::split_first_mut) else {
            return Ok(());
        };
        self.depth -= 1;
        self.inside = node.below;
        node.span.end = narrow(self.at);
        node.below = narrow(below.len());
        let is_object = node.kind == Kind::Object;
        if is_object && !self.have_own_keys(container) { self.compare_names(container) } else { Ok(()) }
    }

    /// Returns whether the keys of an object's names tell that each is another, as they nearly always do. They are of
    /// names in ASCII only.
    fn have_own_keys(&mut self, container: usize) -> bool {
        let below = self.nodes.get(container + 1..).unwrap_or_default();
        self.keys.clear();
        for (node, _) in Children::of(below) {
            let key = case::ascii_key(node.name.span.bytes_of(self.text)).filter(|_| !node.name.escaped);
            let Some(key) = key else { return false };
            if self.keys.len() < FEW_NAMES && self.keys.contains(&key) {
                return false;
            }
            self.keys.push(key);
        }
        if self.keys.len() <= FEW_NAMES {
            return true;
        }
        self.keys.sort_unstable();
        self.keys.windows(2).all(|pair| matches!(pair, [one, other] if one != other))
    }

    /// Refuses names of an object that are equal after folding.
    fn compare_names(&mut self, container: usize) -> Result<(), ScanError> {
        let below = self.nodes.get(container + 1..).unwrap_or_default();
        self.names.clear();
        self.folded.clear();
        let mut member = 0;
        for (node, inside) in Children::of(below) {
            let start = self.folded.len();
            case::fold_into(&node.name.decoded(self.text), &mut self.folded);
            let folded = Span::new(start, self.folded.len());
            let beginning = beginning(folded.bytes_of(&self.folded));
            self.names.push(FoldedName { beginning, folded, member });
            member += narrow(inside.len()) + 1;
        }
        let order = |one: &FoldedName, other: &FoldedName| {
            let names = || one.folded.bytes_of(&self.folded).cmp(other.folded.bytes_of(&self.folded));
            one.beginning.cmp(&other.beginning).then_with(names)
        };
        self.names.sort_unstable_by(order);
        let same = |pair: &&[FoldedName]| pair.is_sorted_by(|one, other| order(one, other).is_eq());
        let Some(&[one, other]) = self.names.windows(2).find(same) else { return Ok(()) };
        let node = |name: FoldedName| container + 1 + name.member as usize;
        let (first, second) = (node(one).min(node(other)), node(one).max(node(other)));
        let name = |node: usize| self.nodes.get(node).map(|node| node.name).unwrap_or_default();
        self.at = (name(second).span.start as usize).saturating_sub(1);
        self.twin = Some((container, second));
        let is_same = name(first).decoded(self.text) == name(second).decoded(self.text);
        Err(if is_same { ScanError::DuplicateKey } else { ScanError::CaseVariantKey })
    }

    /// Returns the way to a member of an object that was just closed.
    fn path(&self, object: usize, member: usize) -> Vec<PathStep> {
        let mut path = vec![self.step(object, member)];
        let (mut parent, mut child) = (self.inside as usize, object);
        for _ in 0..self.depth {
            path.push(self.step(parent, child));
            let around = self.nodes.get(parent).map_or(0, |node| node.below as usize);
            (parent, child) = (around, parent);
        }
        path.reverse();
        path
    }

    fn step(&self, parent: usize, child: usize) -> PathStep {
        if let Some((Kind::Object, node)) = self.nodes.get(parent).map(|node| node.kind).zip(self.nodes.get(child)) {
            return PathStep::Name(node.name.decoded(self.text).into_owned());
        }
        let before = self.nodes.get(parent + 1..child).unwrap_or_default();
        PathStep::Index(Children::of(before).count())
    }

    /// Returns the node of a value that ends here, unless it is a container still to be closed.
    fn node(&self, kind: Kind, escaped: bool, start: usize, name: Quoted) -> Node {
        Node { kind, escaped, span: Span::new(start, self.at), name, below: 0 }
    }

    fn push(&mut self, node: Node) -> Result<(), ScanError> {
        // The outermost value is a node, but neither member nor element.
        if self.nodes.len() > self.limits.max_fields {
            return Err(ScanError::TooManyFields);
        }
        self.nodes.push(node);
        Ok(())
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'b [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Goes past white space and returns what comes then.
    fn next_token(&mut self) -> Option<u8> {
        loop {
            match self.next() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                next => return next,
            }
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), ScanError> {
        match self.next() {
            Some(next) if next == byte => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(ScanError::UnexpectedByte),
            None => Err(ScanError::UnexpectedEnd),
        }
    }
}

/// Returns the first eight bytes of a text as a number, zeros standing for those that a shorter one lacks.
fn beginning(text: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
    u64::from_be_bytes(first)
}
