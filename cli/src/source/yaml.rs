//! YAML 1.2 with positions, from the parser's events: a loader of nodes would follow aliases without a bound.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};

use super::document::{MAX_DEPTH, MAX_NODES, MAX_REPEATED, SyntaxError};
use super::node::{Kind, Node, Scalar, Style};

/// Parses all documents of a text. Those before an error are there too.
pub(super) fn parse(text: &str) -> (Vec<Node>, Option<SyntaxError>) {
    let mut loader = Loader { offsets: Offsets::new(text), ..Loader::default() };
    for event in Parser::new_from_str(text) {
        let taken = match event {
            Ok((event, span)) => loader.take(event, span),
            Err(error) => {
                let at = loader.offsets.byte(*error.marker());
                let is_bound = error.info().contains("recursion");
                Err(if is_bound { SyntaxError::too_deep(at) } else { SyntaxError::new(at, error.info()) })
            }
        };
        if let Err(error) = taken {
            return (loader.documents, Some(error));
        }
    }
    (loader.documents, None)
}

#[derive(Default)]
struct Loader<'t> {
    offsets: Offsets<'t>,
    documents: Vec<Node>,
    open: Vec<Open>,
    /// What aliases stand for.
    anchors: HashMap<usize, Anchored>,
    nodes: usize,
    /// Bytes of texts that were copied for aliases.
    repeated: usize,
}

/// What an alias stands for, with the number of its nodes and the bytes of their texts.
struct Anchored {
    node: Node,
    nodes: usize,
    bytes: usize,
}

/// A collection that has not ended.
struct Open {
    start: usize,
    anchor: usize,
    parts: Parts,
}

enum Parts {
    List(Vec<Node>),
    Map(Vec<(String, Node)>, Option<(String, Range<usize>)>),
}

impl Loader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), SyntaxError> {
        let at = self.offsets.byte(span.start)..self.offsets.byte(span.end);
        match event {
            Event::DocumentStart(_) => self.anchors.clear(),
            Event::Alias(anchor) => {
                let known = self.anchors.get(&anchor).ok_or_else(|| SyntaxError {
                    at: at.clone(),
                    ..SyntaxError::new(at.start, "the alias stands in what it repeats")
                })?;
                let (nodes, bytes) = (known.nodes, known.bytes);
                self.repeat(nodes, bytes, at.start)?;
                let node = self.anchors.get(&anchor).map(|known| Node { key: None, ..known.node.clone() });
                if let Some(node) = node {
                    self.put(node)?;
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.count(at.start)?;
                let style = if is_text(tag.as_deref()) { Style::Double } else { written(style) };
                let scalar = Scalar { text: text.into_owned(), style };
                self.nodes += 1;
                self.add(Node { kind: Kind::Scalar(scalar), at, key: None }, anchor)?;
            }
            Event::SequenceStart(anchor, _) => self.begin(at.start, anchor, Parts::List(Vec::new()))?,
            Event::MappingStart(anchor, _) => self.begin(at.start, anchor, Parts::Map(Vec::new(), None))?,
            Event::SequenceEnd | Event::MappingEnd => self.end(at.end)?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn count(&self, at: usize) -> Result<(), SyntaxError> {
        if self.nodes < MAX_NODES { Ok(()) } else { Err(SyntaxError::too_many(at)) }
    }

    fn begin(&mut self, start: usize, anchor: usize, parts: Parts) -> Result<(), SyntaxError> {
        self.count(start)?;
        if self.open.len() >= MAX_DEPTH {
            return Err(SyntaxError::too_deep(start));
        }
        self.open.push(Open { start, anchor, parts });
        self.nodes += 1;
        Ok(())
    }

    fn end(&mut self, end: usize) -> Result<(), SyntaxError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let kind = match open.parts {
            Parts::List(elements) => Kind::List(elements),
            Parts::Map(members, _) => Kind::Map(members),
        };
        let node = Node { kind, at: open.start..end, key: None };
        self.add(node, open.anchor)
    }

    /// Adds a value, and keeps a copy of what aliases may repeat.
    fn add(&mut self, node: Node, anchor: usize) -> Result<(), SyntaxError> {
        if anchor != 0 {
            let (nodes, bytes) = weight(&node);
            self.repeat(nodes, bytes, node.at.start)?;
            self.anchors.insert(anchor, Anchored { node: node.clone(), nodes, bytes });
        }
        self.put(node)
    }

    /// Counts a copy, before it is made.
    fn repeat(&mut self, nodes: usize, bytes: usize, at: usize) -> Result<(), SyntaxError> {
        self.nodes = self.nodes.saturating_add(nodes);
        self.repeated = self.repeated.saturating_add(bytes);
        if self.nodes > MAX_NODES {
            Err(SyntaxError::too_many(at))
        } else if self.repeated > MAX_REPEATED {
            Err(SyntaxError::too_long(at))
        } else {
            Ok(())
        }
    }

    fn put(&mut self, node: Node) -> Result<(), SyntaxError> {
        match self.open.last_mut().map(|open| &mut open.parts) {
            None => self.documents.push(node),
            Some(Parts::List(elements)) => elements.push(node),
            Some(Parts::Map(members, key)) => match key.take() {
                Some((name, at)) => members.push((name, Node { key: Some(at), ..node })),
                None => {
                    let Kind::Scalar(scalar) = node.kind else {
                        return Err(SyntaxError::new(node.at.start, "a key must be a text"));
                    };
                    *key = Some((scalar.text, node.at));
                }
            },
        }
        Ok(())
    }
}

/// Returns how many nodes a value has, and the bytes of their texts and keys.
fn weight(node: &Node) -> (usize, usize) {
    let own = node.text().map_or(0, str::len) + node.members().iter().map(|(key, _)| key.len()).sum::<usize>();
    let inner = node.children().map(weight);
    inner.fold((1, own), |(nodes, bytes), (more, longer)| (nodes + more, bytes + longer))
}

fn is_text(tag: Option<&Tag>) -> bool {
    tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str")
}

fn written(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

/// How many characters are passed over at most to find one.
const STRIDE: usize = 256;

/// Where characters stand in bytes: the parser counts characters.
#[derive(Default)]
struct Offsets<'t> {
    text: &'t str,
    /// The offset of every 256th character; empty for ASCII.
    known: Vec<usize>,
}

impl<'t> Offsets<'t> {
    fn new(text: &'t str) -> Self {
        let known = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(STRIDE).map(|(offset, _)| offset).collect()
        };
        Self { text, known }
    }

    fn byte(&self, marker: Marker) -> usize {
        let index = marker.index();
        if self.known.is_empty() {
            return index.min(self.text.len());
        }
        let Some(start) = self.known.get(index / STRIDE) else { return self.text.len() };
        let rest = self.text.get(*start..).unwrap_or_default();
        rest.char_indices().nth(index % STRIDE).map_or(self.text.len(), |(offset, _)| start + offset)
    }
}
