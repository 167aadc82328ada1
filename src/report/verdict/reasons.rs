//! The reasons against an import, as far as a report has them. Everything that
//! judges a report uses these.

use std::fmt;

use super::inconsistencies::Inconsistency;
use crate::report::model::{ErrorReport, PartReport, Report};

/// A reason against an import.
#[derive(Debug, Clone, Copy)]
pub enum Reason<'r> {
    /// The run refused its data, because of this invalid line if there is one.
    Refused(Option<&'r ErrorReport>),
    /// The run was to write no data.
    DryRun,
    /// The report is inconsistent.
    Inconsistency(Inconsistency<'r>),
    /// It is the report of one shard of a file, as `I/N`.
    Shard(&'r str),
    /// Something needs a decision.
    Open,
}

impl Report {
    /// All reasons against an import, the gravest first. If the run refused its
    /// data, that is the only one.
    pub fn reasons(&self) -> Vec<Reason<'_>> {
        if self.is_refused() {
            return vec![Reason::Refused(self.error.as_ref())];
        }
        let dry = self.dry_run.then_some(Reason::DryRun);
        let open = self.is_open().then_some(Reason::Open);
        let shard = self.shard.as_deref().map(Reason::Shard);
        let inconsistencies = self.inconsistencies().into_iter().map(Reason::Inconsistency);
        dry.into_iter().chain(inconsistencies).chain(shard).chain(open).collect()
    }

    /// Whether the run refused its data: because of an invalid line, or of
    /// unmapped IDs if it was told to refuse those.
    fn is_refused(&self) -> bool {
        let Some(tables) = &self.tables else { return true };
        let written = tables.values().filter(|table| {
            let is_written = |part: &PartReport| part.output.is_some();
            table.output.is_some() || !table.parts.is_empty() && table.parts.iter().all(is_written)
        });
        let is_written = !tables.is_empty() && written.count() == tables.len();
        self.error.is_some() || !self.dry_run && !is_written
    }

    /// Whether something needs a decision, according to `attention` or to any
    /// count.
    fn is_open(&self) -> bool {
        let unmapped = self.tables.iter().flatten().any(|(_, table)| table.unmapped_total > 0);
        let unmapped = unmapped || self.summary.is_some_and(|all| all.total_unmapped > 0);
        self.attention || unmapped || self.open_places() > 0
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(Some(error)) => write!(f, "the run refused its data: {error}"),
            Self::Refused(None) => f.write_str("the run refused its data"),
            Self::DryRun => f.write_str("it was a dry run, which writes no data"),
            Self::Inconsistency(inconsistency) => {
                write!(f, "no run writes such a report: {inconsistency}")
            }
            Self::Shard(shard) => {
                write!(f, "it is shard {shard} alone: merge the reports of all, and check that")
            }
            Self::Open => f.write_str("something in the report needs a person's decision"),
        }
    }
}
