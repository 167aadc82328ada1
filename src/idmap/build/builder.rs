//! Rows to map: collects every fault before it refuses.

use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use super::columns::{At, Columns, Counts};
use crate::error::{Error, Result};
use crate::idmap::fault::{MapFault, MapFaults, RowPlace};
use crate::idmap::id::{Form, FormCount, Forms, Hashing, Id};
use crate::idmap::map::{Findings, Health, IdMap, Noticed};
use crate::idmap::table::{Index, Listing, MOST_TEXT, Rows, Side};

/// Adds up the rows of one map, from any number of files.
#[derive(Debug)]
pub struct MapBuilder {
    columns: Columns,
    files: Vec<PathBuf>,
    hashing: Hashing,
    /// The bytes of text that a map may hold.
    limit: usize,
}

impl Default for MapBuilder {
    fn default() -> Self {
        Self {
            columns: Columns::default(),
            files: Vec::new(),
            hashing: Hashing::default(),
            limit: MOST_TEXT,
        }
    }
}

impl MapBuilder {
    /// Adds a row; an empty target leaves its source undecided.
    ///
    /// # Errors
    /// None of the row itself: faults are collected for [`Self::build`]. Only
    /// text beyond 4 GiB in all stops at once.
    pub fn add(&mut self, source: &str, target: &str, file: &Path, line: u64) -> Result<()> {
        let at = At { path: file, file: self.file(file), line };
        let added = self.columns.add(source, target, at, &self.hashing, self.limit);
        added.ok_or_else(|| {
            let place = RowPlace { file: file.into(), line };
            Error::new(MapFaults(vec![MapFault::TooLarge(place)]))
        })
    }

    /// Adds the rows of a part of a file, whose lines are `lines` further on.
    /// Returns whether there was room for them; rows added one by one say
    /// which of them has none.
    pub(crate) fn append(&mut self, part: &mut Columns, file: &Path, lines: u64) -> bool {
        let fits = self.columns.fits(part, self.limit);
        if fits {
            let number = self.file(file);
            self.columns.append(part, number, lines);
        }
        fits
    }

    /// How many rows have been added; those at fault do not count.
    pub(crate) fn rows(&self) -> u64 {
        (self.columns.decided.len() + self.columns.undecided.len()) as u64
    }

    /// What parts that are to be appended hash with.
    pub(crate) fn hashing(&self) -> Hashing {
        self.hashing.clone()
    }

    /// Notes a fault of a reader.
    pub(crate) fn fault(&mut self, fault: MapFault) {
        self.columns.fault(fault);
    }

    /// Notes faults of a reader.
    pub(crate) fn faults(&mut self, faults: Vec<MapFault>) {
        faults.into_iter().for_each(|fault| self.fault(fault));
    }

    #[cfg(test)]
    pub(crate) fn limited(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    #[cfg(test)]
    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }

    #[cfg(test)]
    pub(crate) fn place(&self, row: u32) -> RowPlace {
        self.columns.lines.place(row, &self.files)
    }

    #[cfg(test)]
    pub(crate) fn undecided_place(&self, row: u32) -> RowPlace {
        self.columns.between.place(row, &self.files)
    }

    fn file(&mut self, file: &Path) -> u32 {
        if self.files.last().is_none_or(|last| last.as_os_str() != file.as_os_str()) {
            self.files.push(file.to_owned());
        }
        (self.files.len() - 1) as u32
    }

    /// Checks everything and makes the map. `chains` allows a target to be
    /// another row's source. Works on all threads of the current pool.
    ///
    /// # Errors
    /// All faults: those of single rows in their order, then chains.
    pub fn build(self, chains: bool) -> Result<IdMap> {
        let Self { columns, files, hashing, .. } = self;
        let Columns { decided: rows, undecided, lines, between, faults, counts } = columns;
        let place = |row| lines.place(row, &files);
        let (sources, repeated) = Index::new(&rows, Side::Source, counts.uuids.0, &[], &hashing);
        let checks =
            Checks { rows: &rows, sources: &sources, repeated: &repeated, hashing: &hashing };
        let mut faults = in_order(checks.contradictions(place), faults);
        if !chains && counts.can_chain() {
            faults.extend(checks.chains(place));
        }
        if !faults.is_empty() {
            return Err(Error::new(MapFaults(faults)));
        }
        let uuids = counts.uuids.1;
        let (targets, sharing) = Index::new(&rows, Side::Target, uuids, &repeated, &hashing);
        let (open, undecided_again) = checks.undecided(&undecided, counts.undecided_uuids);
        let counts = checks.without_repeated(counts);
        let noticed = Noticed {
            undecided_again,
            repeated: checks.firsts(&sources, Side::Source, first(&repeated)),
            sharing: checks.sharing(&targets, &sharing),
            odd: checks.odd_targets(counts.targets),
        };
        let health = Health {
            entries: (rows.len() - repeated.len()) as u64,
            undecided: open.len() as u64,
            duplicates: (repeated.len() + noticed.undecided_again.len()) as u64,
            many_to_one: noticed.shared() as u64,
            odd_targets: noticed.odd.len() as u64,
        };
        let listing = Listing { files, lines, repeated, undecided, between, open };
        let findings = noticed.findings(&rows, &listing);
        let (forms, targets_are_plain) = (forms(counts), counts.plain);
        Ok(IdMap {
            rows,
            sources,
            targets,
            hashing,
            listing,
            targets_are_plain,
            health,
            findings,
            forms,
        })
    }
}

