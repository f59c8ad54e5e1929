//! How wide the terminal is, which colours there are, and what must not reach it as it is.

use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Columns where there is no terminal.
const COLUMNS: usize = 100;
/// Wider than that, lines are hard to follow.
const MOST: usize = 120;
/// Narrower than that, not even the names of checks fit.
const LEAST: usize = 20;

/// Good news.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Something to look at.
pub const MIDDLING: Style = AnsiColor::Yellow.on_default();
/// Bad news.
pub const BAD: Style = AnsiColor::Red.on_default();
/// What matters.
pub const STRONG: Style = Style::new().bold();
/// What is only beside the point.
pub const FAINT: Style = Style::new().dimmed();

/// Returns the columns of the terminal, or of `COLUMNS`; 100 where there is neither.
#[must_use]
pub fn columns() -> usize {
    let configured = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    configured.or_else(own_columns).unwrap_or(COLUMNS).clamp(LEAST, MOST)
}

/// Returns the columns of the terminal, if stdout is one; at least 20.
#[must_use]
pub fn own_columns() -> Option<usize> {
    let is_terminal = io::stdout().is_terminal();
    let own = terminal_size::terminal_size().filter(|_| is_terminal);
    own.map(|(width, _)| usize::from(width.0).max(LEAST))
}

/// Writes a message to stderr, without what a terminal would obey. Where it can't be written, there is nobody left to
/// tell.
pub fn tell(message: fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr(), "{}", inert(&message.to_string()));
}

/// Returns whether a terminal obeys a character, or shows what stands around it in another order, or not at all.
#[must_use]
pub fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

/// Replaces what a terminal would obey, but for line ends.
#[must_use]
pub fn inert(text: &str) -> String {
    text.chars().map(|c| if c != '\n' && is_obeyed(c) { '\u{fffd}' } else { c }).collect()
}

/// Escapes what a terminal would obey in a JSON text, as JSON does (RFC 8259 section 7): the document stays the same.
#[must_use]
pub fn inert_json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        // Outside of strings, JSON has no other control characters than these.
        if is_obeyed(c) && !matches!(c, '\n' | '\r' | '\t') {
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Writes a body to stdout: byte for byte, or, on a terminal, so that it can't do anything to that.
///
/// # Errors
/// Stdout can't be written.
pub fn write_body(body: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    if stdout.is_terminal() {
        writeln!(stdout, "{}", inert_json(&String::from_utf8_lossy(body)).trim_end_matches('\n'))?;
    } else {
        stdout.write_all(body)?;
    }
    stdout.flush()
}

/// Returns a text in a style.
#[must_use]
pub fn styled(style: Style, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{style}{text}{style:#}") }
}

/// Returns how many columns a terminal takes for a text (UAX #11): two for each wide character, as those of Chinese,
/// Japanese and Korean are.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// Returns a text, filled with spaces up to a number of columns.
#[must_use]
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{:missing$}", "", missing = columns.saturating_sub(width(text)))
}

/// Breaks a text into lines of at most `columns` columns, at spaces where there are any.
#[must_use]
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let mut rest = word;
        if used > 0 && used + 1 + width(rest) > columns {
            lines.push(String::new());
            used = 0;
        }
        while width(rest) > columns {
            let (line, after) = rest.split_at(fitting(rest, columns.saturating_sub(used)));
            if after.is_empty() {
                break;
            }
            if let Some(last) = lines.last_mut() {
                last.push_str(line);
            }
            lines.push(String::new());
            (rest, used) = (after, 0);
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            used += width(rest);
            line.push_str(rest);
        }
    }
    lines
}

/// Returns how many bytes of a text fit into some columns; at least its first character.
fn fitting(text: &str, columns: usize) -> usize {
    let mut used = 0;
    let first = text.chars().next().map_or(0, char::len_utf8);
    let fits = |(_, character): &(usize, char)| {
        used += character.width().unwrap_or(0);
        used <= columns
    };
    let last = text.char_indices().take_while(fits).last();
    last.map_or(first, |(at, character)| at + character.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let evil = "a\u{1b}[2J\u{9b}31m\u{202e}b\u{7f}\u{2066}\u{61c}\nc";
        assert_eq!(inert(evil), "a\u{fffd}[2J\u{fffd}31m\u{fffd}b\u{fffd}\u{fffd}\u{fffd}\nc");
        let json = serde_json::json!({ (evil): [evil] });
        let written = inert_json(&format!("{json:#}"));
        assert!(!written.chars().any(|c| c != '\n' && is_obeyed(c)), "{written}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), json);
    }

    #[test]
    fn no_line_is_too_long_and_no_word_is_lost() {
        let texts = [
            "the quick brown fox jumps over a very-very-very-long-word and stays žižļķ",
            "山田太郎 は 東京都千代田区霞が関一丁目三番一号に住んでいる and 김철수 too",
        ];
        for (text, columns) in texts.into_iter().flat_map(|text| [5, 12, 40, 200].map(|columns| (text, columns))) {
            let lines = wrapped(text, columns);
            assert!(lines.iter().all(|line| width(line) <= columns), "{columns}: {lines:?}");
            let letters = |text: &str| text.replace(' ', "");
            assert_eq!(letters(&lines.concat()), letters(text));
        }
    }

    #[test]
    fn a_wide_character_takes_two_columns() {
        for (text, columns) in [("", 0), ("abc", 3), ("žī", 2), ("山田", 4), ("김철수", 6), ("ﾔﾏﾀﾞ", 4), ("e\u{301}", 1)]
        {
            assert_eq!(width(text), columns, "{text}");
            assert_eq!(width(&padded(text, 8)), 8, "{text}");
        }
        assert_eq!(wrapped("山田太郎", 5), ["山田", "太郎"]);
        assert_eq!(wrapped("山田", 1), ["山", "田"]);
    }
}
