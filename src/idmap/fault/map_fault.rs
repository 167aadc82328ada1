//! What can be wrong with a map.

use std::fmt;

use super::column_list::ColumnList;
use super::json_format::Form;
use super::row_place::RowPlace;
use crate::error::{Class, Fault, excerpt, printable, printable_path, write_list};
use crate::json::FaultKind;

/// One reason to refuse a map; a refused map has all of its reasons listed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MapFault {
    /// A source stands with two different targets.
    Contradiction {
        /// The source ID.
        source: String,
        /// Where it stands first, and where it is contradicted.
        places: [RowPlace; 2],
    },
    /// A row with a target and no source.
    EmptySource(RowPlace),
    /// A row with neither.
    EmptyRow(RowPlace),
    /// A target that is itself a source with another target.
    Chain {
        /// The ID that is both.
        id: String,
        /// Where it is a target, and where it is a source.
        places: [RowPlace; 2],
    },
    /// A target with blanks around it or control characters in it.
    OddCell(RowPlace),
    /// A source with a line break in it and with a target, where that is CSV.
    BrokenSource(RowPlace),
    /// A row with more or fewer cells than the header.
    CellCount {
        /// The row.
        place: RowPlace,
        /// Cells in the row.
        cells: usize,
        /// Cells in the header.
        expected: usize,
    },
    /// A row that is not UTF-8.
    NotUtf8(RowPlace),
    /// A file without a header.
    NoHeader(RowPlace),
    /// A first row that is data.
    HeaderIsData(RowPlace),
    /// A header from which the two columns cannot be told.
    UnknownColumns {
        /// The header.
        place: RowPlace,
        /// Its columns.
        columns: ColumnList,
    },
    /// A column that must be there and is not.
    MissingColumn {
        /// The header.
        place: RowPlace,
        /// The names that it can have, the best first.
        names: Vec<String>,
        /// The columns that there are.
        columns: ColumnList,
    },
    /// A column that is to be read and stands in the header twice.
    RepeatedColumn {
        /// The header.
        place: RowPlace,
        /// The name, which was asked for or is well-known.
        name: String,
    },
    /// A first line that names the separator, for a spreadsheet.
    SeparatorLine(RowPlace),
    /// An ID in a JSON map that is neither a string nor null.
    NotAString(RowPlace),
    /// An ID in a JSON list that is neither a string nor a number.
    OddListId(RowPlace),
    /// The same of an address.
    OddAddress(RowPlace),
    /// An ID with an escaped lone surrogate (RFC 8259, section 8.2).
    LoneSurrogate(RowPlace),
    /// A row in a JSON array that is no object.
    NotAnObject(RowPlace),
    /// A flat object whose members are the names of columns.
    FlatRow(RowPlace),
    /// A JSON file that is neither one object nor one array.
    NotAMap(RowPlace),
    /// An object or an array in the place of a target.
    Nested(RowPlace),
    /// JSON in a file whose ending is not that of JSON.
    Misnamed(RowPlace),
    /// One JSON object in the place of a list.
    NotAList(RowPlace),
    /// A compressed file.
    Packed(RowPlace),
    /// A JSON file with several values.
    SeveralValues(RowPlace),
    /// A JSON file without any value.
    Empty(RowPlace),
    /// A file that is not JSON.
    NotJson {
        /// The line on which that shows.
        place: RowPlace,
        /// The column, in bytes, from 1.
        column: usize,
        /// The parser's words, none of them from the file.
        what: String,
    },
    /// A line that is not one JSON object.
    InvalidLine {
        /// The line.
        place: RowPlace,
        /// The column, in bytes, from 1.
        column: usize,
        /// What is wrong there.
        kind: FaultKind,
    },
    /// More IDs than the map can hold.
    TooLarge(RowPlace),
}

impl MapFault {
    /// The same fault of a row so many lines further on.
    pub(crate) fn moved(mut self, lines: u64) -> Self {
        if let Self::OddCell(place)
        | Self::EmptySource(place)
        | Self::EmptyRow(place)
        | Self::NotUtf8(place)
        | Self::CellCount { place, .. } = &mut self
        {
            place.line += lines;
        }
        self
    }

