//! Labelled pairs of names, and how often the gate is wrong about them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Tests may fail loudly.

use std::fmt::Write as _;

use kyc_gate::payload::name;
use kyc_gate::scoring::{CheckId, CheckOutcome, Claim, Evidence, IdentityCheck};
use serde::Deserialize;
use serde_json::json;

#[allow(dead_code, reason = "only the names of a post change here")]
#[path = "scoring/post.rs"]
mod post;

use post::Post;

/// The page that carries the figures.
pub const PAGE: &str = include_str!("../../docs/names.md");
const BEGIN: &str = "<!-- measured: scripts/names writes what follows -->\n";
const END: &str = "<!-- measured: end -->\n";

/// The limits that are compared, the default among them.
const LIMITS: [f64; 11] = [0.80, 0.85, 0.88, 0.90, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 1.0];

/// Writings of one name that a document or a customer may choose: none of these may be refused, at any limit.
const WRITINGS: &[&str] = &[
    "case",
    "marks",
    "hyphen",
    "apostrophe",
    "order",
    "middle",
    "second surname",
    "particle",
    "Greek",
    "Arabic",
    "truncation",
    "zone",
    "single name",
    "patronymic",
];

/// People who must never pass for each other at the default limit.
const OTHERS: &[&str] = &[
    "case",
    "hyphen",
    "apostrophe",
    "order",
    "middle",
    "second surname",
    "truncation",
    "zone",
    "misread",
    "swapped",
    "same surname",
    "initials",
    "nickname",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    claimed: String,
    document: String,
    kind: Kind,
    source: Source,
    same: bool,
    category: String,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Given,
    Surname,
    /// Both in one text, compared without a check: no claim is a full name.
    Full,
}

/// Where the document's name was read. A name from the zone is written as its field is: `SURNAME<<GIVEN<NAMES`.
#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Source {
    Visual,
    Mrz,
}

tables![labelled_pairs];

fn labelled_pairs() {
    let measured = Measured::new();
    balanced(&measured);
    never_wrong(&measured);
    assert_eq!(PAGE, with(&measured), "run scripts/names and look at what it changes");
}

/// The page with the figures as they are now.
pub fn page() -> String {
    with(&Measured::new())
}

fn with(measured: &Measured) -> String {
    let (before, rest) = PAGE.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    format!("{before}{BEGIN}\n{}\n{END}{after}", measured.tables())
}

fn balanced(measured: &Measured) {
    let (same, other) = (measured.count(|pair| pair.same), measured.count(|pair| !pair.same));
    assert!(same + other >= 300);
    assert!(same * 2 >= other && other * 2 >= same, "{same} of one person, {other} of two");
}

fn never_wrong(measured: &Measured) {
    for (at, pair) in measured.pairs.iter().enumerate() {
        let accepted = measured.accepted[at];
        if pair.same && WRITINGS.contains(&pair.category.as_str()) {
            assert!(accepted.iter().all(|accepted| *accepted), "{} is {}: {}", pair.claimed, pair.document, pair.note);
        }
        if pair.same && pair.category == "Cyrillic" {
            assert!(accepted[default_limit()], "{} is {}", pair.claimed, pair.document);
        }
        if !pair.same && OTHERS.contains(&pair.category.as_str()) {
            assert!(!accepted[default_limit()], "{} is not {}: {}", pair.claimed, pair.document, pair.note);
        }
        let falls = accepted.windows(2).all(|pair| pair[0] || !pair[1]);
        assert!(falls, "{} / {}: a higher limit never helps", pair.claimed, pair.document);
    }
}

fn default_limit() -> usize {
    let default = Evidence::default().name_similarity;
    LIMITS.iter().position(|limit| (limit - default).abs() < 1e-9).unwrap()
}

impl Pair {
    /// What the gate says, as the check of the name's kind.
    fn accepted(&self, post: &mut Post, limit: f64) -> bool {
        if self.kind == Kind::Full {
            return name::claim_matches(&self.claimed, &self.document, limit);
        }
        post.evidence.name_similarity = limit;
        let check = if self.kind == Kind::Given { IdentityCheck::FirstName } else { IdentityCheck::LastName };
        post.outcome(CheckId::Identity(check)) == CheckOutcome::Pass
    }

    /// A post whose document has this name, and whose customer claims it.
    fn post(&self) -> Post {
        let mut post = Post::default();
        let (surname, given) = match (self.source, self.kind) {
            (Source::Mrz, _) => self.document.split_once("<<").unwrap(),
            (Source::Visual, Kind::Given) => ("ANYNAME", self.document.as_str()),
            (Source::Visual, _) => (self.document.as_str(), "ANYNAME"),
        };
        let letter = if self.source == Source::Mrz { "M" } else { "V" };
        for (field, value) in [("Surname", surname), ("Given name(s)", given)] {
            post.field(field, value);
            post.sources(field, json!({ letter: value }));
        }
        let claim = if self.kind == Kind::Given { Claim::FirstName } else { Claim::LastName };
        post.claim(claim, &self.claimed);
        post
    }
}

