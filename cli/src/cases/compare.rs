//! What is expected, against what came.

use serde_json::Value;

use crate::explain::{Account, Check};

use super::case::Expected;

/// Something that isn't as expected.
pub struct Difference {
    /// What it is, such as `score` or `body.name`.
    pub what: String,
    /// As the case has it.
    pub expected: String,
    /// As it came.
    pub got: String,
    /// Why, where there is more to say.
    pub why: Option<String>,
}

/// Returns all that isn't as expected.
#[must_use]
pub fn differences(expected: &Expected, account: &Account) -> Vec<Difference> {
    let mut found = Differences { all: Vec::new() };
    for (name, wanted) in &expected.0 {
        found.compare(name, wanted, account);
    }
    found.all
}

struct Differences {
    all: Vec<Difference>,
}

impl Differences {
    fn add(&mut self, what: impl Into<String>, expected: &Value, got: &Value) {
        self.all.push(Difference { what: what.into(), expected: told(expected), got: told(got), why: None });
    }

    fn same(&mut self, what: &str, expected: &Value, got: Value) {
        let is_same = *expected == got || (expected.as_f64().is_some() && expected.as_f64() == got.as_f64());
        if !is_same {
            self.add(what, expected, &got);
        }
    }

    fn compare(&mut self, name: &str, wanted: &Value, account: &Account) {
        let proof = |name: &str| account.proofs.iter().find(|proof| proof.proof == name).map(|proof| proof.score);
        let with = |outcome: &str| -> Value {
            account.checks.iter().filter(|check| check.outcome == outcome).map(|check| check.check.as_str()).collect()
        };
        let rules = |state: &str| -> Value {
            account.rules.iter().filter(|rule| rule.state == state).map(|rule| rule.rule.as_str()).collect()
        };
        match name {
            "decision" => self.decision(wanted, account),
            "action" => self.same(name, wanted, account.action.into()),
            "mode" => self.same(name, wanted, account.mode.into()),
            "profile" => self.same(name, wanted, account.profile.clone().into()),
            "score" => self.same(name, wanted, account.score.into()),
            "identityScore" => self.same(name, wanted, proof("identity").into()),
            "addressScore" => self.same(name, wanted, proof("address").into()),
            "failed" => self.set(name, wanted, with("fail")),
            "skipped" => self.set(name, wanted, with("skip")),
            "passed" => self.set(name, wanted, with("pass")),
            "codes" => self.codes(wanted, account),
            "checks" => wanted.as_object().into_iter().flatten().for_each(|(check, end)| {
                self.check(check, end, account.checks.iter().find(|made| made.check == *check));
            }),
            "rules" => self.set(name, wanted, fired(account)),
            "counted" => self.set(name, wanted, rules("counted")),
            "reasons" => self.set(name, wanted, account.reasons.iter().copied().collect()),
            "disagreements" => self.set(name, wanted, account.disagreements.iter().copied().collect()),
            "status" => self.same(name, wanted, account.replied.as_ref().map(|replied| replied.status).into()),
            "error" => self.same(name, wanted, account.error.as_ref().map(|error| error.code).into()),
            "cause" => self.same(name, wanted, account.error.as_ref().and_then(|error| error.cause).into()),
            "headers" => self.headers(wanted, account),
            "body" => {
                let body = account.forwarded.as_ref().map(|forwarded| &forwarded.body);
                self.body(
                    name,
                    wanted,
                    body.and_then(|body| body.json.as_ref()),
                    body.and_then(|body| body.text.as_ref()),
                );
            }
            "response" => {
                let body = account.replied.as_ref().map(|replied| &replied.body);
                self.body(
                    name,
                    wanted,
                    body.and_then(|body| body.json.as_ref()),
                    body.and_then(|body| body.text.as_ref()),
                );
            }
            // The reader knows no other.
            _ => {}
        }
    }

