//! How far apart two Latin words are: the cheapest way of making one of them from the other.
//!
//! A restricted Damerau-Levenshtein distance with weights: what a scanner or a keyboard confuses costs little, what
//! parts two names costs more than any budget of [`super::likeness`]. Spellings that are made in writing a sound in
//! Latin letters come from [`super::respelling`].

use super::respelling::{self, Change, Cost, is_vowel};

/// Beyond every budget at any setting but the laxest ones.
pub(super) const FAR: Cost = 300;

/// What a scanner takes for one another.
const SCANNED: Cost = 45;
const SCANNED_ALIKE: Cost = 70;
const SCANNED_ALIKE_AT_EDGE: Cost = 105;
/// A letter once or twice.
const DOUBLED: Cost = 40;
/// The last vowel once or twice.
const DOUBLED_AT_END: Cost = 70;
const SWAPPED: Cost = 55;
const SWAPPED_VOWELS: Cost = 40;
const SWAPPED_AT_EDGE: Cost = 80;
/// Where the last letter becomes a vowel or was one.
const SWAPPED_ENDING: Cost = 95;
/// A neighbouring key.
const MISTYPED: Cost = 90;
const MISTYPED_VOWEL: Cost = 140;
/// A letter too many or too few.
const MISSING: Cost = 90;
const MISSING_VOWEL: Cost = 110;
const MISSING_AT_EDGE: Cost = 160;
const OTHER_LETTER: Cost = 170;
const OTHER_AT_EDGE: Cost = 220;

/// Longest word that is compared letter by letter.
pub(super) const LONGEST: usize = 32;

/// How far the places of what belongs together may drift apart: a few letters that one spelling has and the other not.
const BAND: usize = 5;

/// Rows of the table that a rule can look back.
const LOOKED_BACK: usize = respelling::LONGEST;

#[cfg(test)]
thread_local! {
    /// How many pairs of beginnings have been compared, for tests that bound the work.
    pub(super) static CELLS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// What may have happened to a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    /// Slips and respellings.
    Anything,
    /// Only what leaves a name the same name: respellings that don't part two names.
    SameName,
}

/// Returns the cost of making `a` from `b`; `None` where it is more than `limit` or a word is too long to be compared.
pub(super) fn between(a: &[u8], b: &[u8], allowed: Allowed, limit: Cost) -> Option<Cost> {
    if a.len().max(b.len()) > LONGEST || a.len().abs_diff(b.len()) > BAND {
        return None;
    }
    let mut table = Table::new(b.len());
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            let is_near = i.abs_diff(j) <= BAND;
            #[cfg(test)]
            CELLS.set(CELLS.get() + usize::from(is_near));
            let cost = if is_near { cheapest(&table, (a, i), (b, j), allowed) } else { Cost::MAX };
            table.set(i, j, cost);
        }
        if table.is_beyond(i, limit) {
            return None;
        }
    }
    Some(table.get(a.len(), b.len())).filter(|cost| *cost <= limit)
}

/// Returns the cheapest way to the beginnings of lengths `i` and `j`.
fn cheapest(table: &Table, (a, i): (&[u8], usize), (b, j): (&[u8], usize), allowed: Allowed) -> Cost {
    if i == 0 && j == 0 {
        return 0;
    }
    let (before_a, before_b) = (a.get(..i).unwrap_or_default(), b.get(..j).unwrap_or_default());
    let mut best = Cost::MAX;
    let mut consider = |i: usize, j: usize, cost: Cost| best = best.min(table.get(i, j).saturating_add(cost));
    let slips = allowed == Allowed::Anything;
    if slips && i > 0 {
        consider(i - 1, j, left_out(a, i - 1));
    }
    if slips && j > 0 {
        consider(i, j - 1, left_out(b, j - 1));
    }
    let (Some(x), Some(y)) = (before_a.last(), before_b.last()) else { return best };
    let shorter = a.len().min(b.len());
    let is_last = i == a.len() && j == b.len();
    if x == y {
        consider(i - 1, j - 1, 0);
        let doubled = if is_last && is_vowel(*x) { DOUBLED_AT_END } else { DOUBLED };
        if before_a.ends_with(&[*x, *x]) && (slips || !parts_names(a, i, shorter)) {
            consider(i - 2, j - 1, doubled);
        }
        if before_b.ends_with(&[*x, *x]) && (slips || !parts_names(b, j, shorter)) {
            consider(i - 1, j - 2, doubled);
        }
    } else if slips {
        consider(i - 1, j - 1, replaced(*x, *y, Edge { is_first: i == 1 && j == 1, is_last }));
    }
    if let Some((one, other)) = neighbours(before_a, before_b) {
        let edge = Edge { is_first: i == 2 || j == 2, is_last };
        if let Some(cost) = swapped(one, other, edge, shorter, slips) {
            consider(i - 2, j - 2, cost);
        }
    }
    for rule in respelling::ending_in(*x, *y) {
        if let Some(cost) = rule.cost((a, i), (b, j), allowed) {
            consider(i - rule.one.len(), j - rule.other.len(), cost);
        }
    }
    best
}

/// Returns the last two letters, where they are the same ones in the other order.
fn neighbours(a: &[u8], b: &[u8]) -> Option<(u8, u8)> {
    let ([.., one, other], [.., first, second]) = (a, b) else { return None };
    (one == second && other == first && one != other).then_some((*one, *other))
}

/// Whether a change is at an end of the word.
#[derive(Clone, Copy)]
struct Edge {
    is_first: bool,
    is_last: bool,
}

