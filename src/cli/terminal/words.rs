//! Phrases that several summaries use.

use std::path::Path;

use crate::error::{printable, printable_path};
use crate::report::count;

/// Where an output was written.
pub(crate) fn written_to(out: &Path) -> String {
    match out == Path::new("-") {
        true => "written to standard output".to_owned(),
        false => format!("written to {}", printable_path(out)),
    }
}

/// A count with its noun, where the plural is irregular.
pub(crate) fn count_as(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A count, or nothing for zero.
pub(crate) fn count_or_blank(number: u64) -> String {
    if number == 0 { String::new() } else { count(number) }
}

/// The line below a list that shows only the first of its items.
pub(crate) fn more_lines(total: u64, shown: usize) -> Option<String> {
    let more = total.saturating_sub(shown as u64);
    (more > 0).then(|| format!("  and {} more", count(more)))
}

/// The first ten of some names, in one line.
pub(crate) fn first_names(names: &[impl AsRef<str>]) -> String {
    let shown: Vec<_> = names.iter().take(10).map(AsRef::as_ref).collect();
    let more = if names.len() > 10 { ", …" } else { "" };
    printable(&shown.join(", ")) + more
}
