//! The options of an undo, and the request that is checked once.

use std::path::{Path, PathBuf};

use rayon::ThreadPool;

use super::fault::UndoFault;
use super::log::{ChangeLog, RejectedLines};
use crate::error::{Error, RequestFault, Result};
use crate::pipeline;
use crate::storage::{self, Claims, Export, OutputFault, Table, Target, check_form};

/// The options of an undo, unchecked.
#[derive(Debug, Clone)]
pub struct Options {
    /// The export: the run's output, or a later export.
    pub export: PathBuf,
    /// The name of the table in a single file or on standard input.
    pub table: Option<String>,
    /// The run's change log.
    pub changes: PathBuf,
    /// The folder of lines that the run set aside, if there is one.
    pub rejects: Option<PathBuf>,
    /// The output.
    pub out: PathBuf,
    /// The file that lists the values left alone, if one is wanted.
    pub drifted: Option<PathBuf>,
    /// Whether tables that the log does not name are left out.
    pub only_changed: bool,
    /// Whether outputs may be replaced.
    pub force: bool,
    /// The size of a block, in bytes.
    pub block_size: usize,
    /// The number of threads; `None` for one a core.
    pub threads: Option<usize>,
}

impl Options {
    /// Returns the defaults for everything else.
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

/// A checked undo: its paths do not clash, its tables are found, its log is
/// read.
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
    /// Returns the first reason why the undo cannot begin.
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
        check_form(&out, &export)?;
        check_clashes(&options, &export, &out, drifted.as_ref())?;
        check_existing(&options, &export, &out, drifted.as_ref())?;
        let rejected = options.rejects.as_deref().map(RejectedLines::read).transpose()?;
        let is_folder = export.is_folder();
        let wanted = |table: &str| is_folder || export.tables.iter().any(|own| own.name == table);
        let log = ChangeLog::read(&options.changes, &out, rejected.unwrap_or_default(), wanted)?;
        check_tables(&export, &log)?;
        let pool = pipeline::pool(options.threads)?;
        Ok(Self { options, export, out, drifted, log, pool })
    }

    /// Whether a table is read, rather than copied as a whole.
    pub(crate) fn is_read(&self, table: &Table) -> bool {
        !self.export.is_folder() || self.log.tables.contains_key(&table.name)
    }

    /// The tables that are read, in the order of the work.
    pub(crate) fn tables_to_read(&self) -> impl Iterator<Item = &Table> {
        self.export.tables.iter().filter(|table| self.is_read(table))
    }

    /// The tables of the log that a folder lacks. A single file lacks none: it
    /// is one table by choice.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &str> {
        let has = |name: &str| self.export.tables.iter().any(|table| table.name == name);
        let all = self.log.tables.keys().map(String::as_str);
        all.filter(move |name| self.export.is_folder() && !has(name))
    }

    /// Whether the log has any changes.
    pub fn has_changes(&self) -> bool {
        !self.log.tables.is_empty()
    }

    /// The options of this request.
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
        storage::check_existing_tables(path, export, keep())?;
    }
    let drifted = drifted.and_then(Target::place);
    drifted.map_or(Ok(()), |path| storage::check_existing(path, false, keep()))
}

/// Refuses an export that has no table of the log.
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
