//! The face: does the selfie match the portrait, and was a live person before the camera.

use crate::payload::Kyc;

use super::code::CheckCode;
use super::evidence::{Evidence, FaceScale};
use super::finding::Finding;

/// Face and liveness, each against its limit. A liveness score below 0 means that it could not be told.
pub(super) fn matching(kyc: &Kyc<'_>, evidence: &Evidence) -> Finding {
    let live = liveness(kyc).filter(|score| *score >= 0.0);
    if live.is_some_and(|score| score < evidence.liveness_min_score) {
        return Finding::Fail(CheckCode::LivenessBelowLimit);
    }
    let score = match evidence.face_scale {
        FaceScale::Log10Fmr | FaceScale::Unit | FaceScale::Percent => kyc.face_score(),
        FaceScale::ScorePercent => kyc.face_score_percent(),
    };
    let matches = if live.is_some() { CheckCode::FaceMatches } else { CheckCode::FaceMatchesLivenessUnknown };
    match score.and_then(|score| score.as_f64()) {
        Some(score) => Finding::of(score >= evidence.face_min_score, matches, CheckCode::FaceBelowLimit),
        None => Finding::not_proven(CheckCode::FaceScoreMissing),
    }
}

/// A liveness score of 0: the engine saw a spoof.
pub(super) fn spoofed(kyc: &Kyc<'_>) -> bool {
    liveness(kyc) == Some(0.0)
}

/// The liveness score, 0 to 100; below 0 when it could not be told.
pub(super) fn liveness(kyc: &Kyc<'_>) -> Option<f64> {
    kyc.liveness_score()?.as_f64()
}
