//! Closed sets of words: enums whose variants each have one spelling, in configuration, headers, metrics or logs; and
//! the word that somebody probably meant who wrote none of a set.

/// An enum that `words!` declared.
pub trait Word: Copy + 'static {
    /// Every variant, in the order of the declaration.
    const WORDS: &'static [Self];

    /// Returns the spelling.
    fn word(self) -> &'static str;

    /// Returns the variant with this very spelling.
    #[must_use]
    fn from_word(text: &str) -> Option<Self> {
        Self::WORDS.iter().copied().find(|known| known.word() == text)
    }
}

/// Declares an enum together with the spelling of each variant, so that the list of all variants, the spelling and the
/// parser can't drift apart.
///
/// The enum is `Copy` and comparable, in the order of the declaration. It gets a constant `ALL`, a method `as_str`,
/// `Display`, and [`Word`], whose `from_word` parses. Further derives and doc comments go where they always go.
///
/// ```text
/// words! {
///     /// What to do.
///     #[derive(Default)]
///     pub enum Action {
///         /// Send it on.
///         #[default]
///         Forward = "forward",
///         /// Refuse it.
///         Deny = "deny",
///     }
/// }
/// assert_eq!(Action::from_word("deny"), Some(Action::Deny));
/// ```
macro_rules! words {
    ($(#[$meta:meta])* $visibility:vis enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $visibility enum $name {
            $($(#[$variant_meta])* $variant,)*
        }

        impl $name {
            /// Every variant, in the order of the declaration.
            #[allow(dead_code, reason = "a set needs not be listed")]
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            /// Returns the spelling.
            #[must_use]
            #[allow(dead_code, reason = "a set may only be parsed")]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl $crate::words::Word for $name {
            const WORDS: &'static [Self] = &Self::ALL;

            fn word(self) -> &'static str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

pub(crate) use words;

/// Most edits (a character more, less, other, or two swapped) between what was written and what was meant.
const MAX_EDITS: usize = 2;
/// Longest text that is compared.
const MAX_BYTES: usize = 64;

/// Returns the known word that `written` is nearest to: the same letters and digits in another case or punctuation, or
/// a few edits away. `None` where nothing is near.
#[must_use]
pub fn meant<'w>(written: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
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

/// Returns how a message goes on that says what was probably meant, if anything was.
pub(crate) fn probably(meant: Option<&str>) -> String {
    meant.map(|meant| format!("; {meant} is probably meant")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    words! {
        #[derive(Default)]
        enum Size {
            #[default]
            Small = "small",
            Large = "large",
        }
    }

    #[test]
    fn a_set_lists_spells_and_parses_its_words() {
        assert_eq!(Size::ALL.map(Size::as_str), ["small", "large"]);
        assert_eq!(Size::ALL.map(|size| Size::from_word(size.as_str())), Size::ALL.map(Some));
        assert_eq!(Size::from_word("Large"), None);
        assert_eq!(format!("{}|{:6}|", Size::default(), Size::Large), "small|large |");
        assert!(Size::Small < Size::Large);
    }

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
