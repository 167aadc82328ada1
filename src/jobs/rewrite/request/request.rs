//! A checked request.

use super::options::{OnInvalid, Options};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::ThreadPool;

use super::schemas;
use crate::convex::Schema;
use crate::error::{Error, RequestFault, Result};
use crate::idmap::{self, Forms, LoadedMap};
use crate::jobs::rewrite::patches::is_file_of_patches;
use crate::rules::{Classes, Plan};
use crate::storage::{Claims, Export, Kind, OutputFault, Table, Target};
use crate::{pipeline, storage as export};

/// The most index ranges that a Convex transaction may read; each patch reads
/// one.
const INDEX_RANGES: usize = 4096;

/// The stem of the file of reasons in the folder of rejects.
pub(crate) const REASONS: &str = "reasons";

/// A run that is ready to start: its paths do not clash, its tables are found,
/// its map is loaded.
#[derive(Debug)]
pub struct Request {
    pub(crate) options: Options,
    pub(crate) export: Export,
    pub(crate) map: LoadedMap,
    /// The forms of IDs that are not in the map.
    pub(crate) classes: Classes,
    /// The threads that read the map and do the run.
    pub(crate) pool: ThreadPool,
    /// The output, unless this is a dry run.
    pub(crate) out: Option<Target>,
    pub(crate) report: Option<Target>,
    pub(crate) unmapped: Option<Target>,
    pub(crate) changes: Option<Target>,
    /// The folder of rejects beside the output.
    pub(crate) rejects: Option<PathBuf>,
    /// Tables with rules that the export lacks.
    pub(crate) missing: Vec<String>,
    /// The schemas of the tables in a snapshot's output.
    pub(crate) schemas: BTreeMap<String, Schema>,
}

impl Request {
    /// Checks options and loads what they name. Nothing is written.
    ///
    /// # Errors
    /// Returns an error for anything that prevents the run.
    pub fn new(options: Options) -> Result<Self> {
        let export = Export::open(&options.export, options.table.as_deref())?;
        let target = |path: &Option<PathBuf>| path.as_deref().map(Target::of);
        let wanted = target(&options.out);
        if wanted.is_none() && !options.dry_run {
            return request("no output is named", "Name one with --out, or try it with --dry-run.");
        }
        let rejects = match (options.on_invalid, &wanted) {
            (_, Some(Target::Place(out))) => Some(beside(out, ".rejects")),
            (OnInvalid::Reject, Some(_)) => {
                return request(
                    "--on-invalid reject needs a path to set lines aside",
                    "Name a file or folder with --out: they go to OUT.rejects.",
                );
            }
            _ => None,
        };
        let default_report = || match &wanted {
            Some(Target::Place(out)) if !options.dry_run => {
                Some(Target::Place(beside(out, ".report.json")))
            }
            _ => None,
        };
        let request = Self {
            report: target(&options.report).or_else(default_report),
            unmapped: target(&options.unmapped),
            changes: target(&options.changes),
            missing: missing(&export, &options.plan)?,
            schemas: schemas::of_export(&export, &options)?,
            out: wanted,
            map: LoadedMap::default(),
            classes: options.plan.ids.classes(Forms::default()),
            pool: pipeline::pool(options.threads)?,
            rejects,
            export,
            options,
        };
        request.check_shard()?;
        request.check_names()?;
        request.check_patches()?;
        schemas::check_keys(&request.options, &request.schemas)?;
        request.out.iter().try_for_each(|out| export::check_form(out, &request.export))?;
        request.check_clashes()?;
        request.check_existing()?;
        let map = idmap::read(&request.options.reading(), &request.pool)?;
        let out = request.out.clone().filter(|_| !request.options.dry_run);
        let classes = request.options.plan.ids.classes(map.map.forms);
        Ok(Self { map, classes, out, ..request })
    }

    /// The tables with rules, in the order of the run.
    pub(crate) fn ruled(&self) -> impl Iterator<Item = &Table> {
        self.export.tables.iter().filter(|table| self.options.plan.table(&table.name).is_some())
    }

    /// The tables of the export that are neither rewritten nor copied.
    pub fn left_out(&self) -> Vec<&str> {
        let all = self.options.all_tables;
        let tables = self.export.tables.iter().map(|table| table.name.as_str());
        tables.filter(|name| !all && self.options.plan.table(name).is_none()).collect()
    }

    /// The schema of a snapshot's table.
    pub(crate) fn schema(&self, table: &Table) -> Option<Schema> {
        self.schemas.get(&table.name).copied()
    }

    /// Whether the export is a Convex snapshot, so that the output can be
    /// imported.
    pub fn is_snapshot(&self) -> bool {
        matches!(self.export.kind, Kind::Snapshot { .. })
    }

    /// Where the report goes.
    pub fn report_target(&self) -> Option<&Target> {
        self.report.as_ref()
    }

    /// The folder for invalid lines.
    pub fn rejects(&self) -> Option<&Path> {
        self.rejects.as_deref()
    }

