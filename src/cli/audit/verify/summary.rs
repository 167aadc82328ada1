//! The summary of `idswap verify`.

use super::args::Args;
use crate::cli::audit::tables::{print_table_notes, sum};
use crate::cli::terminal::{ShellCommand, Terminal, count_or_blank, table};
use crate::error::{excerpt, printable, printable_path};
use crate::jobs::audit::{Allowed, AuditedTable};
use crate::report::{count, counted};

/// Prints the verdict, its counts and warnings, and the next command if the
/// verdict is bad.
pub(crate) fn print(
    args: &Args,
    tables: &[AuditedTable],
    (ok, allowed): (bool, Allowed),
    terminal: &Terminal,
) {
    if let Some(folder) = args.rejects.as_ref().filter(|folder| !folder.is_dir()) {
        let folder = printable_path(folder);
        terminal.warning(format_args!("{folder} is not a folder: no line was set aside"));
    }
    print_table_notes(tables, terminal);
    terminal.headline(headline(tables, ok));
    terminal.rows(&table(HEAD, tables.iter().map(row)));
    for table in tables {
        print_leftovers(table, terminal);
        print_later_edits(table, allowed, terminal);
    }
    if !ok {
        terminal.next(diff_command(args));
    }
}

fn headline(tables: &[AuditedTable], ok: bool) -> String {
    let records = counted(sum(tables, |table| table.tally.records), "record");
    let sizes = format!("{}, {records}", counted(tables.len() as u64, "table"));
    let edited = sum(tables, |table| table.tally.edited);
    let added = sum(tables, |table| table.tally.added);
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

fn row(table: &AuditedTable) -> [String; 8] {
    let tally = &table.tally;
    [
        printable(&table.name),
        count(tally.records),
        count(tally.mapped),
        count(tally.unchanged),
        count(tally.unexpected),
        count(tally.removed),
        count(tally.added),
        count_or_blank(tally.rejected),
    ]
}

/// Reports source IDs that are still in the export after.
fn print_leftovers(table: &AuditedTable, terminal: &Terminal) {
    for (path, place) in table.tally.places.iter().filter(|(_, place)| place.leftovers > 0) {
        let name = excerpt(&format!("{}.{path}", table.name));
        let ids = counted(place.leftovers, "source ID");
        match place.open {
            0 => terminal.say(format_args!("{name}: {ids} of the map still there (note)")),
            open => terminal.warning(format_args!(
                "{name}: {ids} of the map still there, {} at a declared field",
                count(open)
            )),
        }
    }
}

/// Reports differences that later edits of an export explain.
fn print_later_edits(table: &AuditedTable, allowed: Allowed, terminal: &Terminal) {
    let (name, tally) = (printable(&table.name), &table.tally);
    if tally.edited > 0 {
        terminal.say(format_args!(
            "{name}: {} with other values outside of the declared fields only, as after later edits{}",
            counted(tally.edited, "record"),
            if allowed.edited { "" } else { " (--allow-edited accepts that)" },
        ));
    }
    if tally.added > 0 && !allowed.added {
        terminal.say(format_args!(
            "{name}: a later export has new records (--allow-added accepts that)"
        ));
    }
}

/// The command that counts all differences.
fn diff_command(args: &Args) -> ShellCommand {
    let diff = ShellCommand::new("idswap diff").value(&args.before).value(&args.after);
    args.map.add_to(diff.options("--table", &args.table)).words("--stat")
}
