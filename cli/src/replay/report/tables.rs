//! The tables of a report.

use maud::{Markup, html};

use super::figures::{at, count, difference, fraction, share};
use crate::replay::pattern::State;
use crate::replay::result::{Outcomes, scores};
use crate::replay::slices::{self, By, Group};
use crate::replay::summary::{CheckFigures, Summary};

/// Shows in force, proposed and difference.
#[must_use]
pub fn decisions(summary: &Summary) -> Markup {
    html! {
        div class="wide" { table {
            thead { tr { th { "" } th { "in force" } th { "proposed" } th { "difference" } } }
            tbody {
                @for state in summary.states() {
                    @let (before, after) = (summary.in_force(state), summary.proposed(state));
                    tr {
                        th { (state.as_str()) }
                        td { (count(before)) " " span class="soft share" { (share(before, summary.posts)) } }
                        td { (count(after)) " " span class="soft share" { (share(after, summary.posts)) } }
                        td { (difference(before, after, summary.posts)) }
                    }
                }
            }
            caption { "Differences are in percentage points." }
        } }
    }
}

/// Shows how many posts go from which decision to which.
#[must_use]
pub fn transitions(summary: &Summary) -> Markup {
    let states = summary.states();
    html! {
        div class="wide" { table {
            thead {
                tr { th { "in force \u{2193} proposed \u{2192}" } @for to in &states { th { (to.as_str()) } } th { "all" } }
            }
            tbody {
                @for from in states.iter().filter(|state| **state != State::Unknown) {
                    tr {
                        th { (from.as_str()) }
                        @for to in &states {
                            @let posts = summary.transition(*from, *to);
                            td class=(class(*from, *to, posts)) { @if posts > 0 { (count(posts)) } @else { "\u{b7}" } }
                        }
                        td { (count(summary.in_force(*from))) }
                    }
                }
            }
            caption { "Green became better for the customer, red worse." }
        } }
    }
}

fn class(from: State, to: State, posts: u64) -> &'static str {
    match (from.cmp(&to), posts) {
        (std::cmp::Ordering::Equal, _) | (_, 0) => "stay",
        _ if to == State::Unknown => "stay",
        (std::cmp::Ordering::Less, _) => "worse",
        (std::cmp::Ordering::Greater, _) => "better",
    }
}

/// Shows every check.
#[must_use]
pub fn checks(summary: &Summary) -> Markup {
    html! {
        div class="wide" { table {
            thead { tr {
                th { "check" } th { "failed in force" } th { "proposed" } th { "no evidence" } th { "points in force" }
                th { "proposed" } th { "decisions changed" }
            } }
            tbody {
                @for figures in &summary.checks {
                    @let [failed_before, failed_after] = rates(figures);
                    tr {
                        th { code { (figures.check) } }
                        td { (failed_before) }
                        td { (failed_after) }
                        td { (share(figures.skipped[0], figures.made[0])) }
                        td { (points(figures.points[0])) }
                        td class=(if figures.points[0] == figures.points[1] { "stay" } else { "" }) { (points(figures.points[1])) }
                        td { (fraction(figures.share.sum())) }
                    }
                }
            }
        } }
    }
}

fn rates(figures: &CheckFigures) -> [String; 2] {
    let ([made, then], [failed, after]) = (figures.made, figures.failed);
    [share(failed, made), share(after, then)]
}

fn points((least, most): (u8, u8)) -> String {
    if least == most { least.to_string() } else { format!("{least} to {most}") }
}

/// Shows what made decisions change.
#[must_use]
pub fn causes(summary: &Summary) -> Markup {
    let most = summary.causes.iter().map(|(_, share)| share.sum().abs()).fold(0.1, f64::max);
    html! {
        div class="wide" { table {
            thead { tr { th { "change" } th { "decisions" } th { "worse" } th { "better" } th class="text" { "" } } }
            tbody {
                @for (cause, caused) in &summary.causes {
                    tr {
                        th { code { (cause) } }
                        td { (fraction(caused.sum())) } td { (fraction(caused.worse)) } td { (fraction(caused.better)) }
                        td class="text" {
                            svg viewBox="0 0 120 12" width="120" height="12" aria-hidden="true" {
                                rect class=(if caused.sum() < 0.0 { "bar against" } else { "bar" }) x="0" y="1" height="10"
                                    width=(at((caused.sum().abs() / most * 120.0).max(0.5))) {}
                            }
                        }
                    }
                }
            }
        } }
    }
}

