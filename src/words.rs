//! Closed sets of words: enums whose variants each have one spelling, in configuration, headers, metrics or logs.

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
}
