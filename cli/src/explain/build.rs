//! An account, drawn from a judged post.

use std::collections::HashSet;
use std::path::Path;

use kyc_gate::config::{Action, Config, HeaderValue, Mode, Profile};
use kyc_gate::crypto::UnreadableCause;
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::exchange::{Body, Command, Forward};
use kyc_gate::http::LocalReply;
use kyc_gate::payload::Fact;
use kyc_gate::payload::v3::Status;
use kyc_gate::scoring::evidence_view::{self, Seen, Stated};
use kyc_gate::scoring::{Case, CheckCode, CheckId, CheckOutcome, Decision, RuleAction, Settings, Verdict};
use serde_json::Value;

use crate::judged::Judged;
use crate::{at, envelope, words};

use super::account::{Account, Check, ErrorAccount, Forwarded, Payload, Piece, Proof, Replied, Rule, Source};
use super::mask;
use super::near::{self, Outcomes};

/// Details of a local reply that is REL-ID's confirmation.
const RESPONDED: &str = "kyc_gate_responded";
/// Headers that say nothing of the person.
const PLAIN_HEADERS: [&str; 5] = ["content-length", "content-type", "accept-encoding", "signature-input", "signature"];

/// Tells all about a judged post; identity data masked, unless `show` says otherwise.
#[must_use]
pub fn account(judged: &Judged, show: bool) -> Account {
    let record = &judged.ruling.record;
    let seen = judged.with_case(|case, profile| Inside::of(case, profile, record.verdict.as_ref(), show));
    let inside = seen.unwrap_or_default();
    let verdict = record.verdict.as_ref();
    let is_shadow = inside.mode.unwrap_or(judged.sent.config.decision.mode) == Mode::Shadow;
    let told = Told { judged, show, words: words_of(verdict), secret_headers: inside.secret_headers };
    let mut notes = judged.notes.clone();
    if record.error == Some(ErrorCode::SettingsUnavailable) {
        notes.push("The settings come from a store: give them with --settings.".to_owned());
    }
    let (forwarded, replied) = match &judged.ruling.command {
        Command::Forward(forward) => (Some(told.forwarded(forward)), None),
        Command::LocalReply(reply) => (None, Some(told.replied(reply))),
    };
    Account {
        decision: record.decision(),
        action: record.action.map(Action::as_str),
        mode: if is_shadow { "shadow" } else { "enforce" },
        profile: record.profile.as_deref().map(str::to_owned),
        day: at::day(judged.sent.at).to_string(),
        score: verdict.map(|verdict| verdict.score),
        proofs: inside.proofs,
        checks: inside.checks,
        disagreements: verdict.iter().flat_map(|verdict| &verdict.disagreements).map(|found| found.field).collect(),
        unreadable: verdict.iter().flat_map(|verdict| &verdict.unreadable).map(|fact| fact.as_str()).collect(),
        rules: inside.rules,
        reasons: verdict.iter().flat_map(|verdict| &verdict.reasons).map(|reason| reason.as_str()).collect(),
        near: inside.near,
        error: record.error.map(|code| error(code, record.unreadable)),
        forwarded,
        replied,
        settings_revision: verdict.map(|verdict| verdict.revision.clone()),
        config_revision: record.config_revision.clone(),
        notes,
    }
}

fn error(code: ErrorCode, cause: Option<UnreadableCause>) -> ErrorAccount {
    ErrorAccount {
        code: code.as_str(),
        status: code.status(),
        meaning: words::of_error(code.as_str()).unwrap_or_else(|| code.title().to_owned()),
        cause: cause.map(UnreadableCause::as_str),
        cause_meaning: cause.map(words::of),
    }
}

/// What only the case and its profile tell.
#[derive(Default)]
struct Inside {
    mode: Option<Mode>,
    proofs: Vec<Proof>,
    checks: Vec<Check>,
    rules: Vec<Rule>,
    near: Vec<near::Near>,
    secret_headers: HashSet<String>,
}

impl Inside {
    fn of(case: &Case<'_>, profile: &Profile, verdict: Option<&Verdict>, show: bool) -> Self {
        let secret = profile.headers.iter().filter(|(_, value)| !matches!(value, HeaderValue::Text(_)));
        let mode = Some(profile.decision.mode);
        let secret_headers = secret.map(|(name, _)| name.clone()).collect();
        let Some(verdict) = verdict else { return Self { mode, secret_headers, ..Self::default() } };
        let outcomes = outcomes(case.settings, verdict);
        let fired: Vec<_> = verdict.rules.iter().map(|rule| (rule.name.clone(), rule.then)).collect();
        Self {
            mode,
            proofs: proofs(case.settings, verdict),
            checks: checks(case, verdict, show),
            rules: rules(case, profile, verdict, show),
            near: near::near(&outcomes, &fired, verdict.decision),
            secret_headers,
        }
    }
}

