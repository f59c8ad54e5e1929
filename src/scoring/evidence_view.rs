//! What each check and rule looked at, for people who ask why: drawn from the same reading that the checks conclude
//! from. Unlike a verdict, all of this may be identity data.

use crate::payload::field::Field;
use crate::payload::v3::{self, DateReading, Score, Status};
use crate::payload::{Fact, Proof, mrz};

use super::case::Case;
use super::check::{AddressCheck, CheckId, IdentityCheck};
use super::compared_field::ComparedField;
use super::evidence::{Claim, FaceScale};
use super::reading::Reading;
use super::rule::Condition;
use super::signal::{SearchedText, Signal};
use super::{age, age_limit, face, subtype};

pub use super::sources::Stated;

/// What a check looked at. No `Debug`: it is identity data.
pub struct CheckEvidence {
    /// The check.
    pub check: CheckId,
    /// In the order in which the check asks for them.
    pub pieces: Vec<Piece>,
}

/// One thing that a check or a rule looked at.
pub struct Piece {
    /// What it is, such as `Surname` or `face score`.
    pub name: &'static str,
    /// What is there.
    pub value: Seen,
}

/// What is there.
pub enum Seen {
    /// Nothing.
    Absent,
    /// Something that can't be read.
    Unreadable,
    /// Of a person or a document: identity data.
    Text(String),
    /// A date of a person or a document: identity data.
    Date(String),
    /// A score, a limit, a code: says nothing of who the person is.
    Plain(String),
    /// What single sources say of a field.
    Sources(Vec<Stated>),
    /// A check of the scanner's, or an error, that matches a signal.
    Reported {
        /// The scanner's text.
        text: String,
        /// The part of the configured signal that it matches.
        signal: String,
        /// How the check ended; `None` for an error.
        status: Option<Fact<Status>>,
    },
}

/// Returns what each check looks at, in the order of the verdict's checks.
#[must_use]
pub fn of_checks(case: &Case<'_>) -> Vec<CheckEvidence> {
    let identity = Reading::new(case, case.kyc.identity());
    let address = case.kyc.address().map(|proof| Reading::new(case, proof));
    let of_identity = IdentityCheck::ALL.into_iter().map(|check| {
        let mut pieces = Pieces { case, document: &identity, all: Vec::new() };
        pieces.identity(check);
        CheckEvidence { check: CheckId::Identity(check), pieces: pieces.all }
    });
    let of_address = address.iter().flat_map(|document| {
        AddressCheck::ALL.into_iter().map(move |check| {
            let mut pieces = Pieces { case, document, all: Vec::new() };
            pieces.address(check);
            CheckEvidence { check: CheckId::Address(check), pieces: pieces.all }
        })
    });
    of_identity.chain(of_address).collect()
}

/// Returns what a shipped rule looks at; nothing for an expression, which says so itself.
#[must_use]
pub fn of_rule(case: &Case<'_>, condition: &Condition) -> Vec<Piece> {
    let identity = Reading::new(case, case.kyc.identity());
    let mut pieces = Pieces { case, document: &identity, all: Vec::new() };
    match condition {
        Condition::ExpiredDocument => {
            pieces.expiry();
            pieces.errors(&case.evidence.signals.expired);
        }
        Condition::LivenessSpoof => pieces.score("liveness score", case.kyc.liveness_score()),
        Condition::Underage => pieces.age(),
        Condition::SourcesDisagree => {
            pieces.sources("birth by source", ComparedField::DateOfBirth);
            pieces.sources("expiry by source", ComparedField::DateOfExpiry);
        }
        Condition::DocumentStatusError => {
            let status = identity.proof.overall_status().map(|status| status.word().into_owned());
            pieces.add("overall status", status.map_or(Seen::Absent, Seen::Plain));
        }
        Condition::Expression(_) => {}
    }
    pieces.all
}

/// The evidence of one check, collected.
struct Pieces<'c> {
    case: &'c Case<'c>,
    document: &'c Reading<'c>,
    all: Vec<Piece>,
}

