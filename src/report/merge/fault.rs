//! Why reports of shards cannot be merged.

use std::fmt;
use std::path::PathBuf;

use super::mismatch::Mismatch;
use crate::error::{Class, Fault, printable, printable_path};
use crate::pipeline::Shard;
use crate::report::model::ErrorReport;
use crate::report::verdict::Inconsistency;

/// Why reports of shards cannot be merged. The location of the error names the
/// report.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum MergeFault {
    /// No report was given.
    Nothing,
    /// It is the report of a whole run.
    Whole,
    /// It is the report of shards that have been merged already.
    Merged,
    /// Its shard is not written as I/N.
    NoShard(String),
    /// The run refused its data.
    Refused {
        /// Its shard.
        shard: Shard,
        /// The invalid line, if there was one.
        error: Option<ErrorReport>,
    },
    /// It is inconsistent, as no run writes it.
    Inconsistency {
        /// Its shard.
        shard: Shard,
        /// The inconsistency.
        inconsistency: String,
    },
    /// A shard is part of one table, and the report has another number of
    /// tables.
    Tables(Shard),
    /// Its shard belongs to another run.
    Foreign {
        /// Its shard.
        shard: Shard,
        /// The difference that shows it.
        mismatch: Box<Mismatch>,
        /// The report that it was compared with.
        first: PathBuf,
    },
    /// There are two reports of the same shard.
    Doubled {
        /// The shard.
        shard: Shard,
        /// The other report.
        other: PathBuf,
    },
    /// The reports of some shards are missing.
    Missing {
        /// The numbers of the first missing ones.
        first: Vec<u64>,
        /// How many are missing.
        count: u64,
        /// How many shards there are.
        of: u64,
    },
    /// A shard does not begin where the one before it ends.
    Gap {
        /// The number of the shard; one more than the number of shards if the end of
        /// the file is missing.
        number: u64,
        /// How many shards there are.
        of: u64,
        /// Where it begins, or where the file ends, in bytes.
        begin: u64,
        /// Where the shard before it ends, in bytes.
        end: u64,
    },
}

impl MergeFault {
    /// How many missing shards a message names.
    pub(crate) const NAMED: usize = 10;

    /// The fault of a report that is inconsistent.
    pub(crate) fn inconsistency(shard: Shard, inconsistency: Inconsistency<'_>) -> Self {
        Self::Inconsistency { shard, inconsistency: inconsistency.to_string() }
    }
}

impl fmt::Display for MergeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("there are no reports to merge"),
            Self::Whole => f.write_str("this is the report of a whole run, not of a shard"),
            Self::Merged => f.write_str("these are shards that are merged already"),
            Self::NoShard(text) => write!(f, "{} is no shard", printable(text)),
            Self::Refused { shard, error: Some(error) } => {
                write!(f, "shard {shard} refused its data: {}", printable(&error.to_string()))
            }
            Self::Refused { shard, error: None } => write!(f, "shard {shard} refused its data"),
            Self::Inconsistency { shard, inconsistency } => {
                write!(
                    f,
                    "no run of shard {shard} writes such a report: {}",
                    printable(inconsistency)
                )
            }
            Self::Tables(shard) => write!(f, "shard {shard} is not part of one table"),
            Self::Foreign { shard, mismatch, first } => write!(
                f,
                "shard {shard} is of another run than {}: {}",
                printable_path(first),
                printable(&mismatch.to_string())
            ),
            Self::Doubled { shard, other } => {
                write!(f, "shard {shard} is that of {}, too", printable_path(other))
            }
            Self::Missing { first, count, of } => missing(f, first, *count, *of),
            Self::Gap { number, of, begin, end } if number > of => {
                write!(f, "the shards end at byte {end}, and the file at byte {begin}")
            }
            Self::Gap { number, of, begin, end } => write!(
                f,
                "shard {number}/{of} begins at byte {begin}, and those before it end at byte {end}"
            ),
        }
    }
}

fn missing(f: &mut fmt::Formatter<'_>, first: &[u64], count: u64, of: u64) -> fmt::Result {
    let named: Vec<_> = first.iter().map(|number| format!("{number}/{of}")).collect();
    f.write_str(if count == 1 { "shard " } else { "shards " })?;
    f.write_str(&named.join(", "))?;
    let more = count.saturating_sub(first.len() as u64);
    if more > 0 {
        write!(f, " and {more} more")?;
    }
    f.write_str(if count == 1 { " is missing" } else { " are missing" })
}

impl Fault for MergeFault {
    fn class(&self) -> Class {
        Class::Data
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            Self::Nothing | Self::Whole | Self::Merged | Self::NoShard(_) => {
                "Name the reports of all shards: each run with --shard writes one."
            }
            Self::Refused { .. } => "Repair the data, or run all shards with --on-invalid reject.",
            Self::Inconsistency { .. } | Self::Tables(_) => "Run this shard again with --force.",
            Self::Foreign { mismatch, .. } => mismatch.advice(),
            Self::Doubled { .. } => "Name one of the two.",
            Self::Missing { .. } => "Run what is missing, or name its report, too.",
            Self::Gap { .. } => {
                "The file has changed between the runs: run all shards again with --force."
            }
        };
        Some(advice.to_owned())
    }
}
