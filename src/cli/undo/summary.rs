//! The summary of `idswap undo`.

use crate::cli::report_text;
use crate::cli::terminal::{Terminal, first_names, table, written_to};
use crate::error::{excerpt, printable};
use crate::jobs::undo::{DriftReason, DriftedValue, MOST_SHOWN, Request, TableCounts, UndoSummary};
use crate::report::{count, counted, plural};
use crate::storage::STORED_FILES_WARNING;

/// Prints the summary: one line, the counts by table, warnings.
pub(crate) fn print(undone: &UndoSummary, request: &Request, terminal: &Terminal) {
    terminal.headline(headline(undone, request));
    terminal.rows(&rows(undone));
    if !undone.copied.is_empty() {
        terminal.say(format_args!(
            "copied, without changes in the log: {} (an import with --replace would put them back \
             to the time of this export; --only-changed leaves them out)",
            first_names(&undone.copied)
        ));
    }
    if !request.has_changes() {
        terminal.warning("the change log is empty: nothing is put back");
    }
    warn(undone, terminal);
    let drifted = undone.sum().drifted;
    if drifted > 0 {
        terminal.say(format_args!("left alone, since {} drifted:", counted(drifted, "value")));
        for drift in &undone.drifted {
            terminal.say(format_args!("  {}", description(drift)));
        }
        print_rest(drifted, request, terminal);
        terminal.say(report_text::ATTENTION);
    }
}

fn headline(undone: &UndoSummary, request: &Request) -> String {
    let (tables, all) = ((undone.tables.len() - undone.missing.len()) as u64, undone.sum());
    format!(
        "{tables} {}, {}: {} restored, {} already, {} drifted ({})",
        plural(tables, "table"),
        counted(all.records, "record"),
        count(all.restored),
        count(all.already),
        count(all.drifted),
        written_to(&request.options().out),
    )
}

fn rows(undone: &UndoSummary) -> Vec<String> {
    let head = ["table", "records", "restored", "already", "drifted", ""];
    let row = |(name, table): (&String, &TableCounts)| {
        let TableCounts { records, restored, already, drifted } = *table;
        let [records, restored, already, drifted] =
            [records, restored, already, drifted].map(count);
        [printable(name), records, restored, already, drifted, String::new()]
    };
    table(head, undone.tables.iter().map(row))
}

fn warn(undone: &UndoSummary, terminal: &Terminal) {
    for table in &undone.missing {
        let table = printable(table);
        terminal.warning(format_args!("{table}: the log names this table, the export lacks it"));
    }
    for table in &undone.marks {
        let table = printable(table);
        terminal
            .warning(format_args!("{table}: a byte order mark was dropped: importers refuse it"));
    }
    for table in &undone.by_line {
        let table = printable(table);
        terminal.say(format_args!("{table}: records without _id, joined by line"));
    }
    if undone.storage {
        terminal.warning(STORED_FILES_WARNING);
    }
}

/// Prints how many drifted values are not shown, and where all of them are.
fn print_rest(drifted: u64, request: &Request, terminal: &Terminal) {
    let rest = drifted.saturating_sub(MOST_SHOWN as u64);
    match &request.options().drifted {
        Some(list) => terminal.say(format_args!("all of them are {}", written_to(list))),
        None if rest > 0 => {
            let rest = count(rest);
            terminal.say(format_args!("  and {rest} more (--drifted FILE lists all of them)"));
        }
        None => {}
    }
}

/// A drifted value in one line.
fn description(drift: &DriftedValue) -> String {
    let line = drift.line.map(|line| format!(":{line}")).unwrap_or_default();
    let id = drift.id.as_ref().map(|id| format!(" {}", excerpt(id))).unwrap_or_default();
    let found = drift.found.as_deref().map(excerpt).unwrap_or_default();
    let why = match drift.why {
        DriftReason::NoTable => "its table is gone".to_owned(),
        DriftReason::NoRecord => "its record is gone".to_owned(),
        DriftReason::NoPlace => "it is gone".to_owned(),
        DriftReason::Other => format!("is {found}"),
        DriftReason::Repeated => {
            format!("is {found}, and names are repeated: which one cannot be told")
        }
        DriftReason::NameTwice => "the old name would come up twice".to_owned(),
    };
    let kind = if drift.key { " (member name)" } else { "" };
    format!(
        "{}{line}{id} {}{kind}: {why} (was {}, then {})",
        printable(&drift.table),
        excerpt(&drift.path),
        excerpt(&drift.old),
        excerpt(&drift.new),
    )
}
