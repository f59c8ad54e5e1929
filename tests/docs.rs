//! The pages against the code: what they show is loaded, what they list is there, and nothing is left out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
#![cfg(not(target_arch = "wasm32"))]

#[path = "docs/markdown.rs"]
mod markdown;
#[path = "tables/scoring/post.rs"]
#[allow(dead_code, reason = "its own tests take more from it")]
mod post;
#[path = "docs/reference.rs"]
mod reference;
#[path = "docs/scoring.rs"]
mod scoring;
#[path = "docs/troubleshooting.rs"]
mod troubleshooting;

use std::collections::BTreeSet;

use kyc_gate::config::{Config, DecisionPolicy, Mode, Problems, Secrets};
use kyc_gate::exchange::decision_headers;
use kyc_gate::exchange::local_reply::denial;
use kyc_gate::exchange::refusal;
use kyc_gate::replay::ReplayStatus;
use kyc_gate::scoring::{
    AddressCheck, CheckCode, CheckId, CheckOutcome, CheckResult, Decision, FiredRule, IdentityCheck, ProofVerdict,
    Reason, Verdict,
};

use zeroize::Zeroizing;

use markdown::{code, page, pages, table};

/// A 256-bit key in base64: what every secret holds.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn load(config: &str) -> Result<Config, Problems> {
    let delivered = |_: &str| Some(Zeroizing::new(KEY.as_bytes().to_vec()));
    Config::parse_with(config.as_bytes(), &Secrets::with_sds(&|_| Some(KEY.to_owned()), &delivered))
}

/// `json` is a whole configuration, `jsonc` are members of one, perhaps with comments.
#[test]
fn every_configuration_loads() {
    let (mut whole, mut members) = (0, 0);
    for page in pages() {
        for block in page.blocks("json") {
            if let Err(problems) = load(&block) {
                panic!("{}: {problems}\n{block}", page.path);
            }
            whole += 1;
        }
        for block in page.blocks("jsonc") {
            let bare: Vec<_> = block.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            if let Err(problems) = load(&format!("{{{}}}", bare.join("\n"))) {
                panic!("{}: {problems}\n{block}", page.path);
            }
            members += 1;
        }
    }
    assert!(whole >= 9 && members >= 4, "only {whole} and {members} were found");
}

/// The command line's tests run `console`; the Python tests run `sh` and the programs, and load `yaml`; those of the
/// rules compile `cel`. Other languages would be looked at by nobody.
#[test]
fn no_block_goes_untested() {
    for page in pages() {
        let fences = page.text.lines().filter_map(|line| line.trim_start().strip_prefix("```"));
        for (language, _) in fences.zip([true, false].into_iter().cycle()).filter(|(_, opens)| *opens) {
            let known = ["", "cel", "console", "go", "java", "js", "json", "jsonc", "python", "sh", "text", "yaml"];
            assert!(known.contains(&language), "{}: a block in {language}", page.path);
        }
    }
}

#[test]
fn the_page_lists_the_errors() {
    let listed: BTreeSet<Vec<String>> = table(&page("docs/errors.md").text, "code")
        .rows
        .iter()
        .map(|row| vec![code(&row[0])[0].to_owned(), row[1].clone(), code(&row[3])[0].to_owned()])
        .collect();
    let refusals = refusal::ErrorCode::ALL
        .map(|code| [code.as_str().to_owned(), code.status().to_string(), code.details().to_owned()]);
    let denied = denial("");
    let denied = ["rejected".to_owned(), denied.status.to_string(), denied.details.to_owned()];
    let real = refusals.into_iter().chain([denied]).map(Vec::from).collect();
    assert_eq!(listed, real);
}

#[test]
fn the_page_lists_the_decision_headers() {
    let rows = table(&page("docs/backend.md").text, "header").rows;
    let listed: BTreeSet<_> = rows.iter().flat_map(|row| code(&row[0])).collect();
    let policy = DecisionPolicy { mode: Mode::Shadow, ..DecisionPolicy::default() };
    let headers = decision_headers::of_verdict(&policy, &eventful(), "0123456789abcdef", "id");
    let of_error = decision_headers::of_error(&policy, Some("id"));
    let seen = decision_headers::of_replay(&policy, ReplayStatus::Replay);
    let real = headers.iter().chain(&of_error).chain(&seen).map(|(name, _)| name.as_str()).collect();
    assert_eq!(listed, real);
}

/// A verdict with something in every place.
fn eventful() -> Verdict {
    let proof = ProofVerdict { score: 60, decision: Decision::Review };
    Verdict {
        decision: Decision::Review,
        score: 60,
        identity: proof,
        address: Some(proof),
        checks: vec![
            made(CheckId::Identity(IdentityCheck::IssueDate), CheckOutcome::Fail),
            made(CheckId::Address(AddressCheck::Phone), CheckOutcome::Skip),
        ],
        disagreements: Vec::new(),
        unreadable: BTreeSet::new(),
        rules: vec![FiredRule {
            name: "rule".to_owned(),
            then: Decision::Review,
            reason: None,
            code: CheckCode::RuleFired,
        }],
        counted_rules: Vec::new(),
        reasons: vec![Reason::Other],
        revision: "0123456789abcdef".to_owned(),
    }
}

fn made(check: CheckId, outcome: CheckOutcome) -> CheckResult {
    CheckResult { check, outcome, points: 0, code: CheckCode::IssueDateMissing }
}

#[test]
fn the_reference_is_right() {
    reference::run();
}

#[test]
fn the_scoring_page_is_right() {
    scoring::run();
}

#[test]
fn the_troubleshooting_page_leaves_nothing_out() {
    troubleshooting::run();
}
