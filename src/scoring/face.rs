//! The face: does the selfie match the portrait, and was a live person before the camera.

use crate::payload::Kyc;

use super::evidence::{Evidence, FaceScale};
use super::finding::Finding;

/// Face and liveness, each against its limit. A liveness score below 0 means that it could not be told.
pub(super) fn matching(kyc: &Kyc<'_>, evidence: &Evidence) -> Finding {
    let live = liveness(kyc).filter(|score| *score >= 0.0);
    if live.is_some_and(|score| score < evidence.liveness_min_score) {
        return Finding::Fail;
    }
    let score = match evidence.face_scale {
        FaceScale::Log10Fmr | FaceScale::Unit | FaceScale::Percent => kyc.face_score(),
        FaceScale::ScorePercent => kyc.face_score_percent(),
    };
    match score.and_then(|score| score.as_f64()) {
        Some(score) => Finding::of(score >= evidence.face_min_score),
        None => Finding::NOT_PROVEN,
    }
}

/// A liveness score of 0: the engine saw a spoof.
pub(super) fn spoofed(kyc: &Kyc<'_>) -> bool {
    liveness(kyc) == Some(0.0)
}

fn liveness(kyc: &Kyc<'_>) -> Option<f64> {
    kyc.liveness_score()?.as_f64()
}
