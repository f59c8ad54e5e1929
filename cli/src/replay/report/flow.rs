//! The flow from decisions in force to proposed ones.

use maud::{Markup, html};

use super::figures::{at, count, scaled};
use crate::replay::pattern::State;
use crate::replay::summary::Summary;

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 210.0;
const GAP: f64 = 8.0;
const LEFT: f64 = 92.0;
const RIGHT: f64 = 268.0;
const BAR: f64 = 12.0;
const TOP: f64 = 22.0;

/// Draws the flow, with a sentence.
#[must_use]
pub fn figure(summary: &Summary) -> Markup {
    let states = summary.states();
    let from: Vec<State> = states.iter().copied().filter(|state| summary.in_force(*state) > 0).collect();
    let to: Vec<State> = states.iter().copied().filter(|state| summary.proposed(*state) > 0).collect();
    let gaps = |number: usize| GAP * f64::from(u32::try_from(number.saturating_sub(1)).unwrap_or_default());
    let height = HEIGHT - gaps(from.len().max(to.len()));
    let scale = |posts: u64| scaled(posts, summary.posts, height);
    let place = |states: &[State], posts: &dyn Fn(State) -> u64| {
        let mut y = TOP;
        let places = states.iter().map(|state| {
            let begin = y;
            y += scale(posts(*state)) + GAP;
            (*state, begin, posts(*state))
        });
        places.collect::<Vec<_>>()
    };
    let left = place(&from, &|state| summary.in_force(state));
    let right = place(&to, &|state| summary.proposed(state));
    let mut ribbons = Vec::new();
    let mut used = vec![0.0; right.len()];
    for (from, begin, _) in &left {
        let mut y = *begin;
        for ((to, begin, _), used) in right.iter().zip(&mut used) {
            let thick = scale(summary.transition(*from, *to));
            if thick > 0.0 {
                ribbons.push((*from, *to, y, begin + *used, thick));
            }
            y += thick;
            *used += thick;
        }
    }
    let description = sentence(summary);
    html! {
        figure {
            svg viewBox={ "0 0 " (at(WIDTH)) " " (at(HEIGHT + TOP + 4.0)) } role="img" aria-label=(description) {
                text x=(at(LEFT)) y="12" text-anchor="end" class="soft" { "in force" }
                text x=(at(RIGHT)) y="12" class="soft" { "proposed" }
                @for (from, to, y0, y1, thick) in &ribbons {
                    path class={ "ribbon " (to.as_str()) "-fill" @if from != to { " moves" } } d=(ribbon(*y0, *y1, *thick)) {}
                }
                @for (state, y, posts) in &left {
                    rect class={ (state.as_str()) "-fill" } x=(at(LEFT)) y=(at(*y)) width=(at(BAR)) height=(at(scale(*posts).max(0.8))) {}
                    text x=(at(LEFT - 6.0)) y=(at(*y + scale(*posts) / 2.0 + 4.0)) text-anchor="end" { (state.as_str()) " " (count(*posts)) }
                }
                @for (state, y, posts) in &right {
                    rect class={ (state.as_str()) "-fill" } x=(at(RIGHT - BAR)) y=(at(*y)) width=(at(BAR)) height=(at(scale(*posts).max(0.8))) {}
                    text x=(at(RIGHT + 6.0)) y=(at(*y + scale(*posts) / 2.0 + 4.0)) { (state.as_str()) " " (count(*posts)) }
                }
            }
            figcaption { (description) }
        }
    }
}

fn ribbon(y0: f64, y1: f64, thick: f64) -> String {
    let (begin, end) = (LEFT + BAR, RIGHT - BAR);
    let middle = (begin + end) / 2.0;
    let thick = thick.max(0.6);
    format!(
        "M{0} {1}C{2} {1} {2} {3} {4} {3}L{4} {5}C{2} {5} {2} {6} {0} {6}Z",
        at(begin),
        at(y0),
        at(middle),
        at(y1),
        at(end),
        at(y1 + thick),
        at(y0 + thick),
    )
}

fn sentence(summary: &Summary) -> String {
    let moves =
        summary.transitions.iter().filter(|((from, to), count)| from != to && *to != State::Unknown && **count > 0);
    let largest = moves.max_by_key(|(_, count)| **count);
    match largest {
        None => "No decision changes.".to_owned(),
        Some(((from, to), posts)) => format!(
            "{} of {} posts change their decision; most of them, {}, go from {} to {}.",
            count(summary.flips),
            count(summary.posts),
            count(*posts),
            from.as_str(),
            to.as_str()
        ),
    }
}
