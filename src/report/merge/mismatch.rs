//! What the reports of all shards of a run have in common, and how a report of
//! another run is recognised.

use std::fmt;

use crate::pipeline::Shard;
use crate::report::model::{FileReport, Report};
use crate::report::words::counted;

/// A property that all shards of a run have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Property {
    what: PropertyKind,
    /// The value that is compared.
    value: String,
    /// The value that is shown.
    shown: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PropertyKind {
    Number,
    Version,
    Table,
    File,
    Digest,
    Map,
    Rules,
    Forms,
    Output,
}

/// The difference that shows that a shard belongs to another run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    here: Property,
    there: Property,
}

impl Mismatch {
    /// The first difference between two reports.
    pub(crate) fn first(here: Vec<Property>, there: &[Property]) -> Option<Self> {
        let mut pairs = here.into_iter().zip(there);
        let (here, there) = pairs.find(|(here, there)| here.value != there.value)?;
        Some(Self { here, there: there.clone() })
    }

    /// One line of advice.
    pub(crate) fn advice(&self) -> &'static str {
        match self.here.what {
            PropertyKind::Version => "Run all shards with one version of idswap.",
            _ => "Run this shard as the others were run, or leave its report out.",
        }
    }
}

impl Property {
    fn new(what: PropertyKind, value: impl ToString) -> Self {
        Self { what, value: value.to_string(), shown: value.to_string() }
    }

    /// Compares files at any path, by their digests if they have some.
    fn of_files<'r>(
        what: PropertyKind,
        files: impl Iterator<Item = &'r FileReport> + Clone,
    ) -> Self {
        let value = files.clone().map(|file| match &file.digest {
            Some(digest) => format!("{digest} {}\n", file.bytes),
            None => format!("{} {}\n", file.path, file.bytes),
        });
        let shown = files.map(|file| {
            let bytes = || counted(file.bytes, "byte");
            format!("{} ({})", file.path, file.digest.clone().unwrap_or_else(bytes))
        });
        Self { what, value: value.collect(), shown: shown.collect::<Vec<_>>().join(", ") }
    }

    fn and(self, more: impl fmt::Display) -> Self {
        Self { value: format!("{} {more}", self.value), ..self }
    }
}

/// The properties that the reports of all shards must share with this one,
/// which read `input` of `table`.
pub(crate) fn properties(
    report: &Report,
    table: &str,
    input: &FileReport,
    shard: Shard,
) -> Vec<Property> {
    let Report { map, rules, ids, .. } = report;
    let bytes = input.file_bytes.unwrap_or(input.bytes);
    let decided = format!("{} {} {}", map.entries, map.undecided, map.duplicates);
    let fields = serde_json::to_string(&rules.fields).unwrap_or_default();
    let rules = match rules.file() {
        Some(file) => Property::of_files(PropertyKind::Rules, std::iter::once(&file)),
        None => Property::new(PropertyKind::Rules, &rules.source),
    };
    let target = ids.target.as_deref().unwrap_or("no common form");
    vec![
        Property::new(PropertyKind::Number, shard.of()),
        Property::new(PropertyKind::Version, &report.tool.version),
        Property::new(PropertyKind::Table, table),
        Property::new(PropertyKind::File, format!("{} of {}", input.path, counted(bytes, "byte"))),
        Property::new(PropertyKind::Digest, kind_of_digest(report)),
        Property::of_files(PropertyKind::Map, map.files.iter()).and(decided).and(map.many_to_one),
        rules.and(fields),
        Property::new(PropertyKind::Forms, format!("{} and {target}", ids.source))
            .and(ids.inferred),
        Property::new(PropertyKind::Output, if report.dry_run { "a dry run" } else { "written" }),
    ]
}

/// The digest algorithm of the run, as in `--digest`.
fn kind_of_digest(report: &Report) -> &str {
    let digest = report.map.files.first().and_then(|file| file.digest.as_deref());
    digest.and_then(|digest| digest.split(':').next()).unwrap_or("none")
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.here.what {
            PropertyKind::Number => "number of shards",
            PropertyKind::Version => "version of idswap",
            PropertyKind::Table => "table",
            PropertyKind::File => "file",
            PropertyKind::Digest => "digest",
            PropertyKind::Map => "map",
            PropertyKind::Rules => "rules",
            PropertyKind::Forms => "forms of IDs",
            PropertyKind::Output => "output",
        };
        write!(f, "{what}: {}, not {}", self.here.shown, self.there.shown)
    }
}
