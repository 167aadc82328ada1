//! What can be wrong with a map or with a list of users.

use std::fmt;

use super::column_list::ColumnList;
use crate::error::{excerpt, printable};
use crate::idmap::file::RowPlace;
use crate::json::FaultKind;

/// One reason to refuse a map or two lists of users; all reasons are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MapFault {
    /// A source has two different targets.
    Contradiction {
        /// The source ID.
        source: String,
        /// Its first row, and the row that contradicts it.
        places: [RowPlace; 2],
    },
    /// A row has a target but no source.
    EmptySource(RowPlace),
    /// A row has neither a source nor a target.
    EmptyRow(RowPlace),
    /// A target is itself a source with another target.
    Chain {
        /// The ID that is both.
        id: String,
        /// The row in which it is the target, and the one in which it is the
        /// source.
        places: [RowPlace; 2],
    },
    /// A target has blanks around it or control characters in it.
    StrayInTarget(RowPlace),
    /// A source with a target has a line break in it, which CSV cannot have.
    LineBreakInSource(RowPlace),
    /// A row has more or fewer cells than the header.
    CellCount {
        /// The row.
        place: RowPlace,
        /// Cells in the row.
        cells: usize,
        /// Cells in the header.
        expected: usize,
    },
    /// A row is not UTF-8.
    NotUtf8(RowPlace),
    /// A file has no header.
    NoHeader(RowPlace),
    /// The first row is data.
    HeaderIsData(RowPlace),
    /// The header does not identify the source and target columns.
    UnknownColumns {
        /// The header.
        place: RowPlace,
        /// Its columns.
        columns: ColumnList,
    },
    /// A required column is missing.
    MissingColumn {
        /// The header.
        place: RowPlace,
        /// The names that it can have, the best first.
        names: Vec<String>,
        /// The columns that there are.
        columns: ColumnList,
    },
    /// A column that is to be read occurs twice in the header.
    RepeatedColumn {
        /// The header.
        place: RowPlace,
        /// The name, which was asked for or is well-known.
        name: String,
    },
    /// The first line names the separator, for a spreadsheet.
    SeparatorLine(RowPlace),
    /// An ID in a JSON map is neither a string nor null.
    NotAString(RowPlace),
    /// An ID in a JSON list of users is neither a string nor a number.
    WrongIdType(RowPlace),
    /// An address in a JSON list of users is neither a string nor a number.
    WrongAddressType(RowPlace),
    /// An ID has an escaped lone surrogate (RFC 8259, section 8.2).
    LoneSurrogate(RowPlace),
    /// A row in a JSON array is not an object.
    NotAnObject(RowPlace),
    /// The members of a single object are named like columns.
    SingleRow(RowPlace),
    /// A JSON file is neither one object nor one array.
    NotAMap(RowPlace),
    /// A target is an object or an array.
    NestedTarget(RowPlace),
    /// A file without the extension of JSON holds JSON.
    JsonInCsv(RowPlace),
    /// A JSON list of users is a single object.
    NotAList(RowPlace),
    /// A file is compressed.
    Compressed(RowPlace),
    /// A JSON file has several values.
    SeveralValues(RowPlace),
    /// A JSON file has no value.
    Empty(RowPlace),
    /// A file is not JSON.
    NotJson {
        /// The line on which that shows.
        place: RowPlace,
        /// The column, in bytes, from 1.
        column: usize,
        /// The parser's words, none of them from the file.
        what: String,
    },
    /// A line is not one JSON object.
    InvalidLine {
        /// The line.
        place: RowPlace,
        /// The column, in bytes, from 1.
        column: usize,
        /// What is wrong there.
        kind: FaultKind,
    },
    /// There are more IDs than the map can hold.
    TooLarge(RowPlace),
    /// A user in a list has no ID.
    UserWithoutId(RowPlace),
    /// The ID of a user cannot be in a map: it has a line break in it or, as a
    /// target, blanks around it or other control characters in it.
    StrayInUserId(RowPlace),
}

