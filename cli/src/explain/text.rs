//! An account as a person reads it.

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::Value;

use crate::terminal::{BAD, FAINT, GOOD, MIDDLING, STRONG, inert_json, styled, width, wrapped};

use super::account::{Account, Check, Forwarded, Payload, Piece, Proof, Replied, Rule, Source};
use super::mask::printable;
use super::near::{Near, Way};

/// Columns from which on what a check means stands beside its name, and below it in narrower ones.
const WIDE: usize = 72;
/// Longest text of a body that is written out.
const LONGEST_TEXT: usize = 200;

/// Returns the account in lines of at most `columns` characters, with colours.
#[must_use]
pub fn text(account: &Account, columns: usize) -> String {
    let mut page = Page { columns, out: String::new() };
    page.head(account);
    account.proofs.iter().for_each(|proof| page.bar(proof));
    page.error(account);
    page.checks(&account.checks);
    page.disagreements(account);
    page.rules(&account.rules);
    page.near(account);
    if let Some(forwarded) = &account.forwarded {
        page.forwarded(forwarded);
    }
    if let Some(replied) = &account.replied {
        page.replied(replied);
    }
    page.notes(&account.notes);
    page.out
}

struct Page {
    columns: usize,
    out: String,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn title(&mut self, title: &str) {
        self.line("");
        self.paragraph(0, STRONG, title);
    }

    /// Writes a text below a mark, its further lines below the first.
    fn paragraph(&mut self, indent: usize, style: Style, text: &str) {
        self.hanging(indent, indent, style, text);
    }

