//! Messages about whole tables.

use crate::cli::terminal::Terminal;
use crate::error::printable;
use crate::jobs::audit::AuditedTable;
use crate::report::counted;

/// Reports tables that one export lacks, and those joined by key.
pub(crate) fn print_table_notes(tables: &[AuditedTable], terminal: &Terminal) {
    for table in tables {
        let (name, tally) = (printable(&table.name), &table.tally);
        let lacks = |side: &str, records| {
            let records = counted(records, "record");
            terminal.warning(format_args!("{name}: the export {side} lacks the table, {records}"));
        };
        match (table.before, table.after) {
            (true, false) => lacks("after", tally.records),
            (false, true) => lacks("before", tally.after),
            _ => {}
        }
        if tally.reordered {
            terminal
                .say(format_args!("{name}: the order of records differs; joined by their keys"));
        }
    }
}

/// The sum of a count over all tables.
pub(crate) fn sum(tables: &[AuditedTable], count: fn(&AuditedTable) -> u64) -> u64 {
    tables.iter().map(count).sum()
}
