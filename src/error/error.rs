//! Everything that can end a run early, with the place where it showed.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use crate::idmap::{ListFault, Loss, MapFault};
use crate::jobs::undo::LogFault;
use crate::json::FaultKind;
use crate::report::{MergeFault, ReportFault};
use crate::rules::RulesFault;
use crate::storage::PackFault;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error that ended a run: what went wrong, and where.
#[derive(Debug)]
pub struct Error {
    kind: Box<ErrorKind>,
    location: Option<Location>,
    also: Option<Box<Error>>,
}

/// A place in a file. Lines and columns count from 1, columns in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file, as it was opened.
    pub file: PathBuf,
    /// The line or the record, where the error has one.
    pub row: Option<Row>,
    /// The column within it, in bytes.
    pub column: Option<u64>,
}

/// A line of a file, or a record whose line is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The number of the line.
    Line(u64),
    /// Where the record begins, in bytes from 0.
    Offset(u64),
}

impl Location {
    /// A place in a line, so many bytes from where that begins.
    pub fn in_line(file: &Path, line: u64, at: usize) -> Self {
        Self { file: file.to_owned(), row: Some(Row::Line(line)), column: Some(at as u64 + 1) }
    }

    /// A place in the record that begins at `offset`, so many bytes from there.
    pub fn in_record(file: &Path, offset: u64, at: usize) -> Self {
        Self { file: file.to_owned(), row: Some(Row::Offset(offset)), column: Some(at as u64 + 1) }
    }
}

/// Who has to act on an error; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The request, the rules or the map are wrong.
    Usage,
    /// The data is wrong.
    Data,
    /// Files could not be read or written.
    Io,
}

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A line is not one JSON object.
    InvalidRecord(FaultKind),
    /// The same, for a command that has no way around it.
    NoRecord(FaultKind),
    /// A line of a snapshot's list of tables is not one JSON object.
    InvalidTableList(FaultKind),
    /// A line of a snapshot's list of tables names none.
    UnnamedTable,
    /// A snapshot's list of tables is larger than any can be.
    LongTableList,
    /// A table was found in two files.
    TableTwice {
        /// The table.
        table: String,
        /// The other file.
        other: PathBuf,
    },
    /// Unmapped IDs, and the run was told to refuse them.
    Unmapped {
        /// How many distinct ones there are.
        total: u64,
        /// The first of them.
        shown: Vec<String>,
        /// The file that lists all of them, where one was asked for.
        list: Option<PathBuf>,
    },
    /// The ID map contradicts itself or cannot be understood.
    Map(Vec<MapFault>),
    /// The rules cannot be understood.
    Rules(Box<RulesFault>),
    /// A file is no report of a run, or none that this version knows.
    Report(ReportFault),
    /// Reports of shards cannot be put together.
    Merge(MergeFault),
    /// Lists of users of which no map can be made.
    Lists(Vec<ListFault>),
    /// The ID map cannot be turned around.
    NotInvertible {
        /// What would be lost, or the first of it.
        losses: Vec<Loss>,
        /// How much there is of it.
        total: u64,
    },
    /// The export holds none of the tables that the rules name.
    NoRuledTable {
        /// The tables that the rules name.
        ruled: Vec<String>,
        /// The tables found.
        found: Vec<String>,
    },
    /// A rule for member names in a table with a legacy schema.
    KeysOfLegacy {
        /// The table.
        table: String,
        /// The path of the rule.
        path: String,
    },
    /// A line of a change log is none that a run wrote.
    ChangeLog(LogFault),
    /// The same of the reasons for which lines were set aside.
    Reasons(LogFault),
    /// A stream of which several records share an `_id`, so that it would have
    /// to be read or written twice.
    SharedIds,
    /// The export holds none of the tables that a change log names.
    NoLoggedTable {
        /// The tables that the log names.
        logged: Vec<String>,
        /// The tables found.
        found: Vec<String>,
    },
    /// A packed file is damaged, or none at all.
    Packed(PackFault),
    /// An output stands already.
    OutputExists,
    /// A list of unmapped IDs stands already; it may have been filled in.
    ListExists,
    /// An output is of another sort (file, folder) than what stands there.
    OutputKind {
        /// What stands at the path.
        found: &'static str,
        /// What the run would write.
        wanted: &'static str,
    },
    /// A folder to be replaced holds what no run can have written.
    ForeignFolder {
        /// The first such entry.
        entry: String,
    },
    /// An output path names an input, or lies inside or above one.
    ClashesWithInput {
        /// The option that names the output.
        option: &'static str,
        /// The input it runs into.
        input: PathBuf,
    },
    /// Two outputs name one place.
    ClashesWithOutput {
        /// The option that names the output.
        option: &'static str,
        /// The option it runs into.
        other: &'static str,
    },
    /// The request lacks something or contradicts itself.
    Request {
        /// What is wrong.
        what: &'static str,
        /// What to do instead.
        advice: &'static str,
    },
    /// An operation on a file failed.
    Io {
        /// What was tried, as in "cannot read".
        action: &'static str,
        /// The system's reason.
        source: io::Error,
    },
    /// An input changed while it was read.
    Changed,
}

