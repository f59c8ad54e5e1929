//! Scores under both policies, with the thresholds.

use kyc_gate::scoring::settings::Thresholds;
use maud::{Markup, html};

use super::figures::{at, count, scaled, share};

/// Posts by score, in force and proposed.
pub type Scores = [[u64; 101]; 2];

const BINS: usize = 21;
const STEP: usize = 5;
const LEFT: f64 = 34.0;
const BIN: f64 = 15.0;
const TOP: f64 = 30.0;
const HEIGHT: f64 = 130.0;

/// Draws the scores of one proof, with a sentence and a table.
#[must_use]
pub fn figure(proof: &str, scores: &Scores, old: Thresholds, new: Thresholds) -> Markup {
    let totals = scores.map(|scores| scores.iter().sum::<u64>());
    let bins = [0, 1].map(|side| binned(scores.get(side)));
    let parts = |side: usize| {
        let (bins, total) = (bins.get(side), totals.get(side).copied().unwrap_or_default());
        bins.into_iter().flatten().map(move |posts| scaled(*posts, total, 1.0)).collect::<Vec<_>>()
    };
    let (before, after) = (parts(0), parts(1));
    let most = before.iter().chain(&after).copied().fold(0.05, f64::max);
    let bottom = TOP + HEIGHT;
    let description = sentence(proof, scores, totals);
    html! {
        figure {
            svg viewBox="0 0 360 196" role="img" aria-label=(description) {
                (bands(new, bottom))
                @for (side, parts) in [("old", &before), ("new", &after)] {
                    @for (bin, part) in parts.iter().enumerate().filter(|(_, part)| **part > 0.0) {
                        @let height = (part / most * HEIGHT).max(1.0);
                        rect class={ (side) "-fill" } x=(at(x_of_bin(bin) + if side == "old" { 1.0 } else { 7.5 }))
                            y=(at(bottom - height)) width="6" height=(at(height)) {}
                    }
                }
                path class="axis" d={ "M" (at(LEFT)) " " (at(bottom)) "h" (at(BIN * 21.0)) } {}
                @for score in [0_u8, 25, 50, 75, 100] {
                    text class="soft" x=(at(x(score))) y=(at(bottom + 14.0)) text-anchor="middle" { (score) }
                }
                text class="soft" x=(at(LEFT - 4.0)) y=(at(TOP + 8.0)) text-anchor="end" { (format!("{:.0}%", most * 100.0)) }
                text class="soft" x=(at(LEFT - 4.0)) y=(at(bottom)) text-anchor="end" { "0%" }
                @for (class, thresholds) in [("threshold old", old), ("threshold", new)] {
                    @for score in [thresholds.reject_below, thresholds.accept_above] {
                        path class=(class) d={ "M" (at(x(score))) " " (at(TOP - 4.0)) "V" (at(bottom)) } {}
                    }
                }
                text x=(at(x(new.reject_below))) y="12" text-anchor="end" { "reject below " (new.reject_below) }
                text x=(at(x(new.accept_above).max(x(new.reject_below) + 8.0))) y="23" text-anchor=(if new.accept_above > 70 { "end" } else { "start" }) { "accept from " (new.accept_above) }
                text class="soft" x=(at(LEFT + BIN * 10.5)) y=(at(bottom + 30.0)) text-anchor="middle" { "points" }
            }
            figcaption {
                span class="key old" {} "in force (dashed thresholds: " (old.reject_below) ", " (old.accept_above) ") "
                span class="key new" {} "proposed. " (description)
            }
            (numbers(&bins, totals))
        }
    }
}

fn bands(thresholds: Thresholds, bottom: f64) -> Markup {
    let end = LEFT + BIN * 21.0;
    let (reject, accept) = (x(thresholds.reject_below), x(thresholds.accept_above));
    html! {
        @for (state, from, to) in [("reject", LEFT, reject), ("review", reject, accept), ("accept", accept, end)] {
            @if to > from {
                rect class={ "band " (state) "-fill" } x=(at(from)) y=(at(TOP)) width=(at(to - from)) height=(at(bottom - TOP)) {}
            }
        }
    }
}

fn numbers(bins: &[Vec<u64>; 2], totals: [u64; 2]) -> Markup {
    let [before, after] = bins;
    html! {
        details {
            summary { "The numbers" }
            div class="wide" { table {
                thead { tr { th { "points" } th { "in force" } th { "" } th { "proposed" } th { "" } } }
                tbody {
                    @for (bin, (before, after)) in before.iter().zip(after).enumerate().filter(|(_, (before, after))| **before + **after > 0) {
                        tr {
                            th { (range(bin)) }
                            td { (count(*before)) } td { (share(*before, totals[0])) }
                            td { (count(*after)) } td { (share(*after, totals[1])) }
                        }
                    }
                }
            } }
        }
    }
}

fn range(bin: usize) -> String {
    let begin = bin.saturating_mul(STEP);
    if begin >= 100 { "100".to_owned() } else { format!("{begin} to {}", begin + STEP - 1) }
}

fn binned(scores: Option<&[u64; 101]>) -> Vec<u64> {
    let mut bins = vec![0; BINS];
    for (score, posts) in scores.into_iter().flatten().enumerate() {
        if let Some(bin) = bins.get_mut(score / STEP) {
            *bin += posts;
        }
    }
    bins
}

fn x(score: u8) -> f64 {
    LEFT + f64::from(score) / 5.0 * BIN
}

fn x_of_bin(bin: usize) -> f64 {
    LEFT + BIN * f64::from(u32::try_from(bin).unwrap_or_default())
}

fn sentence(proof: &str, scores: &Scores, totals: [u64; 2]) -> String {
    let middle = |side: usize| {
        let total = totals.get(side).copied().unwrap_or_default();
        let mut seen = 0_u64;
        let found = scores.get(side)?.iter().position(|posts| {
            seen += posts;
            seen.saturating_mul(2) >= total.max(1)
        });
        Some(found.unwrap_or_default().to_string())
    };
    format!(
        "The median of the {proof} is {} points in force, and {} as proposed.",
        middle(0).unwrap_or_default(),
        middle(1).unwrap_or_default()
    )
}
