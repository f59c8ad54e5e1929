//! The signature base (RFC 9421 section 2.5): the text that is signed.

use std::fmt::{self, Write};

/// What of a request is signed, in this order: `@method`, `@path`, then the fields.
pub struct Message<'m> {
    /// `@method`.
    pub method: &'m str,
    /// `@path`: the path without the query, as it stands in the request (RFC 9421 section 2.2.6).
    pub path: &'m str,
    /// Lower-case names and values of header fields, each name once.
    pub fields: Vec<(&'m str, &'m str)>,
}

impl Message<'_> {
    /// The `@signature-params`, which are the value of the label in `signature-input` as well: the covered components
    /// as an inner list with parameters (RFC 9651 section 4.1.1.1).
    pub(super) fn parameters(&self, created: i64, key_id: &str) -> String {
        let mut text = String::from("(");
        let derived = ["@method", "@path"].into_iter();
        for (at, name) in derived.chain(self.fields.iter().map(|(name, _)| *name)).enumerate() {
            text.push_str(if at == 0 { "" } else { " " });
            push(&mut text, format_args!("{}", Quoted(name)));
        }
        push(&mut text, format_args!(");created={created};keyid={}", Quoted(key_id)));
        text
    }

    /// The lines to sign. Field values lose white space around them, as section 2.1 has it.
    pub(super) fn base(&self, parameters: &str) -> String {
        let derived = [("@method", self.method), ("@path", self.path)].into_iter();
        let mut text = String::new();
        for (name, value) in derived.chain(self.fields.iter().copied()) {
            push(&mut text, format_args!("{}: {}\n", Quoted(name), value.trim_ascii()));
        }
        push(&mut text, format_args!("\"@signature-params\": {parameters}"));
        text
    }
}

/// Writing to a `String` can't fail.
fn push(text: &mut String, what: fmt::Arguments<'_>) {
    let _ = text.write_fmt(what);
}

/// A string of structured fields (RFC 9651 section 4.1.6). What isn't printable ASCII has no place in one; the
/// configuration sees to that.
struct Quoted<'q>(&'q str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            if matches!(character, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(character)?;
        }
        f.write_char('"')
    }
}