    /// Writes a text of which the first line stands elsewhere than the others.
    fn hanging(&mut self, first: usize, indent: usize, style: Style, text: &str) {
        let mut lines = wrapped(text, self.columns.saturating_sub(indent.max(first)));
        lines.retain(|line| !line.is_empty());
        for (at, line) in lines.into_iter().enumerate() {
            let (line, indent) = (styled(style, &line), if at == 0 { first } else { indent });
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    fn head(&mut self, account: &Account) {
        let style = of_decision(account.decision);
        let mut head = styled(style.bold(), &account.decision.to_uppercase());
        if let Some(score) = account.score {
            let _ = write!(head, "  score {score}");
        }
        let mut beside = vec![account.day.clone()];
        beside.extend(account.profile.as_ref().map(|profile| format!("profile {profile}")));
        beside.extend(account.action.map(|action| format!("action {action}")));
        if account.mode == "shadow" {
            beside.push("shadow mode: the request goes on untouched".to_owned());
        }
        beside.extend(account.settings_revision.as_ref().map(|revision| format!("settings {revision}")));
        let room = self.columns.saturating_sub(account.decision.len() + 14);
        let beside = beside.join(" · ");
        if width(&beside) <= room {
            let _ = write!(head, "  {}", styled(FAINT, &beside));
            self.line(&head);
        } else {
            self.line(&head);
            self.paragraph(2, FAINT, &beside);
        }
        if !account.reasons.is_empty() {
            self.paragraph(2, Style::new(), &account.reasons.join(", "));
        }
    }

    /// Draws the score as a bar of 0 to 100, with its thresholds.
    fn bar(&mut self, proof: &Proof) {
        let is_wide = self.columns >= 60;
        let (before, after) = if is_wide { (15, 15) } else { (2, 2) };
        let width = self.columns.saturating_sub(before + after + 1).clamp(10, 60);
        let place = |points: u8| usize::from(points).saturating_mul(width).div_ceil(100);
        let (score, reject, accept) = (place(proof.score), place(proof.reject_below), place(proof.accept_above));
        let mut bar = String::new();
        for at in 0..=width {
            let style = if at >= accept {
                GOOD
            } else if at < reject {
                BAD
            } else {
                MIDDLING
            };
            let is_threshold = at == reject || at == accept;
            let mark = match (at < score, is_threshold) {
                (true, true) => "╋",
                (true, false) => "━",
                (false, true) => "┃",
                (false, false) => "╌",
            };
            let _ = write!(bar, "{}", styled(if at < score { style.bold() } else { style.dimmed() }, mark));
        }
        self.line("");
        if is_wide {
            let decision = styled(of_decision(proof.decision), proof.decision);
            self.line(&format!("  {:<8} {:>3}  {bar}  {decision}", proof.proof, proof.score));
        } else {
            let head = format!("{} {} {}", proof.proof, proof.score, proof.decision);
            self.paragraph(2, of_decision(proof.decision), &head);
            self.line(&format!("  {bar}"));
        }
        let mut scale = vec![' '; width + 3];
        for (at, points) in [(reject, proof.reject_below), (accept, proof.accept_above)] {
            let number = points.to_string();
            scale.iter_mut().skip(at).zip(number.chars()).for_each(|(place, digit)| *place = digit);
        }
        let scale: String = scale.into_iter().collect();
        self.line(&format!("{:before$}{}", "", styled(FAINT, scale.trim_end())));
    }

    fn error(&mut self, account: &Account) {
        let Some(error) = &account.error else { return };
        self.line("");
        self.paragraph(2, BAD, &format!("{} ({})", error.code, error.status));
        self.paragraph(4, Style::new(), &error.meaning);
        if let (Some(cause), Some(meaning)) = (error.cause, error.cause_meaning) {
            self.paragraph(4, Style::new(), &format!("cause {cause}: {meaning}"));
            self.paragraph(4, FAINT, "The cause is for operators: no response has it.");
        }
    }

    /// Writes the checks, failed ones first.
    fn checks(&mut self, checks: &[Check]) {
        if checks.is_empty() {
            return;
        }
        let count = |outcome: &str| checks.iter().filter(|check| check.outcome == outcome).count();
        let (failed, skipped, passed) = (count("fail"), count("skip"), count("pass"));
        self.title(&format!("Checks: {failed} failed, {skipped} skipped, {passed} passed"));
        for outcome in ["fail", "skip", "pass"] {
            checks.iter().filter(|check| check.outcome == outcome).for_each(|check| self.check(check));
        }
    }

    fn check(&mut self, check: &Check) {
        let (mark, style) = match check.outcome {
            "fail" => ("✗", BAD),
            "skip" => ("–", FAINT),
            _ => ("✓", GOOD),
        };
        let points = match (check.outcome, check.weight) {
            ("fail", 0) => "weight 0".to_owned(),
            ("fail", _) => format!("−{}", check.points),
            _ => String::new(),
        };
        let name = if check.outcome == "fail" { style.bold() } else { style };
        self.row(name, mark, &check.check, &points, &check.meaning);
        self.evidence(&check.evidence, Some(check.code));
    }

    /// Writes a check or a rule with what it comes to, and in words why; narrow terminals have that below.
    fn row(&mut self, style: Style, mark: &str, name: &str, result: &str, words: &str) {
        if self.columns < WIDE {
            self.hanging(0, 2, style, format!("{mark} {name} {result}").trim_end());
            return self.paragraph(4, Style::new(), words);
        }
        let head = format!("{mark} {name:<24} {result:>8}");
        let mut lines = wrapped(words, self.columns.saturating_sub(37)).into_iter();
        self.line(&format!("{}  {}", styled(style, &head), lines.next().unwrap_or_default()));
        lines.for_each(|line| self.line(&format!("{:37}{line}", "")));
    }

    fn evidence(&mut self, pieces: &[Piece], code: Option<&str>) {
        let told = code.map(str::to_owned).into_iter().chain(pieces.iter().filter_map(told_piece));
        let told = told.collect::<Vec<_>>().join(" · ");
        if !told.is_empty() {
            self.paragraph(4, FAINT, &told);
        }
    }

    fn disagreements(&mut self, account: &Account) {
        let told =
            [("The sources disagree on", &account.disagreements), ("There, but can't be read", &account.unreadable)];
        for (title, names) in told.into_iter().filter(|(_, names)| !names.is_empty()) {
            self.line("");
            self.paragraph(0, Style::new(), &format!("{title}: {}", names.join(", ")));
        }
    }

    /// Writes the rules, those that count for something first.
    fn rules(&mut self, rules: &[Rule]) {
        if rules.is_empty() {
            return;
        }
        let fired = rules.iter().filter(|rule| rule.state != "quiet").count();
        self.title(&format!("Rules: {fired} of {} fired", rules.len()));
        for rule in rules.iter().filter(|rule| rule.state != "quiet") {
            let (mark, words) = match rule.state {
                "fired" => ("✗", "its condition holds"),
                "failed" => ("!", "its condition could not be evaluated"),
                _ => ("#", "its condition holds; it only counts"),
            };
            let style = of_decision(rule.then).bold();
            let reason = rule.reason.map(|reason| format!(", reason {reason}")).unwrap_or_default();
            self.row(style, mark, &rule.rule, rule.then, &format!("{words}{reason}"));
            self.evidence(&rule.evidence, None);
        }
        let quiet: Vec<&str> =
            rules.iter().filter(|rule| rule.state == "quiet").map(|rule| rule.rule.as_str()).collect();
        if !quiet.is_empty() {
            self.paragraph(2, FAINT, &format!("quiet: {}", quiet.join(", ")));
        }
    }

    fn near(&mut self, account: &Account) {
        if account.near.is_empty() {
            return;
        }
        self.title("How near");
        for near in &account.near {
            let label = styled(of_decision(near.decision), &format!("{:<8}", near.decision));
            if self.columns < 60 {
                self.paragraph(2, of_decision(near.decision), near.decision);
                self.paragraph(4, Style::new(), &told_near(near));
                continue;
            }
            let mut lines = wrapped(&told_near(near), self.columns.saturating_sub(10)).into_iter();
            self.line(&format!("  {label}{}", lines.next().unwrap_or_default()));
            lines.for_each(|line| self.line(&format!("{:10}{line}", "")));
        }
    }

    fn forwarded(&mut self, forwarded: &Forwarded) {
        self.title("What the backend gets");
        for (name, value) in &forwarded.set {
            self.paragraph(2, Style::new(), &format!("{name}: {}", printable(value)));
        }
        if !forwarded.removed.is_empty() {
            self.paragraph(2, FAINT, &format!("removed: {}", forwarded.removed.join(", ")));
        }
        let kind = if forwarded.kind == "original" { "as it came" } else { "rewritten" };
        self.paragraph(2, FAINT, &format!("body: {kind}, {} bytes", forwarded.body.bytes));
        if forwarded.kind != "original" {
            self.body(&forwarded.body);
        }
    }

    fn replied(&mut self, replied: &Replied) {
        self.title("What the backend gets: nothing. The gate answers itself");
        let encrypted = if replied.encrypted { ", encrypted; inside" } else { "" };
        self.paragraph(2, Style::new(), &format!("{} {}{encrypted}", replied.status, replied.content_type));
        for (name, value) in &replied.headers {
            self.paragraph(2, Style::new(), &format!("{name}: {}", printable(value)));
        }
        self.body(&replied.body);
    }

    fn body(&mut self, body: &Payload) {
        let Some(json) = &body.json else { return };
        let mut json = json.clone();
        shorten(&mut json);
        let pretty = inert_json(&format!("{json:#}"));
        for line in pretty.lines() {
            let indent = line.len() - line.trim_start().len() + 2;
            self.hanging(indent, indent + 4, Style::new(), line.trim_start());
        }
    }

    fn notes(&mut self, notes: &[String]) {
        if notes.is_empty() {
            return;
        }
        self.line("");
        notes.iter().for_each(|note| self.paragraph(0, FAINT, &format!("note: {note}")));
    }
}

fn of_decision(decision: &str) -> Style {
    match decision {
        "accept" => GOOD,
        "review" => MIDDLING,
        "count" | "untouched" => FAINT,
        _ => BAD,
    }
}

/// Returns a piece in words; `None` where there is nothing to say beyond the other pieces.
fn told_piece(piece: &Piece) -> Option<String> {
    let name = &piece.name;
    if let Some(missing) = piece.missing {
        return Some(format!("{name}: {missing}"));
    }
    if !piece.sources.is_empty() {
        let told = told_sources(&piece.sources);
        return (!told.is_empty()).then(|| format!("{name}: {told}"));
    }
    if let (Some(signal), Some(status)) = (&piece.signal, piece.status) {
        let text = piece.value.as_ref().map(|text| format!("{} ", printable(text))).unwrap_or_default();
        let status = if status == "listed" { "in error_list" } else { status };
        return Some(format!("{name} {text}“{signal}”: {status}"));
    }
    let value = piece.value.as_deref().map(printable).filter(|value| !value.is_empty());
    Some(format!("{name}: {}", value.as_deref().unwrap_or("none")))
}

fn told_sources(sources: &[Source]) -> String {
    let mut told = String::new();
    let mut locale = sources.first().map(|source| source.locale);
    // The value that counts was taken from a source, unless it differs.
    for source in sources.iter().filter(|source| source.differs || source.source != "counts") {
        let separator = if told.is_empty() {
            ""
        } else if locale == Some(source.locale) {
            ", "
        } else {
            " | "
        };
        locale = Some(source.locale);
        let differs = if source.differs { "≠" } else { "=" };
        let _ = write!(told, "{separator}{}{differs}{}", source.source, printable(&source.value));
    }
    told
}

fn told_near(near: &Near) -> String {
    let is_better = near.ways.iter().any(|way| way.checks == "pass") || !near.rules.is_empty();
    let ways: Vec<String> = near.ways.iter().map(told_way).collect();
    let ways = ways.join(if is_better { ", and " } else { ", or " });
    if near.rules.is_empty() {
        return ways;
    }
    let (rules, fire) = if near.rules.len() == 1 { ("rule", "fires") } else { ("rules", "fire") };
    let and = if ways.is_empty() { String::new() } else { format!("{ways}, and ") };
    format!("{and}not while {rules} {} {fire}", near.rules.join(", "))
}

fn told_way(way: &Way) -> String {
    let mut sets: Vec<String> = way.any_of.iter().map(|set| set.join(" and ")).collect();
    sets.extend(way.more.then(|| "…".to_owned()));
    let several = if sets.len() > 1 { "one of " } else { "" };
    let (passed, short) = if way.checks == "pass" { ("passed", "short") } else { ("failed", "away") };
    let points = if way.points == 1 { "point" } else { "points" };
    format!("if {several}{} {passed} ({} is {} {points} {short})", sets.join(", "), way.proof, way.points)
}

/// Cuts long texts, such as images.
fn shorten(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > LONGEST_TEXT => {
            let start: String = text.chars().take(40).collect();
            *text = format!("{start}… ({} characters)", text.chars().count());
        }
        Value::Array(elements) => elements.iter_mut().for_each(shorten),
        Value::Object(members) => members.values_mut().for_each(shorten),
        _ => {}
    }
}
