//! What every pair of thresholds of the identity proof would do, with the proposed weights.

use kyc_gate::scoring::settings::Thresholds;
use kyc_gate::scoring::{Decision, arithmetic};
use maud::{Markup, html};

use super::figures::{at, scaled, share};

/// Posts that are alike whatever the thresholds are.
pub struct Scored {
    /// Points of the identity proof.
    pub score: u8,
    /// What the address proof decides.
    pub address: Option<Decision>,
    /// What the rules that fire ask for.
    pub rules: Vec<Decision>,
    /// The number of posts.
    pub posts: u64,
}

const STEP: u8 = 5;
const LEVELS: u32 = 20;
const LEFT: f64 = 28.0;
const TOP: f64 = 8.0;
const CELL: f64 = 9.0;
/// A step that moves at least this share of the posts is a cliff, in percent.
const CLIFF: f64 = 5.0;
const MOST_CLIFFS: usize = 3;

/// Draws the plane, a panel for each decision, with a sentence for each cliff.
#[must_use]
pub fn section(scored: &[Scored], old: Thresholds, new: Thresholds) -> Markup {
    let total: u64 = scored.iter().map(|post| post.posts).sum();
    let cliffs = [
        cliffs(scored, total, Decision::Accept, |at| Thresholds { accept_above: at, ..new }),
        cliffs(scored, total, Decision::Reject, |at| Thresholds { reject_below: at, ..new }),
    ];
    html! {
        p {
            "Each field is a pair of thresholds: " code { "rejectBelow" } " to the right, " code { "acceptAbove" }
            " upwards. The stronger its colour, the more posts end so. The ring is what is in force, the dot what is proposed."
        }
        div class="grid planes" {
            @for decision in Decision::ALL { (panel(scored, total, decision, (old, new), &cliffs)) }
        }
        (told(&cliffs, total))
    }
}

fn decided(scored: &[Scored], thresholds: Thresholds, decision: Decision) -> u64 {
    let ends = |post: &&Scored| {
        let identity = thresholds.decide(post.score);
        arithmetic::decide(identity, post.address, post.rules.iter().copied()) == decision
    };
    scored.iter().filter(ends).map(|post| post.posts).sum()
}

/// Returns the steps of a threshold at which many posts change: the threshold, and how many.
fn cliffs(scored: &[Scored], total: u64, decision: Decision, with: impl Fn(u8) -> Thresholds) -> Vec<(u8, u64)> {
    let of = |at: u8| decided(scored, with(at), decision);
    let mut found: Vec<(u8, u64)> = (0..100_u8).map(|at| (at, of(at).abs_diff(of(at + 1)))).collect();
    found.retain(|(_, posts)| scaled(*posts, total, 100.0) >= CLIFF);
    found.sort_by_key(|(at, posts)| (std::cmp::Reverse(*posts), *at));
    found.truncate(MOST_CLIFFS);
    found.sort_unstable();
    found
}

fn panel(
    scored: &[Scored],
    total: u64,
    decision: Decision,
    (old, new): (Thresholds, Thresholds),
    [accepts, rejects]: &[Vec<(u8, u64)>; 2],
) -> Markup {
    let mut levels: Vec<String> = vec![String::new(); usize::try_from(LEVELS).unwrap_or_default() + 1];
    for accept_above in (0..=100).step_by(usize::from(STEP)) {
        for reject_below in (0..=accept_above).step_by(usize::from(STEP)) {
            let posts = decided(scored, Thresholds { reject_below, accept_above }, decision);
            let level = (scaled(posts, total, f64::from(LEVELS)) + 0.5).floor();
            let level = (0..=LEVELS).find(|known| f64::from(*known) >= level).unwrap_or(LEVELS);
            let place = format!("M{} {}h9v9h-9z", at(x(reject_below)), at(y(accept_above) - CELL));
            levels
                .get_mut(usize::try_from(level).unwrap_or_default())
                .into_iter()
                .for_each(|path| path.push_str(&place));
        }
    }
    let now = [old, new].map(|thresholds| share(decided(scored, thresholds, decision), total));
    let [before, after] = now;
    let says = format!(
        "{}: {after} as proposed. With the proposed weights alone, and the thresholds in force: {before}.",
        word(decision)
    );
    html! {
        figure {
            svg viewBox="0 0 232 226" role="img" aria-label=(says) {
                @for (level, path) in levels.iter().enumerate().filter(|(level, path)| *level > 0 && !path.is_empty()) {
                    path class={ (decision.as_str()) "-fill" } fill-opacity=(format!("{:.2}", 0.05 + 0.95 * scaled(u64::try_from(level).unwrap_or_default(), u64::from(LEVELS), 1.0))) d=(path) {}
                }
                path class="axis" d={ "M" (at(LEFT)) " " (at(TOP)) "V" (at(y(0))) "H" (at(LEFT + CELL * 21.0)) } {}
                @if decision != Decision::Reject {
                    @for (step, _) in accepts { path class="cliff" d={ "M" (at(LEFT)) " " (at(y_between(*step))) "H" (at(x(*step) + CELL)) } {} }
                }
                @if decision != Decision::Accept {
                    @for (step, _) in rejects { path class="cliff" d={ "M" (at(x(*step) + CELL / 2.0 + 0.9)) " " (at(TOP)) "V" (at(y_between(*step))) } {} }
                }
                @for score in [0_u8, 50, 100] {
                    text class="soft" x=(at(x(score) + CELL / 2.0)) y=(at(y(0) + 13.0)) text-anchor="middle" { (score) }
                    text class="soft" x=(at(LEFT - 4.0)) y=(at(y(score) - CELL / 2.0 + 4.0)) text-anchor="end" { (score) }
                }
                @for _ in 0..2 { circle class="ring" cx=(at(x(old.reject_below) + CELL / 2.0)) cy=(at(y(old.accept_above) - CELL / 2.0)) r="6" {} }
                circle class="dot" cx=(at(x(new.reject_below) + CELL / 2.0)) cy=(at(y(new.accept_above) - CELL / 2.0)) r="3.5" {}
                text class="soft" x="130" y="224" text-anchor="middle" { "rejectBelow" }
            }
            figcaption { (says) }
        }
    }
}

fn told([accepts, rejects]: &[Vec<(u8, u64)>; 2], total: u64) -> Markup {
    html! {
        @if accepts.is_empty() && rejects.is_empty() {
            p { "There are no cliffs: no single point of a threshold moves 5% of the posts or more." }
        } @else {
            p { "Cliffs (dotted), where a single point moves many posts:" }
            ul {
                @for (at, posts) in accepts {
                    li { code { "acceptAbove" } " from " (at) " to " (at + 1) ": " (share(*posts, total)) " of the posts are no longer accepted." }
                }
                @for (at, posts) in rejects {
                    li { code { "rejectBelow" } " from " (at) " to " (at + 1) ": " (share(*posts, total)) " more of the posts are rejected." }
                }
            }
        }
    }
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Accept => "Accepted",
        Decision::Review => "Reviewed",
        Decision::Reject => "Rejected",
    }
}

fn x(score: u8) -> f64 {
    LEFT + f64::from(score) / f64::from(STEP) * CELL
}

/// Returns the lower edge of a score's row.
fn y(score: u8) -> f64 {
    TOP + CELL * 21.0 - f64::from(score) / f64::from(STEP) * CELL
}

fn y_between(score: u8) -> f64 {
    y(score) - CELL / 2.0 - 0.9
}