impl Error {
    /// An error that belongs to no file.
    pub fn new(kind: ErrorKind) -> Self {
        Self { kind: Box::new(kind), location: None, also: None }
    }

    /// An error of a whole file.
    pub fn at(file: impl Into<PathBuf>, kind: ErrorKind) -> Self {
        Self::new(kind).located(Location { file: file.into(), row: None, column: None })
    }

    /// A failed operation on a file, such as "cannot read". What comes of
    /// damage is told as such.
    pub fn io(action: &'static str, file: impl Into<PathBuf>, source: io::Error) -> Self {
        let fault = source.get_ref().and_then(|own| own.downcast_ref::<PackFault>());
        match fault.cloned() {
            Some(fault) => Self::at(file, ErrorKind::Packed(fault)),
            None => Self::at(file, ErrorKind::Io { action, source }),
        }
    }

    /// The same error at a place.
    #[must_use]
    pub fn located(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// The same error, and another that came of it: a report on it that could
    /// not be written.
    #[must_use]
    pub fn and(mut self, other: Option<Self>) -> Self {
        self.also = other.map(Box::new);
        self
    }

    /// An error that came of this one.
    pub fn also(&self) -> Option<&Self> {
        self.also.as_deref()
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Where it showed.
    pub fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }

    /// Who has to act.
    pub fn class(&self) -> Class {
        match &*self.kind {
            ErrorKind::InvalidRecord(_)
            | ErrorKind::NoRecord(_)
            | ErrorKind::InvalidTableList(_)
            | ErrorKind::UnnamedTable
            | ErrorKind::LongTableList
            | ErrorKind::TableTwice { .. }
            | ErrorKind::Report(_)
            | ErrorKind::Merge(_)
            | ErrorKind::ChangeLog(_)
            | ErrorKind::Reasons(_)
            | ErrorKind::SharedIds
            | ErrorKind::Packed(_)
            | ErrorKind::Unmapped { .. } => Class::Data,
            ErrorKind::Map(_)
            | ErrorKind::Rules(_)
            | ErrorKind::Lists(_)
            | ErrorKind::NotInvertible { .. }
            | ErrorKind::NoRuledTable { .. }
            | ErrorKind::NoLoggedTable { .. }
            | ErrorKind::KeysOfLegacy { .. }
            | ErrorKind::OutputExists
            | ErrorKind::ListExists
            | ErrorKind::OutputKind { .. }
            | ErrorKind::ForeignFolder { .. }
            | ErrorKind::ClashesWithInput { .. }
            | ErrorKind::ClashesWithOutput { .. }
            | ErrorKind::Request { .. } => Class::Usage,
            ErrorKind::Io { .. } | ErrorKind::Changed => Class::Io,
        }
    }

    /// One line on the way out, where there is one.
    pub fn advice(&self) -> Option<String> {
        Some(match &*self.kind {
            ErrorKind::NoRecord(fault) => record_advice(*fault),
            ErrorKind::InvalidRecord(fault) => {
                format!("{} Or set such lines aside with --on-invalid reject.", record_advice(*fault))
            }
            ErrorKind::InvalidTableList(_)
            | ErrorKind::UnnamedTable
            | ErrorKind::LongTableList => {
                "Each line of a snapshot's table list looks like {\"name\":\"tickets\",\"id\":10001}."
                    .to_owned()
            }
            ErrorKind::TableTwice { .. } => {
                "Move one of the two files out of the export.".to_owned()
            }
            ErrorKind::Unmapped { list: Some(list), .. } if list != Path::new("-") => format!(
                "Fill in their targets in {} and pass it as a further --map.",
                printable_path(list)
            ),
            ErrorKind::Unmapped { .. } => {
                "List all of them with --unmapped FILE, fill in targets and pass it as a further --map."
                    .to_owned()
            }
            ErrorKind::Map(faults) => faults.first()?.advice().to_owned(),
            ErrorKind::Rules(fault) => fault.advice().to_owned(),
            ErrorKind::Report(fault) => fault.advice().to_owned(),
            ErrorKind::Merge(fault) => fault.advice().to_owned(),
            ErrorKind::Lists(faults) => faults.first()?.advice().to_owned(),
            ErrorKind::NotInvertible { .. } => {
                "To take back what a run did, give its change log to idswap undo: that loses nothing."
                    .to_owned()
            }
            ErrorKind::ChangeLog(_) => {
                "Give the log as the run wrote it with --changes, whole and unpacked.".to_owned()
            }
            ErrorKind::SharedIds => "Read it from a file, and write it to a file.".to_owned(),
            ErrorKind::Reasons(_) => {
                "Give the folder OUT.rejects with --rejects as the run wrote it.".to_owned()
            }
            ErrorKind::NoLoggedTable { logged, .. } => format!(
                "The log names: {}. Is this the right export? A single file's table is named with --table.",
                printable(&logged.join(", "))
            ),
            ErrorKind::NoRuledTable { ruled, .. } if ruled.is_empty() => {
                "Is this the right folder?".to_owned()
            }
            ErrorKind::NoRuledTable { ruled, .. } => format!(
                "Expected at least one of: {}. Is this the right folder? A single file's table is named with --table.",
                ruled.join(", ")
            ),
            ErrorKind::KeysOfLegacy { .. } => {
                "Export again with a current Convex, whose schemas are uniform, or leave this rule out."
                    .to_owned()
            }
            ErrorKind::Packed(fault) => fault.advice().to_owned(),
            ErrorKind::Request { advice, .. } => (*advice).to_owned(),
            ErrorKind::OutputExists => {
                "Name another path, or replace it with --force.".to_owned()
            }
            ErrorKind::ListExists => {
                "If it is filled in, pass it as a further --map and name another list here; --force would replace it."
                    .to_owned()
            }
            ErrorKind::OutputKind { .. } | ErrorKind::ForeignFolder { .. } => {
                "Name another path, or move away what stands there.".to_owned()
            }
            ErrorKind::ClashesWithInput { .. } | ErrorKind::ClashesWithOutput { .. } => {
                "Name a path of its own, outside the export, for each output.".to_owned()
            }
            ErrorKind::Io { action, source } => io_advice(action, source).to_owned(),
            ErrorKind::Changed => {
                "Make sure that nothing writes to it, and run again.".to_owned()
            }
        })
    }
}

fn record_advice(fault: FaultKind) -> String {
    match fault {
        FaultKind::BareName => format!(
            "{} What npx convex data prints is no export: take one with npx convex export.",
            fault.advice()
        ),
        _ => fault.advice().to_owned(),
    }
}

fn io_advice(action: &str, error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound if action.starts_with("cannot read") => "Check the path.",
        io::ErrorKind::NotFound => "Check the path; idswap makes no folders on the way to it.",
        io::ErrorKind::PermissionDenied => "Check who owns it and its permissions.",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "Free some space, or write to another disk."
        }
        io::ErrorKind::BrokenPipe => "The reader went away before it had read everything.",
        io::ErrorKind::IsADirectory => "Name a file, not a folder.",
        _ => "Check the path and the disk that it is on.",
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(f, "{location}: ")?;
        }
        self.kind.fmt(f)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable_path(&self.file))?;
        match self.row {
            Some(Row::Line(line)) => write!(f, ":{line}")?,
            Some(Row::Offset(offset)) => write!(f, ":+{offset}")?,
            None => {}
        }
        self.column.map_or(Ok(()), |column| write!(f, ":{column}"))
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRecord(fault) | Self::NoRecord(fault) | Self::InvalidTableList(fault) => {
                fault.fmt(f)
            }
            Self::UnnamedTable => f.write_str("this entry of the list of tables has no name"),
            Self::LongTableList => {
                f.write_str("is no list of tables: it is larger than 16 MiB")
            }
            Self::TableTwice { table, other } => {
                write!(f, "table {} stands here and in {}", printable(table), printable_path(other))
            }
            Self::Unmapped { total, shown, .. } => unmapped(f, *total, shown),
            Self::Map(faults) => listed(f, faults, faults.len() as u64),
            Self::Rules(fault) => fault.fmt(f),
            Self::Report(fault) => fault.fmt(f),
            Self::Merge(fault) => fault.fmt(f),
            Self::Lists(faults) => listed(f, faults, faults.len() as u64),
            Self::NotInvertible { losses, total } => {
                f.write_str("the inverse of this map would lose something:\n  ")?;
                listed(f, losses, *total)
            }
            Self::NoRuledTable { found, .. } if found.is_empty() => {
                f.write_str("no tables found (NAME.jsonl or NAME/documents.jsonl)")
            }
            Self::NoRuledTable { found, .. } => {
                write!(f, "none of the tables found has rules: {}", printable(&found.join(", ")))
            }
            Self::ChangeLog(fault) => write!(f, "{fault}, so this is no change log"),
            Self::SharedIds => f.write_str(
                "several records have one _id here, so that all would have to be read and written twice",
            ),
            Self::Reasons(fault) => write!(f, "{fault}, so this is no list of reasons"),
            Self::NoLoggedTable { found, .. } if found.is_empty() => {
                f.write_str("no tables found (NAME.jsonl or NAME/documents.jsonl)")
            }
            Self::NoLoggedTable { found, .. } => {
                let found = printable(&found.join(", "));
                write!(f, "the change log names none of the tables found: {found}")
            }
            Self::KeysOfLegacy { table, path } => write!(
                f,
                "the member names at {}.{} cannot be rewritten: the snapshot's schema of this table is a legacy one, in which they are part of inferred shapes, so that the import would change the type of numbers",
                printable(table),
                printable(path)
            ),
            Self::Packed(fault) => fault.fmt(f),
            Self::OutputExists | Self::ListExists => f.write_str("exists already"),
            Self::OutputKind { found, wanted } => {
                write!(f, "is {found}, and {wanted} would be written there")
            }
            Self::ForeignFolder { entry } => {
                write!(f, "holds {}: this is no earlier output", printable(entry))
            }
            Self::ClashesWithInput { option, input } => {
                write!(f, "{option} runs into the input {}", printable_path(input))
            }
            Self::ClashesWithOutput { option, other } => {
                write!(f, "{option} runs into the output of {other}")
            }
            Self::Request { what, .. } => f.write_str(what),
            Self::Io { action, source } => write!(f, "{action}: {}", reason(source)),
            Self::Changed => f.write_str("changed while it was read"),
        }
    }
}

