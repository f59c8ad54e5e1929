//! What somebody probably meant who wrote something else.

/// Most edits (a character more, less, other, or two swapped) between what was written and what was meant.
const MAX_EDITS: usize = 2;
/// Longest text that is compared.
const MAX_BYTES: usize = 64;

/// Returns the known word that `written` is nearest to: the same letters and digits in another case or punctuation, or
/// a few edits away. `None` where nothing is near.
pub(super) fn meant<'w>(written: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let letters = |text: &str| -> String {
        text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let written = Some(letters(written)).filter(|text| text.len() <= MAX_BYTES)?;
    let distances = known.into_iter().map(|word| {
        let plain = letters(word);
        let edits = strsim::osa_distance(&written, &plain);
        (word, edits, plain.len())
    });
    let near = distances.filter(|(_, edits, length)| *edits <= MAX_EDITS && edits * 3 <= *length);
    near.min_by_key(|(_, edits, _)| *edits).map(|(word, ..)| word)
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn near_words_are_meant() {
        let known = ["decision", "minScore", "onReject", "rules"];
        for (written, wanted) in [
            ("decision ", Some("decision")),
            ("Decision", Some("decision")),
            ("desicion", Some("decision")),
            ("min_score", Some("minScore")),
            ("on reject", Some("onReject")),
            ("rule", Some("rules")),
            ("roles", Some("rules")),
            ("limits", None),
            ("", None),
            ("r", None),
        ] {
            assert_eq!(meant(written, known), wanted, "{written}");
        }
    }
}
