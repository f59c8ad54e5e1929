//! Arbitrary JSON documents, with all the freedom there is in writing them, and what may damage them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)] // Tests may fail loudly.

use std::collections::HashSet;

use kyc_gate::payload::{Kind, Pointer, Value};
use proptest::collection::vec;
use proptest::prelude::*;

/// A value and one of the ways to write it.
#[derive(Debug, Clone)]
pub struct Tree {
    pub source: String,
    shape: Shape,
}

#[derive(Debug, Clone)]
pub enum Shape {
    Null,
    Bool(bool),
    Number,
    String(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// Compares with what the scanner made of it; `path` is the pointer from `root` to `value`.
    pub fn check(&self, root: Value<'_>, value: Value<'_>, path: String) {
        assert_eq!(value.raw(), self.source, "{path}");
        let found = root.pointer(&Pointer::parse(&path).unwrap()).unwrap();
        assert!(std::ptr::eq(found.raw(), value.raw()), "{path}");
        match &self.shape {
            Shape::Null => assert_eq!(value.kind(), Kind::Null),
            Shape::Bool(wanted) => assert_eq!(value.as_bool(), Some(*wanted)),
            Shape::Number => {
                assert_eq!(value.kind(), Kind::Number);
                assert_eq!(value.as_f64(), self.source.parse().ok().filter(|number: &f64| number.is_finite()));
                assert_eq!(value.as_i64(), self.source.parse().ok());
            }
            Shape::String(wanted) => {
                assert_eq!(value.as_str().as_deref(), Some(&wanted[..]));
                assert_eq!(value.has_text(), !wanted.trim().is_empty());
            }
            Shape::Array(wanted) => {
                assert_eq!((value.kind(), value.elements().count()), (Kind::Array, wanted.len()));
                for (index, (tree, element)) in wanted.iter().zip(value.elements()).enumerate() {
                    tree.check(root, element, format!("{path}/{index}"));
                }
            }
            Shape::Object(wanted) => {
                assert_eq!((value.kind(), value.members().count()), (Kind::Object, wanted.len()));
                for ((name, tree), (found, member)) in wanted.iter().zip(value.members()) {
                    assert_eq!(found, &name[..]);
                    tree.check(root, member, format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")));
                }
            }
        }
    }
}

pub fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        Just(Tree { source: "null".into(), shape: Shape::Null }),
        any::<bool>().prop_map(|value| Tree { source: value.to_string(), shape: Shape::Bool(value) }),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?"
            .prop_map(|source| Tree { source, shape: Shape::Number }),
        string().prop_map(|(source, decoded)| Tree { source, shape: Shape::String(decoded) }),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        let elements = vec((gap(), inner.clone(), gap()), 0..8);
        let members = vec((gap(), string(), gap(), gap(), inner, gap()), 0..12);
        prop_oneof![(gap(), elements).prop_map(array), (gap(), members).prop_map(object)]
    })
}

fn array((gap, elements): (String, Vec<(String, Tree, String)>)) -> Tree {
    let (sources, trees): (Vec<_>, Vec<_>) =
        elements.into_iter().map(|(before, tree, after)| (format!("{before}{}{after}", tree.source), tree)).unzip();
    Tree { source: format!("[{gap}{}]", sources.join(",")), shape: Shape::Array(trees) }
}

type Member = (String, (String, String), String, String, Tree, String);

fn object((gap, members): (String, Vec<Member>)) -> Tree {
    let mut names = HashSet::new();
    let (sources, trees): (Vec<_>, Vec<_>) = members
        .into_iter()
        .filter(|(_, (_, name), ..)| names.insert(name.to_lowercase().to_uppercase().to_lowercase()))
        .map(|(a, (source, name), b, c, tree, d)| (format!("{a}{source}{b}:{c}{}{d}", tree.source), (name, tree)))
        .unzip();
    Tree { source: format!("{{{gap}{}}}", sources.join(",")), shape: Shape::Object(trees) }
}

pub fn gap() -> impl Strategy<Value = String> {
    prop_oneof![3 => Just(String::new()), 1 => "[ \t\r\n]{1,20}"]
}

/// A string as it is written, quotes included, and its decoded text.
fn string() -> impl Strategy<Value = (String, String)> {
    let character = prop_oneof![any::<char>(), prop::char::range('\0', '\u{7f}'), Just('/'), Just('~'), Just('0')];
    vec((character, 0..6_u8), 0..10).prop_map(|characters| {
        let source: String = characters.iter().map(|(character, style)| written(*character, *style)).collect();
        (format!("\"{source}\""), characters.into_iter().map(|(character, _)| character).collect())
    })
}

/// One of the ways to write a character.
fn written(character: char, style: u8) -> String {
    let short = "\"\\/\u{8}\u{c}\n\r\t".chars().zip("\"\\/bfnrt".chars()).find(|(meant, _)| *meant == character);
    match (style, short) {
        (0, _) => character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
        (1, _) => character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04X}")).collect(),
        (2.., None | Some((_, '/'))) if character >= ' ' => character.into(),
        (2.., Some((_, letter))) => format!("\\{letter}"),
        (2.., None) => written(character, 0),
    }
}

/// Pieces that make documents which are nearly right, or just so.
pub const FRAGMENTS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\"",
    b"\\",
    b"\\u",
    b"d83d",
    b"\\ude00",
    b"\"a\"",
    b"\"\\u0061\"",
    b"\"a\":",
    b"0",
    b"1",
    b"-",
    b"+",
    b".",
    b"e",
    b"E5",
    b"true",
    b"null",
    b"f",
    b" ",
    b"\n",
    b"\x00",
    b"\xC3",
    b"\xA9",
    b"\xEF\xBB\xBF",
];

/// What may happen to a text on its way; positions are fractions of its length.
#[derive(Debug, Clone)]
pub enum Damage {
    Cut(prop::sample::Index),
    Remove(prop::sample::Index),
    Replace(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Repeat(prop::sample::Index, usize),
}

impl Damage {
    pub fn done_to(&self, mut text: Vec<u8>) -> Vec<u8> {
        let size = text.len();
        match self {
            _ if size == 0 => {}
            Self::Cut(at) => text.truncate(at.index(size)),
            Self::Remove(at) => drop(text.remove(at.index(size))),
            Self::Replace(at, byte) => text[at.index(size)] = *byte,
            Self::Insert(at, bytes) => drop(text.splice(at.index(size)..at.index(size), bytes.iter().copied())),
            Self::Repeat(at, length) => {
                let start = at.index(size);
                text.extend_from_within(start..size.min(start + length));
            }
        }
        text
    }
}

pub fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    let byte = prop_oneof![any::<u8>(), prop::sample::select(&b"{}[],:\"\\0123456789.-+eEu tfn\n"[..])];
    prop_oneof![
        at().prop_map(Damage::Cut),
        at().prop_map(Damage::Remove),
        (at(), byte).prop_map(|(at, byte)| Damage::Replace(at, byte)),
        (at(), prop::sample::select(FRAGMENTS)).prop_map(|(at, bytes)| Damage::Insert(at, bytes.to_vec())),
        (at(), 1..40_usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
    ]
}
