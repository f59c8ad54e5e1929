//! Shapley values: of a change that several things brought about together, the share of each.
//!
//! The share of one is what it adds to the change, averaged over all orders in which the changes can be made. That is
//! computed exactly. Going through all subsets would take 2^n steps, for up to 26 checks; but checks of one proof only
//! act through their sum, so subsets are counted by their size and their sum, which takes n * 100 steps.

use kyc_gate::scoring::settings::Thresholds;
use kyc_gate::scoring::{Decision, arithmetic};

/// Most points that a proof can lose. More don't matter.
const MOST: usize = 100;

/// What differs between two policies for one post, and what doesn't. A player is a position in the list of changes.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The identity proof.
    pub identity: Proof,
    /// The address proof.
    pub address: Proof,
    /// Whether there is an address proof under both policies.
    pub has_address: bool,
    /// What rules ask for that fire under both policies.
    pub rules: Vec<Decision>,
    /// What counts in another way.
    pub switches: Vec<Switch>,
}

/// One proof.
#[derive(Debug, Clone)]
pub struct Proof {
    /// Points of failed checks that cost the same under both policies.
    pub fixed: Vec<u8>,
    /// Player, points in force, points as proposed.
    pub changed: Vec<(usize, u8, u8)>,
    /// In force.
    pub old: Thresholds,
    /// Proposed.
    pub new: Thresholds,
    /// The player, where `rejectBelow` changes.
    pub reject_below: Option<usize>,
    /// The player, where `acceptAbove` changes.
    pub accept_above: Option<usize>,
}

/// What decides beside the scores in force, and as proposed. Several switches can have one player.
#[derive(Debug, Clone, Copy)]
pub struct Switch {
    /// The player.
    pub player: usize,
    /// In force.
    pub before: Option<Decision>,
    /// Proposed.
    pub after: Option<Decision>,
    /// Whether it is a rule, whose `accept` lifts a review.
    pub lifts: bool,
}

impl Default for Proof {
    fn default() -> Self {
        let (old, new) = (Thresholds::default(), Thresholds::default());
        Self { fixed: Vec::new(), changed: Vec::new(), old, new, reject_below: None, accept_above: None }
    }
}

/// Returns the share of each player: the worth of a set of changes is how far it takes the decision from the one in
/// force to the proposed one. Shares add up to 1; all are 0 where the decision stays.
#[must_use]
pub fn shares(changes: &Changes, players: usize) -> Vec<f64> {
    let game = Game::new(changes, players);
    let (start, end) = (game.rank_without_changes(), game.rank_with_all());
    let distance = end - start;
    if distance == 0.0 {
        return vec![0.0; players];
    }
    (0..players).map(|player| game.value(player) / distance).collect()
}

/// How many subsets of a proof's checks have each size and lead to each decision.
type Counts = Vec<[f64; 3]>;

struct Game<'c> {
    changes: &'c Changes,
    players: usize,
    /// The players that aren't checks.
    switching: Vec<usize>,
    factorials: Vec<f64>,
}

impl<'c> Game<'c> {
    fn new(changes: &'c Changes, players: usize) -> Self {
        let is_check = |player: &usize| {
            let of = |proof: &Proof| proof.changed.iter().any(|(check, ..)| check == player);
            of(&changes.identity) || of(&changes.address)
        };
        let factorials = (0..=players).scan(1.0, |product, number| {
            *product *= if number == 0 { 1.0 } else { to_f64(number) };
            Some(*product)
        });
        Self {
            changes,
            players,
            switching: (0..players).filter(|player| !is_check(player)).collect(),
            factorials: factorials.collect(),
        }
    }

    /// Returns the part of the orders in which a player comes after this very set of `size` others.
    fn weight(&self, size: usize) -> f64 {
        let factorial = |number: usize| self.factorials.get(number).copied().unwrap_or(1.0);
        let after = self.players.saturating_sub(size).saturating_sub(1);
        factorial(size) * factorial(after) / factorial(self.players)
    }

    /// Returns a player's Shapley value, in steps between decisions.
    fn value(&self, player: usize) -> f64 {
        let without = [Fixed(player, false), Fixed(player, true)].map(|fixed| self.tables(fixed));
        let mut value = 0.0;
        for set in subsets(&self.switching, player) {
            let sign = [(-1.0, false), (1.0, true)];
            for ((sign, on), tables) in sign.into_iter().zip(&without) {
                let mut switched = set.clone();
                if on && self.switching.contains(&player) {
                    switched.push(player);
                }
                value += sign * self.sum(&switched, set.len(), tables);
            }
        }
        value
    }

