//! The exact next command.

use std::path::Path;

use super::args::{Args, DigestKind, Invalid, Unmapped};
use crate::cli::map_args::map_words;
use crate::cli::terminal::{free_name, option, quote};
use crate::jobs::rewrite::{PATCH_BATCH, Request};
use crate::pipeline::Shard;
use crate::report::Report;
use crate::storage as export;
use crate::storage::Target;

/// The next step after a run, if there is a command for it.
pub(crate) fn after_rewrite(args: &Args, report: &Report, request: &Request) -> Option<String> {
    if let Some(shard) = args.shard {
        return Some(after_shard(shard, args.dry_run));
    }
    let unmapped = report.summary.is_some_and(|all| all.total_unmapped > 0);
    match (&args.unmapped, unmapped) {
        (Some(list), true) if list != Path::new("-") => Some(format!(
            "fill in the targets in {}, then {}",
            quote(list),
            Command::of(args).map(list).write()
        )),
        (None, true) => Some(Command::of(args).look(&free_name("unmapped", ".csv"))),
        _ if args.dry_run => Some(Command::of(args).write()),
        _ => verify(args, report, request),
    }
}

/// Only the user knows the outputs of the other shards.
fn after_shard(shard: Shard, dry_run: bool) -> String {
    let join = if dry_run { "" } else { "join their outputs in that order, and " };
    match shard.of() {
        1 => "give its report to idswap report merge".to_owned(),
        of => format!(
            "once shards 1/{of} to {of}/{of} are done, {join}give their reports to idswap report merge"
        ),
    }
}

/// The command that proves the output. Output that went through a pipe cannot
/// be read again.
fn verify(args: &Args, report: &Report, request: &Request) -> Option<String> {
    let Some(Target::Place(out)) = args.out.as_deref().map(Target::of) else { return None };
    if args.export == Path::new("-") {
        return None;
    }
    let mut words = vec!["idswap verify".to_owned(), quote(&args.export), quote(&out)];
    words.extend(Command::of(args).common());
    if let Some(rejects) = request.rejects()
        && report.summary.is_some_and(|all| all.total_rejected > 0)
    {
        words.extend(option("--rejects", rejects));
    }
    Some(words.join(" "))
}

/// A command: the arguments of the last run, some of them changed.
struct Command<'a> {
    args: &'a Args,
    maps: Vec<&'a Path>,
}

impl<'a> Command<'a> {
    fn of(args: &'a Args) -> Self {
        Self { args, maps: args.map.map.iter().map(|map| &**map).collect() }
    }

    fn map(mut self, map: &'a Path) -> Self {
        self.maps.push(map);
        self
    }

    /// The run that writes the data.
    fn write(&self) -> String {
        let mut words = self.start();
        match &self.args.out {
            Some(out) => words.extend(option("--out", out)),
            None => words.extend(option("--out", self.new_out())),
        }
        for (name, path) in [
            ("--report", &self.args.report),
            ("--changes", &self.args.changes),
            ("--patches", &self.args.patches),
        ] {
            if let Some(path) = path
                && path != Path::new("-")
            {
                words.extend(option(name, path));
            }
        }
        if self.args.patch_batch != PATCH_BATCH {
            words.push(format!("--patch-batch {}", self.args.patch_batch));
        }
        // The output of this run is in the way of the next one.
        let out = self.args.out.as_deref();
        let replaced_before = self.args.force && out.is_some();
        let stands = !self.args.dry_run && out != Some(Path::new("-"));
        let stands = stands || self.args.changes.is_some() || self.args.patches.is_some();
        if replaced_before || stands {
            words.push("--force".to_owned());
        }
        words.join(" ")
    }

    /// An output path that the last run did not have: nothing may be replaced
    /// there, even with `--force`.
    fn new_out(&self) -> String {
        match &*self.args.export {
            export if export == Path::new("-") => "-".to_owned(),
            export if export::is_zip(export) => free_name("out", ".zip"),
            _ => free_name("out", ""),
        }
    }

    /// The command that lists unmapped IDs.
    fn look(&self, list: &str) -> String {
        let mut words = self.start();
        words.extend(["--dry-run", "--unmapped", list].map(str::to_owned));
        words.join(" ")
    }

    fn start(&self) -> Vec<String> {
        let args = self.args;
        let mut words = vec!["idswap".to_owned(), "rewrite".to_owned(), quote(&args.export)];
        words.extend(self.common());
        for (given, option) in [
            (args.on_unmapped == Unmapped::Fail, "--on-unmapped fail"),
            (args.on_invalid == Invalid::Reject, "--on-invalid reject"),
            (args.all_tables, "--all-tables"),
            (args.strict, "--strict"),
            (args.digest == DigestKind::Sha256, "--digest sha256"),
            (args.digest == DigestKind::None, "--digest none"),
        ] {
            if given {
                words.push(option.to_owned());
            }
        }
        words
    }

    /// The arguments about map, rules and table.
    fn common(&self) -> Vec<String> {
        let args = self.args;
        let mut words = Vec::new();
        if let Some(table) = &args.table {
            words.extend(option("--table", table));
        }
        words.extend(map_words(&self.maps));
        words.extend(args.map.columns.words());
        if let Some(rules) = &args.rules {
            words.extend(option("--rules", rules));
        }
        words
    }
}
