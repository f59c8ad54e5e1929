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
const PAIRS: &str = include_str!("../data/names.json");
/// Written when the comparator stood, to see whether it holds; in rounds, each measured before anything was mended.
const BLIND: &str = include_str!("../data/names-blind.json");
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
    "double surname",
    "particle",
    "spacing",
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
    "double surname",
    "truncation",
    "zone",
    "swapped",
    "same surname",
    "initials",
    "nickname",
    "final vowel",
];

/// Categories of relatives.
const RELATIVES: &[&str] = &["siblings", "twins", "father and son"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    claimed: String,
    document: String,
    kind: Kind,
    source: Source,
    /// The zone that a name was read in.
    #[serde(default)]
    zone: Option<Layout>,
    same: bool,
    category: String,
    /// ISO 3166-1, of the name and not of the document; the oldest pairs have none.
    #[serde(default)]
    #[allow(dead_code, reason = "tells the reader of the table what the name is")]
    country: String,
    /// Of the pairs that were written when the comparator stood.
    #[serde(default)]
    round: u8,
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

/// The machine readable zones of ICAO 9303 parts 4 to 6.
#[derive(Deserialize, Clone, Copy, PartialEq)]
enum Layout {
    TD1,
    TD2,
    TD3,
}

/// The part of the table that a pair belongs to: the comparator was made with one, and is judged by the other.
#[derive(Clone, Copy, PartialEq)]
enum Half {
    Choosing,
    Telling,
}

/// Where the document's name was read. A name from the zone is written as its field is, without the fillers at its end:
/// `SURNAME<<GIVEN<NAMES`.
#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Source {
    Visual,
    Mrz,
}

tables![labelled_pairs];

fn labelled_pairs() {
    let measured = Measured::new(PAIRS);
    balanced(&measured);
    never_wrong(&measured);
    good_enough(&measured);
    assert_eq!(PAGE, with(&measured), "run scripts/names and look at what it changes");
}

/// The page with the figures as they are now.
pub fn page() -> String {
    with(&Measured::new(PAIRS))
}

fn with(measured: &Measured) -> String {
    let (before, rest) = PAGE.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    format!("{before}{BEGIN}\n{}\n{END}{after}", measured.tables())
}

fn balanced(measured: &Measured) {
    let (same, other) = (measured.count(|pair| pair.same), measured.count(|pair| !pair.same));
    assert!(same + other >= 1_200);
    for half in [Half::Choosing, Half::Telling] {
        let count = |same| measured.count(|pair| pair.same == same && pair.half() == half);
        let (same, other) = (count(true), count(false));
        assert!(same >= 300 && other >= 300, "{same} of one person, {other} of two");
    }
}

/// What the comparator is for, on the half that it wasn't made with.
fn good_enough(measured: &Measured) {
    let at = default_limit();
    let telling = |pair: &Pair| pair.half() == Half::Telling;
    for (what, share, most) in [
        ("one person, refused", measured.wrong(at, true, telling), 5),
        ("two people, accepted", measured.wrong(at, false, telling), 5),
        ("relatives accepted", measured.wrong(at, false, |pair| telling(pair) && pair.is_of(RELATIVES)), 8),
        ("cut names accepted", measured.wrong(at, false, |pair| pair.category == "truncation"), 0),
    ] {
        assert!(share.wrong * 100 <= share.all * most, "{what}: {share}");
    }
}

