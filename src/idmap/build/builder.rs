//! Adds up rows and makes a map of them.

use std::path::{Path, PathBuf};

use super::cross_checks::CrossChecks;
use super::finding_rows::FindingRows;
use super::row_batch::{RowBatch, RowOrigin};
use crate::error::{Error, Result};
use crate::idmap::fault::{MapFault, MapFaults};
use crate::idmap::file::RowPlace;
use crate::idmap::map::{Findings, IdMap, MapCounts};
use crate::idmap::table::{Hashing, Index, MAX_TEXT, MapListing, Side};

/// Adds up the rows of one map, from any number of files.
#[derive(Debug)]
pub struct MapBuilder {
    rows: RowBatch,
    files: Vec<PathBuf>,
    hashing: Hashing,
    /// The most bytes of text in the map.
    limit: usize,
}

impl Default for MapBuilder {
    fn default() -> Self {
        Self {
            rows: RowBatch::default(),
            files: Vec::new(),
            hashing: Hashing::default(),
            limit: MAX_TEXT,
        }
    }
}

impl MapBuilder {
    /// Adds a row; an empty target leaves its source undecided.
    ///
    /// # Errors
    /// Returns an error if the text of all rows exceeds 4 GiB. Faults of the
    /// row itself are collected for [`Self::build`].
    pub fn add(&mut self, source: &str, target: &str, file: &Path, line: u64) -> Result<()> {
        let origin = RowOrigin { path: file, file: self.file_number(file), line };
        let added = self.rows.add(source, target, origin, &self.hashing, self.limit);
        added.ok_or_else(|| Error::new(MapFaults(vec![MapFault::TooLarge(origin.place())])))
    }

    /// Adds the rows of a part of a file, whose lines are `lines` further on.
    /// Returns whether there was room for them; added one by one, the rows
    /// show which of them has none.
    pub(crate) fn append(&mut self, part: &mut RowBatch, file: &Path, lines: u64) -> bool {
        let fits = self.rows.fits(part, self.limit);
        if fits {
            let number = self.file_number(file);
            self.rows.append(part, number, lines);
        }
        fits
    }

    /// Returns the number of rows so far, without those at fault.
    pub(crate) fn row_count(&self) -> u64 {
        (self.rows.decided.len() + self.rows.undecided.len()) as u64
    }

    /// Returns the hash function for parts that are to be appended.
    pub(crate) fn hashing(&self) -> Hashing {
        self.hashing.clone()
    }

    /// Adds a fault after the rows so far.
    pub(crate) fn add_fault(&mut self, fault: MapFault) {
        self.rows.add_fault(fault);
    }

    /// Adds faults after the rows so far.
    pub(crate) fn add_faults(&mut self, faults: Vec<MapFault>) {
        faults.into_iter().for_each(|fault| self.add_fault(fault));
    }

    #[cfg(test)]
    pub(crate) fn limited(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    #[cfg(test)]
    pub(crate) fn rows(&self) -> &RowBatch {
        &self.rows
    }

    #[cfg(test)]
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    fn file_number(&mut self, file: &Path) -> u32 {
        if self.files.last().is_none_or(|last| last.as_os_str() != file.as_os_str()) {
            self.files.push(file.to_owned());
        }
        (self.files.len() - 1) as u32
    }

    /// Checks all rows and makes the map, on all threads of the current pool.
    /// `chains` allows a target to be another row's source.
    ///
    /// # Errors
    /// Returns all faults: those of single rows in their order, then chains.
    pub fn build(self, chains: bool) -> Result<IdMap> {
        let Self { rows, files, hashing, .. } = self;
        let RowBatch { decided: rows, undecided, lines, undecided_lines, faults, counts } = rows;
        let place = |row| lines.place(row, &files);
        let (sources, repeated) =
            Index::new(&rows, Side::Source, counts.uuid_sources, &[], &hashing);
        let checks =
            CrossChecks { rows: &rows, sources: &sources, repeated: &repeated, hashing: &hashing };
        check_faults(&checks, place, faults, !chains && counts.chains_are_possible())?;
        let (targets, sharing) =
            Index::new(&rows, Side::Target, counts.uuid_targets, &repeated, &hashing);
        let (open, repeated_undecided) = checks.undecided(&undecided, counts.undecided_uuids);
        let counts = checks.without_repeated(counts);
        let first_repeated = &repeated[..repeated.len().min(Findings::KEPT)];
        let finding_rows = FindingRows {
            repeated_undecided,
            repeated: checks.first_rows(&sources, Side::Source, first_repeated),
            sharing: checks.sharing(&targets, &sharing),
            odd: checks.odd_targets(counts.targets),
        };
        let health = MapCounts {
            entries: (rows.len() - repeated.len()) as u64,
            undecided: open.len() as u64,
            duplicates: (repeated.len() + finding_rows.repeated_undecided.len()) as u64,
            many_to_one: finding_rows.shared_targets() as u64,
            odd_targets: finding_rows.odd.len() as u64,
        };
        let listing = MapListing { files, lines, repeated, undecided, undecided_lines, open };
        Ok(IdMap {
            findings: finding_rows.findings(&rows, &listing),
            rows,
            sources,
            targets,
            hashing,
            listing,
            targets_are_plain: !counts.targets_need_escapes,
            health,
            forms: counts.forms(),
        })
    }
}

/// Returns all faults, if there are any, in the order of their rows: those of
/// single rows, `faults`, each with the number of rows before it; a row's
/// contradiction comes before the faults of the lines after it.
fn check_faults(
    checks: &CrossChecks<'_>,
    place: impl Fn(u32) -> RowPlace,
    faults: Vec<(u32, MapFault)>,
    chains: bool,
) -> Result<()> {
    let mut all = checks.contradictions(&place);
    all.extend(faults);
    all.sort_by_key(|(row, _)| *row);
    let mut all: Vec<_> = all.into_iter().map(|(_, fault)| fault).collect();
    if chains {
        all.extend(checks.chains(&place));
    }
    match all.is_empty() {
        true => Ok(()),
        false => Err(Error::new(MapFaults(all))),
    }
}
