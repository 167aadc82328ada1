//! The verdict about an import of a run's output.

use std::fmt;

use super::reasons::Reason;
use crate::report::model::{Counted, ErrorReport, Report, Share, total};

/// Whether the output of a run may be imported, as far as its report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing prevents it.
    Clear,
    /// It is one shard of a file, and says nothing about the others.
    Shard,
    /// Something needs a decision first.
    Open,
    /// The report is inconsistent.
    Inconsistent,
    /// There is nothing to import: the run was to write no data.
    DryRun,
    /// There is nothing to import: the run refused the data.
    Refused,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clear => "Ready to import",
            Self::Shard => "One shard of several",
            Self::Open => "Needs a decision",
            Self::Inconsistent => "Not to be relied on",
            Self::DryRun => "Dry run: nothing to import",
            Self::Refused => "Refused: nothing to import",
        })
    }
}

impl Report {
    /// The verdict: the gravest reason against an import.
    pub fn verdict(&self) -> Verdict {
        match self.reasons().first() {
            None => Verdict::Clear,
            Some(Reason::Shard(_)) => Verdict::Shard,
            Some(Reason::Open) => Verdict::Open,
            Some(Reason::Inconsistency(_)) => Verdict::Inconsistent,
            Some(Reason::DryRun) => Verdict::DryRun,
            Some(Reason::Refused(_)) => Verdict::Refused,
        }
    }

    /// All fields of all tables.
    pub fn fields(&self) -> impl Iterator<Item = Counted<'_>> {
        let tables = self.tables.iter().flatten();
        tables.flat_map(|(name, table)| table.counted(name, &self.rules.fields))
    }

    /// The number of values and rejected lines that need a decision.
    pub fn open_places(&self) -> u64 {
        let tables = self.tables.iter().flatten();
        let rejected = total(tables.map(|(_, table)| table.rejected));
        let rejected = self.summary.map_or(0, |all| all.total_rejected).max(rejected);
        let open = self.fields().map(|field| field.places(Share::Open));
        total(open.chain([rejected]))
    }
}

impl fmt::Display for ErrorReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match (self.line, self.offset) {
            (Some(line), _) => format!("{line}"),
            (None, Some(offset)) => format!("+{offset}"),
            (None, None) => "?".to_owned(),
        };
        write!(f, "{}:{place}:{}: {}", self.file, self.column, self.message)
    }
}