fn unmapped(f: &mut fmt::Formatter<'_>, total: u64, shown: &[String]) -> fmt::Result {
    let ids = if total == 1 { "ID" } else { "IDs" };
    write!(f, "{total} distinct unmapped {ids}, and --on-unmapped is fail:")?;
    for id in shown {
        write!(f, "\n  {}", excerpt(id))?;
    }
    match total.saturating_sub(shown.len() as u64) {
        0 => Ok(()),
        more => write!(f, "\n  and {more} more"),
    }
}

/// The faults of a map that a message lists.
const LISTED_FAULTS: usize = 1000;

/// The first of so many faults, a line each.
fn listed(f: &mut fmt::Formatter<'_>, faults: &[impl fmt::Display], total: u64) -> fmt::Result {
    for (index, fault) in faults.iter().take(LISTED_FAULTS).enumerate() {
        let indent = if index == 0 { "" } else { "\n  " };
        write!(f, "{indent}{fault}")?;
    }
    match total.saturating_sub(faults.len().min(LISTED_FAULTS) as u64) {
        0 => Ok(()),
        more => write!(f, "\n  and {more} more"),
    }
}

/// The system's reason without Rust's "(os error N)".
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((reason, _)) => reason.to_lowercase(),
        None => text,
    }
}

/// The error of a file that `csv` read or wrote, of the kind that the system
/// gave it. Records of any length and bytes cause none of their own.
pub(crate) fn csv_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.kind {
            ErrorKind::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Text from the data, safe to print: control characters, those that turn the
/// direction of text, and those that cannot be seen are shown as escapes.
pub fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        match is_hidden(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
        shown
    })
}