fn never_wrong(measured: &Measured) {
    for (at, pair) in measured.pairs.iter().enumerate() {
        let accepted = measured.accepted[at];
        if pair.same && WRITINGS.contains(&pair.category.as_str()) {
            assert!(accepted.iter().all(|accepted| *accepted), "{} is {}: {}", pair.claimed, pair.document, pair.note);
        }
        if pair.same && matches!(pair.category.as_str(), "Cyrillic" | "misread") {
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
            (Source::Mrz, _) => self.document.split_once("<<").unwrap_or((&self.document, "")),
            (Source::Visual, Kind::Given) => ("ANYNAME", self.document.as_str()),
            (Source::Visual, _) => (self.document.as_str(), "ANYNAME"),
        };
        let letter = if self.source == Source::Mrz { "M" } else { "V" };
        for (field, value) in [("Surname", surname), ("Given name(s)", given)] {
            post.field(field, value);
            post.sources(field, json!({ letter: value }));
        }
        if let Some(layout) = self.zone {
            post.field("MRZ strings", &layout.zone(&self.document));
        }
        let claim = if self.kind == Kind::Given { Claim::FirstName } else { Claim::LastName };
        post.claim(claim, &self.claimed);
        post
    }

    /// By a hash of the names, so that a pair stays where it is whatever is added: FNV-1a.
    fn half(&self) -> Half {
        let names = self.claimed.bytes().chain(*b"|").chain(self.document.bytes());
        let hash =
            names.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        if (hash >> 32).is_multiple_of(2) { Half::Choosing } else { Half::Telling }
    }

    fn is_of(&self, categories: &[&str]) -> bool {
        categories.contains(&self.category.as_str())
    }
}

impl Layout {
    /// A zone with this name; the rest of it is anybody's.
    fn zone(self, name: &str) -> String {
        let (before, size, after) = match self {
            Self::TD1 => ("I<UTOD231458907<<<<<<<<<<<<<<<^7408122F1204159UTO<<<<<<<<<<<6^", 30, ""),
            Self::TD2 => ("I<UTO", 31, "^D231458907UTO7408122F1204159<<<<<<<6"),
            Self::TD3 => ("P<UTO", 39, "^L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
        };
        assert!(name.len() <= size, "{name} is too long for its zone");
        format!("{before}{name:<<size$}{after}")
    }
}

/// Every pair, and what is said of it at every limit.
struct Measured {
    pairs: Vec<Pair>,
    accepted: Vec<[bool; LIMITS.len()]>,
}

impl Measured {
    fn new(pairs: &str) -> Self {
        let pairs: Vec<Pair> = serde_json::from_str(pairs).unwrap();
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
        let blind = Self::new(BLIND);
        format!("{}\n{}\n{}\n{}", self.by_limit(), blind.by_round(), self.by_category(), self.mistakes())
    }

    fn by_limit(&self) -> String {
        let half = |half| move |pair: &Pair| pair.half() == half;
        let related = |pair: &Pair| half(Half::Telling)(pair) && pair.is_of(RELATIVES);
        let mut text = format!(
            "{} pairs: {} of one person, {} of two; {} in the half for choosing, {} in the half for telling.\n\n\
             | `nameSimilarity` | telling: one person, refused | two people, accepted | relatives alone | choosing: one person, refused | two people, accepted |\n\
             |---|---|---|---|---|---|\n",
            self.pairs.len(),
            self.count(|pair| pair.same),
            self.count(|pair| !pair.same),
            self.count(half(Half::Choosing)),
            self.count(half(Half::Telling)),
        );
        for (at, limit) in LIMITS.iter().enumerate() {
            let mark = if at == default_limit() { " (default)" } else { "" };
            let cells = [
                self.wrong(at, true, half(Half::Telling)),
                self.wrong(at, false, half(Half::Telling)),
                self.wrong(at, false, related),
                self.wrong(at, true, half(Half::Choosing)),
                self.wrong(at, false, half(Half::Choosing)),
            ];
            writeln!(text, "| {limit:.2}{mark} | {} |", cells.map(|share| share.to_string()).join(" | ")).unwrap();
        }
        text
    }

    /// The figures of the pairs beside the ones with two halves.
    fn by_round(&self) -> String {
        let at = default_limit();
        let mut text = String::from(
            "| pairs written when the comparator stood | one person, refused at 0.92 | two people, accepted | relatives alone |\n\
             |---|---|---|---|\n",
        );
        for round in [1, 2] {
            let cells = [
                self.wrong(at, true, |pair| pair.round == round),
                self.wrong(at, false, |pair| pair.round == round),
                self.wrong(at, false, |pair| pair.round == round && pair.is_of(RELATIVES)),
            ];
            let count = self.count(|pair| pair.round == round);
            let cells = cells.map(|share| share.to_string()).join(" | ");
            writeln!(text, "| round {round}, {count} pairs, now | {cells} |").unwrap();
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
