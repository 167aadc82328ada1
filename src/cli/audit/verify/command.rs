//! Runs `idswap verify`.

use std::io::{self, Write};
use std::path::Path;

use super::args::Args;
use super::{summary, verdict};
use crate::cli::audit::findings::{Text, findings_out};
use crate::cli::terminal::{Exit, Progress, Terminal, signal_safe_stage, timestamp};
use crate::error::Result;
use crate::jobs::audit::{Allowed, Audit, Options};
use crate::rules;
use crate::storage::{Claims, Digest, LoneFile};

pub(crate) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let stage = signal_safe_stage(terminal)?;
    let timestamp = timestamp(args.timestamp)?;
    let audit = Audit::new(options(args, threads)?)?;
    let report = report_file(args, &audit)?;
    let tables = Progress::during(terminal, |progress| audit.run(&Text, findings(args), progress))?;
    let allowed = allowed(args);
    let ok = tables.iter().all(|table| allowed.is_ok(table));
    if let Some(report) = report {
        let text = verdict::to_json(&tables, ok, &timestamp);
        report.write(&stage, |out| out.write_all(text.as_bytes()))?;
    }
    summary::print(args, &tables, (ok, allowed), terminal);
    Ok(Exit::with(!ok))
}

/// The stream for findings: standard output, unless the verdict goes there.
fn findings(args: &Args) -> Box<dyn Write + Send> {
    match args.report.as_deref() == Some(Path::new("-")) {
        true => Box::new(io::stderr()),
        false => findings_out(),
    }
}

fn options(args: &Args, threads: Option<usize>) -> Result<Options> {
    Ok(Options {
        before: args.before.clone(),
        after: args.after.clone(),
        table: args.table.clone(),
        map: Some(args.map.reading(Digest::None)),
        plan: Some(rules::read_or_default(args.rules.as_deref())?),
        key: rules::Path::name("_id"),
        ignored: Vec::new(),
        rejects: args.rejects.clone(),
        allowed: allowed(args),
        limit: Some(args.limit),
        block_size: args.block.block_size,
        threads,
    })
}

fn allowed(args: &Args) -> Allowed {
    Allowed { added: args.allow_added, edited: args.allow_edited }
}

fn report_file(args: &Args, audit: &Audit) -> Result<Option<LoneFile>> {
    let Some(path) = &args.report else { return Ok(None) };
    let inputs = args.map.map.iter().chain(&args.rules);
    let mut claims = Claims::default().files(inputs.chain(&audit.rejects()))?;
    for (given, export) in [&args.before, &args.after].into_iter().zip(audit.exports()) {
        claims.export(given, export)?;
    }
    LoneFile::new("--report", path, true, claims).map(Some)
}
