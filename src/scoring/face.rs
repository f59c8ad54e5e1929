//! The face match and the liveness of the selfie.

use crate::payload::v3::Score;
use crate::payload::{Fact, Kyc};

use super::assessment::Assessment;
use super::check::CheckOutcome;
use super::code::CheckCode;
use super::evidence::{Evidence, FaceScale};

/// Passes when the face score and the liveness score reach their limits. A liveness score below 0 means that the
/// engine could not compute one.
pub(super) fn matching(kyc: &Kyc<'_>, evidence: &Evidence) -> Assessment {
    let liveness = match kyc.liveness_score() {
        Fact::Unreadable => return Assessment::Unreadable(CheckCode::LivenessUnreadable),
        liveness => liveness.readable().map(|score| score.number).filter(|score| *score >= 0.0),
    };
    if liveness.is_some_and(|score| score < evidence.liveness_min_score) {
        return Assessment::Fail(CheckCode::LivenessBelowLimit);
    }
    if liveness.is_none() && evidence.liveness_on_missing == CheckOutcome::Fail {
        return Assessment::Fail(CheckCode::LivenessMissing);
    }
    let matches = if liveness.is_some() { CheckCode::FaceMatches } else { CheckCode::FaceMatchesLivenessUnknown };
    match score(kyc, evidence) {
        Fact::Readable(score) => {
            Assessment::of(score.number >= evidence.face_min_score, matches, CheckCode::FaceBelowLimit)
        }
        Fact::Unreadable => Assessment::Unreadable(CheckCode::FaceUnreadable),
        Fact::Absent => Assessment::not_proven(CheckCode::FaceScoreMissing),
    }
}

/// Returns the face score on the configured scale.
pub(super) fn score<'d>(kyc: &Kyc<'d>, evidence: &Evidence) -> Fact<Score<'d>> {
    match evidence.face_scale {
        FaceScale::Log10Fmr | FaceScale::Unit | FaceScale::Percent => kyc.face_score(),
        FaceScale::ScorePercent => kyc.face_score_percent(),
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
