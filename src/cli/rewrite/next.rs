//! What to do after a run: the exact next command.

use std::path::{Path, PathBuf};

use super::args::{Args, DigestKind, Invalid, Unmapped};
use crate::cli::terminal::{ShellCommand, free_name, quote};
use crate::jobs::rewrite::{PATCH_BATCH, Request};
use crate::pipeline::Shard;
use crate::report::Report;
use crate::storage::{Target, is_zip};

/// What to do after a run, if there is a command for it.
pub(crate) fn after_rewrite(args: &Args, report: &Report, request: &Request) -> Option<String> {
    if let Some(shard) = args.shard {
        return Some(after_shard(shard, args.dry_run));
    }
    let unmapped = report.summary.is_some_and(|all| all.total_unmapped > 0);
    match (&args.unmapped, unmapped) {
        (Some(list), true) if list != Path::new("-") => Some(format!(
            "fill in the targets in {}, then {}",
            quote(list),
            write(args, Some(list))
        )),
        (None, true) => Some(list_unmapped(args, &free_name("unmapped", ".csv"))),
        _ if args.dry_run => Some(write(args, None).to_string()),
        _ => verify(args, report, request),
    }
}

/// What to do after a shard. The names of the other shards' outputs are unknown.
fn after_shard(shard: Shard, dry_run: bool) -> String {
    let join = if dry_run { "" } else { "join their outputs in that order, and " };
    match shard.of() {
        1 => "give its report to idswap report merge".to_owned(),
        of => format!(
            "once shards 1/{of} to {of}/{of} are done, {join}give their reports to idswap report merge"
        ),
    }
}

/// The command that verifies the output. There is none for what went through a
/// pipe: it cannot be read again.
fn verify(args: &Args, report: &Report, request: &Request) -> Option<String> {
    let Some(Target::Place(out)) = args.out.as_deref().map(Target::of) else { return None };
    if args.export == Path::new("-") {
        return None;
    }
    let has_rejects = report.summary.is_some_and(|all| all.total_rejected > 0);
    let verify = ShellCommand::new("idswap verify").value(&args.export).value(&out);
    let verify = add_common(args, None, verify);
    Some(verify.options("--rejects", request.rejects().filter(|_| has_rejects)).to_string())
}

/// The run that lists unmapped IDs.
fn list_unmapped(args: &Args, list: &str) -> String {
    rewrite(args, None).words("--dry-run --unmapped").words(list).to_string()
}

/// The run that writes the data, with a further map if there is one.
fn write(args: &Args, added_map: Option<&Path>) -> ShellCommand {
    let written = |path: &Option<PathBuf>| path.clone().filter(|path| path != Path::new("-"));
    let has_batch_size = args.patch_batch != PATCH_BATCH;
    let out = args.out.clone().unwrap_or_else(|| new_out(args).into());
    rewrite(args, added_map)
        .options("--out", [out])
        .options("--report", written(&args.report))
        .options("--changes", written(&args.changes))
        .options("--patches", written(&args.patches))
        .options("--patch-batch", has_batch_size.then(|| args.patch_batch.to_string()))
        .flag("--force", needs_force(args))
}

/// Whether the next run has to replace what this one wrote, or what this one
/// was already allowed to replace.
fn needs_force(args: &Args) -> bool {
    let out = args.out.as_deref();
    let has_output = !args.dry_run && out != Some(Path::new("-"));
    (args.force && out.is_some()) || has_output || args.changes.is_some() || args.patches.is_some()
}

/// A free name for the output, if the last run named none. It must not exist,
/// since `--force` may be given for other files.
fn new_out(args: &Args) -> String {
    match &*args.export {
        export if export == Path::new("-") => "-".to_owned(),
        export if is_zip(export) => free_name("out", ".zip"),
        _ => free_name("out", ""),
    }
}

/// The last run, without its outputs.
fn rewrite(args: &Args, added_map: Option<&Path>) -> ShellCommand {
    let rewrite = ShellCommand::new("idswap rewrite").value(&args.export);
    add_common(args, added_map, rewrite)
        .flag("--on-unmapped fail", args.on_unmapped == Unmapped::Fail)
        .flag("--on-invalid reject", args.on_invalid == Invalid::Reject)
        .flag("--all-tables", args.all_tables)
        .flag("--strict", args.strict)
        .flag("--digest sha256", args.digest == DigestKind::Sha256)
        .flag("--digest none", args.digest == DigestKind::None)
}

/// Adds the table, the map and the rules.
fn add_common(args: &Args, added_map: Option<&Path>, command: ShellCommand) -> ShellCommand {
    let command = command
        .options("--table", &args.table)
        .options("--map", &args.map.map)
        .options("--map", added_map);
    args.map.columns.add_to(command).options("--rules", &args.rules)
}
