//! Sliders for weights and thresholds, over the pattern table. Needs JavaScript; without it, the section is hidden.

use kyc_gate::scoring::{AddressCheck, CheckId, Decision, IdentityCheck};
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

use std::collections::BTreeMap;

use super::figures::share;
use crate::replay::judged::Judged;
use crate::replay::pattern::State;
use crate::replay::policy::ProfilePolicy;
use crate::replay::result::Outcomes;

/// Checks that failed, whether a rule lifts a review, the worst that rules ask for: alike to any weights.
type Row = (u16, Option<u16>, bool, Decision);

/// Draws the section.
#[must_use]
pub fn section(outcomes: &Outcomes) -> Markup {
    let summary = &outcomes.summary;
    let Some((old, new)) = profiles(outcomes) else { return html! {} };
    let has_address = summary.checks.iter().any(|figures| matches!(figures.check, CheckId::Address(_)));
    let several = outcomes.policies.new.profiles.len() > 1;
    html! {
        section id="try" hidden {
            h2 { "Try other weights and thresholds" }
            p {
                "Every post above is scored again while you move a slider, exactly as the gate would: the page holds "
                "how many posts failed which checks, and nothing else of them."
                @if several { " The sliders are the top-level settings; posts of profiles with settings of their own stay as proposed." }
            }
            button type="button" data-as="proposed" { "As proposed" }
            button type="button" data-as="baseline" { "As in force" }
            div id="try-result" class="wide" { table {
                thead { tr { th { "" } th { "posts" } th { "share" } th { "to in force" } } }
                tbody {
                    @for (at, state) in State::ALL.into_iter().enumerate().filter(|(_, state)| summary.states().contains(state)) {
                        tr data-state=(at) data-share=(format!("{:.4}", crate::replay::condition::percent(summary.in_force(state), summary.posts))) {
                            th { (state.as_str()) }
                            td class="posts" { (summary.proposed(state)) }
                            td class="share" { (share(summary.proposed(state), summary.posts)) }
                            td class="change" { "" }
                        }
                    }
                }
            } }
            h3 { "Identity proof" }
            div class="sliders" {
                (threshold("identity", "acceptAbove", old.settings.identity_thresholds.accept_above, new.settings.identity_thresholds.accept_above))
                (threshold("identity", "rejectBelow", old.settings.identity_thresholds.reject_below, new.settings.identity_thresholds.reject_below))
                @for check in IdentityCheck::ALL { (weight("identity", CheckId::Identity(check), check as usize, old, new)) }
            }
            @if has_address {
                h3 { "Address proof" }
                div class="sliders" {
                    (threshold("address", "acceptAbove", old.settings.address_thresholds.accept_above, new.settings.address_thresholds.accept_above))
                    (threshold("address", "rejectBelow", old.settings.address_thresholds.reject_below, new.settings.address_thresholds.reject_below))
                    @for check in AddressCheck::ALL { (weight("address", CheckId::Address(check), check as usize, old, new)) }
                }
            }
        }
    }
}

/// Writes the table that the sliders score again, for the end of the page.
#[must_use]
pub fn data(outcomes: &Outcomes) -> Markup {
    let Some((_, new)) = profiles(outcomes) else { return html! {} };
    let mut rows: BTreeMap<Row, u64> = BTreeMap::new();
    let mut fixed = [0_u64; 5];
    for (pattern, posts) in &outcomes.replayed.tally.patterns {
        let outcome = outcomes.conclude(pattern);
        let judged = pattern.new.judged().filter(|judged| outcome.exact && is_of(outcomes, judged, new));
        match judged {
            Some(judged) => {
                let asked = || new_rules(outcomes, judged);
                let lifts = asked().any(|then| then == Decision::Accept);
                let worst = asked().fold(Decision::Accept, Decision::max);
                *rows.entry((judged.identity, judged.address, lifts, worst)).or_default() += posts;
            }
            None => {
                let at = State::ALL.iter().position(|state| *state == outcome.to);
                at.and_then(|at| fixed.get_mut(at)).into_iter().for_each(|count| *count += posts);
            }
        }
    }
    let patterns = rows.into_iter().map(|((identity, address, lifts, worst), posts)| {
        json!([identity, address.map_or(-1, i32::from), u8::from(lifts), worst as u8, posts])
    });
    let thresholds = new.settings.address_thresholds;
    let data = json!({
        "fixed": fixed,
        "address": { "rejectBelow": thresholds.reject_below, "acceptAbove": thresholds.accept_above },
        "patterns": patterns.collect::<Value>(),
    });
    html! { script type="application/json" id="kyc-gate-patterns" { (PreEscaped(data.to_string())) } }
}

/// Returns the profiles whose settings are the top-level ones: the default ones.
fn profiles(outcomes: &Outcomes) -> Option<(&ProfilePolicy, &ProfilePolicy)> {
    Some((outcomes.policies.old.profiles.last()?, outcomes.policies.new.profiles.last()?))
}

fn is_of(outcomes: &Outcomes, judged: &Judged, profile: &ProfilePolicy) -> bool {
    let own = outcomes.policies.new.profile(judged.profile);
    own.is_some_and(|own| own.settings.revision() == profile.settings.revision())
}

fn new_rules<'o>(outcomes: &'o Outcomes, judged: &Judged) -> impl Iterator<Item = Decision> + use<'o> {
    let rules = judged.rules;
    outcomes.policies.new.profile(judged.profile).into_iter().flat_map(move |profile| profile.fired(rules))
}

fn weight(proof: &str, check: CheckId, at: usize, old: &ProfilePolicy, new: &ProfilePolicy) -> Markup {
    let (before, after) = (old.weight(check), new.weight(check));
    let name = check.to_string();
    let name = name.strip_prefix("address.").unwrap_or(&name);
    html! {
        label {
            (name)
            input type="range" min="0" max="100" value=(after) autocomplete="off" data-proof=(proof) data-check=(at)
                data-proposed=(after) data-baseline=(before);
            output { (after) }
        }
    }
}

fn threshold(proof: &str, name: &str, before: u8, after: u8) -> Markup {
    html! {
        label {
            b { (name) }
            input type="range" min="0" max="100" value=(after) autocomplete="off" data-proof=(proof) data-threshold=(name)
                data-proposed=(after) data-baseline=(before);
            output { (after) }
        }
    }
}