/// Shows the groups of posts.
#[must_use]
pub fn groups(outcomes: &Outcomes) -> Markup {
    let titles =
        [(By::IssuingState, "By issuing state"), (By::DocumentType, "By kind of document"), (By::Age, "By age")];
    html! {
        @for (by, title) in titles {
            h3 { (title) }
            @let rows = slices::told(&outcomes.replayed.tally.groups, by);
            @if rows.is_empty() {
                p { "All groups are too small to be shown." }
            } @else {
                div class="wide" { table {
                    thead { tr {
                        th { "" } th { "posts" } th { "accepted in force" } th { "proposed" } th { "rejected in force" }
                        th { "proposed" } th { "decisions changed" }
                    } }
                    tbody { @for (name, group) in &rows { (group_row(name, group)) } }
                } }
            }
        }
    }
}

fn group_row(name: &str, group: &Group) -> Markup {
    let posts = group.posts();
    let ([accept, _, reject, _], [accept_new, _, reject_new, _]) = (group.old, group.new);
    html! {
        tr {
            th { (name) }
            td { (count(posts)) }
            td { (share(accept, posts)) } td { (share(accept_new, posts)) }
            td { (share(reject, posts)) } td { (share(reject_new, posts)) }
            td { (share(group.flips, posts)) }
        }
    }
}

/// Shows what was left out.
#[must_use]
pub fn left_out(outcomes: &Outcomes) -> Markup {
    let (summary, tally) = (&outcomes.summary, &outcomes.replayed.tally);
    html! {
        p {
            (count(summary.read)) " " (outcomes.items()) " were read and " (count(summary.posts)) " scored. "
            @if tally.other_lines > 0 { (count(tally.other_lines)) " other lines of the log were skipped." }
        }
        @if tally.ineligible.is_empty() {
            p { "Nothing was left out." }
        } @else {
            div class="wide" { table {
                thead { tr { th { "not eligible" } th { "number" } th class="text" { "why" } th class="text" { "the first" } } }
                tbody {
                    @for (reason, (number, first)) in &tally.ineligible {
                        tr {
                            th { code { (reason.word()) } } td { (count(*number)) } td class="text" { (reason.text()) }
                            td class="text" { (outcomes.place(*first)) }
                        }
                    }
                }
            } }
        }
        @if !summary.unknowns.is_empty() {
            p {
                "Of " (count(summary.proposed(State::Unknown))) " posts the audit lines don't tell what would become of them; "
                "nothing is guessed. The figures of the proposed policy are about the others."
            }
            div class="wide" { table {
                thead { tr { th { "not known" } th { "posts" } th class="text" { "why" } } }
                tbody { @for (why, number) in &summary.unknowns {
                    tr { th { code { (why.as_str()) } } td { (count(*number)) } td class="text" { (why.text()) } }
                } }
            } }
        }
    }
}

/// Shows every post whose decision changes.
#[must_use]
pub fn flips(outcomes: &Outcomes) -> Markup {
    html! {
        div class="wide" { table {
            thead { tr {
                th { "post" } th class="text" { "in force" } th class="text" { "proposed" } th { "points" } th class="text" { "because of" }
                th class="text" { "where" }
            } }
            tbody {
                @for flip in outcomes.flips() {
                    @let outcome = outcomes.conclude(flip.pattern);
                    @let [before, after] = scores(&outcome);
                    tr {
                        td { code { (flip.id) } }
                        td class="text" { (outcome.from.as_str()) } td class="text" { (outcome.to.as_str()) }
                        td { (before) " \u{2192} " (after) }
                        td class="text" { (why(outcomes, flip.pattern)) }
                        td class="text" { (flip.place) }
                    }
                }
            }
        } }
    }
}

fn why(outcomes: &Outcomes, pattern: &crate::replay::pattern::Pattern) -> String {
    let mut causes = outcomes.policies.causes(pattern);
    causes.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let causes = causes.iter().filter(|(_, share)| *share > 0.0).map(|(cause, _)| cause.to_string());
    causes.collect::<Vec<_>>().join(", ")
}
