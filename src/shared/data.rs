//! The table that the workers of a process share.

/// A table of small values that all workers see. Every write gives a value a new, process-wide version number.
pub trait SharedData {
    /// Returns a value and its version.
    fn get(&self, key: &str) -> Option<(Vec<u8>, u32)>;

    /// Writes a value if what is there is still what the writer saw. Returns whether it did.
    fn set(&self, key: &str, value: &[u8], expected: Expected) -> bool;
}

/// What a writer saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It doesn't matter.
    Anything,
    /// Nothing.
    Nothing,
    /// The value of this version.
    Version(u32),
}

impl Expected {
    /// Returns what a look-up saw.
    #[must_use]
    pub fn of<T>(seen: Option<&(T, u32)>) -> Self {
        seen.map_or(Self::Nothing, |(_, version)| Self::Version(*version))
    }
}
