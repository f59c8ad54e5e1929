//! Many pointers into one document.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

use super::document::Value;
use super::node::Kind;
use super::pointer::{self, Pointer};

/// Smaller containers are looked through each time: that is faster than indexing them.
const MIN_INDEXED: usize = 32;

/// The children of the containers that pointers led into, so that a thousand pointers into an object of ten thousand
/// members don't look through it a thousand times.
#[derive(Default)]
pub struct PointerIndex<'d> {
    /// By the offset of the container in the text.
    containers: RefCell<BTreeMap<usize, Children<'d>>>,
}

enum Children<'d> {
    Members(BTreeMap<Cow<'d, str>, Value<'d>>),
    Elements(Vec<Value<'d>>),
}

impl<'d> PointerIndex<'d> {
    /// Returns the value that a pointer leads to from `root`, as [`Value::pointer`] does. All roots must be of one
    /// document.
    #[must_use]
    pub fn find(&self, root: Value<'d>, pointer: &Pointer) -> Option<Value<'d>> {
        pointer.tokens().iter().try_fold(root, |value, token| self.child(value, token))
    }

    fn child(&self, value: Value<'d>, token: &str) -> Option<Value<'d>> {
        if value.nodes_below() < MIN_INDEXED {
            return value.child(token);
        }
        let mut containers = self.containers.borrow_mut();
        let children = containers.entry(value.span().start).or_insert_with(|| match value.kind() {
            Kind::Object => Children::Members(value.members().collect()),
            _ => Children::Elements(value.elements().collect()),
        });
        match children {
            Children::Members(members) => members.get(token).copied(),
            Children::Elements(elements) => elements.get(pointer::array_index(token)?).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{Document, Limits};

    #[test]
    fn finds_what_a_value_finds() {
        let members: Vec<_> = (0..100).map(|at| format!(r#""m{at}":[{at}],"\\u0061{at}":{{"x":{at}}}"#)).collect();
        let elements: Vec<_> = (0..100).map(|at| at.to_string()).collect();
        let json = format!(r#"{{{},"list":[{}],"small":{{"a":1}}}}"#, members.join(","), elements.join(","));
        let document = Document::scan(json.as_bytes(), Limits::default()).unwrap();
        let index = PointerIndex::default();
        let texts = [
            "",
            "/m0",
            "/m99/0",
            "/a7/x",
            "/a7/y",
            "/list/0",
            "/list/99",
            "/list/100",
            "/list/-",
            "/list/07",
            "/small/a",
            "/none",
        ];
        for _ in 0..2 {
            for text in texts {
                let pointer = Pointer::parse(text).unwrap();
                let found = index.find(document.root(), &pointer).map(Value::raw);
                assert_eq!(found, document.root().pointer(&pointer).map(Value::raw), "{text}");
            }
        }
    }
}
