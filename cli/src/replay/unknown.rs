//! What audit lines don't tell about a post under another configuration.

use kyc_gate::scoring::{CheckId, CheckOutcome, Claim, Evidence};

/// Why something isn't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unknown {
    /// A rule that wasn't in force.
    NewRule,
    /// A rule on the score, which changes.
    RuleOnScore,
    /// A rule on facts that are drawn in another way.
    RuleOnFacts,
    /// Minimum ages.
    Ages,
    /// Where the customer's claims are found.
    Claims,
    /// How facts are drawn from the payload otherwise.
    Evidence,
    /// Which profile a post gets.
    Profiles,
}

/// A set of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Unknowns(u8);

impl Unknown {
    /// Every reason.
    pub const ALL: [Self; 7] =
        [Self::NewRule, Self::RuleOnScore, Self::RuleOnFacts, Self::Ages, Self::Claims, Self::Evidence, Self::Profiles];

    /// Returns the word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewRule => "new-rule",
            Self::RuleOnScore => "rule-on-score",
            Self::RuleOnFacts => "rule-on-facts",
            Self::Ages => "ages",
            Self::Claims => "claims",
            Self::Evidence => "evidence",
            Self::Profiles => "profiles",
        }
    }

    /// Returns the sentence.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NewRule => "a rule is new, or its condition is: audit lines don't tell whether it would have fired",
            Self::RuleOnScore => "a rule looks at the score, which changes for the post",
            Self::RuleOnFacts => "a rule looks at facts that are drawn in another way",
            Self::Ages => "minimum ages change, and audit lines don't tell ages",
            Self::Claims => "claims are found elsewhere, and audit lines don't tell claims",
            Self::Evidence => "facts are drawn from the payload in another way",
            Self::Profiles => "the profiles' conditions change, and audit lines don't tell what they look at",
        }
    }
}

impl Unknowns {
    /// Adds a reason.
    pub fn add(&mut self, unknown: Unknown) {
        self.0 |= 1 << unknown as u8;
    }

    /// Returns the reasons.
    pub fn iter(self) -> impl Iterator<Item = Unknown> {
        Unknown::ALL.into_iter().filter(move |unknown| self.0 >> *unknown as u8 & 1 == 1)
    }

    /// Returns whether everything is known.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// How two configurations differ in drawing facts, as far as the outcome of checks depends on it.
pub struct EvidenceChange {
    affected: Vec<(CheckId, Unknown)>,
    on_missing: Vec<(CheckId, Option<CheckOutcome>, Option<CheckOutcome>)>,
    /// Whether an address proof is looked for elsewhere.
    pub moves_address: bool,
    /// Whether dates are read in another way.
    pub reads_dates: bool,
    /// Whether the signals of an expired document change.
    pub expired_signals: bool,
    /// Whether another country picks the minimum age.
    pub age_country: bool,
    /// Whether anything changes.
    pub any: bool,
}

impl EvidenceChange {
    /// Compares two ways of drawing facts.
    #[must_use]
    pub fn between(old: &Evidence, new: &Evidence) -> Self {
        let mut affected = Vec::new();
        let changed_claims = Claim::ALL.into_iter().zip(old.claims.iter().zip(&new.claims));
        for (claim, _) in changed_claims.filter(|(_, (old, new))| old != new) {
            affected.extend(checks(claimed(claim)).map(|check| (check, Unknown::Claims)));
        }
        let reads_dates = old.date_order != new.date_order;
        let age_country = old.age_country != new.age_country;
        let face = old.face_scale != new.face_scale
            || old.face_min_score.to_bits() != new.face_min_score.to_bits()
            || old.liveness_min_score.to_bits() != new.liveness_min_score.to_bits()
            || old.liveness_on_missing != new.liveness_on_missing;
        let signals = (&old.signals, &new.signals);
        let changes: [(bool, &[&str]); 9] = [
            (face, &["hasMatchingFaceProof"]),
            (reads_dates, &DATES),
            (age_country, &["hasMinimalAge"]),
            (old.identity_subtypes != new.identity_subtypes, &["documentSubtype"]),
            (old.address_subtypes != new.address_subtypes, &["address.documentSubtype"]),
            (signals.0.photocopy != signals.1.photocopy, &["isPhotocopy"]),
            (signals.0.tampered != signals.1.tampered, &["isTampered", "address.isTampered"]),
            (signals.0.published_online != signals.1.published_online, &["isPublishedOnline"]),
            (signals.0.mrz != signals.1.mrz, &["mrzChecksum"]),
        ];
        for (_, names) in changes.into_iter().filter(|(changed, _)| *changed) {
            affected.extend(checks(names).map(|check| (check, Unknown::Evidence)));
        }
        if old.name_similarity.to_bits() != new.name_similarity.to_bits() {
            affected.extend(checks(&NAMES).map(|check| (check, Unknown::Evidence)));
        }
        let moves_address = old.address_document != new.address_document;
        Self {
            affected,
            on_missing: on_missing(old, new),
            moves_address,
            reads_dates,
            expired_signals: signals.0.expired != signals.1.expired,
            age_country,
            any: old != new,
        }
    }

    /// Returns how a check that ended in `outcome` ends in the new way.
    ///
    /// # Errors
    /// Why that isn't known.
    pub fn outcome(&self, check: CheckId, outcome: CheckOutcome) -> Result<CheckOutcome, Unknown> {
        if let Some((_, why)) = self.affected.iter().find(|(affected, _)| *affected == check) {
            return Err(*why);
        }
        let Some((.., old, new)) = self.on_missing.iter().find(|(changed, ..)| *changed == check) else {
            return Ok(outcome);
        };
        match (outcome, old, new) {
            // Evidence was there.
            (CheckOutcome::Pass, ..) => Ok(CheckOutcome::Pass),
            // It failed by its evidence, or is without any.
            (_, _, Some(CheckOutcome::Fail)) => Ok(CheckOutcome::Fail),
            // Only what is without evidence is skipped.
            (CheckOutcome::Skip, _, Some(_)) => Ok(CheckOutcome::Skip),
            _ => Err(Unknown::Evidence),
        }
    }
}

const DATES: [&str; 6] =
    ["dateOfBirth", "matchesDateOfBirth", "issueDate", "expirationDate", "hasMinimalAge", "address.date"];
const NAMES: [&str; 8] = [
    "firstName",
    "lastName",
    "address.firstName",
    "address.lastName",
    "address.line1",
    "address.city",
    "address.region",
    "address.postalCode",
];

fn claimed(claim: Claim) -> &'static [&'static str] {
    match claim {
        Claim::FirstName => &["firstName", "lastName", "address.firstName", "address.lastName"],
        Claim::LastName => &["lastName", "firstName", "address.lastName", "address.firstName"],
        Claim::DateOfBirth => &["matchesDateOfBirth"],
        Claim::Line1 => &["address.line1"],
        Claim::City => &["address.city"],
        Claim::Region => &["address.region"],
        Claim::PostalCode => &["address.postalCode"],
    }
}

fn checks(names: &[&str]) -> impl Iterator<Item = CheckId> {
    CheckId::all().filter(move |check| names.iter().any(|name| check.is_named(name)))
}

fn on_missing(old: &Evidence, new: &Evidence) -> Vec<(CheckId, Option<CheckOutcome>, Option<CheckOutcome>)> {
    let of = |evidence: &Evidence, check| {
        evidence.on_missing.iter().find(|(missing, _)| *missing == check).map(|(_, outcome)| *outcome)
    };
    let both = CheckId::all().map(|check| (check, of(old, check), of(new, check)));
    both.filter(|(_, old, new)| old != new).collect()
}
