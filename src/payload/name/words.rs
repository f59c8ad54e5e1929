//! Parting a name into its words.

use unicode_normalization::UnicodeNormalization as _;

/// What an apostrophe does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Apostrophe {
    /// `O'NEIL` is two words.
    Parts,
    /// `O'NEIL` is `ONEIL`.
    LeftOut,
}

/// Returns the words of a name in upper case, letters composed with their marks; white space, punctuation and fillers
/// part them.
pub(super) fn split(name: &str, apostrophe: Apostrophe) -> Vec<String> {
    let upper = if name.is_ascii() { name.to_ascii_uppercase() } else { composed(name) };
    let mut text = String::with_capacity(upper.len());
    for c in upper.chars().filter(|c| !is_unseen(*c)) {
        match c {
            '\'' | '`' | '’' | '‘' | 'ʼ' | '′' if apostrophe == Apostrophe::LeftOut => {}
            '\'' | '`' | '’' | '‘' | 'ʼ' | '′' | '-' | '‐' | '‑' | '–' | '.' | ',' | '·' | '・' => {
                text.push(' ')
            }
            // The filler struck through is one letter for Unicode.
            '<' | '≮' => text.push(' '),
            // Parts the lines of one field in what the scanner reads.
            '^' => text.push(' '),
            c => text.push(c),
        }
    }
    text.split_whitespace().map(str::to_owned).collect()
}

/// In upper case, letters composed with their marks.
fn composed(name: &str) -> String {
    // The acute accent that people type for an apostrophe would become a space with a mark.
    let typed = name.chars().map(|c| if c == '´' { '\'' } else { c });
    // Upper case can come apart (`ŉ` is `ʼN`), so it is composed once more: letters meet their table as one.
    typed.nfkc().flat_map(char::to_uppercase).nfkc().collect()
}

/// Returns what has no shape of its own: direction marks, joiners, soft hyphens, the stroke that lengthens Arabic
/// words.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{640}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
