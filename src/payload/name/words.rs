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

/// The words of a name.
pub(super) struct Split {
    /// In upper case, letters composed with their marks.
    pub(super) words: Vec<String>,
    /// Whether leaving apostrophes out can make a difference.
    pub(super) has_apostrophe: bool,
}

/// Returns the words of a name in upper case, letters composed with their marks; white space, punctuation and fillers
/// part them.
pub(super) fn split(name: &str, apostrophe: Apostrophe) -> Split {
    if apostrophe == Apostrophe::Parts
        && let Some(words) = in_ascii(name)
    {
        let words = words.map(str::to_ascii_uppercase).collect();
        return Split { words, has_apostrophe: name.contains(is_apostrophe) };
    }
    let upper = if name.is_ascii() { name.to_ascii_uppercase() } else { composed(name) };
    let (mut words, mut word, mut has_apostrophe) = (Vec::new(), String::new(), false);
    for c in upper.chars().filter(|c| !is_unseen(*c)) {
        has_apostrophe |= is_apostrophe(c);
        if is_apostrophe(c) && apostrophe == Apostrophe::LeftOut {
            continue;
        }
        if !is_separator(c) {
            word.push(c);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    Split { words, has_apostrophe }
}

/// Returns the words of a name that is all ASCII as it has them, without regard to case; apostrophes part words.
pub(super) fn in_ascii(name: &str) -> Option<impl Iterator<Item = &str> + Clone> {
    let is_inside = |byte: &u8| !is_separator(char::from(*byte));
    let mut rest = name;
    let next = move || {
        let word = rest.get(rest.bytes().position(|byte| is_inside(&byte))?..)?;
        let (word, after) = word.split_at_checked(word.bytes().take_while(is_inside).count())?;
        rest = after;
        Some(word)
    };
    name.is_ascii().then(|| std::iter::from_fn(next))
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '’' | '‘' | 'ʼ' | '′')
}

fn is_separator(c: char) -> bool {
    match c {
        '-' | '‐' | '‑' | '–' | '.' | ',' | '·' | '・' => true,
        // The filler struck through is one letter for Unicode.
        '<' | '≮' => true,
        // Parts the lines of one field in what the scanner reads.
        '^' => true,
        c => is_apostrophe(c) || c.is_whitespace(),
    }
}

/// Returns whether a name is all of Latin letters that are written with ASCII's in machine readable zones, and more of
/// them than the longest word that stands for no name, so that nobody needs to write it to tell that it is one.
pub(super) fn is_long_latin(name: &str) -> bool {
    let is_latin = |c: char| is_composed_latin(c) && !matches!(c, '×' | '÷' | 'ĸ');
    name.chars().all(is_latin) && name.chars().filter(|c| c.is_alphabetic()).nth(LONGEST_PLACEHOLDER).is_some()
}

/// Letters of `FNU` and `LNU`.
const LONGEST_PLACEHOLDER: usize = 3;

/// In upper case, letters composed with their marks.
fn composed(name: &str) -> String {
    if name.chars().all(is_composed_latin) {
        return name.to_uppercase();
    }
    // The acute accent that people type for an apostrophe would become a space with a mark.
    let typed = name.chars().map(|c| if c == '´' { '\'' } else { c });
    // Upper case can come apart (`ŉ` is `ʼN`), so it is composed once more: letters meet their table as one.
    typed.nfkc().flat_map(char::to_uppercase).nfkc().collect()
}

/// Returns whether a character, and its upper case, is one that Unicode's normalization KC leaves alone next to any
/// other such: ASCII and most of the Latin letters with marks of Europe.
fn is_composed_latin(c: char) -> bool {
    c.is_ascii() || (matches!(c, '\u{c0}'..='\u{17e}') && !matches!(c, 'Ĳ' | 'ĳ' | 'Ŀ' | 'ŀ' | 'ŉ'))
}

/// Returns what has no shape of its own: direction marks, joiners, soft hyphens, the stroke that lengthens Arabic
/// words.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{640}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told to need no normalization is what normalization makes of it.
    #[test]
    fn composes_latin_letters_as_unicode_does() {
        let latin: Vec<char> = ('\0'..='\u{200}').filter(|c| is_composed_latin(*c)).collect();
        assert!(latin.len() > 300);
        for c in latin {
            for pair in [format!("{c}e"), format!("É{c}")] {
                let normalized: String = pair.nfkc().flat_map(char::to_uppercase).nfkc().collect();
                assert_eq!(composed(&pair), normalized, "{pair:?}");
            }
        }
    }

    #[test]
    fn splits_ascii_as_anything_else() {
        for name in ["O'Neil", " a-b.c,d<e^f`g\u{b}h\u{1f}i", "", "''", "van  der\tBerg"] {
            let ascii = split(name, Apostrophe::Parts);
            // A letter beyond ASCII in front takes the other way.
            let other = split(&format!("É {name}"), Apostrophe::Parts);
            assert_eq!(Some(ascii.words.as_slice()), other.words.get(1..), "{name:?}");
            assert_eq!(ascii.has_apostrophe, other.has_apostrophe, "{name:?}");
        }
    }
}
