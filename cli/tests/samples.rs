//! What each sample scores under the shipped settings, on any day and whoever it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Tests may fail loudly.

use std::rc::Rc;

use clap::ValueEnum as _;
use jiff::civil::date;
use kyc_gate::config::Config;
use kyc_gate::payload::mrz;
use kyc_gate::scoring::Verdict;
use kyc_gate_cli::judged::Sent;
use kyc_gate_cli::sample::{self, Kind};
use kyc_gate_cli::{at, post};

/// Decision, score, failed checks and rules of each kind.
const EXPECTED: [(Kind, &str, u8, &str, &str); 9] = [
    (Kind::Clean, "accept", 100, "", ""),
    (Kind::IdCard, "accept", 100, "", ""),
    (Kind::Licence, "accept", 100, "", ""),
    (Kind::AddressProof, "accept", 100, "", ""),
    (Kind::Expired, "reject", 100, "", "expired-document"),
    (Kind::Mismatch, "reject", 25, "lastName,hasMatchingFaceProof", ""),
    (Kind::Underage, "reject", 40, "hasMinimalAge", "underage"),
    (Kind::Tampered, "reject", 0, "isTampered", "document-status-error"),
    (Kind::Spoof, "reject", 55, "hasMatchingFaceProof", "liveness-spoof"),
];

fn verdict(kind: Kind, day: &str, seed: u64) -> Verdict {
    let config = Rc::new(Config::parse(b"", &|_| None).ok().unwrap());
    let at = at::parse(day).unwrap();
    let sent = Sent {
        settings: config.initial_settings(),
        headers: post::headers(&config, &[]),
        body: zeroize::Zeroizing::new(sample::make(kind, at::day(at), seed).to_string().into_bytes()),
        at,
        notes: Vec::new(),
        config,
    };
    sent.judge().unwrap().unwrap().ruling.record.verdict.unwrap()
}

#[test]
fn every_kind_scores_as_it_should_whenever_and_whoever() {
    assert_eq!(EXPECTED.map(|row| row.0), Kind::value_variants());
    for (kind, decision, score, failed, rules) in EXPECTED {
        for day in ["2026-11-29", "2028-02-29", "2031-01-01", "2032-03-01", "2049-12-31"] {
            for seed in 0..40 {
                let verdict = verdict(kind, day, seed);
                let list = |names: Vec<String>| names.join(",");
                let found = (
                    verdict.decision.as_str(),
                    verdict.score,
                    list(verdict.failed().map(|check| check.to_string()).collect()),
                    list(verdict.rule_names().map(str::to_owned).collect()),
                );
                let expected = (decision, score, failed.to_owned(), rules.to_owned());
                assert_eq!(found, expected, "{} {day} {seed}", kind.name());
            }
        }
    }
}

#[test]
fn zones_have_right_check_digits_and_other_seeds_give_other_people() {
    for kind in Kind::value_variants() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..40 {
            let payload = sample::make(*kind, date(2026, 11, 29), seed);
            let data = &payload["kyc_info"]["document"]["identity_data"];
            if let Some(zone) = data["MRZ strings"].as_str() {
                assert_eq!(mrz::check_digits(zone), Some(true), "{} {seed}", kind.name());
            }
            let number = data["Document number"].as_str().unwrap();
            assert_eq!(number.len(), if number.starts_with('C') { 9 } else { number.len() });
            assert!(seen.insert(payload["request_info"]["requester_id"].to_string()));
        }
        assert_eq!(sample::make(*kind, date(2026, 11, 29), 3), sample::make(*kind, date(2026, 11, 29), 3));
    }
}
