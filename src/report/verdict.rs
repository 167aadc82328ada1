//! What a report says about an import of what the run wrote.

use std::fmt;

use super::kinds::total;
use super::{Counted, ErrorReport, Report, Share};

/// Whether what a run wrote may be imported, as far as its report tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing stands against it.
    Clear,
    /// Somebody has to decide first.
    Open,
    /// There is nothing to import: the run was to write no data.
    DryRun,
    /// There is nothing to import: the run refused the data.
    Refused,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clear => "Ready to import",
            Self::Open => "Needs a decision",
            Self::DryRun => "Dry run: nothing to import",
            Self::Refused => "Refused: nothing to import",
        })
    }
}

impl Report {
    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        if self.is_refused() {
            Verdict::Refused
        } else if self.dry_run {
            Verdict::DryRun
        } else if self.attention {
            Verdict::Open
        } else {
            Verdict::Clear
        }
    }

    /// Whether the run found data that it was not to take: an invalid line,
    /// or, where it was told so, IDs that the map lacks.
    fn is_refused(&self) -> bool {
        let Some(tables) = &self.tables else { return true };
        let written = tables.values().filter(|table| {
            let mut parts = table.parts.iter();
            table.output.is_some() || parts.any(|part| part.output.is_some())
        });
        let is_written = !tables.is_empty() && written.count() == tables.len();
        self.error.is_some() || !self.dry_run && !is_written
    }

    /// All fields of all tables.
    pub fn fields(&self) -> impl Iterator<Item = Counted<'_>> {
        let tables = self.tables.iter().flatten();
        tables.flat_map(|(name, table)| table.counted(name, &self.rules.fields))
    }

    /// The places where somebody has to decide, and the lines set aside.
    pub fn open_places(&self) -> u64 {
        let rejected = self.summary.map_or(0, |all| all.total_rejected);
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