    /// The options that it was made from.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Refuses a shard of input that cannot be read from the middle.
    fn check_shard(&self) -> Result<()> {
        if self.options.shard.is_none() {
            return Ok(());
        }
        let is_plain = || self.export.tables.iter().all(Table::is_plain_file);
        let (what, advice) = match self.export.kind {
            Kind::File if is_plain() => return Ok(()),
            Kind::Folder | Kind::Snapshot { .. } => (
                "holds any number of tables, and --shard takes a part of one file",
                "Name the table's file; each table is cut into shards of its own.",
            ),
            Kind::Stdin => (
                "--shard takes a part of a file, and a stream has no known size",
                "Name the file, or cut the stream at newlines (split -n l/N) and leave --shard out.",
            ),
            Kind::File => (
                "--shard takes a part of a file that is neither packed nor a stream",
                "Unpack it first, or leave --shard out.",
            ),
        };
        Err(Error::at(&self.options.export, RequestFault { what, advice }))
    }

    /// Refuses a table whose rejected lines would go to the file of reasons.
    fn check_names(&self) -> Result<()> {
        let rejects = self.options.on_invalid == OnInvalid::Reject;
        match self.ruled().find(|table| rejects && table.name == REASONS) {
            Some(table) => Err(Error::at(
                &table.path,
                RequestFault {
                    what: "lines set aside of a table named reasons would replace their reasons",
                    advice: "Rewrite it on its own without --on-invalid reject, or as a single file with another --table.",
                },
            )),
            None => Ok(()),
        }
    }

    /// Refuses patches that have nowhere to go, or that no mutation accepts.
    fn check_patches(&self) -> Result<()> {
        let Some(folder) = &self.options.patches else { return Ok(()) };
        if !matches!(Target::of(folder), Target::Place(_)) {
            return request("--patches needs a folder", "Name one, as in --patches patches.");
        }
        match self.options.patch_batch {
            1..=INDEX_RANGES => Ok(()),
            0 => request("a batch of patches holds no record", "Give --patch-batch from 1 on."),
            _ => request(
                "a batch of more than 4096 records would read more index ranges than a Convex transaction may",
                "Give --patch-batch up to 4096; 100 leaves the mutation room for more than one read a record.",
            ),
        }
    }

    fn check_clashes(&self) -> Result<()> {
        let inputs = self.options.map.paths.iter().chain(&self.options.rules);
        let mut claims = Claims::default().files(inputs)?;
        claims.export(&self.options.export, &self.export)?;
        let patches = self.options.patches.clone().map(Target::Place);
        let rejects = self.rejects.clone().map(Target::Place);
        for (option, target) in [
            ("--out", &self.out),
            ("--report", &self.report),
            ("--unmapped", &self.unmapped),
            ("--changes", &self.changes),
            ("--patches", &patches),
            ("the rejects path of --out", &rejects),
        ] {
            if let Some(target) = target {
                claims.output(option, target)?;
            }
        }
        Ok(())
    }

    /// Refuses to replace existing files and folders without `--force`. The
    /// report is always replaced.
    fn check_existing(&self) -> Result<()> {
        let dry_run = self.options.dry_run;
        let rejects = self.rejects.as_deref().filter(|_| !dry_run);
        let patches = self.options.patches.as_deref();
        let keep = |fault| (!self.options.force).then_some(fault);
        if let Some(out) = place(&self.out).filter(|_| !dry_run) {
            let keep = keep(OutputFault::OutputExists);
            export::check_existing_tables(out, &self.export, keep)?;
        }
        for (path, is_folder, keep) in [
            (place(&self.unmapped), false, keep(OutputFault::ListExists)),
            (place(&self.changes), false, keep(OutputFault::OutputExists)),
            (patches, true, keep(OutputFault::OutputExists)),
            (rejects, true, keep(OutputFault::OutputExists)),
            (place(&self.report), false, None),
        ] {
            path.map_or(Ok(()), |path| export::check_existing(path, is_folder, keep))?;
        }
        patches.map_or(Ok(()), |folder| export::check_side_folder(folder, is_file_of_patches))
    }
}

fn place(target: &Option<Target>) -> Option<&Path> {
    target.as_ref().and_then(Target::place)
}

/// The tables with rules that a folder lacks. A single file is one table by
/// choice.
fn missing(export: &Export, plan: &Plan) -> Result<Vec<String>> {
    let has = |name: &str| export.tables.iter().any(|table| table.name == name);
    let ruled = || plan.tables().map(|(name, _)| name.to_owned());
    if !ruled().any(|name| has(&name)) {
        return Err(export.no_ruled_table(ruled().collect()));
    }
    match export.kind {
        Kind::Folder | Kind::Snapshot { .. } => Ok(ruled().filter(|name| !has(name)).collect()),
        Kind::File | Kind::Stdin => Ok(Vec::new()),
    }
}

/// A path beside the output; `out/` and `out` have the same neighbours.
fn beside(out: &Path, ending: &str) -> PathBuf {
    let mut path = out.components().as_path().as_os_str().to_owned();
    path.push(ending);
    path.into()
}

fn request<T>(what: &'static str, advice: &'static str) -> Result<T> {
    Err(Error::new(RequestFault { what, advice }))
}
