//! Names of countries and states, made comparable.

use super::super::name;

/// Most bytes of a name that is read. No name of a country is longer, folded or not.
pub(super) const MAX_NAME_BYTES: usize = 128;

#[cfg(test)]
thread_local! {
    /// Calls of [`plain_name`], for tests that bound the work.
    pub(super) static NAMES_READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Returns how many names this thread has read.
#[cfg(test)]
pub(crate) fn names_read() -> usize {
    NAMES_READ.get()
}

/// Returns the words of a country's or state's name without marks, punctuation and articles, in upper case.
pub(super) fn plain_name(text: &str) -> String {
    #[cfg(test)]
    NAMES_READ.set(NAMES_READ.get() + 1);
    let folded = if text.is_ascii() { text.to_ascii_uppercase() } else { name::fold(text).join(" ") };
    let mut plain = String::with_capacity(folded.len());
    let parts = folded.split_inclusive(|c: char| !c.is_alphanumeric());
    for part in parts {
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        let and = if part.ends_with('&') { "AND" } else { "" };
        for word in [word, and] {
            let word = if word == "ST" { "SAINT" } else { word };
            if matches!(word, "" | "THE") {
                continue;
            }
            if !plain.is_empty() {
                plain.push(' ');
            }
            plain.push_str(word);
        }
    }
    plain
}
