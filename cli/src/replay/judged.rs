//! What was found about a post: all that its decision depends on but weights and thresholds.

use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::scoring::{CheckId, CheckOutcome, CheckResult};

/// How a post's checks and rules ended. Holds nothing of the post itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Judged {
    /// Position of its profile in the policy.
    pub profile: u16,
    /// A bit for each check of the identity proof that failed.
    pub identity: u16,
    /// A bit for each check of the address proof that failed; `None` without an address proof.
    pub address: Option<u16>,
    /// The rules that fired.
    pub rules: Rules,
}

/// The rules that fired, a bit for each by its position in the profile. A configuration has at most 69.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Rules {
    fired: u128,
    failed: u128,
}

/// What a policy makes of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// It is judged.
    Judged(Judged),
    /// It is refused.
    Refused(ErrorCode),
    /// It isn't taken for a KYC post, and passes unseen.
    Passed,
}

impl Judged {
    /// Puts together how checks ended, of a post with this profile.
    pub fn new(profile: u16, results: impl Iterator<Item = (CheckId, CheckOutcome)>, rules: Rules) -> Self {
        let mut judged = Self { profile, identity: 0, address: None, rules };
        for (check, outcome) in results {
            let failed = u16::from(outcome == CheckOutcome::Fail);
            match check {
                CheckId::Identity(check) => judged.identity |= failed << check as u16,
                CheckId::Address(check) => {
                    judged.address = Some(judged.address.unwrap_or_default() | failed << check as u16);
                }
            }
        }
        judged
    }

    /// Returns whether a check failed.
    #[must_use]
    pub fn fails(&self, check: CheckId) -> bool {
        match check {
            CheckId::Identity(check) => self.identity >> check as u16 & 1 == 1,
            CheckId::Address(check) => self.address.unwrap_or_default() >> check as u16 & 1 == 1,
        }
    }

    /// Sets whether a check failed; one of an address proof that isn't there stays as it is.
    pub fn set(&mut self, check: CheckId, failed: bool) {
        let (mask, at) = match check {
            CheckId::Identity(check) => (Some(&mut self.identity), check as u16),
            CheckId::Address(check) => (self.address.as_mut(), check as u16),
        };
        if let Some(mask) = mask {
            *mask = *mask & !(1 << at) | u16::from(failed) << at;
        }
    }

    /// Returns the checks that failed, identity first.
    pub fn failed(&self) -> impl Iterator<Item = CheckId> {
        let judged = *self;
        CheckId::all().filter(move |check| judged.fails(*check))
    }
}

impl Rules {
    /// Adds the rule at a position; `failed` says that it could not be evaluated.
    pub fn fire(&mut self, at: usize, failed: bool) {
        let bit = u32::try_from(at).ok().and_then(|at| 1_u128.checked_shl(at)).unwrap_or_default();
        self.fired |= bit;
        if failed {
            self.failed |= bit;
        }
    }

    /// Returns whether the rule at a position fired.
    #[must_use]
    pub fn has_fired(self, at: usize) -> bool {
        self.fired.checked_shr(u32::try_from(at).unwrap_or(u32::MAX)).is_some_and(|bits| bits & 1 == 1)
    }

    /// Returns whether the rule at a position could not be evaluated.
    #[must_use]
    pub fn has_failed(self, at: usize) -> bool {
        self.failed.checked_shr(u32::try_from(at).unwrap_or(u32::MAX)).is_some_and(|bits| bits & 1 == 1)
    }
}

impl Side {
    /// Returns what was found, unless the post was refused.
    #[must_use]
    pub fn judged(&self) -> Option<&Judged> {
        if let Self::Judged(judged) = self { Some(judged) } else { None }
    }
}

/// Returns how checks ended.
pub fn outcomes(results: &[CheckResult]) -> impl Iterator<Item = (CheckId, CheckOutcome)> {
    results.iter().map(|result| (result.check, result.outcome))
}
