//! Numbers that look random and are the same in every run, for tests and for made input.
#![allow(dead_code, reason = "nobody who includes this file needs all of it")]

/// splitmix64 (Steele, Lea and Flood, 2014).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number below `sides`, which isn't 0.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.next() % sides
    }

    /// Returns a number below `end`, which isn't 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        usize::try_from(self.roll(end)).unwrap_or_default()
    }

    /// Returns true in one of so many cases.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// Returns true in so many of a hundred cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    /// Returns one of some values, of which there must be any.
    #[allow(clippy::indexing_slicing, reason = "the index is below the length")]
    pub fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }
}
