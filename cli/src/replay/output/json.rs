//! A replay's result as one JSON object.

use std::io::Write;

use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::replay::condition::{number, percent};
use crate::replay::manifest;
use crate::replay::pattern::State;
use crate::replay::result::{Outcomes, scores};
use crate::replay::slices::{self, By, Group};
use crate::replay::summary::{CheckFigures, Share};
use crate::terminal::inert_json;

/// Writes the result. The list of flips is the last member, and is written one by one.
///
/// # Errors
/// What can't be written.
pub fn write(outcomes: &Outcomes, mut out: impl Write) -> Result<(), Failure> {
    let head = json!({
        "manifest": manifest::document(outcomes),
        "difference": outcomes.difference,
        "posts": posts(outcomes),
        "decisions": decisions(outcomes),
        "transitions": transitions(outcomes),
        "checks": outcomes.summary.checks.iter().map(check).collect::<Vec<_>>(),
        "causes": outcomes.summary.causes.iter().map(|(cause, share)| {
            json!({ "cause": cause.to_string(), "flips": flips(*share) })
        }).collect::<Vec<_>>(),
        "groups": groups(outcomes),
        "conditions": outcomes.judgements.iter().map(|judged| {
            json!({ "condition": judged.condition, "found": judged.found, "holds": judged.holds })
        }).collect::<Vec<_>>(),
    });
    let head = inert_json(&serde_json::to_string_pretty(&head).unwrap_or_default());
    let open = head.strip_suffix("\n}").unwrap_or(&head);
    write!(out, "{open},\n  \"flips\": [")?;
    let mut separator = "\n    ";
    for flip in outcomes.flips() {
        let outcome = outcomes.conclude(flip.pattern);
        let [before, after] = scores(&outcome).map(|score| score.parse::<u8>().ok());
        let causes = outcomes.policies.causes(flip.pattern).into_iter();
        let row = json!({
            "place": flip.place,
            "id": flip.id,
            "from": outcome.from.as_str(),
            "to": outcome.to.as_str(),
            "score": { "inForce": before, "proposed": after },
            "causes": causes.map(|(cause, share)| (cause.to_string(), rounded(share).into())).collect::<Map<_, _>>(),
        });
        write!(out, "{separator}{}", inert_json(&row.to_string()))?;
        separator = ",\n    ";
    }
    writeln!(out, "{}]\n}}", if separator.starts_with(',') { "\n  " } else { "" })?;
    out.flush()?;
    Ok(())
}

fn posts(outcomes: &Outcomes) -> Value {
    let (summary, tally) = (&outcomes.summary, &outcomes.replayed.tally);
    let reasons = tally.ineligible.iter().map(|(reason, (count, first))| {
        json!({ "reason": reason.word(), "count": count, "text": reason.text(), "first": outcomes.place(*first) })
    });
    let unknowns = summary
        .unknowns
        .iter()
        .map(|(why, count)| json!({ "reason": why.as_str(), "count": count, "text": why.text() }));
    json!({
        "read": summary.read,
        "scored": summary.posts,
        "flips": summary.flips,
        "otherLines": tally.other_lines,
        "ineligible": { "count": summary.ineligible, "reasons": reasons.collect::<Vec<_>>() },
        "unknown": { "count": summary.proposed(State::Unknown), "reasons": unknowns.collect::<Vec<_>>() },
    })
}

fn decisions(outcomes: &Outcomes) -> Value {
    let summary = &outcomes.summary;
    let of = |state: State| {
        let (before, after) = (summary.in_force(state), summary.proposed(state));
        let shares = [before, after].map(|count| percent(count, summary.posts));
        let row = json!({
            "inForce": before,
            "proposed": after,
            "inForcePercent": rounded(shares[0]),
            "proposedPercent": rounded(shares[1]),
            "differencePoints": rounded(shares[1] - shares[0]),
        });
        (state.as_str().to_owned(), row)
    };
    State::ALL.into_iter().map(of).collect::<Map<_, _>>().into()
}

fn transitions(outcomes: &Outcomes) -> Value {
    let row = |from: State| {
        let to = State::ALL.map(|to| (to.as_str().to_owned(), outcomes.summary.transition(from, to).into()));
        (from.as_str().to_owned(), to.into_iter().collect::<Map<_, _>>().into())
    };
    State::KNOWN.into_iter().map(row).collect::<Map<_, _>>().into()
}

fn check(figures: &CheckFigures) -> Value {
    let side = |at: usize| {
        let of = |counts: &[u64; 2]| counts.get(at).copied().unwrap_or_default();
        let points = figures.points.get(at).copied().unwrap_or_default();
        json!({
            "made": of(&figures.made),
            "failed": of(&figures.failed),
            "skipped": of(&figures.skipped),
            "points": if points.0 == points.1 { json!(points.0) } else { json!([points.0, points.1]) },
        })
    };
    json!({
        "check": figures.check.to_string(),
        "inForce": side(0),
        "proposed": side(1),
        "flips": flips(figures.share),
    })
}

fn groups(outcomes: &Outcomes) -> Value {
    let counts = |counts: [u64; 4]| {
        State::KNOWN
            .into_iter()
            .zip(counts)
            .map(|(state, count)| (state.as_str().to_owned(), count.into()))
            .collect::<Map<_, _>>()
    };
    let row = |(name, group): (String, Group)| {
        json!({
            "group": name,
            "posts": group.posts(),
            "inForce": counts(group.old),
            "proposed": counts(group.new),
            "flips": group.flips,
        })
    };
    let of = |by: By| {
        let told = slices::told(&outcomes.replayed.tally.groups, by);
        (by.as_str().to_owned(), told.into_iter().map(row).collect::<Vec<_>>().into())
    };
    By::ALL.into_iter().map(of).collect::<Map<_, _>>().into()
}

fn flips(share: Share) -> Value {
    json!({ "worse": rounded(share.worse), "better": rounded(share.better) })
}

/// Rounds to thousandths: what lies beyond is noise of binary fractions.
fn rounded(value: f64) -> f64 {
    let rounded = (value * 1000.0).round() / 1000.0;
    if rounded == 0.0 { number(0) } else { rounded }
}