    /// Sums the ranks of the decisions over all subsets of the other checks, weighted; `switched` are the switches that
    /// are on, `size` of which count as before the player.
    fn sum(&self, switched: &[usize], size: usize, (identity, address): &(Ways, Ways)) -> f64 {
        let identity = self.changes.identity.decisions(identity, switched);
        let address = self.changes.address.decisions(address, switched);
        let mut sum = 0.0;
        for (first, counts) in identity.iter().enumerate() {
            for (one, ways) in Decision::ALL.into_iter().zip(counts).filter(|(_, ways)| **ways > 0.0) {
                for (second, counts) in address.iter().enumerate() {
                    for (other, more) in Decision::ALL.into_iter().zip(counts).filter(|(_, ways)| **ways > 0.0) {
                        let weight = self.weight(size.saturating_add(first).saturating_add(second));
                        sum += weight * ways * more * self.rank(one, other, switched);
                    }
                }
            }
        }
        sum
    }

    fn tables(&self, fixed: Fixed) -> (Ways, Ways) {
        (self.changes.identity.ways(fixed), self.changes.address.ways(fixed))
    }

    fn rank(&self, identity: Decision, address: Decision, switched: &[usize]) -> f64 {
        let changes = self.changes;
        let now = |switch: &Switch| if switched.contains(&switch.player) { switch.after } else { switch.before };
        let proofs = changes.switches.iter().filter(|switch| !switch.lifts).filter_map(now);
        let address = proofs.chain(changes.has_address.then_some(address)).max();
        let rules = changes.switches.iter().filter(|switch| switch.lifts).filter_map(now);
        rank(arithmetic::decide(identity, address, rules.chain(changes.rules.iter().copied())))
    }

    fn rank_without_changes(&self) -> f64 {
        let proof = |proof: &Proof| proof.decide(proof.changed.iter().map(|(_, before, _)| *before), proof.old);
        self.rank(proof(&self.changes.identity), proof(&self.changes.address), &[])
    }

    fn rank_with_all(&self) -> f64 {
        let proof = |proof: &Proof| proof.decide(proof.changed.iter().map(|(.., after)| *after), proof.new);
        self.rank(proof(&self.changes.identity), proof(&self.changes.address), &self.switching)
    }
}

/// A check that isn't free to be in a subset or not: it costs what it costs in force, or as proposed.
#[derive(Clone, Copy)]
struct Fixed(usize, bool);

/// How many subsets of a proof's checks have each size (first index) and cost each number of points (second).
struct Ways(Vec<Vec<f64>>);

impl Proof {
    fn decide(&self, changed: impl Iterator<Item = u8>, thresholds: Thresholds) -> Decision {
        arithmetic::proof(self.fixed.iter().copied().chain(changed), thresholds).decision
    }

    fn ways(&self, Fixed(player, on): Fixed) -> Ways {
        let fixed = self.fixed.iter().fold(0_usize, |sum, points| sum.saturating_add(usize::from(*points)));
        let mut begin = fixed;
        for (_, before, after) in self.changed.iter().filter(|(check, ..)| *check == player) {
            begin = begin.saturating_add(usize::from(if on { *after } else { *before }));
        }
        let mut ways = vec![vec![0.0; MOST + 1]];
        add(&mut ways, 0, begin, 1.0);
        for (_, before, after) in self.changed.iter().filter(|(check, ..)| *check != player) {
            let mut next = vec![vec![0.0; MOST + 1]; ways.len().saturating_add(1)];
            for (size, sums) in ways.iter().enumerate() {
                for (points, count) in sums.iter().enumerate().filter(|(_, count)| **count > 0.0) {
                    add(&mut next, size, points.saturating_add(usize::from(*before)), *count);
                    add(&mut next, size.saturating_add(1), points.saturating_add(usize::from(*after)), *count);
                }
            }
            ways = next;
        }
        Ways(ways)
    }

    /// Counts subsets by size and decision, with these switches on.
    fn decisions(&self, Ways(ways): &Ways, switched: &[usize]) -> Counts {
        let is_on = |player: Option<usize>| player.is_some_and(|player| switched.contains(&player));
        let thresholds = Thresholds {
            reject_below: if is_on(self.reject_below) { self.new.reject_below } else { self.old.reject_below },
            accept_above: if is_on(self.accept_above) { self.new.accept_above } else { self.old.accept_above },
        };
        let decisions: Vec<Decision> = (0..=100_u8)
            .take(MOST + 1)
            .map(|points| arithmetic::proof(std::iter::once(points), thresholds).decision)
            .collect();
        let count = |sums: &Vec<f64>| {
            Decision::ALL.map(|wanted| {
                let ways = sums.iter().zip(&decisions).filter(|(_, decision)| **decision == wanted);
                ways.map(|(count, _)| count).sum::<f64>()
            })
        };
        ways.iter().map(count).collect()
    }
}

fn add(ways: &mut [Vec<f64>], size: usize, points: usize, count: f64) {
    if let Some(slot) = ways.get_mut(size).and_then(|sums| sums.get_mut(points.min(MOST))) {
        *slot += count;
    }
}

/// Returns all subsets that leave a player out.
fn subsets(players: &[usize], player: usize) -> Vec<Vec<usize>> {
    let mut subsets = vec![Vec::new()];
    for other in players.iter().filter(|other| **other != player) {
        let with: Vec<Vec<usize>> = subsets.iter().map(|subset| [subset.as_slice(), &[*other]].concat()).collect();
        subsets.extend(with);
    }
    subsets
}

