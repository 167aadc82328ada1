//! An audit, from its options to its findings.

use super::finding::AuditedTable;
use super::options::Options;

use std::io::Write;
use std::path::PathBuf;

use super::finding::{FindingFormat, TableTally};
use super::judge::{Declared, Judge, Keys, Mapping};
use super::outcome::{Printer, Recorder};
use super::table::{Sides, TableAudit, aside_file};
use super::tables::Tables;
use rayon::ThreadPool;

use crate::error::Result;
use crate::idmap::{self, IdLengths, LoadedMap};
use crate::pipeline::{self, ProgressSink};
use crate::storage::Export;

/// An audit that is ready to start: its tables are found and its map is loaded.
#[derive(Debug)]
pub struct Audit {
    options: Options,
    exports: [Export; 2],
    tables: Tables,
    map: LoadedMap,
    lengths: IdLengths,
    pool: ThreadPool,
}

impl Audit {
    /// Checks options and loads what they name.
    ///
    /// # Errors
    /// Returns an error if something cannot be read, the map has faults, or the
    /// exports have nothing in common.
    pub fn new(options: Options) -> Result<Self> {
        let (exports, tables) = Tables::find(&options)?;
        let pool = pipeline::pool(options.threads)?;
        Keys::new(&options.key, None)?;
        let map = match &options.map {
            Some(reading) => idmap::read(reading, &pool)?,
            None => LoadedMap::default(),
        };
        let lengths = map.map.source_lengths();
        Ok(Self { options, exports, tables, map, lengths, pool })
    }

    /// The files of rejected lines.
    pub fn rejects(&self) -> Vec<PathBuf> {
        let names = || self.tables.iter(&self.exports).map(|(name, _)| name);
        let of = |folder: &PathBuf| names().map(|name| aside_file(folder, name)).collect();
        self.options.rejects.as_ref().map_or_else(Vec::new, of)
    }

    /// Both exports, the one before first.
    pub fn exports(&self) -> &[Export; 2] {
        &self.exports
    }

    /// Audits all tables, by name, and prints the findings to `out` in a
    /// format. The result does not depend on the number of threads or the size
    /// of blocks.
    ///
    /// # Errors
    /// Returns an error if something cannot be read or written.
    pub fn run(
        &self,
        form: &dyn FindingFormat,
        out: Box<dyn Write + Send>,
        watch: &dyn ProgressSink,
    ) -> Result<Vec<AuditedTable>> {
        let printer = Printer::new(form, out, self.options.limit);
        watch.begin(Some(self.tables.size(&self.exports)));
        let mut audited = Vec::new();
        for (name, [before, after]) in self.tables.iter(&self.exports) {
            let sides = Sides::open(name, [before, after], self.options.rejects.as_deref())?;
            let tally = self.table(name, &sides, &printer, watch)?;
            let (before, after) = (before.is_some(), after.is_some());
            audited.push(AuditedTable { name: name.to_owned(), before, after, tally });
        }
        printer.flush()?;
        Ok(audited)
    }

    fn table(
        &self,
        name: &str,
        sides: &Sides,
        printer: &Printer<'_>,
        watch: &dyn ProgressSink,
    ) -> Result<TableTally> {
        let map = self.options.map.as_ref().map(|_| &self.map.map);
        let keys = Keys::new(&self.options.key, map)?;
        let plan = self.options.plan.as_ref();
        let ruled = plan.and_then(|plan| plan.table(name)).map(|table| table.fields.as_slice());
        let judge = Judge {
            keys: &keys,
            map: map.map(|map| Mapping { map, lengths: &self.lengths }),
            declared: plan.and(map).map(|map| Declared { rules: ruled.unwrap_or_default(), map }),
            ignored: &self.options.ignored,
        };
        TableAudit {
            recorder: Recorder { table: name, judge, printer, allowed: self.options.allowed },
            pool: &self.pool,
            watch,
            block: self.options.block_size,
            sides,
            rewritten: ruled.is_some(),
        }
        .run()
    }
}
