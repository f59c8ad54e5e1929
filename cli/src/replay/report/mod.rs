//! The report: one HTML file that needs nothing else, and can be read without JavaScript.
//!
//! Its Content-Security-Policy allows its own style sheet and script, by their digests, and nothing else: no request
//! leaves the page. It holds counts; of single posts, only those whose decision changes, by the digests of their ids.

mod figures;
mod flow;
mod histogram;
mod plane;
mod sliders;
mod tables;

use std::io::{self, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kyc_gate::scoring::Decision;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use self::figures::{count, difference, share};
use self::histogram::Scores;
use super::manifest;
use super::pattern::State;
use super::policy::Policy;
use super::result::{Outcomes, file_name};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Writes the report.
///
/// # Errors
/// What can't be written.
pub fn write(outcomes: &Outcomes, mut out: impl Write) -> io::Result<()> {
    out.write_all(page(outcomes).into_string().as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

fn page(outcomes: &Outcomes) -> Markup {
    let digest = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    let policy = format!(
        "default-src 'none'; connect-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    );
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "What this change of policy would do" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (head(outcomes))
                (charts(outcomes))
                (sliders::section(outcomes))
                (details(outcomes))
                section id="flips" {
                    h2 { "Posts whose decision changes" }
                    @if outcomes.summary.flips == 0 { p { "None." } } @else { (tables::flips(outcomes)) }
                }
                (PreEscaped(manifest::of(outcomes).element()))
                (sliders::data(outcomes))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn head(outcomes: &Outcomes) -> Markup {
    let summary = &outcomes.summary;
    let policies = [("In force", &outcomes.policies.old), ("Proposed", &outcomes.policies.new)];
    html! {
        header {
            h1 { "What this change of policy would do" }
            p class="lead" { (lead(outcomes)) }
            dl { @for (name, policy) in policies {
                dt { (name) }
                dd {
                    (file_name(&policy.path))
                    @if let Some(path) = &policy.settings_path { " with the settings of " (file_name(path)) }
                    ", configuration " code { (policy.config_revision) } ", settings " code { (policy.settings_revision) }
                }
            } }
        }
        div class="tiles" {
            @for state in summary.states() {
                div class={ "tile " (state.as_str()) } {
                    span { (state.as_str()) }
                    b { (share(summary.proposed(state), summary.posts)) }
                    span {
                        @if state == State::Unknown { "can't be told from audit lines" }
                        @else {
                            "in force " (share(summary.in_force(state), summary.posts)) " ("
                            (difference(summary.in_force(state), summary.proposed(state), summary.posts)) ")"
                        }
                    }
                }
            }
        }
        h2 { "What changes in the policy" }
        @if outcomes.difference.is_empty() { p { "Nothing that could change a decision." } }
        @else { ul { @for sentence in &outcomes.difference { li { (sentence) } } } }
        (conditions(outcomes))
    }
}

fn lead(outcomes: &Outcomes) -> String {
    let summary = &outcomes.summary;
    let (worse, better) =
        summary.transitions.iter().fold((0, 0), |(worse, better), ((from, to), posts)| match from.cmp(to) {
            _ if *to == State::Unknown => (worse, better),
            std::cmp::Ordering::Less => (worse + posts, better),
            std::cmp::Ordering::Greater => (worse, better + posts),
            std::cmp::Ordering::Equal => (worse, better),
        });
    let unknown = match summary.proposed(State::Unknown) {
        0 => String::new(),
        posts => format!(" Of {} posts, audit lines don't tell it.", count(posts)),
    };
    format!(
        "Of {} posts, {} would be decided otherwise ({}): {} more strictly, {} more leniently.{unknown}",
        count(summary.posts),
        count(summary.flips),
        share(summary.flips, summary.posts),
        count(worse),
        count(better)
    )
}

fn conditions(outcomes: &Outcomes) -> Markup {
    html! {
        @if !outcomes.judgements.is_empty() {
            h2 { "Conditions" }
            ul { @for judged in &outcomes.judgements {
                li { code { (judged.condition) } ": found " (judged.found) ", " @if judged.holds { b { "holds: this replay fails" } } @else { "doesn't hold" } }
            } }
        }
    }
}

fn charts(outcomes: &Outcomes) -> Markup {
    let summary = &outcomes.summary;
    let profiles = (outcomes.policies.old.profiles.last(), outcomes.policies.new.profiles.last());
    let thresholds = |of_address| Some((profiles.0?.thresholds(of_address), profiles.1?.thresholds(of_address)));
    let [identity, address] = scores(outcomes);
    let has_address = address.iter().flatten().any(|posts| *posts > 0);
    html! {
        h2 { "Decisions" }
        div class="grid" {
            div { (tables::decisions(summary)) (tables::transitions(summary)) }
            (flow::figure(summary))
        }
        h2 { "Points" }
        p { "Where the posts stand, and where the thresholds cut. The ground is coloured by what the proposed thresholds decide." }
        @if outcomes.policies.new.profiles.len() > 1 { p { "The thresholds drawn are the default profile's." } }
        div class="grid" {
            @if let Some((old, new)) = thresholds(false) { div { h3 { "Identity proof" } (histogram::figure("identity proof", &identity, old, new)) } }
            @if let Some((old, new)) = thresholds(true).filter(|_| has_address) {
                div { h3 { "Address proof" } (histogram::figure("address proof", &address, old, new)) }
            }
        }
        h2 { "What made the difference" }
        p {
            "Where several changes act together, each gets its share (Shapley values), so that the shares add up to the "
            (count(summary.flips)) " decisions that change. A share below 0 worked against the change."
        }
        @if summary.causes.is_empty() { p { "No decision changes." } } @else { (tables::causes(summary)) }
        h2 { "Thresholds" }
        @if let Some((old, new)) = thresholds(false) { (plane::section(&scored(outcomes), old, new)) }
    }
}

fn details(outcomes: &Outcomes) -> Markup {
    html! {
        h2 { "Checks" }
        p { "How often each check failed, how often there was no evidence for it, and what failing it costs." }
        (tables::checks(&outcomes.summary))
        @if !outcomes.is_audit {
            h2 { "Groups" }
            p { "Whom the change affects. Groups of fewer than 20 posts are put together, so that nobody can be recognised." }
            (tables::groups(outcomes))
        }
        h2 { "What was left out" }
        (tables::left_out(outcomes))
        h2 { "How this was made" }
        p { "The same input, policies and version give this very file, byte for byte." }
        (made(outcomes))
    }
}

fn made(outcomes: &Outcomes) -> Markup {
    let manifest = manifest::of(outcomes);
    let files = &outcomes.replayed.files;
    let policy = |policy: &Policy| format!("{}, settings {}", policy.config_revision, policy.settings_revision);
    let first = files.first().map(|first| file_name(Path::new(first))).unwrap_or_default();
    let input = if files.len() == 1 { first } else { format!("{} files from {first} on", files.len()) };
    html! {
        dl {
            dt { "Input" } dd { (input) }
            dt { "SHA-256 of the input" } dd { code { (manifest.input_sha256) } }
            dt { "In force" } dd { code { (policy(&outcomes.policies.old)) } }
            dt { "Proposed" } dd { code { (policy(&outcomes.policies.new)) } }
            dt { "Version" } dd { (manifest.version) }
            dt { "Command" } dd { code { (manifest.command) } }
        }
    }
}

/// Counts posts by the points of each proof, where they are known.
fn scores(outcomes: &Outcomes) -> [Scores; 2] {
    let mut scores = [[[0_u64; 101]; 2]; 2];
    for (pattern, posts) in &outcomes.replayed.tally.patterns {
        let outcome = outcomes.conclude(pattern);
        for (side, found) in [outcome.old, outcome.new.filter(|_| outcome.exact)].into_iter().enumerate() {
            let Some(found) = found else { continue };
            let proofs = [Some(found.identity), found.address];
            for (counts, proof) in scores.iter_mut().zip(proofs) {
                let slot = proof.and_then(|proof| counts.get_mut(side)?.get_mut(usize::from(proof.score)));
                slot.into_iter().for_each(|count| *count += posts);
            }
        }
    }
    scores
}

/// Puts together the posts that are alike whatever the thresholds of the identity proof are.
fn scored(outcomes: &Outcomes) -> Vec<plane::Scored> {
    let mut alike: std::collections::BTreeMap<(u8, Option<Decision>, Vec<Decision>), u64> = Default::default();
    for (pattern, posts) in &outcomes.replayed.tally.patterns {
        let outcome = outcomes.conclude(pattern);
        let (Some(found), Some(judged)) = (outcome.new.filter(|_| outcome.exact), pattern.new.judged()) else {
            continue;
        };
        let profile = outcomes.policies.new.profile(judged.profile);
        let mut rules: Vec<_> = profile.into_iter().flat_map(|profile| profile.fired(judged.rules)).collect();
        rules.sort_unstable();
        rules.dedup();
        *alike.entry((found.identity.score, found.address.map(|proof| proof.decision), rules)).or_default() += posts;
    }
    alike.into_iter().map(|((score, address, rules), posts)| plane::Scored { score, address, rules, posts }).collect()
}
