//! What the scanner accepts, and what it refuses and why.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // Tests may fail loudly.

use crate::rows::each;
use kyc_gate::payload::{Document, Limits, PathStep, ScanError, ScanFailure, Value};

tables![judges_documents, ends_strings, counts_depth, counts_fields, survives_hostile_costs, says_where];

fn scan(text: &[u8]) -> Result<Document<'_>, ScanError> {
    Document::scan(text, Limits::default())
}

fn verdict(text: &[u8]) -> Result<(), ScanError> {
    scan(text).map(|_| ())
}

#[track_caller]
fn with(text: &str, look: impl FnOnce(Value<'_>)) {
    look(scan(text.as_bytes()).unwrap_or_else(|why| panic!("{text}: {why}")).root());
}

/// Each line of the data file: the name of the verdict it stands under, and its bytes.
pub fn documents() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let mut verdict = "";
    include_str!("../data/scanner.txt").split('\n').filter_map(move |line| match line.strip_prefix("# ") {
        Some(heading) => {
            verdict = heading;
            None
        }
        None => (!line.is_empty()).then(|| (verdict, bytes(line))),
    })
}

fn bytes(line: &str) -> Vec<u8> {
    let mut pieces = line.split('<');
    let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        let (hexadecimal, plain) = piece.split_once('>').unwrap();
        if !hexadecimal.is_empty() {
            bytes.push(u8::from_str_radix(hexadecimal, 16).unwrap());
        }
        bytes.extend(plain.as_bytes());
    }
    bytes
}

fn judges_documents() {
    let mut count = 0;
    each(documents(), |(wanted, document)| {
        let found = scan(&document).err().map_or_else(|| "accepted".to_owned(), |why| format!("{why:?}"));
        assert_eq!(found, wanted, "{}", document.escape_ascii());
        count += 1;
    });
    assert!(count > 190, "only {count} documents");
}

/// Strings long enough for vectors, with any byte anywhere in them, and cut off anywhere.
fn ends_strings() {
    let agree = |text: &[u8]| {
        let found = scan(text).map(|document| document.root().as_str().map(Into::into));
        let wanted = serde_json::from_slice::<String>(text);
        assert_eq!(found.ok(), wanted.ok().map(Some), "{}", text.escape_ascii());
    };
    for length in 0..200 {
        let text = format!("\"{}\"", "ab\u{e9}d".repeat(50).chars().take(length).collect::<String>());
        agree(text.as_bytes());
        agree(text.trim_end_matches('"').as_bytes());
    }
    for byte in 0..=255 {
        for at in [1, 15, 16, 17, 63, 64, 65, 66, 128, 1 + usize::from(byte) / 2] {
            let mut text = b"a".repeat(140);
            (text[0], text[139], text[at]) = (b'"', b'"', byte);
            agree(&text);
            // Behind a special byte another one, which must not be told instead.
            text[at + 1] = 0;
            agree(&text);
        }
    }
    for distance in [1, 2, 15, 16, 31, 62, 63, 64, 65, 100] {
        for escape in ["\\/", "\\\"", "\\u00e9"] {
            let text = "a".repeat(distance);
            agree(format!("\"{}\"", [&text, escape].concat().repeat(5)).as_bytes());
        }
    }
    each(
        [("\"a\u{1}\\x\"", ScanError::ControlCharacter), ("\"a\\x\u{1}\"", ScanError::BadEscape)],
        |(text, wanted)| {
            assert_eq!(verdict(text.as_bytes()), Err(wanted));
        },
    );
}

fn nested(open: &str, inside: &str, close: &str, depth: usize) -> String {
    [open.repeat(depth), inside.to_owned(), close.repeat(depth)].concat()
}

fn counts_depth() {
    each([("[", "", "]"), ("{\"a\":", "1", "}"), ("[ {\"a\" : ", "1", "} ]")], |(open, inside, close)| {
        let containers = open.matches(['[', '{']).count();
        for (depth, wanted) in [(64 / containers, Ok(())), (64 / containers + 1, Err(ScanError::TooDeep))] {
            assert_eq!(verdict(nested(open, inside, close, depth).as_bytes()), wanted, "{depth} {open}");
        }
    });
    let none = Limits { max_depth: 0, ..Limits::default() };
    assert!(Document::scan(b"1", none).is_ok());
    assert_eq!(Document::scan(b"[]", none).err(), Some(ScanError::TooDeep));
    // Depth is nesting, not number.
    assert_eq!(verdict(format!("[{}]", vec!["[]"; 1000].join(",")).as_bytes()), Ok(()));
}

fn counts_fields() {
    let three = Limits { max_fields: 3, ..Limits::default() };
    each(["[1,2,3]", "[[[1]]]", r#"{"a":[1,2]}"#, r#"{"a":1,"b":2,"c":3}"#, "\"abcd\""], |text| {
        assert!(Document::scan(text.as_bytes(), three).is_ok(), "{text}");
    });
    each(["[1,2,3,4]", "[[[[[]]]]]", r#"{"a":[1,2],"b":{}}"#, "[1,2,3,4"], |text| {
        assert_eq!(Document::scan(text.as_bytes(), three).err(), Some(ScanError::TooManyFields), "{text}");
    });
    let none = Limits { max_fields: 0, ..Limits::default() };
    assert!(Document::scan(b"[]", none).is_ok());
    assert_eq!(Document::scan(b"[1]", none).err(), Some(ScanError::TooManyFields));
}

