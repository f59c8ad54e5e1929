//! Writing text into JSON.

/// Appends `text` as the inside of a JSON string, without the quotes.
pub fn escape(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|&byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        let (clean, tail) = rest.split_at(at);
        out.extend_from_slice(clean);
        let Some((&byte, tail)) = tail.split_first() else { break };
        escape_byte(byte, out);
        rest = tail;
    }
    out.extend_from_slice(rest);
}

/// Appends `text` as a JSON string.
pub fn quote(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    escape(text, out);
    out.push(b'"');
}

fn escape_byte(byte: u8, out: &mut Vec<u8>) {
    match byte {
        b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend(base16ct::lower::encode_string(&[byte]).bytes());
        }
    }
}

/// JSON text without white space between its tokens.
pub fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let mut keep = |character: char| {
        if !in_string {
            in_string = character == '"';
            return !character.is_ascii_whitespace();
        }
        in_string = escaped || character != '"';
        escaped = !escaped && character == '\\';
        true
    };
    json.chars().filter(|&character| keep(character)).collect()
}

#[cfg(test)]
mod tests {
    use super::{compact, quote};

    #[test]
    fn quoted_text_reads_back() {
        let every_character: String = ('\0'..='\u{2ff}').chain("\u{2028}\u{2029}\u{feff}𝄞".chars()).collect();
        let mut json = Vec::new();
        quote(&every_character, &mut json);
        assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), every_character);
    }

    #[test]
    fn compact_touches_no_string() {
        let json = "{ \"a \\\" b\" : [ 1 ,\r\n\t\"\\\\\" , \" \" ] }";
        assert_eq!(compact(json), "{\"a \\\" b\":[1,\"\\\\\",\" \"]}");
    }
}