fn weight(settings: &Settings, check: CheckId) -> u8 {
    match check {
        CheckId::Identity(check) => settings.identity_weight(check),
        CheckId::Address(check) => settings.address_weight(check),
    }
}

fn proofs(settings: &Settings, verdict: &Verdict) -> Vec<Proof> {
    let all = [
        ("identity", Some(&verdict.identity), settings.identity_thresholds),
        ("address", verdict.address.as_ref(), settings.address_thresholds),
    ];
    let scored = all.into_iter().filter_map(|(proof, scored, thresholds)| {
        let scored = scored?;
        Some(Proof {
            proof,
            score: scored.score,
            decision: scored.decision.as_str(),
            reject_below: thresholds.reject_below,
            accept_above: thresholds.accept_above,
        })
    });
    scored.collect()
}

fn outcomes(settings: &Settings, verdict: &Verdict) -> Vec<Outcomes> {
    let of = |proof, thresholds, is_identity: bool| {
        let checks = verdict.checks.iter().filter(|made| matches!(made.check, CheckId::Identity(_)) == is_identity);
        let checks = checks.map(|made| (made.check, weight(settings, made.check), made.outcome == CheckOutcome::Fail));
        Outcomes { proof, thresholds, checks: checks.collect() }
    };
    let identity = of("identity", settings.identity_thresholds, true);
    let address = verdict.address.as_ref().map(|_| of("address", settings.address_thresholds, false));
    [identity].into_iter().chain(address).collect()
}

fn checks(case: &Case<'_>, verdict: &Verdict, show: bool) -> Vec<Check> {
    let mut evidence = evidence_view::of_checks(case);
    let told = verdict.checks.iter().map(|made| {
        let seen = evidence.iter_mut().find(|seen| seen.check == made.check);
        let pieces = seen.map(|seen| std::mem::take(&mut seen.pieces)).unwrap_or_default();
        Check {
            check: made.check.to_string(),
            outcome: made.outcome.as_str(),
            points: made.points,
            weight: weight(case.settings, made.check),
            code: made.code.as_str(),
            meaning: words::of_code(made.code.as_str()),
            evidence: pieces.into_iter().map(|seen| piece(seen, show)).collect(),
        }
    });
    told.collect()
}

fn rules(case: &Case<'_>, profile: &Profile, verdict: &Verdict, show: bool) -> Vec<Rule> {
    let told = profile.rules.iter().map(|rule| {
        let fired = verdict.rules.iter().find(|fired| fired.name == rule.name);
        let counted = verdict.counted_rules.iter().find(|counted| counted.name == rule.name);
        let state = match (fired, counted) {
            (Some(fired), _) if fired.code == CheckCode::RuleFailed => "failed",
            (Some(_), _) => "fired",
            (_, Some(counted)) if counted.failed => "failed",
            (_, Some(_)) => "counted",
            (None, None) => "quiet",
        };
        Rule {
            rule: rule.name.clone(),
            state,
            then: match (fired.map(|fired| fired.then), rule.then) {
                (Some(then), _) => then.as_str(),
                (None, then) => RuleAction::as_str(then),
            },
            reason: rule.reason.map(|reason| reason.as_str()),
            evidence: evidence_view::of_rule(case, &rule.when).into_iter().map(|seen| piece(seen, show)).collect(),
        }
    });
    told.collect()
}

fn piece(seen: evidence_view::Piece, show: bool) -> Piece {
    let mut piece = Piece { name: seen.name.to_owned(), ..Piece::default() };
    let masked = |text: String, mask: fn(&str) -> String| if show { text } else { mask(&text) };
    match seen.value {
        Seen::Absent => piece.missing = Some("absent"),
        Seen::Unreadable => piece.missing = Some("unreadable"),
        Seen::Text(text) => piece.value = Some(masked(text, mask::text)),
        Seen::Date(text) => piece.value = Some(masked(text, mask::date)),
        Seen::Plain(text) => piece.value = Some(text),
        Seen::Sources(stated) => piece.sources = sources(stated, show),
        Seen::Reported { text, signal, status } => {
            piece.value = show.then_some(text);
            piece.signal = Some(signal);
            piece.status = Some(match status {
                None => "listed",
                Some(Fact::Readable(Status::Ok)) => "OK",
                Some(Fact::Readable(Status::Error)) => "ERROR",
                Some(Fact::Readable(Status::NotDone)) => "NOT DONE",
                Some(Fact::Readable(Status::Other)) => "OTHER",
                Some(Fact::Absent | Fact::Unreadable) => "unreadable",
            });
        }
    }
    piece
}

