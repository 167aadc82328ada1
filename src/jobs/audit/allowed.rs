//! The differences that a verdict accepts.

use super::finding::{AuditedTable, FindingKind};

/// The differences that are accepted besides those that the map explains.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allowed {
    /// New records.
    pub added: bool,
    /// Records with other values outside of the declared fields.
    pub edited: bool,
}

impl Allowed {
    /// Whether everything in a table is as it should be.
    pub fn is_ok(self, table: &AuditedTable) -> bool {
        let tally = &table.tally;
        let edited = if self.edited { tally.edited } else { 0 };
        let never = [
            FindingKind::NoRecord,
            FindingKind::SetAside,
            FindingKind::NotThere,
            FindingKind::MarkAdded,
            FindingKind::MarkRemoved,
        ];
        table.after >= table.before
            && tally.unexpected == edited
            && tally.removed == 0
            && (self.added || tally.added == 0)
            && tally.open() == 0
            && never.iter().all(|what| tally.count(*what) == 0)
    }
}
