//! A document of a case, read once for all checks and rules.

use std::sync::OnceLock;

use jiff::civil::Date;

use crate::payload::Proof;
use crate::payload::date::DateOrder;
use crate::payload::v3::Dates;

use super::age_limit::AgeLimit;
use super::case::Case;
use super::compared_field::ComparedField;
use super::report::Reports;
use super::sources;

/// A document with what several checks and rules ask of it. Sources are compared once, whoever asks.
pub(super) struct Reading<'r> {
    /// The document.
    pub proof: &'r Proof<'r>,
    /// Its dates, held against each other and against the day of the request.
    pub dates: Dates,
    /// What its scanner reported.
    pub reports: Reports,
    date_order: DateOrder,
    today: Date,
    agreements: [OnceLock<Option<bool>>; ComparedField::ALL.len()],
    age_limit: OnceLock<AgeLimit>,
}

impl<'r> Reading<'r> {
    /// Reads a document of a case.
    pub(super) fn new(case: &Case<'_>, proof: &'r Proof<'r>) -> Self {
        let (date_order, today) = (case.evidence.date_order, case.today);
        let (dates, reports) = (proof.dates(date_order, today), Reports::of(proof, &case.evidence.signals));
        let (agreements, age_limit) = Default::default();
        Self { proof, dates, reports, date_order, today, agreements, age_limit }
    }

    /// Returns whether all sources of a field agree; `None` where there are fewer than two to compare.
    pub(super) fn agreement(&self, field: ComparedField) -> Option<bool> {
        let compare = || sources::agreement(self.proof, field, self.date_order, self.today);
        self.agreements.get(field as usize).map_or_else(compare, |known| *known.get_or_init(compare))
    }

    /// Returns what is said of a field, and who agrees with whom.
    pub(super) fn stated(&self, field: ComparedField) -> Vec<sources::Stated> {
        sources::stated(self.proof, field, self.date_order, self.today)
    }

    /// Returns the minimum age by this document. It is picked once: there may be many overrides.
    pub(super) fn age_limit(&self, case: &Case<'_>) -> AgeLimit {
        *self.age_limit.get_or_init(|| AgeLimit::of(case, self.proof))
    }

    /// Returns the fields on which the document's sources disagree; `None` where there was nothing to compare.
    pub(super) fn disagreements(&self) -> Option<Vec<ComparedField>> {
        let (mut is_any_compared, mut disagreements) = (false, Vec::new());
        for field in ComparedField::ALL {
            let Some(agree) = self.agreement(field) else { continue };
            is_any_compared = true;
            if !agree {
                disagreements.push(field);
            }
        }
        is_any_compared.then_some(disagreements)
    }
}
