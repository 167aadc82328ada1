//! Rows to map: collects every fault before it refuses.

use std::path::{Path, PathBuf};

use super::form::{FormCount, Forms};
use super::ids::Ids;
use super::{Form, Health, IdMap, MapFault, Role, RowPlace};
use crate::error::{Error, ErrorKind, Result};

/// Adds up the rows of one map, from any number of files.
#[derive(Debug, Default)]
pub struct MapBuilder {
    ids: Ids,
    /// For each ID the row that decides it.
    decided: Vec<Option<Decided>>,
    /// For each ID whether a row leaves it undecided.
    undecided: Vec<bool>,
    files: Vec<PathBuf>,
    duplicates: u64,
    faults: Vec<MapFault>,
}

#[derive(Debug, Clone, Copy)]
struct Decided {
    /// The number of the target ID.
    target: u32,
    /// The number of its spelling in this row.
    spelling: u32,
    file: u32,
    line: u64,
}

impl MapBuilder {
    /// Adds a row; an empty target leaves its source undecided.
    ///
    /// # Errors
    /// None of the row itself: faults are collected for [`Self::build`]. Only
    /// IDs beyond 4 GiB in all stop at once.
    pub fn add(&mut self, source: &str, target: &str, file: &Path, line: u64) -> Result<()> {
        // Sources stand as the data has them; the list of unmapped IDs says so.
        if target != source && is_odd(target) {
            self.fault(MapFault::OddCell(RowPlace { file: file.into(), line }));
            return Ok(());
        }
        if source.is_empty() {
            self.fault(MapFault::EmptySource(RowPlace { file: file.into(), line }));
            return Ok(());
        }
        self.row(source, target, file, line).ok_or_else(|| {
            let place = RowPlace { file: file.into(), line };
            Error::new(ErrorKind::Map(vec![MapFault::TooLarge(place)]))
        })
    }

    /// Notes a fault of a reader.
    pub(super) fn fault(&mut self, fault: MapFault) {
        self.faults.push(fault);
    }

    fn row(&mut self, source: &str, target: &str, file: &Path, line: u64) -> Option<()> {
        let source = self.intern(source)?;
        let number = source as usize;
        if target.is_empty() {
            self.duplicates += u64::from(self.undecided[number]);
            self.undecided[number] = true;
            return Some(());
        }
        let place = self.file(file);
        let id = self.intern(target)?;
        match self.decided[number] {
            Some(earlier) if earlier.target == id => self.duplicates += 1,
            Some(earlier) => {
                let places = [self.place(earlier), RowPlace { file: file.into(), line }];
                let source = self.ids.text(source).to_owned();
                self.fault(MapFault::Contradiction { source, places });
            }
            None => {
                let spelling = match self.ids.text(id) == target {
                    true => id,
                    false => self.spell(target)?,
                };
                // An ID that keeps itself is recognised by this equality.
                let spelling = if id == source { id } else { spelling };
                self.decided[number] = Some(Decided { target: id, spelling, file: place, line });
            }
        }
        Some(())
    }

    /// Checks everything and makes the map. `chains` allows a target to be
    /// another row's source.
    ///
    /// # Errors
    /// All faults: those of single rows in their order, then chains.
    pub fn build(mut self, chains: bool) -> Result<IdMap> {
        if !chains {
            self.find_chains();
        }
        if !self.faults.is_empty() {
            return Err(Error::new(ErrorKind::Map(self.faults)));
        }
        let mut roles = vec![Role::Unknown; self.ids.len()];
        let mut sharing = vec![0_u8; self.ids.len()];
        let (mut sources, mut targets) = (FormCount::default(), FormCount::default());
        let mut health = Health { duplicates: self.duplicates, ..Health::default() };
        for (number, decided) in self.decided.iter().enumerate() {
            health.undecided += u64::from(decided.is_none() && self.undecided[number]);
            let Some(row) = decided else { continue };
            health.entries += 1;
            let target = row.target as usize;
            health.many_to_one += u64::from(sharing[target] == 1);
            sharing[target] = sharing[target].saturating_add(1);
            if target != number {
                sources.add(self.ids.text(number as u32));
                targets.add(self.ids.text(row.target));
            }
        }
        for (number, decided) in self.decided.iter().enumerate() {
            if let Some(row) = decided {
                roles[number] = Role::Source(row.spelling);
                let target = &mut roles[row.target as usize];
                if *target == Role::Unknown {
                    *target = Role::Target;
                }
            }
        }
        health.odd_targets = targets.odd();
        Ok(IdMap { ids: self.ids, roles, health, forms: forms(sources, targets) })
    }

    fn find_chains(&mut self) {
        let mut chains = Vec::new();
        for (number, row) in self.decided.iter().enumerate() {
            let Some(row) = row else { continue };
            let next = self.decided[row.target as usize];
            if let Some(next) = next
                && row.target as usize != number
                && next.target != row.target
            {
                let id = self.ids.text(row.target).to_owned();
                chains.push(MapFault::Chain { id, places: [self.place(*row), self.place(next)] });
            }
        }
        self.faults.append(&mut chains);
    }

    fn intern(&mut self, id: &str) -> Option<u32> {
        let number = self.ids.intern(id)?;
        self.grow();
        Some(number)
    }

    fn spell(&mut self, id: &str) -> Option<u32> {
        let number = self.ids.spell(id)?;
        self.grow();
        Some(number)
    }

    fn grow(&mut self) {
        self.decided.resize(self.ids.len(), None);
        self.undecided.resize(self.ids.len(), false);
    }

    fn file(&mut self, file: &Path) -> u32 {
        if self.files.last().is_none_or(|last| last != file) {
            self.files.push(file.to_owned());
        }
        (self.files.len() - 1) as u32
    }

    fn place(&self, row: Decided) -> RowPlace {
        RowPlace { file: self.files[row.file as usize].clone(), line: row.line }
    }
}

/// A quote that is not closed swallows the rows that follow; a blank after a
/// comma would be written into the data.
fn is_odd(id: &str) -> bool {
    id.trim() != id || id.contains(char::is_control)
}

fn forms(sources: FormCount, targets: FormCount) -> Forms {
    if sources.is_empty() {
        return Forms::default();
    }
    Forms { source: sources.shared().unwrap_or(Form::Any), target: targets.shared() }
}