/// Whether a character is not seen, or makes others stand elsewhere. Those that
/// join letters and emoji (U+200C, U+200D) are part of how they are written.
fn is_hidden(c: char) -> bool {
    // The last two of each plane are no characters.
    let is_none = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    let turns = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    let is_unseen = matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    );
    c.is_control() || is_none || turns || is_unseen
}

/// The same for a path.
pub fn printable_path(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

/// A value from the data, safe to print and cut to 100 characters.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((end, _)) => printable(&text[..end]) + "…",
        None => printable(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown() {
        for hidden in [
            '\0',
            '\n',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{ad}',
            '\u{61c}',
            '\u{200b}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2066}',
            '\u{2069}',
            '\u{feff}',
            '\u{fdd0}',
            '\u{fdef}',
            '\u{fffe}',
            '\u{ffff}',
            '\u{1fffe}',
            '\u{10ffff}',
            '\u{e0000}',
            '\u{e0041}',
            '\u{e007f}',
        ] {
            let expected = format!("a\\u{{{:x}}}b", u32::from(hidden));
            assert_eq!(printable(&format!("a{hidden}b")), expected);
        }
        for seen in [
            ' ',
            'é',
            '漢',
            '🦀',
            '\u{200c}',
            '\u{200d}',
            '\u{fdcf}',
            '\u{fdf0}',
            '\u{fffd}',
            '\u{e0080}',
            '\u{2010}',
            '\u{1fffd}',
        ] {
            assert_eq!(printable(&seen.to_string()), seen.to_string());
        }
    }
}
