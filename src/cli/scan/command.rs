//! Runs `idswap scan`.

use std::path::PathBuf;

use super::args::{Args, Format};
use super::{json, summary, text};
use crate::cli::terminal::{
    Exit, Progress, ShellCommand, Terminal, free_name, print, quote, signal_safe_stage,
};
use crate::error::{Error, RequestFault, Result};
use crate::jobs::scan::{Findings, Options, Scan, draft};
use crate::pipeline::BLOCK_SIZE;
use crate::rules;
use crate::storage::{Claims, Digest, LoneFile, Target};

pub(crate) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let stage = signal_safe_stage(terminal)?;
    let scan = Scan::new(options(args, threads)?)?;
    let out = rules_out(args, &scan)?;
    let findings = Progress::during(terminal, |progress| scan.run(progress))?;
    let text = match args.format {
        Format::Text => text::places(&findings),
        Format::Json => json::places(&findings),
    };
    print(text)?;
    let draft = out.as_ref().and_then(|_| draft(&scan, &findings));
    if let (Some(out), Some(draft)) = (&out, &draft) {
        out.write(&stage, |file| file.write_all(draft.as_bytes()))?;
    }
    summary::print(&scan, &findings, terminal);
    if out.is_some() && draft.is_none() {
        terminal.warning("no ID of the map was found, so there is no rule to draft");
    }
    if let Some(next) = next(args, &scan, &findings, draft.is_some()) {
        terminal.next(next);
    }
    Ok(Exit::with(findings.forgotten() > 0))
}

fn options(args: &Args, threads: Option<usize>) -> Result<Options> {
    Ok(Options {
        export: args.export.clone(),
        table: args.table.clone(),
        map: args.map.reading(Digest::None),
        plan: rules::read_or_default(args.rules.as_deref())?,
        block_size: BLOCK_SIZE,
        threads,
    })
}

/// The rules file to write, if one was asked for.
fn rules_out(args: &Args, scan: &Scan) -> Result<Option<LoneFile>> {
    let Some(path) = &args.rules_out else { return Ok(None) };
    if Target::of(path) == Target::Stdout {
        return Err(Error::new(RequestFault {
            what: "the rules cannot go to standard output, where the places go",
            advice: "Name a file with --rules-out.",
        }));
    }
    let mut claims = Claims::default().files(args.map.map.iter().chain(&args.rules))?;
    claims.export(&args.export, scan.export())?;
    LoneFile::new("--rules-out", path, args.force, claims).map(Some)
}

/// What to do next: review drafted rules, draft them, or try a run.
fn next(args: &Args, scan: &Scan, findings: &Findings, drafted: bool) -> Option<String> {
    let command = |name: &str, rules: Option<&PathBuf>| {
        let command = ShellCommand::new(name).value(&args.export);
        let command = args.map.add_to(command.options("--table", &args.table));
        command.options("--rules", rules)
    };
    let dry_run = |rules| command("idswap rewrite", rules).words("--dry-run");
    let is_ruled = findings.tables.iter().any(|(name, _)| scan.plan().table(name).is_some());
    match (&args.rules_out, findings.forgotten() > 0) {
        (Some(out), _) if drafted => {
            Some(format!("review {}, then {}", quote(out), dry_run(Some(out))))
        }
        (None, true) => {
            let scan = command("idswap scan", args.rules.as_ref()).words("--rules-out");
            Some(scan.words(free_name("rules", ".toml")).to_string())
        }
        _ => is_ruled.then(|| dry_run(args.rules.as_ref()).to_string()),
    }
}
