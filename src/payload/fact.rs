//! What a payload says of one thing: nothing, something readable, or something that can't be read.

use std::fmt;

/// A fact of a payload.
///
/// What is there but can't be read isn't absent: a check must never pass on it, and it is counted as unreadable.
/// `null` and empty text are absent.
///
/// ```
/// use kyc_gate::payload::Fact;
///
/// let score = Fact::Readable("4.67").and_then(|text| Fact::parsed(text.parse::<f64>().ok()));
/// assert_eq!(score.readable(), Some(4.67));
/// assert!(Fact::parsed("high".parse::<f64>().ok()).is_unreadable());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Fact<T> {
    /// Not there, `null`, or blank.
    #[default]
    Absent,
    /// There, and understood.
    Readable(T),
    /// There, but not understood.
    Unreadable,
}

impl<T> Fact<T> {
    /// Returns a readable fact of what was parsed, an unreadable one where parsing failed.
    #[must_use]
    pub fn parsed(value: Option<T>) -> Self {
        value.map_or(Self::Unreadable, Self::Readable)
    }

    /// Converts what is readable.
    #[must_use]
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Fact<U> {
        self.and_then(|value| Fact::Readable(convert(value)))
    }

    /// Converts what is readable where that can fail.
    #[must_use]
    pub fn and_then<U>(self, convert: impl FnOnce(T) -> Fact<U>) -> Fact<U> {
        match self {
            Self::Absent => Fact::Absent,
            Self::Readable(value) => convert(value),
            Self::Unreadable => Fact::Unreadable,
        }
    }

    /// Returns what is readable; `None` where the fact is absent or unreadable.
    #[must_use]
    pub fn readable(self) -> Option<T> {
        match self {
            Self::Readable(value) => Some(value),
            Self::Absent | Self::Unreadable => None,
        }
    }

    /// Borrows what is readable.
    #[must_use]
    pub fn as_ref(&self) -> Fact<&T> {
        match self {
            Self::Absent => Fact::Absent,
            Self::Readable(value) => Fact::Readable(value),
            Self::Unreadable => Fact::Unreadable,
        }
    }

    /// Returns whether nothing is there.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Returns whether something is there that can't be read.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable)
    }
}

/// Converts what is there or not; never gives an unreadable fact.
impl<T> From<Option<T>> for Fact<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Readable)
    }
}

/// Prints which of the three it is. What it says may be identity data.
impl<T> fmt::Debug for Fact<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Readable(_) => "Readable(..)",
            Self::Unreadable => "Unreadable",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_never_becomes_absent() {
        for (fact, parsed) in [
            (Fact::Absent, Fact::Absent),
            (Fact::Readable("7"), Fact::Readable(7)),
            (Fact::Readable("x"), Fact::Unreadable),
            (Fact::Unreadable, Fact::Unreadable),
        ] {
            assert_eq!(fact.and_then(|text| Fact::parsed(text.parse::<i32>().ok())), parsed);
            assert_eq!(fact.map(str::len).readable(), fact.readable().map(str::len));
        }
    }

    #[test]
    fn debug_tells_nothing_of_the_value() {
        assert_eq!(format!("{:?} {:?}", Fact::Readable("MAIRA"), Fact::<&str>::Absent), "Readable(..) Absent");
    }
}