    /// One line on the way out.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Contradiction { .. } => "Keep one target for each source.",
            Self::EmptySource(place) | Self::EmptyRow(place) => fill_in(place),
            Self::Chain { .. } => {
                "Is the map turned around, or applied twice? If it is meant so, allow it with --allow-chains."
            }
            Self::BrokenSource(place) if Form::of(&place.file).is_some() => {
                "A map in CSV cannot have it: keep this one in JSON."
            }
            Self::BrokenSource(_) => "Is a quote not closed? It swallows the rows that follow.",
            Self::OddCell(_) => "Is a quote not closed? Remove blanks around IDs.",
            Self::CellCount { .. } => "Quote cells that hold separators, quotes or line breaks.",
            Self::NotUtf8(_) => "Convert the map to UTF-8, for instance with iconv.",
            Self::NoHeader(_) => "Add a header line, such as source_id,target_id.",
            Self::HeaderIsData(_) => {
                "Add a header line that names the columns; a map of just two can do without, with --no-header."
            }
            Self::UnknownColumns { columns: ColumnList::Counted(_), .. } => {
                "Add a header line that names the columns, or leave just two."
            }
            Self::UnknownColumns { .. } => {
                "Say which they are with --from and --to, or name them source_id and target_id."
            }
            Self::MissingColumn { .. } => "Name columns as the file spells them.",
            Self::RepeatedColumn { .. } => "Rename or remove the one that is not meant.",
            Self::SeparatorLine(_) => "Remove this line: the header tells the separator.",
            Self::NotAString(_) => {
                "In JSON an ID is a string in double quotes; undecided targets are null."
            }
            Self::OddListId(_) => "In a JSON list an ID is a string in double quotes, or a number.",
            Self::OddAddress(_) => {
                "Take it out of its array first, for instance with jq 'map(.email = .email_addresses[0].email_address)'."
            }
            Self::LoneSurrogate(_) => "No ID holds half a character: where does the map come from?",
            Self::NotAnObject(_) => {
                "An array holds objects, such as {\"source_id\":\"A\",\"target_id\":\"B\"}."
            }
            Self::FlatRow(_) => {
                "Put objects with named members into an array, or one on each line of a .jsonl file."
            }
            Self::NotAMap(_) => {
                "A JSON map is one object from sources to targets, or an array of objects."
            }
            Self::Nested(_) | Self::NotAList(_) => {
                "If an array of rows stands inside this object, take it out, with jq .data for instance."
            }
            Self::Misnamed(_) => {
                "Name it .json, or .jsonl if it holds an object on each line; a pipe takes CSV alone."
            }
            Self::Packed(_) => "Unpack it first, with gunzip, zstd -d or unzip.",
            Self::SeveralValues(_) => "If it holds an object on each line, name it .jsonl.",
            Self::Empty(_) => "A map without rows is [] or {}, or a CSV of a header alone.",
            Self::NotJson { .. } => "Is the file cut, or is a comma, quote or bracket missing?",
            Self::InvalidLine { kind, .. } => kind.hint(),
            Self::TooLarge(_) => {
                "A map holds at most 4 GiB of IDs; leave out rows that no record uses."
            }
        }
    }
}

impl fmt::Display for MapFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contradiction { source, places: [first, second] } => write!(
                f,
                "{second}: source {} has another target on {}",
                excerpt(source),
                beside(first, second)
            ),
            Self::EmptySource(place) => write!(f, "{place}: a target without a source"),
            Self::EmptyRow(place) => write!(f, "{place}: a row without a source"),
            Self::Chain { id, places: [target, source] } => write!(
                f,
                "{target}: target {} is also a source, on {}",
                excerpt(id),
                beside(source, target)
            ),
            Self::OddCell(place) => {
                write!(f, "{place}: blanks around a target, or a line break within")
            }
            Self::BrokenSource(place) => write!(f, "{place}: a line break within a source"),
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
                write!(f, "{place}: cannot tell the source and target columns {columns}")
            }
            Self::MissingColumn { place, names, columns } => {
                write!(f, "{place}: no column {} {columns}", named(names))
            }
            Self::RepeatedColumn { place, name } => {
                write!(f, "{place}: column {} stands there twice", printable(name))
            }
            Self::SeparatorLine(place) => {
                write!(f, "{place}: a separator is named where a header should be")
            }
            Self::NotAString(place) => write!(f, "{place}: an ID that is no string"),
            Self::OddListId(place) => {
                write!(f, "{place}: an ID that is neither a string nor a number")
            }
            Self::OddAddress(place) => {
                write!(f, "{place}: an address that is neither a string nor a number")
            }
            Self::LoneSurrogate(place) => {
                write!(f, "{place}: an escaped lone surrogate in an ID")
            }
            Self::NotAnObject(place) => write!(f, "{place}: a row that is no object"),
            Self::FlatRow(place) => {
                write!(f, "{place}: a row where an object from sources to targets should be")
            }
            Self::NotAMap(place) => write!(f, "{place}: neither an object nor an array"),
            Self::Nested(place) => {
                write!(f, "{place}: an object or an array where a target should be")
            }
            Self::Misnamed(place) => write!(f, "{place}: JSON where a header should be"),
            Self::NotAList(place) => write!(f, "{place}: one object where a list should be"),
            Self::Packed(place) => write!(f, "{place}: the file is compressed"),
            Self::SeveralValues(place) => {
                write!(f, "{place}: another value where the file should end")
            }
            Self::Empty(place) => write!(f, "{place}: the file is empty"),
            Self::NotJson { place, column, what } => write!(f, "{place}:{column}: {what}"),
            Self::InvalidLine { place, column, kind } => write!(f, "{place}:{column}: {kind}"),
            Self::TooLarge(place) => write!(f, "{place}: the map is too large"),
        }
    }
}

/// What to do about a row without a source. Users that were born in the new
/// system have none in Clerk's lists.
fn fill_in(place: &RowPlace) -> &'static str {
    match Form::of(&place.file) {
        None => "Fill in the source ID, or remove the row.",
        Some(Form::Document) => {
            "Fill in the source ID, or leave such users out, with jq 'map(select(.external_id))' for instance."
        }
        Some(Form::Lines) => {
            "Fill in the source ID, or leave such users out, with jq -c 'select(.external_id)' for instance."
        }
    }
}

/// The names that a column can have.
fn named(names: &[String]) -> String {
    names.iter().map(|name| printable(name)).collect::<Vec<_>>().join(" or ")
}

/// A place, its file left out where it is that of `other`.
fn beside(place: &RowPlace, other: &RowPlace) -> String {
    match place.file == other.file {
        true => format!("line {}", place.line),
        false => place.to_string(),
    }
}

impl fmt::Display for RowPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", printable_path(&self.file), self.line)
    }
}

/// Everything that is wrong with a map, or with two lists of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapFaults(pub Vec<MapFault>);

impl Fault for MapFaults {
    fn class(&self) -> Class {
        Class::Usage
    }

    fn advice(&self) -> Option<String> {
        self.0.first().map(|fault| fault.advice().to_owned())
    }
}

impl fmt::Display for MapFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(f, &self.0, self.0.len() as u64)
    }
}
