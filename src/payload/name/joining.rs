//! Words that one side joins and the other parts: `DE LUCCARI` and `DELUCCARI`, `JI WOO` and `JIWOO`.

use super::token::Token;

/// Most words that are one on the other side: `ABD EL KARIM`, `VAN DER BERG`.
const MOST_JOINED: usize = 4;

/// Returns the words of both sides, joined where a word of the other side is what they are together; `None` where none
/// is.
pub(super) fn join<'t>(
    claimed: &'t [Token],
    document: &'t [Token],
    same: impl Fn(&Token, &Token) -> bool,
) -> Option<(Vec<Joined<'t>>, Vec<Joined<'t>>)> {
    if claimed.len() < 2 && document.len() < 2 {
        return None;
    }
    if let Some(all) = join_all(claimed, document, &same) {
        return Some(all);
    }
    let joined_document = runs(document, claimed, &same);
    let joined_claim = runs(claimed, document, &same);
    let is_any = joined_document.len() < document.len() || joined_claim.len() < claimed.len();
    is_any.then_some((joined_claim, joined_document))
}

/// A word as it stands, or several as one.
pub(super) enum Joined<'t> {
    One(&'t Token),
    Several(Token),
}

impl Joined<'_> {
    pub(super) fn token(&self) -> &Token {
        match self {
            Self::One(token) => token,
            Self::Several(token) => token,
        }
    }
}

/// Returns whole words parted at different places: `VANDER BERG` and `VAN DERBERG`.
fn join_all<'t>(
    claimed: &'t [Token],
    document: &'t [Token],
    same: &impl Fn(&Token, &Token) -> bool,
) -> Option<(Vec<Joined<'t>>, Vec<Joined<'t>>)> {
    if !(2..=MOST_JOINED).contains(&claimed.len()) {
        return None;
    }
    let claim = Token::join(claimed)?;
    let found = (2..=MOST_JOINED)
        .flat_map(|count| document.windows(count))
        .filter(|run| claim.may_be(run))
        .filter_map(Token::join)
        .find(|run| same(&claim, run))?;
    Some((vec![Joined::Several(claim)], vec![Joined::Several(found)]))
}

/// `words`, with the longest runs joined that are a word of `others`, unless a single word of `words` is that.
fn runs<'t>(words: &'t [Token], others: &[Token], same: &impl Fn(&Token, &Token) -> bool) -> Vec<Joined<'t>> {
    let is_wanted = |other: &Token| !words.iter().any(|word| word.equals(other));
    let mut joined = Vec::with_capacity(words.len());
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        let run = (2..=MOST_JOINED).rev().find_map(|count| {
            let (run, after) = rest.split_at_checked(count)?;
            let mut others = others.iter().filter(|other| other.may_be(run)).peekable();
            others.peek()?;
            let whole = Token::join(run)?;
            others.any(|other| same(&whole, other) && is_wanted(other)).then_some((whole, after))
        });
        match run {
            Some((whole, after)) => {
                joined.push(Joined::Several(whole));
                rest = after;
            }
            None => {
                joined.push(Joined::One(first));
                rest = after;
            }
        }
    }
    joined
}
