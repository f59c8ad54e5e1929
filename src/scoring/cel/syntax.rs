//! From text to a syntax tree, and from its nodes back to places in the text.
//!
//! The crate has two parsers. The one made by ANTLR can need gigabytes for a hundred bytes of unclosed brackets
//! (cel-rust issue 306), so the other, a Pratt parser, is used, on texts of bounded length and nesting.

use ::cel::IdedExpr;
use ::cel::parser::PrattParser;
use ::cel::parser::pratt_parser::{Lexer, TokenKind};

use super::error::{ExpressionError, Flaw};

/// Longest expression, in bytes.
const LONGEST: usize = 2048;
/// Most tokens: the tree is at most as deep as there are tokens, and is walked recursively.
const MOST_TOKENS: usize = 400;
/// Most `?`, each of which is a recursion that the parser doesn't count.
const MOST_CHOICES: usize = 32;
/// Deepest nesting of brackets.
const DEEPEST: u16 = 24;

/// Parses an expression, its macros expanded.
pub(super) fn parse(text: &str) -> Result<IdedExpr, ExpressionError> {
    if text.len() > LONGEST {
        return Err(refused(format!("longer than {LONGEST} bytes")));
    }
    let (mut tokens, mut choices) = (0, 0);
    let mut lexer = Lexer::new(text);
    loop {
        match lexer.lex().kind {
            TokenKind::TokEnd => break,
            TokenKind::TokWhitespace | TokenKind::TokComment => continue,
            TokenKind::TokQuestion => choices += 1,
            _ => {}
        }
        tokens += 1;
    }
    if tokens > MOST_TOKENS || choices > MOST_CHOICES {
        return Err(refused(format!("more than {MOST_TOKENS} words and signs, or than {MOST_CHOICES} times '?'")));
    }
    parser().parse(text).map_err(|errors| {
        let first = errors.errors.first();
        let at = first.and_then(|error| place(text, error.pos));
        ExpressionError { at, cause: first.map_or_else(String::new, |error| cause(&error.msg)) }
    })
}

/// Returns a flaw with its place.
pub(super) fn locate(text: &str, node: u64, flaw: &Flaw) -> ExpressionError {
    ExpressionError { at: position(text, node), cause: flaw.to_string() }
}

/// Returns where a node begins. The parser tells places only together with an error, so it is given one: a bracket too
/// many behind the same text, which gives every node the same number as before.
fn position(text: &str, node: u64) -> Option<(usize, usize)> {
    let errors = parser().parse(&format!("{text}\n)")).err()?;
    let info = errors.errors.into_iter().find_map(|error| error.source_info)?;
    let (start, _) = info.offset_for(node)?;
    let before = text.get(..usize::try_from(start).ok()?)?;
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Some((before.matches('\n').count() + 1, before.get(line_start..)?.chars().count() + 1))
}

/// Returns a line and a column in bytes as line and column in characters.
fn place(text: &str, (line, column): (isize, isize)) -> Option<(usize, usize)> {
    let (line, column) = (usize::try_from(line).ok()?, usize::try_from(column).ok()?);
    let before = column.checked_sub(1)?;
    let found = text.split('\n').nth(line.checked_sub(1)?)?;
    let characters = found.char_indices().take_while(|(at, _)| *at < before).count();
    Some((line, characters + 1))
}

fn parser() -> PrattParser {
    PrattParser::new().max_recursion_depth(DEEPEST)
}

fn refused(cause: String) -> ExpressionError {
    ExpressionError { at: None, cause }
}

/// Returns the parser's message without what it repeats of the text.
fn cause(message: &str) -> String {
    match message.split_once("expecting ") {
        Some((_, expected)) => format!("not CEL, expected {expected}"),
        None => format!("not CEL, {}", message.split(':').next().unwrap_or_default()),
    }
}
