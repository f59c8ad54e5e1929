//! Rust source in words and signs, without comments, literals, attributes and what is compiled for tests only.

/// A word, or one sign; `::` is one.
pub type Token = String;

pub fn tokens(source: &str) -> Vec<Token> {
    without_attributes(&words(source))
}

fn words(source: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = literal(rest) {
            length
        } else if first.is_alphanumeric() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            found.push(rest[..length].to_owned());
            length
        } else {
            let length = if rest.starts_with("::") { 2 } else { first.len_utf8() };
            if !first.is_whitespace() {
                found.push(rest[..length].to_owned());
            }
            length
        };
        rest = &rest[length..];
    }
    found
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    loop {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
        } else {
            at += rest.chars().next().expect("a comment that ends").len_utf8();
        }
        if depth == 0 {
            return at;
        }
    }
}

/// The length of the string or character that the text begins with. A lifetime is none.
fn literal(text: &str) -> Option<usize> {
    let prefix = text.find(|c: char| !matches!(c, 'b' | 'c' | 'r')).filter(|&length| length <= 2)?;
    let (raw, quoted) = (text[..prefix].contains('r'), &text[prefix..]);
    if raw {
        let hashes = quoted.find(|c| c != '#')?;
        let body = quoted[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(prefix + hashes + 1 + body.find(&end)? + end.len());
    }
    let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let body = &quoted[1..];
    if quote == '\'' && !body.starts_with('\\') {
        let character = body.chars().next()?;
        return body[character.len_utf8()..].starts_with('\'').then_some(prefix + character.len_utf8() + 2);
    }
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        if c == quote && !escaped {
            return Some(prefix + 1 + at + 1);
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

fn without_attributes(words: &[Token]) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let inner = words[at] == "#" && words.get(at + 1).is_some_and(|word| word == "!");
        let open = at + 1 + usize::from(inner);
        if words[at] == "#" && words.get(open).is_some_and(|word| word == "[") {
            let end = closing(words, open);
            let test = words[open..end].concat() == "[cfg(test)";
            at = if test && !inner { item_end(words, end + 1) } else { end + 1 };
        } else {
            kept.push(words[at].clone());
            at += 1;
        }
    }
    kept
}

/// Where the bracket that opens here is closed.
pub fn closing(words: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, word) in words.iter().enumerate().skip(open) {
        match word.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    panic!("a bracket isn't closed")
}

/// Behind the item or statement that begins here.
pub fn item_end(words: &[Token], start: usize) -> usize {
    let mut at = start;
    while at < words.len() {
        match words[at].as_str() {
            ";" | "," => return at + 1,
            "(" | "[" => at = closing(words, at),
            "{" => return closing(words, at) + 1,
            _ => {}
        }
        at += 1;
    }
    at
}
