//! `idswap verify`.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::findings::Text;
use super::shared::{findings_out, say_of_tables, some};
use super::verdict;
use super::verify_args::Args;
use crate::cli::terminal::{Exit, Progress, Terminal, align, option, quote, signals, timestamp};
use crate::error::{Result, excerpt, printable, printable_path};
use crate::jobs::audit::{Allowed, Audit, AuditedTable, Options};
use crate::report::{count, counted};
use crate::rules;
use crate::storage::{Claims, Digest, LoneFile, Stage};

pub(crate) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let stage = Arc::new(Stage::default());
    signals::watch(&stage, *terminal)?;
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
    sum_up(args, &tables, (ok, allowed), terminal);
    Ok(Exit::with(!ok))
}

/// Where findings go: standard output, unless the verdict does.
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

fn sum_up(
    args: &Args,
    tables: &[AuditedTable],
    (ok, allowed): (bool, Allowed),
    terminal: &Terminal,
) {
    if let Some(folder) = args.rejects.as_ref().filter(|folder| !folder.is_dir()) {
        let folder = printable_path(folder);
        terminal.warning(format_args!("{folder} is no folder: no line was set aside"));
    }
    say_of_tables(tables, terminal);
    terminal.headline(headline(tables, ok));
    align(&rows(tables)).iter().for_each(|row| terminal.say(format_args!("  {row}")));
    for table in tables {
        say_of_leftovers(table, terminal);
        let edited = table.tally.edited;
        if edited > 0 {
            terminal.say(format_args!(
                "{}: {} with other values outside of the declared fields only, as after later edits{}",
                printable(&table.name),
                counted(edited, "record"),
                if allowed.edited { "" } else { " (--allow-edited accepts that)" },
            ));
        }
        if table.tally.added > 0 && !allowed.added {
            terminal.say(format_args!(
                "{}: a later export has new records (--allow-added accepts that)",
                printable(&table.name)
            ));
        }
    }
    if !ok {
        terminal.say(format_args!("next: {}", next(args)));
    }
}

/// Source IDs that still stand in the export after.
fn say_of_leftovers(table: &AuditedTable, terminal: &Terminal) {
    for (path, place) in &table.tally.places {
        if place.leftovers > 0 {
            let place_name = excerpt(&format!("{}.{path}", table.name));
            let ids = counted(place.leftovers, "source ID");
            match place.open {
                0 => {
                    terminal.say(format_args!("{place_name}: {ids} of the map still there (note)"))
                }
                open => terminal.warning(format_args!(
                    "{place_name}: {ids} of the map still there, {} at a declared field",
                    count(open)
                )),
            }
        }
    }
}

fn headline(tables: &[AuditedTable], ok: bool) -> String {
    let records: u64 = tables.iter().map(|table| table.tally.records).sum();
    let sizes =
        format!("{}, {}", counted(tables.len() as u64, "table"), counted(records, "record"));
    let sum = |of: fn(&AuditedTable) -> u64| tables.iter().map(of).sum::<u64>();
    let (edited, added) = (sum(|table| table.tally.edited), sum(|table| table.tally.added));
    match (ok, edited + added) {
        (true, 0) => format!("{sizes}: verified, nothing differs but what the map says"),
        (true, _) => format!(
            "{sizes}: verified, but for what is allowed: {} edited, {} added",
            count(edited),
            count(added)
        ),
        (false, _) => format!("{sizes}: NOT verified"),
    }
}

const HEAD: [&str; 8] =
    ["table", "records", "mapped", "unchanged", "unexpected", "removed", "added", "set aside"];

fn rows(tables: &[AuditedTable]) -> Vec<[String; 8]> {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(tables.iter().map(|table| {
        let tally = &table.tally;
        [
            printable(&table.name),
            count(tally.records),
            count(tally.mapped),
            count(tally.unchanged),
            count(tally.unexpected),
            count(tally.removed),
            count(tally.added),
            some(tally.rejected),
        ]
    }));
    rows
}

/// The command that shows all there is to see.
fn next(args: &Args) -> String {
    let mut words = vec!["idswap diff".to_owned(), quote(&args.before), quote(&args.after)];
    if let Some(table) = &args.table {
        words.extend(option("--table", table));
    }
    words.extend(args.map.words());
    words.push("--stat".to_owned());
    words.join(" ")
}
