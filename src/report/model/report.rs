//! The report as it is written and read again; `docs/report.schema.json`
//! describes what is written. Members that are unknown are passed over.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::distinct::{distinct, distinct_if_any};
use super::exact::exact;

/// The version of the report's form.
pub const SCHEMA_VERSION: u32 = 1;

/// The command whose report it is.
pub const COMMAND: &str = "rewrite";

/// The report of one run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Always [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What wrote it.
    pub tool: Tool,
    /// Always [`COMMAND`].
    pub command: Cow<'static, str>,
    /// When, by RFC 3339.
    pub timestamp: String,
    /// Whether no data was to be written.
    pub dry_run: bool,
    /// Which part of its file the run was for, as `I/N`; all of it without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// Whether every warning needs attention, those among them that only the
    /// merged report can give. Of a shard alone.
    #[serde(default, skip_serializing_if = "is_false")]
    pub strict: bool,
    /// The ID map.
    pub map: MapReport,
    /// The forms by which IDs unknown to the map were classified.
    pub ids: IdsReport,
    /// The rules.
    pub rules: RulesReport,
    /// The invalid line that ended the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorReport>,
    /// The tables, unless a line was invalid.
    #[serde(default, deserialize_with = "distinct_if_any")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables: Option<BTreeMap<String, TableReport>>,
    /// All tables together, unless a line was invalid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
    /// The newest creation time of the records of a snapshot's ruled tables,
    /// in milliseconds since 1970.
    #[serde(default, deserialize_with = "exact")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest_creation_time: Option<f64>,
    /// The ZIP that was written, as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<FileReport>,
    /// Tables passed through unread.
    pub copied: Vec<String>,
    /// What deserves a look.
    pub warnings: Vec<Warning>,
    /// Whether something needs a person's attention.
    pub attention: bool,
}

/// The program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tool {
    /// `idswap`.
    pub name: Cow<'static, str>,
    /// Its version.
    pub version: Cow<'static, str>,
}

/// The ID map's files and health.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MapReport {
    /// Its files, in the order given.
    pub files: Vec<FileReport>,
    /// Distinct source IDs with a target.
    pub entries: u64,
    /// Distinct source IDs that no row decides.
    pub undecided: u64,
    /// Rows that repeat an earlier one.
    pub duplicates: u64,
    /// Targets that several sources share.
    pub many_to_one: u64,
    /// Entries that no value used; left out where no run saw all values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unused: Option<u64>,
}

/// A file: its path as given to the run, its size, its digest. Of a shard,
/// size and digest are those of its bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileReport {
    /// The path.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// `blake3:HEX` or `sha256:HEX`; left out with `--digest none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Where in its file the first record of a shard begins, in bytes; the
    /// shard's range where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The size of the file that a shard is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_bytes: Option<u64>,
}

/// The forms of IDs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IdsReport {
    /// `uuid`, `any` or a regular expression.
    pub source: String,
    /// The same, or null where targets share no form.
    pub target: Option<String>,
    /// Whether one of them was inferred from the map.
    pub inferred: bool,
}

/// The rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RulesReport {
    /// Where they come from.
    pub source: String,
    /// The size of their file in bytes, where there is a digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The digest of their file; left out for the built-in rules and with
    /// `--digest none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The declared fields.
    pub fields: Vec<RuleReport>,
}

/// A declared field.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RuleReport {
    /// Its table.
    pub table: String,
    /// Its path, as the rules spell it.
    pub path: String,
    /// Whether a record may go without it.
    pub optional: bool,
    /// `keys` where member names are the IDs.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub matches: Option<Cow<'static, str>>,
    /// The records that it is for; all without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<ConditionReport>,
    /// Literals that are no user.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exempt: Vec<String>,
}

/// A string that must stand in a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConditionReport {
    /// Where.
    pub path: String,
    /// The string.
    pub equals: String,
}

/// An invalid line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ErrorReport {
    /// The file, as it was opened.
    pub file: String,
    /// The line, from 1; a shard does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Where the record begins, in bytes, in place of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The column, in bytes, from 1.
    pub column: u64,
    /// What is wrong there.
    pub message: String,
}

/// The counts of one table.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableReport {
    /// Records: `updated + skipped + rejected`.
    pub total: u64,
    /// Records with a mapped value.
    pub updated: u64,
    /// Records without one.
    pub skipped: u64,
    /// The unmapped IDs, sorted, at most 1000; of a shard all of them.
    pub unmapped: Vec<String>,
    /// How many distinct unmapped IDs there are.
    pub unmapped_total: u64,
    /// Lines that were no record and were set aside.
    pub rejected: u64,
    /// The counts of each declared field.
    #[serde(deserialize_with = "distinct")]
    pub fields: BTreeMap<String, FieldReport>,
    /// The table that was read, unless it was read in parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<FileReport>,
    /// The table that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<FileReport>,
    /// The parts in which runs over shards read and wrote it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartReport>,
}

/// What one of several runs read and wrote of a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartReport {
    /// The bytes that were read.
    pub input: FileReport,
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<FileReport>,
}

/// The counts of one field. `values` is the sum of the ten that follow it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "one line each in docs/report.md, by these names")]
pub struct FieldReport {
    pub records: u64,
    pub values: u64,
    pub exempt: u64,
    pub mapped: u64,
    pub kept: u64,
    pub already: u64,
    pub unmapped: u64,
    pub native: u64,
    pub unrecognized: u64,
    pub collided: u64,
    pub null: u64,
    pub wrong_type: u64,
    pub absent: u64,
    pub excluded: u64,
}

impl FieldReport {
    /// The values in all of their counts.
    pub(crate) fn sum(&self) -> u64 {
        let Self { exempt, mapped, kept, already, unmapped, .. } = self;
        let Self { native, unrecognized, collided, null, wrong_type, .. } = self;
        exempt
            + mapped
            + kept
            + already
            + unmapped
            + native
            + unrecognized
            + collided
            + null
            + wrong_type
    }
}

/// All tables together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Records.
    pub total_records: u64,
    /// Records with a mapped value.
    pub total_updated: u64,
    /// Records without one.
    pub total_skipped: u64,
    /// Distinct unmapped IDs.
    pub total_unmapped: u64,
    /// Rejected lines.
    pub total_rejected: u64,
}

/// Something that deserves a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What it is about, for programs.
    pub code: Cow<'static, str>,
    /// What it is about, for people.
    pub message: String,
    /// How often.
    pub count: u64,
    /// The table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Where the first record concerned begins in its table, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The values that the message shows, in their order. Of a shard alone: the
    /// merged report shows the first of all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "what serde calls takes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl FileReport {
    /// Describes a file; its path is that given to the run.
    pub fn new(path: &Path, bytes: u64, digest: Option<String>) -> Self {
        Self {
            path: path.to_string_lossy().into_owned(),
            bytes,
            digest,
            offset: None,
            file_bytes: None,
        }
    }
}

impl Report {
    /// The report as a file: indented JSON and a final newline.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}
