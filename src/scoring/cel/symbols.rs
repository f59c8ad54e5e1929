//! The names that a rule can use, and the types of its values. `docs/rules.md` has a line for each name.
//!
//! There are few types on purpose, so that each can be told before a request comes.

use std::fmt;

use crate::scoring::check::CheckId;
use crate::words;

use super::domain::Domain;

/// Something with members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Namespace {
    /// The variables themselves.
    Root,
    Request,
    Document(ProofType),
    Fields(ProofType),
    Person,
    Face,
    Liveness,
    Checks,
    Scores,
}

/// Which document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProofType {
    Identity,
    Address,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    Namespace(Namespace),
    Variable(Variable),
    Check(CheckId),
    /// A field of a document by the very display name.
    Field(ProofType),
}

/// A value with a fixed name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variable {
    AppId,
    Authority,
    Path,
    TypeCodes(ProofType),
    TypeNames(ProofType),
    TemplateNames(ProofType),
    Subtype(ProofType),
    IssuingState(ProofType),
    Nationality(ProofType),
    Status(ProofType),
    Errors(ProofType),
    FailedElements(ProofType),
    Disagreements(ProofType),
    HasPortrait(ProofType),
    Expired(ProofType),
    DaysToExpiry(ProofType),
    DaysSinceIssue(ProofType),
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

type Entry = (&'static str, Symbol);

const ROOT: &[Entry] = &[
    ("request", Symbol::Namespace(Namespace::Request)),
    ("document", Symbol::Namespace(Namespace::Document(ProofType::Identity))),
    ("address", Symbol::Namespace(Namespace::Document(ProofType::Address))),
    ("person", Symbol::Namespace(Namespace::Person)),
    ("face", Symbol::Namespace(Namespace::Face)),
    ("liveness", Symbol::Namespace(Namespace::Liveness)),
    ("checks", Symbol::Namespace(Namespace::Checks)),
    ("failed_checks", Symbol::Variable(Variable::FailedChecks)),
    ("skipped_checks", Symbol::Variable(Variable::SkippedChecks)),
    ("score", Symbol::Variable(Variable::Score)),
    ("scores", Symbol::Namespace(Namespace::Scores)),
];
const REQUEST: &[Entry] = &[
    ("app_id", Symbol::Variable(Variable::AppId)),
    ("authority", Symbol::Variable(Variable::Authority)),
    ("path", Symbol::Variable(Variable::Path)),
];
const IDENTITY: &[Entry] = &document(ProofType::Identity);
const ADDRESS: &[Entry] = &document(ProofType::Address);
const PERSON: &[Entry] = &[
    ("has_date_of_birth", Symbol::Variable(Variable::HasDateOfBirth)),
    ("age", Symbol::Variable(Variable::Age)),
    ("minimum_age", Symbol::Variable(Variable::MinimumAge)),
    ("underage", Symbol::Variable(Variable::Underage)),
];
const FACE: &[Entry] =
    &[("score", Symbol::Variable(Variable::FaceScore)), ("percent", Symbol::Variable(Variable::FacePercent))];
const LIVENESS: &[Entry] = &[("score", Symbol::Variable(Variable::LivenessScore))];
const SCORES: &[Entry] =
    &[("identity", Symbol::Variable(Variable::IdentityScore)), ("address", Symbol::Variable(Variable::AddressScore))];

const fn document(proof_type: ProofType) -> [Entry; 15] {
    [
        ("type_codes", Symbol::Variable(Variable::TypeCodes(proof_type))),
        ("type_names", Symbol::Variable(Variable::TypeNames(proof_type))),
        ("template_names", Symbol::Variable(Variable::TemplateNames(proof_type))),
        ("subtype", Symbol::Variable(Variable::Subtype(proof_type))),
        ("issuing_state", Symbol::Variable(Variable::IssuingState(proof_type))),
        ("nationality", Symbol::Variable(Variable::Nationality(proof_type))),
        ("status", Symbol::Variable(Variable::Status(proof_type))),
        ("errors", Symbol::Variable(Variable::Errors(proof_type))),
        ("failed_elements", Symbol::Variable(Variable::FailedElements(proof_type))),
        ("disagreements", Symbol::Variable(Variable::Disagreements(proof_type))),
        ("has_portrait", Symbol::Variable(Variable::HasPortrait(proof_type))),
        ("expired", Symbol::Variable(Variable::Expired(proof_type))),
        ("days_to_expiry", Symbol::Variable(Variable::DaysToExpiry(proof_type))),
        ("days_since_issue", Symbol::Variable(Variable::DaysSinceIssue(proof_type))),
        ("fields", Symbol::Namespace(Namespace::Fields(proof_type))),
    ]
}

impl Namespace {
    /// Returns the members with fixed names; checks and fields are not among them.
    pub(super) fn entries(self) -> &'static [Entry] {
        match self {
            Self::Root => ROOT,
            Self::Request => REQUEST,
            Self::Document(ProofType::Identity) => IDENTITY,
            Self::Document(ProofType::Address) => ADDRESS,
            Self::Person => PERSON,
            Self::Face => FACE,
            Self::Liveness => LIVENESS,
            Self::Scores => SCORES,
            Self::Fields(_) | Self::Checks => &[],
        }
    }

    /// Returns the name here that is nearest to one that means nothing.
    pub(super) fn meant(self, name: &str) -> Option<String> {
        let checks: Vec<String> = match self {
            Self::Checks => CheckId::all().map(|check| check.to_string()).collect(),
            _ => Vec::new(),
        };
        let names = self.entries().iter().map(|(name, _)| *name).chain(checks.iter().map(String::as_str));
        words::meant(name, names).map(str::to_owned)
    }

    /// Returns what a name means here.
    pub(super) fn lookup(self, name: &str) -> Option<Symbol> {
        match self {
            Self::Fields(proof_type) => Some(Symbol::Field(proof_type)),
            Self::Checks => CheckId::all().find(|check| check.is_named(name)).map(Symbol::Check),
            _ => self.entries().iter().find(|(known, _)| *known == name).map(|(_, symbol)| *symbol),
        }
    }
}