/// Cheap for this scanner; one that recursed, or searched or decoded again for each name, would overflow or crawl.
fn survives_hostile_costs() {
    let object = |name: &dyn Fn(usize) -> String, last: &str| {
        let members: Vec<_> = (0..9_999).map(|n| format!("\"{}\":0", name(n))).collect();
        format!("{{{},\"{last}\":1}}", members.join(","))
    };
    let prefix = "a".repeat(1000);
    let names: [&dyn Fn(usize) -> String; 3] =
        [&|n| format!("k{n}"), &|n| format!("{prefix}{n}"), &|n| format!("\\u0061{n}")];
    for name in names {
        let text = object(name, "last");
        with(&text, |value| assert_eq!(value.get("last").map(Value::raw), Some("1")));
        assert_eq!(verdict(object(name, &name(5_000)).as_bytes()), Err(ScanError::DuplicateKey));
    }
    let one_more = object(&|n| n.to_string(), "last\":1,\"more");
    assert_eq!(verdict(one_more.as_bytes()), Err(ScanError::TooManyFields));

    assert_eq!(verdict("[".repeat(1 << 20).as_bytes()), Err(ScanError::TooDeep));
    assert_eq!(verdict("{\"a\":".repeat(1 << 20).as_bytes()), Err(ScanError::TooDeep));
    // The stack is the scanner's own: what the limits let through can't overflow the thread's.
    let unlimited = Limits { max_depth: usize::MAX, max_fields: usize::MAX };
    assert!(Document::scan(nested("[", "", "]", 1 << 20).as_bytes(), unlimited).is_ok());

    each([("\\u0000", "\0"), ("\\n", "\n"), ("\\\\", "\\"), ("\\ud834\\udd1e", "\u{1d11e}")], |(escape, decoded)| {
        let count = (1 << 20) / escape.len();
        with(&format!("\"{}\"", escape.repeat(count)), |value| {
            assert_eq!(value.as_str().unwrap(), decoded.repeat(count))
        });
    });
    assert_eq!(verdict(format!("\"{}", "\\n".repeat(1 << 19)).as_bytes()), Err(ScanError::UnexpectedEnd));
    assert_eq!(verdict(" ".repeat(1 << 20).as_bytes()), Err(ScanError::Empty));
    with(&"9".repeat(1 << 20), |value| assert_eq!((value.as_f64(), value.as_i64()), (None, None)));
    with(&format!("0.{}1", "0".repeat(1 << 20)), |value| assert_eq!(value.as_f64(), Some(0.0)));

    // A huge escaped name is not decoded again for each look-up of a short one.
    with(&format!("{{\"{}\":1,\"b\":2}}", "\\u0061".repeat(1 << 18)), |value| {
        for _ in 0..1000 {
            assert_eq!(value.get("b").map(Value::raw), Some("2"));
        }
        assert_eq!(value.get(&"a".repeat(1 << 18)).map(Value::raw), Some("1"));
    });
}

/// Where a document is wrong: offset, and for a name that stands twice the way to it.
fn says_where() {
    let name = |name: &str| PathStep::Name(name.to_owned());
    let rows: [(&str, ScanError, usize, Vec<PathStep>); 14] = [
        ("", ScanError::Empty, 0, vec![]),
        (" ", ScanError::Empty, 1, vec![]),
        ("{\"a\" 1}", ScanError::UnexpectedByte, 5, vec![]),
        ("{\n \"a\": 1,\n}", ScanError::UnexpectedByte, 11, vec![]),
        ("[1, 02]", ScanError::BadNumber, 5, vec![]),
        ("[1, 2.e]", ScanError::BadNumber, 6, vec![]),
        ("[tru]", ScanError::UnexpectedByte, 4, vec![]),
        ("[\"a\\x\"]", ScanError::BadEscape, 3, vec![]),
        ("[\"a\nb\"]", ScanError::ControlCharacter, 3, vec![]),
        ("[\"ab", ScanError::UnexpectedEnd, 4, vec![]),
        ("{} {}", ScanError::TrailingBytes, 3, vec![]),
        ("{\"a\":1,\"b\":{},\"a\":2}", ScanError::DuplicateKey, 14, vec![name("a")]),
        (
            "{\"x\":[0,{\"y\":{\"b\":1,\"\":{},\"\":2}}]}",
            ScanError::DuplicateKey,
            26,
            vec![name("x"), PathStep::Index(1), name("y"), name("")],
        ),
        ("[[],[],{\"Ab\":[1,2],\"aB\":1}]", ScanError::CaseVariantKey, 19, vec![PathStep::Index(2), name("aB")]),
    ];
    each(rows, |(text, error, at, path)| {
        let found = Document::diagnose(text.as_bytes(), Limits::default());
        assert_eq!(found, Some(ScanFailure { error, at, path }), "{text}");
        assert_eq!(verdict(text.as_bytes()), Err(error));
    });
    let invalid = Document::diagnose(b"{\"a\": \"\xff\"}", Limits::default());
    assert_eq!(invalid, Some(ScanFailure { error: ScanError::Utf8, at: 7, path: vec![] }));
    assert_eq!(Document::diagnose(b"{\"a\": 1}", Limits::default()), None);
}
