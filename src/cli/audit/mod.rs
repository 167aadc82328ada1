//! `idswap verify` and `idswap diff`.

mod diff;
mod diff_args;
mod findings;
mod place_args;
mod verdict;
mod verify;
mod verify_args;

pub(super) use diff::run as diff;
pub(super) use diff_args::Args as DiffArgs;
pub(super) use verify::run as verify;
pub(super) use verify_args::Args as VerifyArgs;

use std::io::{self, BufWriter, Write};

use super::terminal::Terminal;
use super::words::{count, counted};
use crate::audit::AuditedTable;
use crate::error::printable;

/// Standard output, for findings.
fn findings_out() -> Box<dyn Write + Send> {
    Box::new(BufWriter::with_capacity(1 << 16, io::stdout()))
}

/// Says what is the matter with whole tables.
fn say_of_tables(tables: &[AuditedTable], terminal: &Terminal) {
    for table in tables {
        let (name, tally) = (printable(&table.name), &table.tally);
        match (table.before, table.after) {
            (true, false) => terminal.warning(format_args!(
                "{name}: the export after lacks the table, {}",
                counted(tally.records, "record")
            )),
            (false, true) => terminal.warning(format_args!(
                "{name}: the export before lacks the table, {}",
                counted(tally.after, "record")
            )),
            _ => {}
        }
        if tally.reordered {
            terminal
                .say(format_args!("{name}: the order of records differs; joined by their keys"));
        }
    }
}

/// A count, or nothing.
fn some(number: u64) -> String {
    if number == 0 { String::new() } else { count(number) }
}
