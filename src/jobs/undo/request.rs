//! What was asked for, checked once and then trusted.

use std::path::{Path, PathBuf};

use rayon::ThreadPool;

use super::fault::UndoFault;
use super::log::{ChangeLog, Shift};
use crate::error::{Error, RequestFault, Result};
use crate::storage::{Claims, Export, OutputFault, Table, Target};
use crate::{pipeline, storage as export};

/// What an undo is asked to do, unchecked.
#[derive(Debug, Clone)]
pub struct Options {
    /// The export: what a run wrote, or a later one.
    pub export: PathBuf,
    /// The name of the table in a single file or on standard input.
    pub table: Option<String>,
    /// The run's change log.
    pub changes: PathBuf,
    /// The folder of lines that the run set aside.
    pub rejects: Option<PathBuf>,
    /// The output.
    pub out: PathBuf,
    /// The list of values that are left alone.
    pub drifted: Option<PathBuf>,
    /// Whether tables that the log does not name are left out.
    pub only_changed: bool,
    /// Whether outputs may be replaced.
    pub force: bool,
    /// The size of a block, in bytes.
    pub block_size: usize,
    /// The number of threads; all cores without it.
    pub threads: Option<usize>,
}

impl Options {
    /// Options with all defaults.
    pub fn new(
        export: impl Into<PathBuf>,
        changes: impl Into<PathBuf>,
        out: impl Into<PathBuf>,
    ) -> Self {
        Self {
            export: export.into(),
            table: None,
            changes: changes.into(),
            rejects: None,
            out: out.into(),
            drifted: None,
            only_changed: false,
            force: false,
            block_size: pipeline::BLOCK_SIZE,
            threads: None,
        }
    }
}

/// An undo that can begin: its paths do not clash, its tables are found, its
/// log is read.
#[derive(Debug)]
pub struct Request {
    pub(crate) options: Options,
    pub(crate) export: Export,
    pub(crate) out: Target,
    pub(crate) drifted: Option<Target>,
    pub(crate) log: ChangeLog,
    pub(crate) pool: ThreadPool,
}

impl Request {
    /// Checks options and reads the log. Nothing is written.
    ///
    /// # Errors
    /// Whatever speaks against the undo.
    pub fn new(options: Options) -> Result<Self> {
        let export = Export::open(&options.export, options.table.as_deref())?;
        if options.export == Path::new("-") && options.changes == Path::new("-") {
            return Err(Error::new(RequestFault {
                what: "standard input cannot be both the export and the change log",
                advice: "Name the file of one of them.",
            }));
        }
        let out = Target::of(&options.out);
        let drifted = options.drifted.as_deref().map(Target::of);
        export::check_form(&out, &export)?;
        check_clashes(&options, &export, &out, drifted.as_ref())?;
        check_existing(&options, &export, &out, drifted.as_ref())?;
        let shift = options.rejects.as_deref().map(Shift::read).transpose()?.unwrap_or_default();
        let folder = export.is_folder();
        let wanted = |table: &str| folder || export.tables.iter().any(|own| own.name == table);
        let log = ChangeLog::read(&options.changes, &out, shift, wanted)?;
        check_tables(&export, &log)?;
        let pool = pipeline::pool(options.threads)?;
        Ok(Self { options, export, out, drifted, log, pool })
    }

    /// Whether a table is worked on, rather than passed through unread.
    pub(crate) fn is_worked(&self, table: &Table) -> bool {
        !self.export.is_folder() || self.log.tables.contains_key(&table.name)
    }

    /// The tables worked on, in the order of the work.
    pub(crate) fn worked(&self) -> impl Iterator<Item = &Table> {
        self.export.tables.iter().filter(|table| self.is_worked(table))
    }

    /// The tables of the log that a folder lacks, and how many lines each has.
    /// A single file is one table by choice.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &str> {
        let has = |name: &str| self.export.tables.iter().any(|table| table.name == name);
        let all = self.log.tables.keys().map(String::as_str);
        all.filter(move |name| self.export.is_folder() && !has(name))
    }

    /// Whether the log has any changes.
    pub fn has_changes(&self) -> bool {
        !self.log.tables.is_empty()
    }

    /// The options it was made of.
    pub fn options(&self) -> &Options {
        &self.options
    }
}

fn check_clashes(
    options: &Options,
    export: &Export,
    out: &Target,
    drifted: Option<&Target>,
) -> Result<()> {
    let reasons = options.rejects.as_ref().map(|rejects| rejects.join("reasons.jsonl"));
    let log = Some(&options.changes).filter(|log| *log != Path::new("-"));
    let mut claims = Claims::default().files(log.into_iter().chain(&reasons))?;
    claims.export(&options.export, export)?;
    claims.output("--out", out)?;
    drifted.map_or(Ok(()), |drifted| claims.output("--drifted", drifted))
}

fn check_existing(
    options: &Options,
    export: &Export,
    out: &Target,
    drifted: Option<&Target>,
) -> Result<()> {
    let keep = || (!options.force).then_some(OutputFault::OutputExists);
    if let Some(path) = out.place() {
        export::check_existing_tables(path, export, keep())?;
    }
    let drifted = drifted.and_then(Target::place);
    drifted.map_or(Ok(()), |path| export::check_existing(path, false, keep()))
}

/// Refuses an export none of whose tables a run changed by this log.
fn check_tables(export: &Export, log: &ChangeLog) -> Result<()> {
    let found: Vec<_> = export.tables.iter().map(|table| table.name.clone()).collect();
    match log.tables.is_empty() || found.iter().any(|name| log.tables.contains_key(name)) {
        true => Ok(()),
        false => {
            let logged = log.tables.keys().cloned().collect();
            Err(Error::at(&export.path, UndoFault::NoLoggedTable { logged, found }))
        }
    }
}