impl Pieces<'_> {
    fn identity(&mut self, check: IdentityCheck) {
        let (evidence, proof) = (self.case.evidence, self.document.proof);
        let signals = &evidence.signals;
        match check {
            IdentityCheck::ContainsImage => self.portrait(),
            IdentityCheck::IsIdentityDocument => self.types(),
            IdentityCheck::DocumentSubtype => self.subtype(&evidence.identity_subtypes),
            IdentityCheck::IsPublishedOnline => self.reports(&signals.published_online),
            IdentityCheck::IsPhotocopy => self.reports(&signals.photocopy),
            IdentityCheck::IsTampered => self.reports(&signals.tampered),
            IdentityCheck::MrzChecksum => {
                self.reports(&signals.mrz);
                self.zones(proof);
            }
            IdentityCheck::FirstName => self.first_name(),
            IdentityCheck::LastName => self.last_name(),
            IdentityCheck::DateOfBirth => self.birth(),
            IdentityCheck::MatchesDateOfBirth => {
                self.claim("claimed", Claim::DateOfBirth);
                self.birth();
                self.sources("by source", ComparedField::DateOfBirth);
            }
            IdentityCheck::IssueDate => self.issue(),
            IdentityCheck::ExpirationDate => self.expiry(),
            IdentityCheck::Nationality => {
                self.field("Nationality", Field::Nationality);
                self.field("Nationality code", Field::NationalityCode);
            }
            IdentityCheck::HasMinimalAge => self.age(),
            IdentityCheck::HasMatchingFaceProof => {
                self.score("face score", face::score(&self.case.kyc, evidence));
                self.plain(
                    "needs",
                    match evidence.face_scale {
                        FaceScale::ScorePercent => format!("{} of score_percent", evidence.face_min_score),
                        _ => evidence.face_min_score.to_string(),
                    },
                );
                self.score("liveness score", self.case.kyc.liveness_score());
                self.plain("needs", evidence.liveness_min_score.to_string());
            }
        }
    }

    fn address(&mut self, check: AddressCheck) {
        let evidence = self.case.evidence;
        match check {
            AddressCheck::FirstName => self.first_name(),
            AddressCheck::LastName => self.last_name(),
            AddressCheck::Line1 => self.part(Claim::Line1, "Address: street", Field::AddressStreet),
            AddressCheck::City => self.part(Claim::City, "Address: city", Field::AddressCity),
            AddressCheck::Region => self.part(Claim::Region, "Address: state", Field::AddressState),
            AddressCheck::PostalCode => self.part(Claim::PostalCode, "Address: postal code", Field::AddressPostalCode),
            AddressCheck::Date => self.issue(),
            AddressCheck::Phone => self.field("Phone", Field::Phone),
            AddressCheck::DocumentSubtype => self.subtype(&evidence.address_subtypes),
            AddressCheck::IsTampered => self.reports(&evidence.signals.tampered),
        }
    }

    fn add(&mut self, name: &'static str, value: Seen) {
        self.all.push(Piece { name, value });
    }

    fn plain(&mut self, name: &'static str, value: String) {
        self.add(name, Seen::Plain(value));
    }

    fn fact(&mut self, name: &'static str, fact: Fact<&str>) {
        self.add(
            name,
            match fact {
                Fact::Absent => Seen::Absent,
                Fact::Unreadable => Seen::Unreadable,
                Fact::Readable(text) => Seen::Text(text.to_owned()),
            },
        );
    }

    fn field(&mut self, name: &'static str, field: Field) {
        self.fact(name, self.document.proof.fact(field));
    }

    fn claim(&mut self, name: &'static str, claim: Claim) {
        self.fact(name, self.case.claims.fact(claim));
    }

    fn score(&mut self, name: &'static str, score: Fact<Score<'_>>) {
        self.add(
            name,
            match score {
                Fact::Absent => Seen::Absent,
                Fact::Unreadable => Seen::Unreadable,
                Fact::Readable(score) => Seen::Plain(score.number.to_string()),
            },
        );
    }

    fn portrait(&mut self) {
        self.add(
            "portrait",
            match self.document.proof.portrait() {
                Fact::Absent => Seen::Absent,
                Fact::Unreadable => Seen::Unreadable,
                Fact::Readable(image) => Seen::Plain(format!("{} characters", image.raw().len().saturating_sub(2))),
            },
        );
    }

    fn types(&mut self) {
        match self.document.proof.types() {
            Fact::Absent => self.add("document type", Seen::Absent),
            Fact::Unreadable => self.add("document type", Seen::Unreadable),
            Fact::Readable(types) => {
                let codes: Vec<String> = types.codes.iter().take(8).map(ToString::to_string).collect();
                self.plain("type codes", codes.join(", "));
                let names: Vec<&str> = types.names.iter().take(4).map(|name| &**name).collect();
                self.plain("type names", names.join(", "));
            }
        }
    }

    fn subtype(&mut self, accepted: &[String]) {
        self.types();
        if let Fact::Readable(found) = subtype::of(self.document.proof) {
            self.add("subtype", found.map_or(Seen::Absent, |found| Seen::Plain(found.to_owned())));
        }
        self.plain("accepted", accepted.join(", "));
    }

    /// Adds the scanner's checks and errors that match a signal, and those of which nobody can tell.
    fn reports(&mut self, signal: &Signal) {
        self.errors(signal);
        for detail in self.document.proof.check_details().filter(|_| !signal.is_empty()) {
            match detail.element.as_ref().readable() {
                Some(element) => self.report(signal, element, Some(detail.status)),
                None if detail.failed() => self.add("scanner's check", Seen::Unreadable),
                None => {}
            }
        }
    }

    fn errors(&mut self, signal: &Signal) {
        for error in self.document.proof.errors() {
            self.report(signal, &error, None);
        }
        if self.document.proof.has_unreadable_error() && !signal.is_empty() {
            self.add("error_list", Seen::Unreadable);
        }
    }

    fn report(&mut self, signal: &Signal, text: &str, status: Option<Fact<Status>>) {
        let mut searched = SearchedText::default();
        searched.set(text, signal.is_ascii());
        if !signal.matches(&searched) {
            return;
        }
        let word = signal.words().find(|word| {
            let one = Signal::new([word]);
            searched.set(text, one.is_ascii());
            one.matches(&searched)
        });
        let (text, signal) = (text.to_owned(), word.unwrap_or_default());
        self.add("scanner", Seen::Reported { text, signal, status });
    }

    fn zones(&mut self, proof: &Proof<'_>) {
        let digits = |digits| match digits {
            mrz::CheckDigits::Right => "right",
            mrz::CheckDigits::Wrong => "wrong",
            mrz::CheckDigits::Absent => "left out",
        };
        match proof.zones() {
            Fact::Absent => self.add("machine readable zone", Seen::Absent),
            Fact::Unreadable => self.add("machine readable zone", Seen::Unreadable),
            Fact::Readable(zones) => {
                let all: Vec<&str> = zones.map(|zone| digits(zone.check_digits())).collect();
                self.plain("check digits, recomputed", all.join(", "));
            }
        }
    }

    fn first_name(&mut self) {
        self.claim("claimed", Claim::FirstName);
        self.field("Given name(s)", Field::GivenNames);
        self.sources("by source", ComparedField::GivenNames);
    }

    fn last_name(&mut self) {
        self.claim("claimed", Claim::LastName);
        self.field("Surname", Field::Surname);
        self.sources("by source", ComparedField::Surname);
    }

    fn part(&mut self, claim: Claim, name: &'static str, field: Field) {
        self.claim("claimed", claim);
        self.field(name, field);
        self.field("Address", Field::Address);
    }

    fn birth(&mut self) {
        self.date("Date of birth", Field::DateOfBirth, &self.document.dates.birth);
    }

    fn issue(&mut self) {
        self.date("Date of issue", Field::DateOfIssue, &self.document.dates.issue);
    }

    fn expiry(&mut self) {
        self.date("Date of expiry", Field::DateOfExpiry, &self.document.dates.expiry);
    }

    /// Adds a date as the document writes it: of several the one that counts, or the first where none does.
    fn date<T>(&mut self, name: &'static str, field: Field, reading: &DateReading<T>) {
        let proof = self.document.proof;
        let counted = proof.date_that_counts(field, &self.document.dates);
        let text = counted.map(|value| v3::field_text(value).into_owned());
        let text = text.or_else(|| proof.field(field).map(str::to_owned));
        self.add(
            name,
            match (reading, text) {
                (DateReading::Absent, None) => Seen::Absent,
                (_, Some(text)) => Seen::Date(text),
                (_, None) => Seen::Unreadable,
            },
        );
    }

    fn age(&mut self) {
        self.birth();
        let age = age::of(self.case, self.document);
        self.add("age", age.map_or(Seen::Absent, |age| Seen::Text(age.to_string())));
        self.plain("needs", self.document.age_limit(self.case).years.to_string());
        let country = age_limit::issuer(self.document.proof);
        self.add("issuing state", country.map_or(Seen::Absent, |country| Seen::Text(country.as_str().to_owned())));
    }

    fn sources(&mut self, name: &'static str, field: ComparedField) {
        let stated = self.document.stated(field);
        self.add(name, if stated.is_empty() { Seen::Absent } else { Seen::Sources(stated) });
    }
}
