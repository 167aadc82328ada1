//! A record as the change log describes it, and the keys it is found by.

use super::change::{Change, Position};
use super::record_key::RecordKey;
use super::rejected_lines::RejectedLines;

/// What all changes of one record have in common.
#[derive(Debug, Default)]
pub(crate) struct LoggedRecord {
    pub(crate) table: String,
    position: Position,
    /// The `_id` before the run, as it was written.
    id: Option<String>,
    /// The `_id` after the run, if that mapped it.
    new_id: Option<String>,
    /// Whether the run gave the member `_id` another name.
    is_id_renamed: bool,
}

impl LoggedRecord {
    /// The record of a change, the first one of it in the log.
    pub(crate) fn of(change: &Change) -> Self {
        let mut record = Self {
            table: change.table.clone(),
            position: change.position,
            id: change.id.clone(),
            ..Self::default()
        };
        record.add(change);
        record
    }

    /// Whether a change belongs to this record.
    pub(crate) fn has(&self, change: &Change) -> bool {
        self.position == change.position && self.table == change.table
    }

    /// Takes account of one more change. If the member `_id` is repeated, the
    /// last one counts, as in records.
    pub(crate) fn add(&mut self, change: &Change) {
        if change.path != "/_id" {
            return;
        }
        self.is_id_renamed |= change.is_name;
        let id = self.id.as_deref().and_then(RecordKey::of_token);
        if !change.is_name && id == Some(RecordKey::Text(change.old.as_str().into())) {
            self.new_id = Some(change.new.clone());
        }
    }

    /// The record's line in the run's output.
    pub(crate) fn output_line(&self, rejected: &RejectedLines) -> Option<u64> {
        self.position.line.map(|line| rejected.output_line(&self.table, line))
    }

    /// The keys that the record can be found by, and whether each is from
    /// before the run.
    pub(crate) fn keys(
        &self,
        rejected: &RejectedLines,
    ) -> impl Iterator<Item = (RecordKey<'_>, bool)> {
        let key = self.key(rejected);
        let old = self.old_key().filter(|old| *old != key);
        std::iter::once((key, false)).chain(old.map(|old| (old, true)))
    }

    /// The key of the record as the run left it.
    fn key(&self, rejected: &RejectedLines) -> RecordKey<'_> {
        let id = match (&self.id, &self.new_id) {
            (Some(_), Some(new)) => Some(RecordKey::Text(new.into())),
            (id, _) => id.as_deref().and_then(RecordKey::of_token),
        };
        match id.filter(|_| !self.is_id_renamed) {
            Some(id) => id,
            // Lines count from 1, so no record has this key.
            None => RecordKey::Line(self.output_line(rejected).unwrap_or(0)),
        }
    }

    /// The key of the record if its `_id` has already been restored.
    fn old_key(&self) -> Option<RecordKey<'_>> {
        self.new_id.as_ref().and_then(|_| RecordKey::of_token(self.id.as_deref()?))
    }
}
