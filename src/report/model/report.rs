//! The report as it is written and read; `docs/report.schema.json` describes
//! it. Unknown members are ignored when it is read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::distinct_names::{distinct, distinct_if_any};
use super::nearest_double::exact;

/// The version of the report's format.
pub const SCHEMA_VERSION: u32 = 1;

/// The command whose report it is.
pub const COMMAND: &str = "rewrite";

/// The report of one run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Always [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The program that wrote it.
    pub tool: Tool,
    /// Always [`COMMAND`].
    pub command: Cow<'static, str>,
    /// The time of the run, by RFC 3339.
    pub timestamp: String,
    /// Whether the run was to write no data.
    pub dry_run: bool,
    /// The part of its file that the run was for, as `I/N`; missing if it was
    /// all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// Whether every warning needs attention, including those that only the
    /// merged report can give. Only in the report of a shard.
    #[serde(default, skip_serializing_if = "is_false")]
    pub strict: bool,
    /// The ID map.
    pub map: MapReport,
    /// The forms by which unknown IDs were classified.
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
    /// The sums over all tables, unless a line was invalid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
    /// The newest creation time in the tables of a snapshot that have rules, in
    /// milliseconds since 1970.
    #[serde(default, deserialize_with = "exact")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest_creation_time: Option<f64>,
    /// The ZIP that was written, as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<FileReport>,
    /// Tables copied unread.
    pub copied: Vec<String>,
    /// The warnings.
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

/// The files of the ID map, and its counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MapReport {
    /// Its files, in the order given.
    pub files: Vec<FileReport>,
    /// Distinct source IDs with a target.
    pub entries: u64,
    /// Distinct source IDs without a target.
    pub undecided: u64,
    /// Rows that repeat an earlier one.
    pub duplicates: u64,
    /// Targets that several sources share.
    pub many_to_one: u64,
    /// Entries that no value used; missing for a shard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unused: Option<u64>,
}

/// A file: its path as given to the run, its size and its digest. For a shard,
/// size and digest are those of its part.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileReport {
    /// The path.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// `blake3:HEX` or `sha256:HEX`; missing with `--digest none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// For a shard, the byte offset of its first record in the file, or the
    /// start of its range if it has no record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// For a shard, the size of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_bytes: Option<u64>,
}

/// The forms of IDs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IdsReport {
    /// `uuid`, `any` or a regular expression.
    pub source: String,
    /// The same, or null if targets share no form.
    pub target: Option<String>,
    /// Whether one of them was inferred from the map.
    pub inferred: bool,
}

/// The rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RulesReport {
    /// The rules file, or the built-in rules.
    pub source: String,
    /// The size of the rules file in bytes, if there is a digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The digest of the rules file; missing for the built-in rules and with
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
    /// Whether the field is optional.
    pub optional: bool,
    /// `keys` if member names are the IDs.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub matches: Option<Cow<'static, str>>,
    /// The condition for records; missing if the rule applies to all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<ConditionReport>,
    /// Literals that are no user.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exempt: Vec<String>,
}

/// A string that a record must have.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConditionReport {
    /// Its path.
    pub path: String,
    /// The string.
    pub equals: String,
}

/// An invalid line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ErrorReport {
    /// The file, as it was opened.
    pub file: String,
    /// The line, from 1; missing for a shard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// For a shard, the byte offset of the record, in place of the line.
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
    /// Records without a mapped value.
    pub skipped: u64,
    /// The unmapped IDs, sorted: at most 1000, or all for a shard.
    pub unmapped: Vec<String>,
    /// How many distinct unmapped IDs there are.
    pub unmapped_total: u64,
    /// Invalid lines that were set aside.
    pub rejected: u64,
    /// The counts of each declared field.
    #[serde(deserialize_with = "distinct")]
    pub fields: BTreeMap<String, FieldReport>,
    /// The input, unless it was read in parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<FileReport>,
    /// The output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<FileReport>,
    /// The parts that runs over shards read and wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartReport>,
}

/// What one of several runs read and wrote.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartReport {
    /// The part that was read.
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
    /// The sum of all counts of values.
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

/// The sums over all tables.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Records.
    pub total_records: u64,
    /// Records with a mapped value.
    pub total_updated: u64,
    /// Records without a mapped value.
    pub total_skipped: u64,
    /// Distinct unmapped IDs.
    pub total_unmapped: u64,
    /// Rejected lines.
    pub total_rejected: u64,
}

/// A warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Its code, for programs.
    pub code: Cow<'static, str>,
    /// The message, for people.
    pub message: String,
    /// How often it applies.
    pub count: u64,
    /// The table, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The field, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The byte offset of the first record that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The values that the message shows, in order. Only in the report of a
    /// shard, so that the merged report can show the first of all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "what serde calls takes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl FileReport {
    /// Describes a file by the path that was given to the run.
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
