//! How wide the terminal is, and which colours there are.

use std::io::IsTerminal as _;

use anstyle::{AnsiColor, Style};

/// Columns where there is no terminal.
const COLUMNS: usize = 100;
/// Wider than that, lines are hard to follow.
const MOST: usize = 120;

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
    let is_terminal = std::io::stdout().is_terminal();
    let own = || terminal_size::terminal_size().filter(|_| is_terminal).map(|(width, _)| usize::from(width.0));
    configured.or_else(own).unwrap_or(COLUMNS).clamp(40, MOST)
}

/// Returns a text in a style.
#[must_use]
pub fn styled(style: Style, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{style}{text}{style:#}") }
}

/// Breaks a text into lines of at most `columns` characters, at spaces where there are any.
#[must_use]
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let mut letters: Vec<char> = word.chars().collect();
        if used > 0 && used + 1 + letters.len() > columns {
            lines.push(String::new());
            used = 0;
        }
        while letters.len() > columns {
            let rest = letters.split_off(columns.saturating_sub(used).max(1));
            if let Some(line) = lines.last_mut() {
                line.extend(letters);
            }
            lines.push(String::new());
            (letters, used) = (rest, 0);
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            used += letters.len();
            line.extend(letters);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn no_line_is_too_long_and_no_word_is_lost() {
        let text = "the quick brown fox jumps over a very-very-very-long-word and stays žižļķ";
        for columns in [5, 12, 40, 200] {
            let lines = wrapped(text, columns);
            assert!(lines.iter().all(|line| line.chars().count() <= columns), "{columns}: {lines:?}");
            let letters = |text: &str| text.replace(' ', "");
            assert_eq!(letters(&lines.concat()), letters(text));
        }
    }
}
