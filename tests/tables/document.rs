//! What a scanned document tells of its values.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // Tests may fail loudly.

use std::borrow::Cow;

use crate::rows::each;
use kyc_gate::payload::{Document, Kind, Limits, Pointer, PointerError, Value};

tables![tells_kinds_and_spans, reads_strings, reads_numbers, finds_members, follows_pointers, refuses_pointers];

#[track_caller]
fn with(text: &str, look: impl FnOnce(Value<'_>)) {
    look(Document::scan(text.as_bytes(), Limits::default()).unwrap_or_else(|why| panic!("{text}: {why}")).root());
}

fn tells_kinds_and_spans() {
    let cases = [
        (" null ", Kind::Null, "null"),
        ("\ttrue", Kind::Bool, "true"),
        ("false\n", Kind::Bool, "false"),
        (" -1.50E+3 ", Kind::Number, "-1.50E+3"),
        (" \"a\\\"b\" ", Kind::String, "\"a\\\"b\""),
        (" [ 1 , [ ] ] ", Kind::Array, "[ 1 , [ ] ]"),
        (" { \"a\" : 1 } ", Kind::Object, "{ \"a\" : 1 }"),
    ];
    each(cases, |(text, kind, raw)| {
        with(text, |value| assert_eq!((value.kind(), value.raw()), (kind, raw)));
        with(&format!("[0,{text},{{\"x\":{text}}}]"), |array| {
            let inside: Vec<_> = array.elements().collect();
            assert_eq!(inside.len(), 3, "{text}");
            assert_eq!((inside[1].kind(), inside[1].raw()), (kind, raw));
            assert_eq!(inside[2].get("x").map(Value::raw), Some(raw));
        });
    });
    with("true", |value| assert_eq!(value.as_bool(), Some(true)));
    with("false", |value| assert_eq!(value.as_bool(), Some(false)));
    with("\"true\"", |value| assert_eq!(value.as_bool(), None));
}

fn reads_strings() {
    let cases = [
        (r#""""#, ""),
        (r#""plain é""#, "plain é"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""a\u0000b""#, "a\0b"),
        (r#""\u00e9\u00E9\u20ac""#, "éé€"),
        (r#""x\ud834\udd1ey""#, "x\u{1d11e}y"),
        (r#""\udbff\udfff\ud800\udc00""#, "\u{10ffff}\u{10000}"),
        (r#""\\u0041""#, "\\u0041"),
        (r#""\\\\""#, "\\\\"),
        (r#""é\/é""#, "é/é"),
    ];
    each(cases, |(text, decoded)| {
        with(text, |value| {
            let found = value.as_str().unwrap();
            assert_eq!(found, decoded);
            assert_eq!(matches!(found, Cow::Borrowed(_)), !text.contains('\\'), "{text}");
            assert_eq!(value.has_text(), !decoded.trim().is_empty(), "{text}");
        });
    });
    each(["1", "null", "[\"a\"]", "{\"a\":\"b\"}", "true"], |text| {
        with(text, |value| assert_eq!((value.as_str(), value.has_text()), (None, false)));
    });
}

fn reads_numbers() {
    let cases = [
        ("0", Some(0.0), Some(0)),
        ("-0", Some(-0.0), Some(0)),
        ("5.0", Some(5.0), None),
        ("5e0", Some(5.0), None),
        ("-12", Some(-12.0), Some(-12)),
        ("0.1", Some(0.1), None),
        ("9223372036854775807", Some(9_223_372_036_854_775_807.0), Some(i64::MAX)),
        ("-9223372036854775808", Some(-9_223_372_036_854_775_808.0), Some(i64::MIN)),
        ("9223372036854775808", Some(9_223_372_036_854_775_808.0), None),
        ("1e308", Some(1e308), None),
        ("1e309", None, None),
        ("-1e999999999999999999999", None, None),
        ("1e-999999999999999999999", Some(0.0), None),
        ("\"5\"", None, None),
        ("[5]", None, None),
    ];
    each(cases, |(text, float, integer)| {
        with(text, |value| {
            assert_eq!(value.as_f64().map(f64::to_bits), float.map(f64::to_bits), "{text}");
            assert_eq!(value.as_i64(), integer, "{text}");
            assert_eq!(value.raw(), text);
        });
    });
}

fn finds_members() {
    let text = r#"{"a":{"b":"no","x":[1]},"b":"yes","\u0063\/":3,"":4,"d":[[5],{"b":6}],"e":null}"#;
    with(text, |value| {
        let raws: Vec<_> = value.members().map(|(name, value)| (name.into_owned(), value.raw())).collect();
        let wanted = [
            ("a", r#"{"b":"no","x":[1]}"#),
            ("b", "\"yes\""),
            ("c/", "3"),
            ("", "4"),
            ("d", r#"[[5],{"b":6}]"#),
            ("e", "null"),
        ];
        assert_eq!(raws, wanted.map(|(name, raw)| (name.to_owned(), raw)));
        for (name, raw) in wanted {
            assert_eq!(value.get(name).map(Value::raw), Some(raw), "{name}");
        }
        for name in ["x", "B", "c", "\\u0063\\/", "\\u0063/", "yes", "a "] {
            assert!(value.get(name).is_none(), "{name}");
        }
        assert_eq!(value.elements().count(), 0);
        let array = value.get("d").unwrap();
        assert_eq!(array.elements().map(Value::raw).collect::<Vec<_>>(), ["[5]", r#"{"b":6}"#]);
        assert_eq!((array.members().count(), array.get("0").is_none(), array.get("b").is_none()), (0, true, true));
    });
    with("\"a\"", |value| assert_eq!((value.members().count(), value.elements().count()), (0, 0)));
    with("[]", |value| assert_eq!((value.members().count(), value.elements().count()), (0, 0)));
    // Borrowed unless it has escapes.
    with(r#"{"a":1,"\u0062":2}"#, |value| {
        let borrowed: Vec<_> = value.members().map(|(name, _)| matches!(name, Cow::Borrowed(_))).collect();
        assert_eq!(borrowed, [true, false]);
    });
}

fn follows_pointers() {
    // The document of RFC 6901, section 5, with arrays added.
    let text = r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,
        "~1":9,"0":10,"list":[[1,[2,{"x":3}]],4,5,6,7,8,9,10,11,12,13],"01":14}"#;
    with(text, |value| {
        let found = [
            ("", value.raw()),
            ("/foo", r#"["bar","baz"]"#),
            ("/foo/0", "\"bar\""),
            ("/foo/1", "\"baz\""),
            ("/", "0"),
            ("/a~1b", "1"),
            ("/c%d", "2"),
            ("/e^f", "3"),
            ("/g|h", "4"),
            ("/i\\j", "5"),
            ("/k\"l", "6"),
            ("/ ", "7"),
            ("/m~0n", "8"),
            ("/~01", "9"),
            ("/0", "10"),
            ("/list/0/1/1/x", "3"),
            ("/list/10", "13"),
            ("/01", "14"),
        ];
        for (pointer, raw) in found {
            assert_eq!(value.pointer(&Pointer::parse(pointer).unwrap()).map(Value::raw), Some(raw), "{pointer}");
        }
        let absent = [
            "/foo/2",
            "/foo/-",
            "/foo/00",
            "/foo/01",
            "/foo/+1",
            "/foo/-1",
            "/foo/1e0",
            "/foo/ 1",
            "/foo/",
            "/foo/a",
            "/foo/0/0",
            "/foo/99999999999999999999999999",
            "/foo/18446744073709551616",
            "//",
            "/a",
            "/list/0/1/1/x/y",
            "/foo/١",
        ];
        for pointer in absent {
            assert!(value.pointer(&Pointer::parse(pointer).unwrap()).is_none(), "{pointer}");
        }
        let list = value.get("list").unwrap();
        assert_eq!(list.pointer(&Pointer::parse("/1").unwrap()).map(Value::raw), Some("4"));
    });
}

fn refuses_pointers() {
    each(["a", "a/b", " /a", "#/a", "~0", "0"], |text| {
        assert_eq!(Pointer::parse(text), Err(PointerError::NoSlash), "{text}");
    });
    each(["/~", "/a~", "/~2", "/~~0", "/a/~/b", "/~é"], |text| {
        assert_eq!(Pointer::parse(text), Err(PointerError::BadEscape), "{text}");
    });
    each([("", &[][..]), ("/", &[""]), ("/a//b/", &["a", "", "b", ""]), ("/~01~10", &["~1/0"])], |(text, tokens)| {
        assert_eq!(Pointer::parse(text).unwrap().tokens(), tokens, "{text}");
    });
}