impl MapFault {
    /// Returns the same fault of a row `lines` lines further on.
    pub(crate) fn moved(mut self, lines: u64) -> Self {
        if let Self::StrayInTarget(place)
        | Self::EmptySource(place)
        | Self::EmptyRow(place)
        | Self::NotUtf8(place)
        | Self::CellCount { place, .. } = &mut self
        {
            place.line += lines;
        }
        self
    }
}

impl fmt::Display for MapFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contradiction { source, places: [first, second] } => write!(
                f,
                "{second}: source {} has another target on {}",
                excerpt(source),
                first.beside(second)
            ),
            Self::EmptySource(place) => write!(f, "{place}: a target without a source"),
            Self::EmptyRow(place) => write!(f, "{place}: a row without a source"),
            Self::Chain { id, places: [target, source] } => write!(
                f,
                "{target}: target {} is also a source, on {}",
                excerpt(id),
                source.beside(target)
            ),
            Self::StrayInTarget(place) => {
                write!(f, "{place}: blanks around a target, or a line break within")
            }
            Self::LineBreakInSource(place) => write!(f, "{place}: a line break within a source"),
            Self::CellCount { place, cells, expected } => {
                let noun = if *cells == 1 { "cell" } else { "cells" };
                write!(f, "{place}: {cells} {noun} where the header has {expected}")
            }
            Self::NotUtf8(place) => write!(f, "{place}: bytes that are not UTF-8"),
            Self::NoHeader(place) => write!(f, "{place}: the file is empty, not even a header"),
            Self::HeaderIsData(place) => {
                write!(f, "{place}: the first row holds IDs where a header should be")
            }
            Self::UnknownColumns { place, columns } => {
                write!(f, "{place}: cannot identify the source and target columns {columns}")
            }
            Self::MissingColumn { place, names, columns } => {
                write!(f, "{place}: no column {} {columns}", any_of(names))
            }
            Self::RepeatedColumn { place, name } => {
                write!(f, "{place}: column {} occurs twice", printable(name))
            }
            Self::SeparatorLine(place) => {
                write!(f, "{place}: a separator is named where a header should be")
            }
            Self::NotAString(place) => write!(f, "{place}: an ID that is not a string"),
            Self::WrongIdType(place) => {
                write!(f, "{place}: an ID that is neither a string nor a number")
            }
            Self::WrongAddressType(place) => {
                write!(f, "{place}: an address that is neither a string nor a number")
            }
            Self::LoneSurrogate(place) => {
                write!(f, "{place}: an escaped lone surrogate in an ID")
            }
            Self::NotAnObject(place) => write!(f, "{place}: a row that is not an object"),
            Self::SingleRow(place) => {
                write!(f, "{place}: a row where an object from sources to targets should be")
            }
            Self::NotAMap(place) => write!(f, "{place}: neither an object nor an array"),
            Self::NestedTarget(place) => {
                write!(f, "{place}: an object or an array where a target should be")
            }
            Self::JsonInCsv(place) => write!(f, "{place}: JSON where a header should be"),
            Self::NotAList(place) => write!(f, "{place}: one object where a list should be"),
            Self::Compressed(place) => write!(f, "{place}: the file is compressed"),
            Self::SeveralValues(place) => {
                write!(f, "{place}: another value where the file should end")
            }
            Self::Empty(place) => write!(f, "{place}: the file is empty"),
            Self::NotJson { place, column, what } => write!(f, "{place}:{column}: {what}"),
            Self::InvalidLine { place, column, kind } => write!(f, "{place}:{column}: {kind}"),
            Self::TooLarge(place) => write!(f, "{place}: the map is too large"),
            Self::UserWithoutId(place) => write!(f, "{place}: a user without an ID"),
            Self::StrayInUserId(place) => {
                write!(f, "{place}: blanks around a new ID, or a line break within an ID")
            }
        }
    }
}

/// Lists the names that a column can have.
fn any_of(names: &[String]) -> String {
    names.iter().map(|name| printable(name)).collect::<Vec<_>>().join(" or ")
}
