//! Runs `idswap diff`.

use super::args::{Args, Format};
use super::summary;
use crate::cli::audit::findings::{Jsonl, Text, findings_out};
use crate::cli::audit::tables::{print_table_notes, sum};
use crate::cli::terminal::{Exit, Progress, Terminal, print};
use crate::error::Result;
use crate::jobs::audit::{Allowed, Audit, FindingFormat, Options};
use crate::storage::Digest;

pub(crate) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let audit = Audit::new(options(args, threads))?;
    let form: &dyn FindingFormat = match args.format {
        Format::Text => &Text,
        Format::Jsonl => &Jsonl,
    };
    let tables = Progress::during(terminal, |progress| audit.run(form, findings_out(), progress))?;
    let rows = summary::rows(&tables);
    if args.stat {
        print(rows.iter().map(|row| format!("{row}\n")).collect::<String>())?;
    }
    print_table_notes(&tables, terminal);
    terminal.headline(summary::headline(&tables));
    if !args.stat && rows.len() > 1 {
        terminal.rows(&rows);
    }
    Ok(Exit::with(sum(&tables, summary::differences) > 0))
}

fn options(args: &Args, threads: Option<usize>) -> Options {
    let reading = || args.columns.reading(args.map.clone(), Digest::None);
    Options {
        before: args.before.clone(),
        after: args.after.clone(),
        table: args.table.clone(),
        map: (!args.map.is_empty()).then(reading),
        plan: None,
        key: args.key.clone(),
        ignored: args.ignore.clone(),
        rejects: None,
        allowed: Allowed::default(),
        limit: if args.stat { Some(0) } else { args.limit },
        block_size: args.block.block_size,
        threads,
    }
}
