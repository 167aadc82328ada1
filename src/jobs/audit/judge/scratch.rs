//! The memory that a thread reuses from pair to pair of records.

use super::declared::RuleState;
use super::read_ahead::ReadAhead;
use crate::idmap::Row;
use crate::jobs::audit::finding::FindingKind;
use crate::jobs::audit::record::{Change, Comparison, LineFault, Places};

/// The memory that a thread reuses from record to record.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) comparison: Comparison,
    /// The findings in the current pair.
    pub(crate) found: Vec<Found>,
    /// Why a line is invalid, for each side.
    pub(crate) faults: [Option<LineFault>; 2],

    /// The source IDs in the record of BEFORE, by their nodes.
    pub(crate) sources: Vec<(usize, Row)>,
    pub(crate) ahead: ReadAhead,
    /// Those that are still in the record of AFTER.
    pub(crate) leftovers: Vec<Leftover>,
    /// What is known of the record before.
    pub(crate) before: SideScratch,
    /// What is known of the record after.
    pub(crate) after: SideScratch,
}

/// What is known about one of the two records.
#[derive(Debug, Default)]
pub(crate) struct SideScratch {
    /// What the rules say about it.
    pub(crate) known: RuleState,
    /// The places of its nodes.
    pub(crate) places: Places,
}

/// A finding in a pair of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) what: FindingKind,
    pub(crate) change: Change,
    /// The row that says what should be there.
    pub(crate) row: Option<Row>,
}

/// How two records are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// Byte for byte.
    Bytes,
    /// Value for value.
    Values,
}

/// A source ID of the map that is still in a record of AFTER.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leftover {
    pub(crate) node: usize,
    /// Whether the node is one of AFTER; otherwise it is the unchanged one of
    /// BEFORE.
    pub(crate) after: bool,
    /// Whether a run over the record would rewrite it.
    pub(crate) open: bool,
}

impl Scratch {
    /// Whether source IDs are still in the record of AFTER.
    pub(crate) fn has_leftovers(&self) -> bool {
        !self.leftovers.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.found.clear();
        self.faults = [None, None];
        self.sources.clear();
        self.leftovers.clear();
        for side in [&mut self.before, &mut self.after] {
            side.known.clear();
            side.places.clear();
        }
    }
}
