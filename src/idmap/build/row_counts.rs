//! Counts over the rows of a map.

use crate::idmap::ids::{Form, FormCount, Forms};

/// Counts over rows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RowCounts {
    /// The decided rows whose source is a UUID.
    pub(crate) uuid_sources: usize,
    /// The decided rows whose target is a UUID.
    pub(crate) uuid_targets: usize,
    /// The undecided rows whose source is a UUID.
    pub(crate) undecided_uuids: usize,
    /// The forms of the sources and targets of rows that change their ID.
    pub(crate) sources: FormCount,
    pub(crate) targets: FormCount,
    /// Whether any target needs escapes in JSON.
    pub(crate) targets_need_escapes: bool,
}

impl RowCounts {
    /// Whether a target can be a source at all: both sides have UUIDs, or both
    /// have other IDs.
    pub(crate) fn chains_are_possible(&self) -> bool {
        let (sources, targets) = (self.sources, self.targets);
        sources.uuids() > 0 && targets.uuids() > 0 || sources.others() > 0 && targets.others() > 0
    }

    /// Returns the forms that the IDs share.
    pub(crate) fn forms(&self) -> Forms {
        if self.sources.is_empty() {
            return Forms::default();
        }
        Forms { source: self.sources.shared().unwrap_or(Form::Any), target: self.targets.shared() }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.uuid_sources += other.uuid_sources;
        self.uuid_targets += other.uuid_targets;
        self.undecided_uuids += other.undecided_uuids;
        self.sources.merge(other.sources);
        self.targets.merge(other.targets);
        self.targets_need_escapes |= other.targets_need_escapes;
    }
}
