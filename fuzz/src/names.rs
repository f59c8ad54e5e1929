//! Names: laws that hold for any two texts.

use arbitrary::Arbitrary;
use kyc_gate::payload::{country, name};

/// Beyond this a comparison could cost more than its text is worth.
const MOST_EXPANSION: usize = 36;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    similarity: u8,
    /// Where the text is parted in two.
    cut: u8,
    text: &'a str,
}

/// Compares two names in every way.
pub fn run(data: &[u8]) {
    let Some(input) = super::read::<Input<'_>>(data) else { return };
    let cut = input.text.char_indices().map(|(at, _)| at).rfind(|at| *at <= usize::from(input.cut));
    let (one, other) = input.text.split_at(cut.unwrap_or_default());
    let similarity = f64::from(input.similarity) / 255.0;

    for text in [one, other] {
        let folded = name::fold(text);
        assert!(folded.iter().map(String::len).sum::<usize>() <= MOST_EXPANSION * text.len());
        assert!(folded.iter().all(|token| !token.is_empty()));
        assert_eq!(name::is_latin(text), folded.iter().all(|token| token.is_ascii()));
        // What is no name at all agrees with nothing, not even itself.
        let agrees = name::sources_agree(text, text);
        assert_eq!(name::claim_matches(text, text, 1.0), agrees);
        assert_eq!(name::is_truncation(text, text), agrees);
        if let Some(country) = country::resolve(text) {
            assert_eq!(country::resolve(&text.to_uppercase()), Some(country));
            assert!(
                country::same_state(country, one, other) == country::same_state(country, other, one)
                    || one.trim().is_empty()
                    || other.trim().is_empty()
            );
        }
    }

    let agree = name::sources_agree(one, other);
    assert_eq!(agree, name::sources_agree(other, one));
    if agree {
        assert!(name::claim_matches(one, other, 1.0) && name::claim_matches(other, one, 1.0));
    }
    if name::claim_matches(one, other, similarity) {
        assert!(name::claim_matches(one, other, similarity / 2.0));
    }
}
