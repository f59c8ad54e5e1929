//! The kinds of samples.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::Value;

use super::draft::{Draft, Paper};
use super::payload;

/// What is the matter with a sample, if anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// A passport with a chip, and nothing wrong with it
    Clean,
    /// An identity card with a zone of three lines, and nothing wrong with it
    IdCard,
    /// A driving licence: print and barcode, no machine readable zone
    Licence,
    /// A passport, and a utility bill as address proof
    AddressProof,
    /// A passport that expired some weeks ago
    Expired,
    /// Another person's face, and a surname that differs between zone and print
    Mismatch,
    /// A holder of 15 or 16 years
    Underage,
    /// The scanner found a replaced photo
    Tampered,
    /// The selfie is no living person: a liveness score of 0
    Spoof,
}

impl Kind {
    /// Returns the name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::IdCard => "id-card",
            Self::Licence => "licence",
            Self::AddressProof => "address-proof",
            Self::Expired => "expired",
            Self::Mismatch => "mismatch",
            Self::Underage => "underage",
            Self::Tampered => "tampered",
            Self::Spoof => "spoof",
        }
    }
}

/// Makes a payload. All dates are relative to `today`; equal arguments give equal payloads.
#[must_use]
pub fn make(kind: Kind, today: Date, seed: u64) -> Value {
    let mut draft = Draft::new(kind.name(), today, seed);
    match kind {
        Kind::Clean => {}
        Kind::IdCard => draft.paper = Paper::Card,
        Kind::Licence => {
            draft.paper = Paper::Licence;
            draft.issue = draft.issue.max(draft.birth.saturating_add(19.years()));
        }
        Kind::AddressProof => draft.address_proof = Some(today.saturating_sub(21.days())),
        Kind::Expired => {
            draft.expiry = today.saturating_sub(40.days());
            draft.issue = draft.expiry.saturating_sub(10.years()).saturating_add(1.days());
            draft.errors.push("Document is expired");
        }
        Kind::Mismatch => {
            draft.face = 0.4021;
            draft.surname_in_zone = "KESTENBERG";
        }
        Kind::Underage => {
            draft.birth = today.saturating_sub(15.years().days(200));
            draft.issue = today.saturating_sub(1.years());
            draft.expiry = draft.issue.saturating_add(5.years()).saturating_sub(1.days());
        }
        Kind::Tampered => {
            draft.authenticity = vec![("Security text", "OK"), ("Photo embedding", "ERROR")];
            draft.errors.push("Photo replaced");
            draft.overall_status = "ERROR";
        }
        Kind::Spoof => draft.liveness = 0,
    }
    payload::of(&draft)
}