fn replaced(x: u8, y: u8, edge: Edge) -> Cost {
    let vowels = is_vowel(x) && is_vowel(y);
    if vowels && edge.is_last {
        return FAR;
    }
    let is_edge = edge.is_first || edge.is_last;
    match scanned(x, y) {
        Some(SCANNED_ALIKE) if is_edge => return SCANNED_ALIKE_AT_EDGE,
        Some(cost) => return cost,
        None => {}
    }
    if are_neighbours(x, y) {
        return match (is_edge, is_vowel(x) || is_vowel(y)) {
            (true, true) => OTHER_AT_EDGE,
            (true, false) if edge.is_last => MISTYPED + 10,
            (true, false) => MISTYPED + 50,
            (false, _) if vowels => MISTYPED_VOWEL,
            (false, _) => MISTYPED,
        };
    }
    if is_edge { OTHER_AT_EDGE } else { OTHER_LETTER }
}

/// Returns two neighbours that changed places.
fn swapped(one: u8, other: u8, edge: Edge, length: usize, slips: bool) -> Option<Cost> {
    let vowels = is_vowel(one) && is_vowel(other);
    if vowels && !edge.is_last && !edge.is_first && length >= 6 {
        return Some(SWAPPED_VOWELS);
    }
    let changes_ending = edge.is_last && is_vowel(one) != is_vowel(other);
    slips.then_some(match (changes_ending, edge.is_first || edge.is_last) {
        (true, _) => SWAPPED_ENDING,
        (false, true) => SWAPPED_AT_EDGE,
        (false, false) => SWAPPED,
    })
}

/// Returns whether the letter before `end`, once or twice, may make two names: in short ones (ANA, ANNA), a vowel at
/// the end, and a consonant before the last E (GABRIELE and GABRIELLE are a man and a woman).
fn parts_names(word: &[u8], end: usize, fewest_letters: usize) -> bool {
    let ends_in_vowel = end == word.len() && word.last().is_some_and(|last| is_vowel(*last));
    fewest_letters < 6 || ends_in_vowel || word.get(end..) == Some(b"E".as_slice())
}

/// Returns the letter at `at` left out.
fn left_out(word: &[u8], at: usize) -> Cost {
    let is_vowel = word.get(at).is_some_and(|letter| is_vowel(*letter));
    match (at == 0, at + 1 == word.len()) {
        (_, true) if is_vowel => FAR,
        (false, false) if is_vowel => MISSING_VOWEL,
        (false, false) => MISSING,
        _ => MISSING_AT_EDGE,
    }
}

/// Letters that look alike to a scanner.
fn scanned(x: u8, y: u8) -> Option<Cost> {
    let pair = if x < y { [x, y] } else { [y, x] };
    match &pair {
        b"OQ" | b"DO" | b"UV" | b"IL" | b"IT" => Some(SCANNED),
        b"IJ" | b"CG" | b"CO" | b"GO" | b"EF" | b"HN" | b"KX" | b"DQ" | b"VY" => Some(SCANNED_ALIKE),
        _ => None,
    }
}

/// Rows of the keyboard, as far as letters go; QWERTY, whose neighbours QWERTZ and AZERTY mostly share.
const ROWS: [&[u8]; 3] = [b"QWERTYUIOP", b"ASDFGHJKL", b"ZXCVBNM"];

fn are_neighbours(x: u8, y: u8) -> bool {
    let place = |letter: u8| {
        ROWS.iter().enumerate().find_map(|(row, keys)| keys.iter().position(|key| *key == letter).map(|at| (row, at)))
    };
    let (Some((row, at)), Some((other_row, other_at))) = (place(x), place(y)) else { return false };
    match other_row.cmp(&row) {
        std::cmp::Ordering::Equal => at.abs_diff(other_at) == 1,
        // A row further down stands half a key further right.
        std::cmp::Ordering::Greater => other_row == row + 1 && (other_at == at || other_at + 1 == at),
        std::cmp::Ordering::Less => row == other_row + 1 && (other_at == at || at + 1 == other_at),
    }
}

/// The costs of all pairs of beginnings.
struct Table {
    width: usize,
    costs: Vec<Cost>,
    /// The least cost in each row.
    least: Vec<Cost>,
}

impl Table {
    fn new(other_length: usize) -> Self {
        let width = other_length + 1;
        Self { width, costs: Vec::with_capacity((LONGEST + 1) * width), least: Vec::with_capacity(LONGEST + 1) }
    }

    /// Cells are set row by row.
    fn set(&mut self, row: usize, column: usize, cost: Cost) {
        debug_assert_eq!(self.costs.len(), row * self.width + column);
        self.costs.push(cost);
        match self.least.get_mut(row) {
            Some(least) => *least = (*least).min(cost),
            None => self.least.push(cost),
        }
    }

    fn get(&self, row: usize, column: usize) -> Cost {
        self.costs.get(row * self.width + column).copied().unwrap_or(Cost::MAX)
    }

    /// Returns whether every way through the rows that the next one can start from costs too much.
    fn is_beyond(&self, row: usize, limit: Cost) -> bool {
        row >= LOOKED_BACK && self.least.iter().rev().take(LOOKED_BACK).all(|least| *least > limit)
    }
}

impl respelling::Rule {
    /// Returns what this rule costs where the words end at `i` and `j`; `None` where it doesn't apply.
    fn cost(&self, (a, i): (&[u8], usize), (b, j): (&[u8], usize), allowed: Allowed) -> Option<Cost> {
        let applies = a.get(..i)?.ends_with(self.one) && b.get(..j)?.ends_with(self.other);
        if !applies || (allowed == Allowed::SameName && self.change != Change::Spelling) {
            return None;
        }
        let (start_a, start_b) = (i - self.one.len(), j - self.other.len());
        self.holds((a, start_a, i), (b, start_b, j)).then_some(self.cost)
    }
}
