//! The names that a rule can use and their types. `docs/rules.md` has a line for each.

use crate::scoring::check::CheckId;

use super::kind::Kind;

/// Something with members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    /// The variables themselves.
    Root,
    Request,
    Document(Side),
    Fields(Side),
    Person,
    Face,
    Liveness,
    Checks,
    Scores,
}

/// Which document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Identity,
    Address,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Object(Object),
    Fact(Fact),
    Check(CheckId),
    /// A field of a document by the very display name.
    Field(Side),
}

/// A value with a fixed name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fact {
    AppId,
    Authority,
    Path,
    TypeCodes(Side),
    TypeNames(Side),
    TemplateNames(Side),
    Subtype(Side),
    IssuingState(Side),
    Nationality(Side),
    Status(Side),
    Errors(Side),
    FailedElements(Side),
    Disagreements(Side),
    HasPortrait(Side),
    Expired(Side),
    DaysToExpiry(Side),
    DaysSinceIssue(Side),
    HasDateOfBirth,
    Age,
    MinimumAge,
    Underage,
    FaceScore,
    FacePercent,
    LivenessScore,
    Score,
    IdentityScore,
    AddressScore,
    FailedChecks,
    SkippedChecks,
}

type Entry = (&'static str, Meaning);

const ROOT: &[Entry] = &[
    ("request", Meaning::Object(Object::Request)),
    ("document", Meaning::Object(Object::Document(Side::Identity))),
    ("address", Meaning::Object(Object::Document(Side::Address))),
    ("person", Meaning::Object(Object::Person)),
    ("face", Meaning::Object(Object::Face)),
    ("liveness", Meaning::Object(Object::Liveness)),
    ("checks", Meaning::Object(Object::Checks)),
    ("failed_checks", Meaning::Fact(Fact::FailedChecks)),
    ("skipped_checks", Meaning::Fact(Fact::SkippedChecks)),
    ("score", Meaning::Fact(Fact::Score)),
    ("scores", Meaning::Object(Object::Scores)),
];
const REQUEST: &[Entry] = &[
    ("app_id", Meaning::Fact(Fact::AppId)),
    ("authority", Meaning::Fact(Fact::Authority)),
    ("path", Meaning::Fact(Fact::Path)),
];
const IDENTITY: &[Entry] = &document(Side::Identity);
const ADDRESS: &[Entry] = &document(Side::Address);
const PERSON: &[Entry] = &[
    ("has_date_of_birth", Meaning::Fact(Fact::HasDateOfBirth)),
    ("age", Meaning::Fact(Fact::Age)),
    ("minimum_age", Meaning::Fact(Fact::MinimumAge)),
    ("underage", Meaning::Fact(Fact::Underage)),
];
const FACE: &[Entry] = &[("score", Meaning::Fact(Fact::FaceScore)), ("percent", Meaning::Fact(Fact::FacePercent))];
const LIVENESS: &[Entry] = &[("score", Meaning::Fact(Fact::LivenessScore))];
const SCORES: &[Entry] =
    &[("identity", Meaning::Fact(Fact::IdentityScore)), ("address", Meaning::Fact(Fact::AddressScore))];

const fn document(side: Side) -> [Entry; 15] {
    [
        ("type_codes", Meaning::Fact(Fact::TypeCodes(side))),
        ("type_names", Meaning::Fact(Fact::TypeNames(side))),
        ("template_names", Meaning::Fact(Fact::TemplateNames(side))),
        ("subtype", Meaning::Fact(Fact::Subtype(side))),
        ("issuing_state", Meaning::Fact(Fact::IssuingState(side))),
        ("nationality", Meaning::Fact(Fact::Nationality(side))),
        ("status", Meaning::Fact(Fact::Status(side))),
        ("errors", Meaning::Fact(Fact::Errors(side))),
        ("failed_elements", Meaning::Fact(Fact::FailedElements(side))),
        ("disagreements", Meaning::Fact(Fact::Disagreements(side))),
        ("has_portrait", Meaning::Fact(Fact::HasPortrait(side))),
        ("expired", Meaning::Fact(Fact::Expired(side))),
        ("days_to_expiry", Meaning::Fact(Fact::DaysToExpiry(side))),
        ("days_since_issue", Meaning::Fact(Fact::DaysSinceIssue(side))),
        ("fields", Meaning::Object(Object::Fields(side))),
    ]
}

impl Object {
    /// The members with fixed names; checks and fields are not among them.
    pub(super) fn entries(self) -> &'static [Entry] {
        match self {
            Self::Root => ROOT,
            Self::Request => REQUEST,
            Self::Document(Side::Identity) => IDENTITY,
            Self::Document(Side::Address) => ADDRESS,
            Self::Person => PERSON,
            Self::Face => FACE,
            Self::Liveness => LIVENESS,
            Self::Scores => SCORES,
            Self::Fields(_) | Self::Checks => &[],
        }
    }

    /// What a name means here.
    pub(super) fn lookup(self, name: &str) -> Option<Meaning> {
        match self {
            Self::Fields(side) => Some(Meaning::Field(side)),
            Self::Checks => CheckId::all().find(|check| check.is_named(name)).map(Meaning::Check),
            _ => self.entries().iter().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning),
        }
    }
}

impl Meaning {
    /// Its type.
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Object(object) => Kind::Object(object),
            Self::Fact(fact) => fact.kind(),
            Self::Check(_) => Kind::OUTCOME,
            Self::Field(_) => Kind::TEXT,
        }
    }
}

impl Fact {
    fn kind(self) -> Kind {
        match self {
            Self::AppId | Self::Authority | Self::Path => Kind::TEXT,
            Self::Subtype(_) | Self::IssuingState(_) | Self::Nationality(_) | Self::Status(_) => Kind::TEXT,
            Self::TypeCodes(_) => Kind::INTS,
            Self::TypeNames(_) | Self::TemplateNames(_) | Self::Errors(_) | Self::FailedElements(_) => Kind::TEXTS,
            Self::Disagreements(_) => Kind::TEXTS,
            Self::FailedChecks | Self::SkippedChecks => Kind::TEXTS,
            Self::HasPortrait(_) | Self::Expired(_) | Self::HasDateOfBirth | Self::Underage => Kind::BOOL,
            Self::DaysToExpiry(_) | Self::DaysSinceIssue(_) | Self::Age | Self::MinimumAge => Kind::INT,
            Self::Score | Self::IdentityScore | Self::AddressScore => Kind::INT,
            Self::FaceScore | Self::FacePercent | Self::LivenessScore => Kind::DOUBLE,
        }
    }
}
