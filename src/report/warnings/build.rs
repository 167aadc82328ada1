//! Constructors of warnings.

use crate::report::model::Warning;
use crate::report::tally::Occurrences;

pub(crate) fn counted_warning(
    code: &'static str,
    occurrences: Occurrences,
    message: String,
    table: &str,
    field: Option<&str>,
) -> Option<Warning> {
    (occurrences.count > 0).then(|| Warning {
        table: Some(table.to_owned()),
        field: field.map(str::to_owned),
        offset: occurrences.first,
        ..warning(code, message, occurrences.count)
    })
}

/// A count and what it counts.
pub(crate) fn times(count: u64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

pub(crate) fn warning(code: &'static str, message: String, count: u64) -> Warning {
    Warning {
        code: code.into(),
        message,
        count,
        table: None,
        field: None,
        offset: None,
        values: Vec::new(),
    }
}
