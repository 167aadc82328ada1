//! What `verify` and `diff` share.

use std::io::{self, BufWriter, Write};

use crate::cli::terminal::Terminal;
use crate::error::printable;
use crate::jobs::audit::AuditedTable;
use crate::report::{count, counted};

/// Standard output, for findings.
pub(crate) fn findings_out() -> Box<dyn Write + Send> {
    Box::new(BufWriter::with_capacity(1 << 16, io::stdout()))
}

/// Prints what is wrong with whole tables.
pub(crate) fn say_of_tables(tables: &[AuditedTable], terminal: &Terminal) {
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
pub(crate) fn some(number: u64) -> String {
    if number == 0 { String::new() } else { count(number) }
}
