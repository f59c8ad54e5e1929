//! The names of facts that can't be read.

use crate::words::words;

words! {
    /// A fact that is there but can't be read, as `kyc_gate.unreadable_fact.<name>` counts it.
    pub enum UnreadableFact {
        /// The liveness score.
        LivenessScore = "liveness_score",
        /// The face score.
        FaceScore = "face_score",
        /// A date of birth.
        DateOfBirth = "date_of_birth",
        /// A date of expiry.
        DateOfExpiry = "date_of_expiry",
        /// A date of issue.
        DateOfIssue = "date_of_issue",
        /// The status of a scanner's check.
        CheckStatus = "check_status",
        /// A machine readable zone.
        Mrz = "mrz",
        /// The value of any other known field.
        Field = "field",
    }
}