/// Every pair, and what is said of it at every limit.
struct Measured {
    pairs: Vec<Pair>,
    accepted: Vec<[bool; LIMITS.len()]>,
}

impl Measured {
    fn new() -> Self {
        let pairs: Vec<Pair> = serde_json::from_str(include_str!("../data/names.json")).unwrap();
        let at_all = |pair: &Pair| {
            let mut post = pair.post();
            LIMITS.map(|limit| pair.accepted(&mut post, limit))
        };
        let accepted = pairs.iter().map(at_all).collect();
        Self { pairs, accepted }
    }

    fn count(&self, wanted: impl Fn(&Pair) -> bool) -> usize {
        self.pairs.iter().filter(|pair| wanted(pair)).count()
    }

    /// How many of the pairs that are `same` people, or aren't, are judged wrong at a limit.
    fn wrong(&self, limit: usize, same: bool, wanted: impl Fn(&Pair) -> bool) -> Share {
        let labelled = |pair: &Pair| pair.same == same && wanted(pair);
        let judged = self.pairs.iter().zip(&self.accepted);
        let wrong = judged.filter(|(pair, accepted)| labelled(pair) && accepted[limit] != same).count();
        Share { wrong, all: self.count(labelled) }
    }

    fn tables(&self) -> String {
        format!("{}\n{}\n{}", self.by_limit(), self.by_category(), self.mistakes())
    }

    fn by_limit(&self) -> String {
        let near = |pair: &Pair| matches!(pair.category.as_str(), "siblings" | "twins" | "other person" | "short");
        let slip = |pair: &Pair| pair.category.starts_with("typo") || pair.category == "misread";
        let mut text = format!(
            "{} pairs: {} of one person, {} of two.\n\n\
             | `nameSimilarity` | one person, refused | without slips | slips alone | two people, accepted | without near names | near names alone |\n\
             |---|---|---|---|---|---|---|\n",
            self.pairs.len(),
            self.count(|pair| pair.same),
            self.count(|pair| !pair.same),
        );
        for (at, limit) in LIMITS.iter().enumerate() {
            let mark = if at == default_limit() { " (default)" } else { "" };
            let cells = [
                self.wrong(at, true, |_| true),
                self.wrong(at, true, |pair| !slip(pair)),
                self.wrong(at, true, slip),
                self.wrong(at, false, |_| true),
                self.wrong(at, false, |pair| !near(pair)),
                self.wrong(at, false, near),
            ];
            writeln!(text, "| {limit:.2}{mark} | {} |", cells.map(|share| share.to_string()).join(" | ")).unwrap();
        }
        text
    }

    fn by_category(&self) -> String {
        let shown = [0.92, 0.96, 0.98].map(|limit| LIMITS.iter().position(|other| *other == limit).unwrap());
        let mut text = String::from(
            "| category | one person, refused at 0.92 | at 0.96 | at 0.98 | two people, accepted at 0.92 | at 0.96 | at 0.98 |\n\
             |---|---|---|---|---|---|---|\n",
        );
        let mut categories: Vec<&str> = self.pairs.iter().map(|pair| pair.category.as_str()).collect();
        categories.dedup();
        categories.sort_unstable();
        categories.dedup();
        for category in categories {
            let at = |same| shown.map(|limit| self.wrong(limit, same, |pair| pair.category == category).to_string());
            writeln!(text, "| {category} | {} | {} |", at(true).join(" | "), at(false).join(" | ")).unwrap();
        }
        text
    }

    /// Every pair that is judged wrong at the default, so that none changes unnoticed.
    fn mistakes(&self) -> String {
        let mut text = String::new();
        for (same, title) in [(true, "One person, refused"), (false, "Two people, accepted")] {
            writeln!(text, "{title} at the default:\n\n| category | claimed | document | |\n|---|---|---|---|")
                .unwrap();
            for (pair, accepted) in self.pairs.iter().zip(&self.accepted) {
                if pair.same == same && accepted[default_limit()] != same {
                    let Pair { category, claimed, document, note, .. } = pair;
                    writeln!(text, "| {category} | {claimed} | {document} | {note} |").unwrap();
                }
            }
            text.push('\n');
        }
        text.truncate(text.trim_end().len() + 1);
        text
    }
}

/// Some of all.
struct Share {
    wrong: usize,
    all: usize,
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { wrong, all } = self;
        match all {
            0 => f.write_str("–"),
            // Rounded to the whole percent; the counts say more.
            all => write!(f, "{wrong} of {all} ({} %)", (wrong * 200 + all) / (all * 2)),
        }
    }
}
