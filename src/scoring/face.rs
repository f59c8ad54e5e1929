//! The face match and the liveness of the selfie.

use crate::payload::Kyc;

use super::assessment::Assessment;
use super::check::CheckOutcome;
use super::code::CheckCode;
use super::evidence::{Evidence, FaceScale};

/// Passes when the face score and the liveness score reach their limits. A liveness score below 0 means that the
/// engine could not compute one.
pub(super) fn matching(kyc: &Kyc<'_>, evidence: &Evidence) -> Assessment {
    let live = liveness(kyc).filter(|score| *score >= 0.0);
    if live.is_some_and(|score| score < evidence.liveness_min_score) {
        return Assessment::Fail(CheckCode::LivenessBelowLimit);
    }
    if live.is_none() && evidence.liveness_on_missing == CheckOutcome::Fail {
        return Assessment::Fail(CheckCode::LivenessMissing);
    }
    let score = match evidence.face_scale {
        FaceScale::Log10Fmr | FaceScale::Unit | FaceScale::Percent => kyc.face_score(),
        FaceScale::ScorePercent => kyc.face_score_percent(),
    };
    let matches = if live.is_some() { CheckCode::FaceMatches } else { CheckCode::FaceMatchesLivenessUnknown };
    match score.readable() {
        Some(score) => Assessment::of(score.number >= evidence.face_min_score, matches, CheckCode::FaceBelowLimit),
        None => Assessment::not_proven(CheckCode::FaceScoreMissing),
    }
}

/// Returns whether the liveness score is 0: the engine saw a spoof.
pub(super) fn spoofed(kyc: &Kyc<'_>) -> bool {
    liveness(kyc) == Some(0.0)
}

/// Returns the liveness score, 0 to 100, or below 0 when the engine could not compute one.
pub(super) fn liveness(kyc: &Kyc<'_>) -> Option<f64> {
    kyc.liveness_score().readable().map(|score| score.number)
}
