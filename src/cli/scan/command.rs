//! Runs `idswap scan`.

use super::{json, text};
use std::path::Path;
use std::sync::Arc;

use super::args::{Args, Format};

use crate::cli::terminal::{Exit, Progress, Terminal, free_name, option, quote, signals};
use crate::error::{Error, RequestFault, Result};
use crate::jobs::scan::{Findings, Options, Scan, draft};
use crate::pipeline::BLOCK_SIZE;
use crate::rules;
use crate::storage::{Claims, Digest, LoneFile, Stage, Target};

pub(crate) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let stage = Arc::new(Stage::default());
    signals::watch(&stage, *terminal)?;
    let scan = Scan::new(options(args, threads)?)?;
    let out = rules_out(args, &scan)?;
    let findings = Progress::during(terminal, |progress| scan.run(progress))?;
    let text = match args.format {
        Format::Text => text::places(&findings),
        Format::Json => json::places(&findings),
    };
    crate::cli::terminal::print(text.as_bytes())?;
    let draft = out.as_ref().and_then(|_| draft(&scan, &findings));
    if let (Some(out), Some(draft)) = (&out, &draft) {
        out.write(&stage, |file| file.write_all(draft.as_bytes()))?;
    }
    text::sum_up(&scan, &findings, terminal);
    if out.is_some() && draft.is_none() {
        terminal.warning("no ID of the map was found, so there is no rule to draft");
    }
    if let Some(next) = next(args, &scan, &findings, draft.is_some()) {
        terminal.say(format_args!("next: {next}"));
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

/// The rules file to write, checked beforehand.
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

/// The exact next command.
fn next(args: &Args, scan: &Scan, findings: &Findings, drafted: bool) -> Option<String> {
    let mut words = vec![quote(&args.export)];
    if let Some(table) = &args.table {
        words.extend(option("--table", table));
    }
    words.extend(args.map.words());
    let look = |rules: Option<&Path>, words: Vec<String>| {
        let rules = rules.map_or(String::new(), |rules| format!(" --rules {}", quote(rules)));
        format!("idswap rewrite {}{rules} --dry-run", words.join(" "))
    };
    let is_ruled = findings.tables.iter().any(|(name, _)| scan.plan().table(name).is_some());
    match (&args.rules_out, findings.forgotten() > 0) {
        (Some(out), _) if drafted => {
            Some(format!("review {}, then {}", quote(out), look(Some(out), words)))
        }
        (None, true) => {
            let rules = args.rules.iter().flat_map(|r| option("--rules", r));
            words.extend(rules);
            words.extend(["--rules-out".to_owned(), free_name("rules", ".toml")]);
            Some(format!("idswap scan {}", words.join(" ")))
        }
        _ => is_ruled.then(|| look(args.rules.as_deref(), words)),
    }
}