/// Tells which of the sources of a locale say something else than most of them; of two that differ, both do.
fn sources(stated: Vec<Stated>, show: bool) -> Vec<Source> {
    let size =
        |locale: usize, group: usize| stated.iter().filter(|one| one.locale == locale && one.group == group).count();
    let differs: Vec<bool> = stated
        .iter()
        .map(|one| {
            let own = size(one.locale, one.group);
            let others = stated.iter().filter(|other| other.locale == one.locale && other.group != one.group);
            others.into_iter().any(|other| size(other.locale, other.group) >= own)
        })
        .collect();
    let told = stated.into_iter().zip(differs).map(|(one, differs)| Source {
        source: match one.letter.as_str() {
            "" => "counts".to_owned(),
            // Another name than REL-ID's letters is the sender's text.
            letter if show || matches!(letter.to_ascii_uppercase().as_str(), "M" | "V" | "R" | "B") => {
                letter.to_owned()
            }
            _ => "?".to_owned(),
        },
        value: if show { one.text } else { mask::text_or_date(&one.text) },
        differs,
        locale: one.locale,
    });
    told.collect()
}

/// Returns the words that the gate itself may write into a body.
fn words_of(verdict: Option<&Verdict>) -> HashSet<String> {
    let mut words = HashSet::new();
    let Some(verdict) = verdict else { return words };
    words.extend([Decision::Accept, Decision::Review, Decision::Reject].map(|decision| decision.as_str().to_owned()));
    words.extend(verdict.checks.iter().map(|made| made.check.to_string()));
    words.extend(verdict.rule_names().chain(verdict.counted_rule_names()).map(str::to_owned));
    words.extend(verdict.reasons.iter().map(|reason| reason.as_str().to_owned()));
    words.insert(verdict.revision.clone());
    words.insert(verdict.score.to_string());
    words.insert(verdict.identity.score.to_string());
    words.extend(verdict.address.as_ref().map(|address| address.score.to_string()));
    words
}

/// How the outside of a ruling is told.
struct Told<'j> {
    judged: &'j Judged,
    show: bool,
    words: HashSet<String>,
    secret_headers: HashSet<String>,
}

impl Told<'_> {
    fn forwarded(&self, forward: &Forward) -> Forwarded {
        let prefix = &self.config().decision.header_prefix;
        let set = forward.set.iter().map(|(name, value)| {
            let is_plain = name.starts_with(prefix.as_str()) || PLAIN_HEADERS.contains(&name.as_str());
            // A secret isn't shown to those who may see identity data either.
            let value = match () {
                () if self.secret_headers.contains(name) => "(secret)".to_owned(),
                () if self.show || is_plain => value.clone(),
                () => mask::text_or_date(value),
            };
            (name.clone(), value)
        });
        let (kind, body) = match &forward.body {
            Body::Original => ("original", self.payload(&self.judged.sent.body, self.judged.sent.body.len())),
            Body::Replace(chunks) => ("rewritten", self.payload(&chunks.concat(), chunks.len())),
        };
        Forwarded { set: set.collect(), removed: forward.remove.clone(), kind, body }
    }

    fn replied(&self, reply: &LocalReply) -> Replied {
        let sealed = self.config().response_encryption.as_ref().filter(|_| reply.details == RESPONDED);
        let opened = sealed.and_then(|envelope| envelope::open(Some(envelope), &reply.body, Path::new("-")).ok());
        let mut body = self.payload(opened.as_deref().unwrap_or(&reply.body), reply.body.len());
        if reply.details != RESPONDED {
            // Problem documents never hold anything of the post but its id.
            body.json = serde_json::from_slice(&reply.body).ok();
        }
        Replied {
            status: reply.status,
            content_type: reply.content_type,
            headers: reply.headers.clone(),
            encrypted: sealed.is_some(),
            details: reply.details,
            body,
        }
    }

    fn config(&self) -> &Config {
        &self.judged.sent.config
    }

    fn payload(&self, body: &[u8], bytes: usize) -> Payload {
        let mut json: Option<Value> = serde_json::from_slice(body).ok();
        if let (Some(json), false) = (&mut json, self.show) {
            mask::document(json, &|value| self.is_said(value));
        }
        Payload { bytes, json, text: self.show.then(|| String::from_utf8(body.to_vec()).ok()).flatten() }
    }

    /// Returns whether the gate says this itself, wherever it stands.
    fn is_said(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.words.contains(text),
            Value::Number(number) => self.words.contains(&number.to_string()),
            // A step of ${explanation}.
            Value::Object(members) => {
                let code = members.get("code").and_then(Value::as_str);
                code.is_some_and(|code| CheckCode::ALL.iter().any(|known| known.as_str() == code))
                    || members.contains_key("disagreement")
            }
            _ => false,
        }
    }
}
