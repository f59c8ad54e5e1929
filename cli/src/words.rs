//! What the gate's codes mean, in the words of its own pages.

use kyc_gate::crypto::UnreadableCause;

const EXPLANATIONS: &str = include_str!("../../docs/explanations.md");
const ERRORS: &str = include_str!("../../docs/errors.md");

/// Says of a request that the gate doesn't watch.
pub const NO_POST: &str =
    "this is no KYC post: its path or method is not one that the gate watches, so it goes on untouched";

/// Says why no JSON document came out of a body.
#[must_use]
pub fn of(cause: UnreadableCause) -> &'static str {
    match cause {
        UnreadableCause::Plaintext => "the body is in the clear, and the configuration has a key and no allowPlaintext",
        UnreadableCause::Encoding => "the body is not written in its bodyEncoding",
        UnreadableCause::TooShort => "the body is too short: no whole IV, or with GCM no tag",
        UnreadableCause::Authentication => "the tag is wrong: sealed with another key, or changed on the way",
        UnreadableCause::PaddingOrJson => {
            "no JSON document comes out: another key, another cipher or IV, wrong padding, or a changed body"
        }
        UnreadableCause::Utf8 => "what comes out is not UTF-8",
        UnreadableCause::Json => "what comes out is not JSON as RFC 8259 has it, or has a name twice in one object",
    }
}

/// Says what a reason code means (`docs/explanations.md`); the code itself where the page doesn't say.
#[must_use]
pub fn of_code(code: &str) -> String {
    cell(EXPLANATIONS, code, 3).unwrap_or_else(|| code.to_owned())
}

/// Says what an error code means (docs/errors.md); `None` for one that isn't the gate's.
#[must_use]
pub fn of_error(code: &str) -> Option<String> {
    cell(ERRORS, code, 2)
}

/// Returns a cell of the table row that begins with a word, without the marks of Markdown.
fn cell(page: &str, word: &str, column: usize) -> Option<String> {
    let begins = format!("| `{word}` |");
    let row = page.lines().find(|line| line.starts_with(&begins))?;
    let cells = row.trim_matches('|').replace("\\|", "\u{0}");
    let cell = cells.split('|').nth(column)?.trim().replace('\u{0}', "|");
    let mut plain = String::new();
    let mut rest = cell.as_str();
    // [text](address) reads as its text.
    while let Some((before, link)) = rest.split_once('[') {
        let Some((text, behind)) = link.split_once("](").and_then(|(text, rest)| Some((text, rest.split_once(')')?.1)))
        else {
            break;
        };
        plain.push_str(before);
        plain.push_str(text);
        rest = behind;
    }
    plain.push_str(rest);
    Some(plain.replace('`', ""))
}

#[cfg(test)]
mod tests {
    use kyc_gate::exchange::refusal::ErrorCode;
    use kyc_gate::scoring::CheckCode;

    use super::*;

    #[test]
    fn every_code_has_words() {
        for code in CheckCode::ALL {
            let words = of_code(code.as_str());
            assert!(words != code.as_str() && !words.contains(['`', '[']), "{code}: {words}");
        }
        for code in ErrorCode::ALL {
            let words = of_error(code.as_str()).unwrap_or_else(|| panic!("{code}"));
            assert!(words.len() > 4 && !words.contains(['`', '[']), "{code}: {words}");
        }
        assert_eq!(of_error("rejected").as_deref(), Some("the decision's action is deny"));
        assert_eq!(of_error("no-such-code"), None);
    }
}