impl Symbol {
    /// Returns its type.
    pub(super) fn value_type(self) -> ValueType {
        match self {
            Self::Namespace(namespace) => ValueType::Namespace(namespace),
            Self::Variable(variable) => variable.value_type(),
            Self::Check(_) => ValueType::OUTCOME,
            Self::Field(_) => ValueType::TEXT,
        }
    }
}

impl Symbol {
    /// Returns what its values can be.
    pub(super) fn domain(self) -> Domain {
        match self {
            Self::Variable(variable) => variable.domain(),
            Self::Namespace(_) | Self::Check(_) | Self::Field(_) => Domain::Any,
        }
    }
}

impl Variable {
    fn domain(self) -> Domain {
        match self {
            Self::IssuingState(_) | Self::Nationality(_) => Domain::Country,
            Self::Subtype(_) => Domain::Subtype,
            Self::Status(_) => Domain::Capitals,
            Self::Errors(_) | Self::FailedElements(_) => Domain::SmallLetters,
            Self::Disagreements(_) => Domain::ComparedField,
            Self::FailedChecks | Self::SkippedChecks => Domain::Check,
            Self::Age => Domain::Range(0, 130),
            Self::MinimumAge => Domain::Range(1, 100),
            Self::Score | Self::IdentityScore | Self::AddressScore => Domain::Range(0, 100),
            _ => Domain::Any,
        }
    }

    fn value_type(self) -> ValueType {
        match self {
            Self::AppId | Self::Authority | Self::Path => ValueType::TEXT,
            Self::Subtype(_) | Self::IssuingState(_) | Self::Nationality(_) | Self::Status(_) => ValueType::TEXT,
            Self::TypeCodes(_) => ValueType::INTS,
            Self::TypeNames(_) | Self::TemplateNames(_) | Self::Errors(_) | Self::FailedElements(_) => ValueType::TEXTS,
            Self::Disagreements(_) => ValueType::TEXTS,
            Self::FailedChecks | Self::SkippedChecks => ValueType::TEXTS,
            Self::HasPortrait(_) | Self::Expired(_) | Self::HasDateOfBirth | Self::Underage => ValueType::BOOL,
            Self::DaysToExpiry(_) | Self::DaysSinceIssue(_) | Self::Age | Self::MinimumAge => ValueType::INT,
            Self::Score | Self::IdentityScore | Self::AddressScore => ValueType::INT,
            Self::FaceScore | Self::FacePercent | Self::LivenessScore => ValueType::DOUBLE,
        }
    }
}

/// A type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueType {
    Scalar(ScalarType),
    List(ScalarType),
    /// `[]`, a list of anything.
    Empty,
    Namespace(Namespace),
}

/// What a list can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScalarType {
    Bool,
    Int,
    Double,
    Text,
    /// How a check ended: `"pass"`, `"fail"` or `"skip"`.
    CheckOutcome,
}

impl ValueType {
    pub(super) const BOOL: Self = Self::Scalar(ScalarType::Bool);
    pub(super) const INT: Self = Self::Scalar(ScalarType::Int);
    pub(super) const DOUBLE: Self = Self::Scalar(ScalarType::Double);
    pub(super) const TEXT: Self = Self::Scalar(ScalarType::Text);
    pub(super) const OUTCOME: Self = Self::Scalar(ScalarType::CheckOutcome);
    pub(super) const INTS: Self = Self::List(ScalarType::Int);
    pub(super) const TEXTS: Self = Self::List(ScalarType::Text);

    /// Returns the type of a value that may be one or the other.
    pub(super) fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (left, right) if left == right => Some(left),
            (Self::Empty, Self::List(item)) | (Self::List(item), Self::Empty) => Some(Self::List(item)),
            _ => None,
        }
    }

    /// Returns whether `==` can tell the two apart.
    pub(super) fn compares_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::Scalar(left), Self::Scalar(right)) => left.compares_with(right),
            (Self::List(left), Self::List(right)) => left.compares_with(right),
            (Self::List(_) | Self::Empty, Self::List(_) | Self::Empty) => true,
            _ => false,
        }
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::INT | Self::DOUBLE)
    }
}

impl ScalarType {
    pub(super) fn compares_with(self, other: Self) -> bool {
        use ScalarType::{CheckOutcome, Double, Int, Text};
        self == other
            || matches!((self, other), (Int, Double) | (Double, Int) | (Text, CheckOutcome) | (CheckOutcome, Text))
    }
}

impl fmt::Display for ScalarType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Double => "double",
            Self::Text => "string",
            Self::CheckOutcome => "outcome of a check",
        })
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(scalar) => scalar.fmt(f),
            Self::List(item) => write!(f, "list of {item}"),
            Self::Empty => f.write_str("list"),
            Self::Namespace(_) => f.write_str("namespace"),
        }
    }
}
