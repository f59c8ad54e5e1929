//! What a page shows, compared with what a command printed.

/// Stands for any lines, or none.
const LINES: &str = "...";
/// Stands for anything within a line.
const TEXT: &str = "[..]";

/// Returns whether the lines are those of the pattern.
pub fn matches(pattern: &[String], lines: &[String]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return lines.is_empty() };
    if first == LINES {
        return (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..]));
    }
    lines.split_first().is_some_and(|(line, others)| line_matches(first, line.trim_end()) && matches(rest, others))
}

fn line_matches(pattern: &str, line: &str) -> bool {
    let Some((before, after)) = pattern.split_once(TEXT) else { return pattern == line };
    let Some(rest) = line.strip_prefix(before) else { return false };
    rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| line_matches(after, &rest[at..]))
}

#[test]
fn patterns() {
    let split = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    for (pattern, lines, wanted) in [
        ("", "", true),
        ("a", "a", true),
        ("a", "a  ", true),
        ("a", "b", false),
        ("a", "a\nb", false),
        ("a\n...", "a\nb\nc", true),
        ("...\nc", "a\nb\nc", true),
        ("...\nc", "a\nb", false),
        ("a [..] c", "a b c", true),
        ("a [..] c", "a b", false),
        ("[..] and [..]", "ä and ö", true),
    ] {
        assert_eq!(matches(&split(pattern), &split(lines)), wanted, "{pattern:?} against {lines:?}");
    }
}