fn rank(decision: Decision) -> f64 {
    match decision {
        Decision::Accept => 0.0,
        Decision::Review => 1.0,
        Decision::Reject => 2.0,
    }
}

fn to_f64(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    /// Goes through all orders by going through all subsets: what the definition says.
    fn by_definition(changes: &Changes, players: usize) -> Vec<f64> {
        let rank_of = |set: u32| {
            let on: Vec<usize> = (0..players).filter(|player| set >> player & 1 == 1).collect();
            let proof = |proof: &Proof| {
                let is_on = |player: usize| on.contains(&player);
                let thresholds = Thresholds {
                    reject_below: if proof.reject_below.is_some_and(is_on) { proof.new } else { proof.old }
                        .reject_below,
                    accept_above: if proof.accept_above.is_some_and(is_on) { proof.new } else { proof.old }
                        .accept_above,
                };
                let cost = |(player, before, after): &(usize, u8, u8)| if is_on(*player) { *after } else { *before };
                proof.decide(proof.changed.iter().map(cost), thresholds)
            };
            Game::new(changes, players).rank(proof(&changes.identity), proof(&changes.address), &on)
        };
        let factorial = |number: u32| (1..=number).map(f64::from).product::<f64>();
        let all = (1_u32 << players) - 1;
        let distance = rank_of(all) - rank_of(0);
        let n = u32::try_from(players).unwrap();
        let value = |player: usize| {
            let others = (0..=all).filter(|set| set >> player & 1 == 0);
            others
                .map(|set| {
                    let weight = factorial(set.count_ones()) * factorial(n - set.count_ones() - 1) / factorial(n);
                    weight * (rank_of(set | 1 << player) - rank_of(set))
                })
                .sum::<f64>()
        };
        if distance == 0.0 { vec![0.0; players] } else { (0..players).map(|player| value(player) / distance).collect() }
    }

    /// Rolls games: the same each time.
    struct Games(Dice);

    impl Games {
        fn roll(&mut self, sides: u64) -> u64 {
            self.0.roll(sides)
        }

        fn points(&mut self) -> u8 {
            u8::try_from(self.roll(41)).unwrap()
        }

        fn decision(&mut self) -> Option<Decision> {
            [None, Some(Decision::Accept), Some(Decision::Review), Some(Decision::Reject)]
                [usize::try_from(self.roll(4)).unwrap()]
        }

        fn proof(&mut self, players: &mut usize) -> Proof {
            let mut player = || {
                *players += 1;
                *players - 1
            };
            let fixed = (0..self.roll(3)).map(|_| self.points()).collect();
            let changed = (0..self.roll(5)).map(|_| (player(), self.points(), self.points())).collect();
            let thresholds = |dice: &mut Self| {
                let (one, other) = (dice.roll(101), dice.roll(101));
                Thresholds {
                    reject_below: u8::try_from(one.min(other)).unwrap(),
                    accept_above: u8::try_from(one.max(other)).unwrap(),
                }
            };
            let (old, mut new) = (thresholds(self), thresholds(self));
            let reject_below = (self.roll(2) == 0).then(&mut player);
            let accept_above = (self.roll(2) == 0).then(&mut player);
            // Without a player, they are the same.
            new.reject_below = if reject_below.is_some() { new.reject_below } else { old.reject_below };
            new.accept_above = if accept_above.is_some() { new.accept_above } else { old.accept_above };
            Proof { fixed, changed, old, new, reject_below, accept_above }
        }

        fn game(&mut self) -> (Changes, usize) {
            let mut players = 0;
            let (identity, address) = (self.proof(&mut players), self.proof(&mut players));
            let has_address = self.roll(2) == 0;
            let mut switches = Vec::new();
            for _ in 0..self.roll(3) {
                let (before, after) = (self.decision(), self.decision());
                switches.push(Switch { player: players, before, after, lifts: has_address || self.roll(2) == 0 });
                players += usize::from(self.roll(4) > 0);
            }
            players = switches.iter().map(|switch| switch.player + 1).fold(players, usize::max);
            let rules = (0..self.roll(2)).filter_map(|_| self.decision()).collect();
            (Changes { identity, address, has_address, rules, switches }, players)
        }
    }

    #[test]
    fn shares_are_those_of_the_definition() {
        let mut dice = Games(Dice(1));
        let mut moved = 0;
        for _ in 0..300 {
            let (changes, players) = dice.game();
            let (found, expected) = (shares(&changes, players), by_definition(&changes, players));
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-9, "{found} {expected} {changes:?}");
            }
            let sum: f64 = found.iter().sum();
            moved += usize::from(sum != 0.0);
            assert!(sum.abs() < 1e-9 || (sum - 1.0).abs() < 1e-9, "{sum}");
        }
        assert!(moved > 50, "{moved} games move the decision");
    }
}
