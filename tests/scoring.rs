//! Scoring: its tables of cases, and what holds of every post.
#![allow(clippy::indexing_slicing)] // Tests may fail loudly.
#![cfg(not(target_arch = "wasm32"))]

#[path = "tables/scoring.rs"]
mod scoring;

use kyc_gate::scoring::{Decision, IdentityCheck};
use proptest::prelude::*;
use scoring::post::Post;
use serde_json::json;

#[test]
fn tables() {
    scoring::run();
}

type Harm = (IdentityCheck, fn(&mut Post));

/// Each makes one more check of a sound post fail, without a rule.
const HARMS: [Harm; 6] = [
    (IdentityCheck::ContainsImage, |post| post.remove("/kyc_info/document/document_info/document_images")),
    (IdentityCheck::IssueDate, |post| post.without("Date of issue")),
    (IdentityCheck::ExpirationDate, |post| post.without("Date of expiry")),
    (IdentityCheck::LastName, |post| post.without("Surname")),
    (IdentityCheck::IsPhotocopy, |post| post.element("Photocopy", "ERROR")),
    (IdentityCheck::HasMatchingFaceProof, |post| post.remove("/kyc_info/face_matcher_result")),
];

fn weights() -> impl Strategy<Value = [u8; 16]> {
    prop::array::uniform16(0..=100_u8)
}

fn thresholds() -> impl Strategy<Value = (u8, u8)> {
    (0..=100_u8, 0..=100_u8).prop_map(|(a, b)| (a.min(b), a.max(b)))
}

fn post(weights: [u8; 16], (reject_below, accept_above): (u8, u8), harms: &[bool]) -> Post {
    let mut post = Post::default();
    for (check, weight) in IdentityCheck::ALL.into_iter().zip(weights) {
        post.setting(&format!("/identityProof/weights/{}", check.key()), json!(weight));
    }
    let thresholds = json!({ "rejectBelow": reject_below, "acceptAbove": accept_above });
    post.setting("/identityProof/thresholds", thresholds);
    for ((_, harm), _) in HARMS.iter().zip(harms).filter(|(_, done)| **done) {
        harm(&mut post);
    }
    post
}

proptest! {
    #[test]
    fn the_score_is_what_the_failed_checks_leave(
        weights in weights(), limits in thresholds(), harms in prop::array::uniform6(any::<bool>()),
    ) {
        let verdict = post(weights, limits, &harms).judge();
        let failed: Vec<_> = HARMS.iter().zip(harms).filter(|(_, done)| *done).map(|((check, _), _)| *check).collect();
        let lost: u32 = failed.iter().map(|check| u32::from(weights[*check as usize])).sum();
        prop_assert_eq!(u32::from(verdict.score), 100_u32.saturating_sub(lost));
        prop_assert_eq!(verdict.failed().count(), failed.len());
        prop_assert_eq!(verdict.skipped().count(), 1);
    }

    #[test]
    fn one_more_failure_never_helps(
        weights in weights(), limits in thresholds(), harms in prop::array::uniform6(any::<bool>()), more in 0..HARMS.len(),
    ) {
        let mut worse = harms;
        worse[more] = true;
        let (before, after) = (post(weights, limits, &harms).judge(), post(weights, limits, &worse).judge());
        prop_assert!(after.score <= before.score);
        prop_assert!(after.decision >= before.decision);
    }

    #[test]
    fn stricter_thresholds_never_help(
        weights in weights(), a in thresholds(), b in thresholds(), harms in prop::array::uniform6(any::<bool>()),
    ) {
        let mild = (a.0.min(b.0), a.1.min(b.1));
        let strict = (a.0.max(b.0), a.1.max(b.1));
        let (mild, strict) = (post(weights, mild, &harms).judge(), post(weights, strict, &harms).judge());
        prop_assert_eq!(mild.score, strict.score);
        prop_assert!(strict.decision >= mild.decision);
        prop_assert!(!(mild.decision == Decision::Reject && strict.decision == Decision::Accept));
    }

    #[test]
    fn the_same_post_is_judged_the_same(
        weights in weights(), limits in thresholds(), harms in prop::array::uniform6(any::<bool>()),
    ) {
        prop_assert_eq!(post(weights, limits, &harms).judge(), post(weights, limits, &harms).judge());
    }
}
