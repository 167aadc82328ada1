//! What to do about each fault of a map.

use super::column_list::ColumnList;
use super::map_fault::MapFault;
use crate::idmap::file::{FileFormat, JsonFormat, RowPlace};

impl MapFault {
    /// Returns what to do about it, in one line.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Contradiction { .. } => "Keep one target for each source.",
            Self::EmptySource(place) | Self::EmptyRow(place) => fill_in(place),
            Self::Chain { .. } => {
                "Is the map inverted, or applied twice? If this is intended, allow it with --allow-chains."
            }
            Self::LineBreakInSource(place) if FileFormat::of(&place.file) != FileFormat::Csv => {
                "A CSV map cannot contain it: keep this map in JSON."
            }
            Self::LineBreakInSource(_) => {
                "Is a quote not closed? It swallows the rows that follow."
            }
            Self::StrayInTarget(_) | Self::StrayInUserId(_) => {
                "Is a quote not closed? Remove blanks around IDs."
            }
            Self::CellCount { .. } => "Quote cells that hold separators, quotes or line breaks.",
            Self::NotUtf8(_) => "Convert the map to UTF-8, for instance with iconv.",
            Self::NoHeader(_) => "Add a header line, such as source_id,target_id.",
            Self::HeaderIsData(_) => {
                "Add a header line that names the columns; a map of just two columns needs none with --no-header."
            }
            Self::UnknownColumns { columns: ColumnList::Counted(_), .. } => {
                "Add a header line that names the columns, or leave just two."
            }
            Self::UnknownColumns { .. } => {
                "Name them with --from and --to, or rename them to source_id and target_id."
            }
            Self::MissingColumn { .. } => "Name columns as the file spells them.",
            Self::RepeatedColumn { .. } => "Rename or remove the wrong one.",
            Self::SeparatorLine(_) => {
                "Remove this line: the separator is recognised by the header."
            }
            Self::NotAString(_) => {
                "In JSON an ID is a string in double quotes; undecided targets are null."
            }
            Self::WrongIdType(_) => {
                "In a JSON list an ID is a string in double quotes, or a number."
            }
            Self::WrongAddressType(_) => {
                "Extract it from its array first, for instance with jq 'map(.email = .email_addresses[0].email_address)'."
            }
            Self::LoneSurrogate(_) => "No ID holds half a character: where does the map come from?",
            Self::NotAnObject(_) => {
                "An array holds objects, such as {\"source_id\":\"A\",\"target_id\":\"B\"}."
            }
            Self::SingleRow(_) => {
                "Put objects with named members into an array, or one on each line of a .jsonl file."
            }
            Self::NotAMap(_) => {
                "A JSON map is one object from sources to targets, or an array of objects."
            }
            Self::NestedTarget(_) | Self::NotAList(_) => {
                "If an array of rows is inside this object, extract it, for instance with jq .data."
            }
            Self::JsonInCsv(_) => {
                "Name it .json, or .jsonl if it holds an object on each line; a pipe accepts only CSV."
            }
            Self::Compressed(_) => "Decompress it first, with gunzip, zstd -d or unzip.",
            Self::SeveralValues(_) => "If it holds an object on each line, name it .jsonl.",
            Self::Empty(_) => "A map without rows is [] or {}, or a CSV of a header alone.",
            Self::NotJson { .. } => "Is the file cut, or is a comma, quote or bracket missing?",
            Self::InvalidLine { kind, .. } => kind.hint(),
            Self::UserWithoutId(_) => "Fill in the ID, or remove the row.",
            Self::TooLarge(_) => {
                "A map holds at most 4 GiB of IDs; leave out rows that no record uses."
            }
        }
    }
}

/// Returns what to do about a row without a source. In Clerk's lists, users who
/// were created in the new system have none.
fn fill_in(place: &RowPlace) -> &'static str {
    match FileFormat::of(&place.file) {
        FileFormat::Csv => "Fill in the source ID, or remove the row.",
        FileFormat::Json(JsonFormat::Document) => {
            "Fill in the source ID, or leave such users out, with jq 'map(select(.external_id))' for instance."
        }
        FileFormat::Json(JsonFormat::Lines) => {
            "Fill in the source ID, or leave such users out, with jq -c 'select(.external_id)' for instance."
        }
    }
}
