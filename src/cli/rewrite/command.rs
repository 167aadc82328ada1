//! Runs `idswap rewrite`.

use super::args::{Args, DigestKind, Invalid, Unmapped};
use super::{import, next, summary};
use crate::cli::terminal::{Exit, Progress, Terminal, signal_safe_stage, timestamp};
use crate::error::Result;
use crate::jobs::rewrite::{OnInvalid, OnUnmapped, Options, Request};
use crate::rules;
use crate::storage::Digest;

pub(crate) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let stage = signal_safe_stage(terminal)?;
    let request = Request::new(options(args, threads)?)?;
    let report = Progress::during(terminal, |progress| request.run(&stage, progress))?;
    summary::print(&report, &request, terminal);
    if let Some(next) = next::after_rewrite(args, &report, &request) {
        terminal.next(next);
    }
    import::steps(args, &report, &request).iter().for_each(|line| terminal.say(line));
    Ok(Exit::with(report.attention && !args.exit_zero))
}

fn options(args: &Args, threads: Option<usize>) -> Result<Options> {
    Ok(Options {
        export: args.export.clone(),
        table: args.table.clone(),
        map: args.map.reading(Digest::default()),
        plan: rules::read_or_default(args.rules.as_deref())?,
        rules: args.rules.clone(),
        out: args.out.clone(),
        report: args.report.clone(),
        unmapped: args.unmapped.clone(),
        changes: args.changes.clone(),
        patches: args.patches.clone(),
        patch_batch: args.patch_batch,
        dry_run: args.dry_run,
        on_unmapped: match args.on_unmapped {
            Unmapped::Keep => OnUnmapped::Keep,
            Unmapped::Fail => OnUnmapped::Fail,
        },
        on_invalid: match args.on_invalid {
            Invalid::Fail => OnInvalid::Fail,
            Invalid::Reject => OnInvalid::Reject,
        },
        all_tables: args.all_tables,
        strict: args.strict,
        force: args.force,
        digest: match args.digest {
            DigestKind::Blake3 => Digest::Blake3,
            DigestKind::Sha256 => Digest::Sha256,
            DigestKind::None => Digest::None,
        },
        timestamp: timestamp(args.timestamp)?,
        shard: args.shard,
        block_size: args.block.block_size,
        threads,
    })
}
