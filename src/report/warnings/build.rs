//! Constructors of warnings.

use crate::report::model::Warning;
use crate::report::tally::Noted;

pub(crate) fn noted_warning(
    code: &'static str,
    noted: Noted,
    message: String,
    table: &str,
    field: Option<&str>,
) -> Option<Warning> {
    (noted.count > 0).then(|| Warning {
        table: Some(table.to_owned()),
        field: field.map(str::to_owned),
        offset: noted.first,
        ..warning(code, message, noted.count)
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