/// As many rows as findings keep.
fn first(rows: &[u32]) -> &[u32] {
    &rows[..rows.len().min(Findings::KEPT)]
}

/// Faults by their rows: each stands with the number of rows up to it, and a
/// row's contradiction comes before what is wrong with the lines after it.
fn in_order(contradictions: Vec<(u32, MapFault)>, faults: Vec<(u32, MapFault)>) -> Vec<MapFault> {
    let mut all = contradictions;
    all.extend(faults);
    all.sort_by_key(|(row, _)| *row);
    all.into_iter().map(|(_, fault)| fault).collect()
}

/// The checks of rows against each other.
struct Checks<'c> {
    rows: &'c Rows,
    sources: &'c Index,
    /// The rows whose source stands in an earlier row.
    repeated: &'c [u32],
    hashing: &'c Hashing,
}

impl Checks<'_> {
    /// The row that decides about `id`.
    fn deciding(&self, id: Id<'_>) -> Option<u32> {
        self.sources.find(self.rows, Side::Source, id, self.hashing)
    }

    /// Faults, each with the number of rows up to it.
    fn contradictions(&self, place: impl Fn(u32) -> RowPlace) -> Vec<(u32, MapFault)> {
        let id = |row, side| self.rows.id(row, side);
        let contradicted = |&row: &u32| {
            let first = self.deciding(id(row, Side::Source))?;
            (id(row, Side::Target) != id(first, Side::Target)).then_some((first, row))
        };
        let found: Vec<_> = self.repeated.par_iter().filter_map(contradicted).collect();
        let contradiction = |(first, row)| {
            let source = self.rows.source(first).into_owned();
            let places = [place(first), place(row)];
            (row + 1, MapFault::Contradiction { source, places })
        };
        found.into_iter().map(contradiction).collect()
    }

    /// The targets that are sources of other targets.
    fn chains(&self, place: impl Fn(u32) -> RowPlace) -> Vec<MapFault> {
        let next = |row: u32| {
            let target = self.rows.id(row, Side::Target);
            if self.rows.is_kept(row) {
                return None;
            }
            let next = self.deciding(target)?;
            (self.rows.id(next, Side::Target) != target).then_some((row, next))
        };
        let links: Vec<_> = (0..self.rows.len() as u32).into_par_iter().filter_map(next).collect();
        let links = links.into_iter().filter(|(row, _)| self.repeated.binary_search(row).is_err());
        let chain = |(row, next): (u32, u32)| {
            // As it is spelled where it stands first.
            let id = match next < row {
                true => self.rows.source(next).into_owned(),
                false => self.rows.target(row).to_owned(),
            };
            MapFault::Chain { id, places: [place(row), place(next)] }
        };
        links.map(chain).collect()
    }

    /// The rows without a target whose source no row decides, and those that
    /// repeat another, each after that one.
    fn undecided(&self, rows: &Rows, uuids: usize) -> (Vec<u32>, Vec<(u32, u32)>) {
        let (index, repeated) = Index::new(rows, Side::Source, uuids, &[], self.hashing);
        let is_open = |row: &u32| {
            repeated.binary_search(row).is_err()
                && self.deciding(rows.id(*row, Side::Source)).is_none()
        };
        let open = (0..rows.len() as u32).into_par_iter().filter(is_open).collect();
        let again = Checks { rows, ..*self }.firsts(&index, Side::Source, &repeated);
        (open, again)
    }

    /// Rows that have the same ID on a side as an earlier one, each after the
    /// first that has it.
    fn firsts(&self, index: &Index, side: Side, again: &[u32]) -> Vec<(u32, u32)> {
        let first = |&row: &u32| {
            let first = index.find(self.rows, side, self.rows.id(row, side), self.hashing)?;
            Some((first, row))
        };
        again.par_iter().filter_map(first).collect()
    }

    /// The same of targets, sorted.
    fn sharing(&self, targets: &Index, again: &[u32]) -> Vec<(u32, u32)> {
        let mut sharing = self.firsts(targets, Side::Target, again);
        sharing.par_sort_unstable();
        sharing
    }

    /// The rows, repeated ones left out, whose target is of another form than
    /// most.
    fn odd_targets(&self, forms: FormCount) -> Vec<u32> {
        let Some((most, 1..)) = forms.most() else { return Vec::new() };
        let is_odd = |&row: &u32| {
            !self.rows.is_kept(row)
                && self.rows.form(row, Side::Target) != most
                && self.repeated.binary_search(&row).is_err()
        };
        (0..self.rows.len() as u32).into_par_iter().filter(is_odd).collect()
    }

    /// Counts of the rows that are no repetition.
    fn without_repeated(&self, mut counts: Counts) -> Counts {
        for &row in self.repeated.iter().filter(|row| !self.rows.is_kept(**row)) {
            let form = |side| self.rows.form(row, side);
            counts.sources.remove(form(Side::Source));
            counts.targets.remove(form(Side::Target));
        }
        counts
    }
}

fn forms(Counts { sources, targets, .. }: Counts) -> Forms {
    if sources.is_empty() {
        return Forms::default();
    }
    Forms { source: sources.shared().unwrap_or(Form::Any), target: targets.shared() }
}
