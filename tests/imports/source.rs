//! What one file of Rust declares, imports and names by a path.

use super::tokens::{Token, closing, item_end, tokens};

pub type Path = Vec<String>;

#[derive(Debug, PartialEq)]
pub struct Import {
    pub path: Path,
    /// What it is called in this file; `*` for everything.
    pub name: String,
    /// `pub use`: whoever knows this file can have it from here.
    pub passed_on: bool,
}

#[derive(Default)]
pub struct Source {
    pub imports: Vec<Import>,
    /// Paths in the code, outside of `use`.
    pub paths: Vec<Path>,
    /// Names of items, modules apart.
    pub items: Vec<String>,
    /// Keywords of what stands at the top that neither declares a module nor imports.
    pub others: Vec<String>,
}

impl Source {
    pub fn parse(text: &str) -> Self {
        let words = tokens(text);
        let mut source = Self::default();
        source.top_level(&words);
        source.names(&words);
        source
    }

    fn names(&mut self, words: &[Token]) {
        let mut at = 0;
        while at < words.len() {
            // `impl Trait + use<T>` imports nothing.
            if words[at] == "use" && words[at + 1] != "<" {
                let end = item_end_of_use(words, at);
                let public = at > 0 && (words[at - 1] == "pub" || words[at - 1] == ")");
                for (path, name) in tree(&words[at + 1..end], &[]) {
                    self.imports.push(Import { path, name, passed_on: public });
                }
                at = end;
            } else if words[at] == "mod" && words[at + 2] == "{" {
                let end = closing(words, at + 2);
                self.inline(&words[at + 3..end]);
                at = end;
            } else {
                at += self.path(words, at).max(1);
            }
        }
    }

    /// Takes the names of a module that is written out in this file: what is `super` there is here.
    fn inline(&mut self, words: &[Token]) {
        let mut inner = Self::default();
        inner.names(words);
        let here = |path: &mut Path| {
            if path.first().is_some_and(|first| first == "super") {
                path.remove(0);
                if path.first().is_none_or(|next| next != "super") {
                    path.insert(0, "self".to_owned());
                }
            }
        };
        inner.imports.iter_mut().for_each(|import| here(&mut import.path));
        inner.paths.iter_mut().for_each(here);
        self.imports.extend(inner.imports);
        self.paths.extend(inner.paths);
    }

    fn top_level(&mut self, words: &[Token]) {
        let mut at = 0;
        while at < words.len() {
            let mut keyword = at;
            while ["pub", "unsafe", "async", "const"].contains(&words[keyword].as_str()) || words[keyword] == "(" {
                if words[keyword] == "const" && !["fn", "unsafe"].contains(&words[keyword + 1].as_str()) {
                    break;
                }
                keyword = if words[keyword] == "(" { closing(words, keyword) + 1 } else { keyword + 1 };
            }
            let (end, word) = (item_end_at(words, keyword), words[keyword].as_str());
            if word == "mod" && words[keyword + 2] == "{" {
                self.others.push("inline mod".to_owned());
            } else if word != "mod" && word != "use" {
                self.others.push(word.to_owned());
                self.items.push(words[keyword + 1..end].iter().find(|word| is_name(word)).cloned().unwrap_or_default());
            }
            at = end;
        }
    }

    /// Takes the path that begins here, if one does; its length in words.
    fn path(&mut self, words: &[Token], start: usize) -> usize {
        let before = start.checked_sub(1).map_or("", |at| words[at].as_str());
        if !is_name(&words[start]) || before == "::" || before == "." {
            return 0;
        }
        let mut end = start + 1;
        while end + 1 < words.len() && words[end] == "::" && is_name(&words[end + 1]) {
            end += 2;
        }
        if end > start + 1 {
            self.paths.push(words[start..end].iter().step_by(2).cloned().collect());
        }
        end - start
    }
}

fn is_name(word: &str) -> bool {
    word.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
}

fn item_end_of_use(words: &[Token], start: usize) -> usize {
    (start..words.len()).find(|&at| words[at] == ";").expect("a use that ends")
}

fn item_end_at(words: &[Token], keyword: usize) -> usize {
    match words[keyword].as_str() {
        "use" => item_end_of_use(words, keyword) + 1,
        // Up to the semicolon, whatever braces the value has.
        "const" | "static" | "type" => {
            let mut at = keyword;
            while words[at] != ";" {
                at = if ["(", "[", "{"].contains(&words[at].as_str()) { closing(words, at) + 1 } else { at + 1 };
            }
            at + 1
        }
        _ => {
            let end = item_end(words, keyword);
            // `where` clauses and generics have commas.
            if words[end - 1] == "," { item_end_at_comma(words, end) } else { end }
        }
    }
}

fn item_end_at_comma(words: &[Token], mut at: usize) -> usize {
    loop {
        at = item_end(words, at);
        if at >= words.len() || words[at - 1] != "," {
            return at;
        }
    }
}

/// Reads `a::{b, c::*, d as e}` as paths and what each is called.
fn tree(words: &[Token], before: &[String]) -> Vec<(Path, String)> {
    let mut path = before.to_vec();
    let mut at = 0;
    while at < words.len() {
        match words[at].as_str() {
            "::" => {}
            "{" => {
                let inner = parts(&words[at + 1..closing(words, at)]);
                return inner.into_iter().flat_map(|part| tree(part, &path)).collect();
            }
            "as" => return vec![(path, words[at + 1].clone())],
            "*" => return vec![(path, "*".to_owned())],
            // `a::{self}` is `a`.
            "self" if !path.is_empty() => {}
            word => path.push(word.to_owned()),
        }
        at += 1;
    }
    // Nothing stands behind the last comma.
    path.last().cloned().map(|name| (path, name)).into_iter().collect()
}

fn parts(words: &[Token]) -> Vec<&[Token]> {
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    while at < words.len() {
        match words[at].as_str() {
            "{" => at = closing(words, at),
            "," => {
                found.push(&words[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    found.push(&words[start..]);
    found
}