    fn decision(&mut self, wanted: &Value, account: &Account) {
        self.same("decision", wanted, account.decision.into());
        let failed = account.checks.iter().filter(|check| check.points > 0);
        let failed = failed.map(|check| format!("{} −{} ({})", check.check, check.points, check.code));
        let fired = account.rules.iter().filter(|rule| matches!(rule.state, "fired" | "failed"));
        let fired = fired.map(|rule| format!("rule {} {}", rule.rule, rule.state));
        let error = account.error.iter().map(|error| format!("{}: {}", error.code, error.meaning));
        let why: Vec<String> = failed.chain(fired).chain(error).collect();
        if let Some(last) = self.all.last_mut().filter(|last| last.what == "decision" && !why.is_empty()) {
            last.why = Some(why.join(", "));
        }
    }

    fn check(&mut self, name: &str, wanted: &Value, made: Option<&Check>) {
        let got = match (made, wanted.as_str()) {
            (None, _) => Value::from("not made"),
            (Some(made), Some(wanted)) if wanted == made.outcome || wanted == made.code => return,
            // Codes are written in capitals.
            (Some(made), Some(wanted)) if wanted.starts_with(|c: char| c.is_ascii_uppercase()) => made.code.into(),
            (Some(made), _) => made.outcome.into(),
        };
        self.add(format!("checks.{name}"), wanted, &got);
        if let (Some(last), Some(made)) = (self.all.last_mut(), made) {
            last.why = Some(format!("{}: {}", made.code, made.meaning));
        }
    }

    /// Compares names without regard to their order.
    fn set(&mut self, what: &str, expected: &Value, got: Value) {
        let sorted = |value: &Value| {
            let names = value.as_array().into_iter().flatten().filter_map(Value::as_str);
            let mut names: Vec<String> = names.map(str::to_owned).collect();
            names.sort();
            names
        };
        if sorted(expected) != sorted(&got) {
            self.add(what, expected, &got);
        }
    }

    fn codes(&mut self, wanted: &Value, account: &Account) {
        let got: Value = account.checks.iter().map(|check| check.code).collect();
        let is_there = |code: &Value| got.as_array().is_some_and(|codes| codes.contains(code));
        if !wanted.as_array().into_iter().flatten().all(is_there) {
            self.add("codes", wanted, &got);
        }
    }

    /// Compares the last value of each header with the one expected; `null` expects none.
    fn headers(&mut self, wanted: &Value, account: &Account) {
        let forwarded = account.forwarded.iter().flat_map(|forwarded| &forwarded.set);
        let replied = account.replied.iter().flat_map(|replied| &replied.headers);
        let all: Vec<_> = forwarded.chain(replied).collect();
        for (name, wanted) in wanted.as_object().into_iter().flatten() {
            let got =
                all.iter().rfind(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str());
            let text = if wanted.is_null() || wanted.is_string() { wanted.clone() } else { wanted.to_string().into() };
            self.same(&format!("headers.{name}"), &text, got.into());
        }
    }

    fn body(&mut self, what: &str, wanted: &Value, json: Option<&Value>, text: Option<&String>) {
        if wanted.is_string() {
            return self.same(what, wanted, text.cloned().into());
        }
        match json {
            Some(json) => self.members(what, wanted, json),
            None => self.add(what, wanted, &Value::from("nothing")),
        }
    }

    /// Compares the members that are expected; others may be there. `null` expects none, or `null`.
    fn members(&mut self, what: &str, wanted: &Value, got: &Value) {
        let (Value::Object(members), Value::Object(own)) = (wanted, got) else {
            return self.same(what, wanted, got.clone());
        };
        for (name, wanted) in members {
            self.members(&format!("{what}.{name}"), wanted, own.get(name).unwrap_or(&Value::Null));
        }
    }
}

/// Returns the rules that fired, those that could not be evaluated included.
fn fired(account: &Account) -> Value {
    let fired = account.rules.iter().filter(|rule| matches!(rule.state, "fired" | "failed") && rule.then != "count");
    fired.map(|rule| rule.rule.as_str()).collect()
}

fn told(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(elements) if elements.is_empty() => "none".to_owned(),
        Value::Array(elements) if elements.iter().all(Value::is_string) => {
            elements.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
