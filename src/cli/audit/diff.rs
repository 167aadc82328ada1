//! `idswap diff`.

use super::diff_args::{Args, Format};
use super::findings::{Jsonl, Text};
use super::shared::{findings_out, say_of_tables, some};
use crate::cli::terminal::{Exit, Progress, Terminal, align};
use crate::error::{Result, excerpt};
use crate::jobs::audit::{Allowed, Audit, AuditedTable, Form, Options, What};
use crate::report::{count, counted};
use crate::storage::Digest;

pub(crate) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let audit = Audit::new(options(args, threads))?;
    let form: &dyn Form = match args.format {
        Format::Text => &Text,
        Format::Jsonl => &Jsonl,
    };
    let tables = Progress::during(terminal, |progress| audit.run(form, findings_out(), progress))?;
    let rows = align(&rows(&tables));
    if args.stat {
        let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
        crate::cli::terminal::print(text.as_bytes())?;
    }
    say_of_tables(&tables, terminal);
    terminal.headline(headline(&tables));
    if !args.stat && rows.len() > 1 {
        rows.iter().for_each(|row| terminal.say(format_args!("  {row}")));
    }
    Ok(Exit::with(differences(&tables) > 0))
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

const HEAD: [&str; 8] =
    ["table.path", "mapped", "changed", "formatting", "added", "removed", "no record", ""];

/// A row for each table and path pattern.
fn rows(tables: &[AuditedTable]) -> Vec<[String; 8]> {
    let mut rows = vec![HEAD.map(str::to_owned)];
    for table in tables {
        for (path, place) in &table.tally.places {
            let count = |what| some(place.count(what));
            let row = match path.as_str() {
                "$" => format!("{} (records)", table.name),
                path => format!("{}.{path}", table.name),
            };
            rows.push([
                excerpt(&row),
                count(What::Mapped),
                count(What::Changed),
                count(What::Formatting),
                count(What::Added),
                count(What::Removed),
                count(What::NoRecord),
                match place.count(What::MarkAdded) + place.count(What::MarkRemoved) {
                    0 => String::new(),
                    _ => "byte order mark".to_owned(),
                },
            ]);
        }
    }
    rows
}

fn differences(tables: &[AuditedTable]) -> u64 {
    tables.iter().map(|table| table.tally.found()).sum()
}

fn headline(tables: &[AuditedTable]) -> String {
    let sum = |of: fn(&AuditedTable) -> u64| tables.iter().map(of).sum::<u64>();
    let records = sum(|table| table.tally.records);
    let after = sum(|table| table.tally.after);
    let sizes = match records == after {
        true => counted(records, "record"),
        false => format!("{} before and {} after", counted(records, "record"), count(after)),
    };
    let found = match differences(tables) {
        0 => "no difference".to_owned(),
        some => counted(some, "difference"),
    };
    format!("{}, {sizes}: {found}", counted(tables.len() as u64, "table"))
}
