//! The result of a scan: places and what was found there.

use super::counts::Counts;
use crate::rules::{Match, Path};

/// The result of a scan.
#[derive(Debug)]
pub struct Findings {
    /// The tables and the number of records of each, sorted by name.
    pub tables: Vec<(String, u64)>,
    /// The places that hold IDs, sorted by table and path.
    pub places: Vec<Place>,
}

impl Findings {
    /// The number of places with IDs of the map that a run would leave alone.
    pub fn forgotten(&self) -> u64 {
        self.places.iter().filter(|place| place.is_forgotten()).count() as u64
    }
}

/// A place that holds IDs.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its table.
    pub table: String,
    /// Its path.
    pub path: Path,
    /// Whether the IDs are values or member names.
    pub matches: Match,
    /// Whether the IDs are somewhere below `path`, deeper than a path can lead.
    pub below: bool,
    /// What was found there.
    pub counts: Counts,
    /// The number of records of the table.
    pub of: u64,
    /// The path of the rule that covers it, as the rules spell it.
    pub covered: Option<String>,
    /// Whether that rule leaves some records or literals alone.
    pub partly: bool,
}

impl Place {
    /// The share of the table's records that hold an ID here, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.counts.records as f64 / (self.of.max(1)) as f64
    }

    /// Its path, with an ellipsis if the IDs are somewhere below it.
    pub fn spelled(&self) -> String {
        format!("{}{}", self.path, if self.below { "…" } else { "" })
    }

    /// Whether a run would leave IDs of the map alone here.
    pub fn is_forgotten(&self) -> bool {
        self.covered.is_none() && self.counts.sources > 0
    }
}
