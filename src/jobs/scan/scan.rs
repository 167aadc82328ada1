//! A scan, from its options to the places that it finds.

use super::places;
use std::collections::BTreeSet;
use std::path::PathBuf;

use super::find::Finder;
use super::job::Job;
use super::places::{Counts, Star, Tree};
use rayon::ThreadPool;

use crate::error::{Error, RequestFault, Result};
use crate::idmap::{self, Lengths, LoadedMap, Reading};
use crate::pipeline::{self, Watch};
use crate::rules::{Classes, FieldRule, Match, Path, Plan};
use crate::storage as export;
use crate::storage::Export;

/// What to scan.
#[derive(Debug)]
pub struct Options {
    /// The export.
    pub export: PathBuf,
    /// The name of the table in a single file or on standard input.
    pub table: Option<String>,
    /// The map.
    pub map: Reading,
    /// The rules.
    pub plan: Plan,
    /// The size of a block, in bytes.
    pub block_size: usize,
    /// The number of threads; all cores without it.
    pub threads: Option<usize>,
}

/// A scan that can begin: its tables are found and its map is loaded.
#[derive(Debug)]
pub struct Scan {
    options: Options,
    export: Export,
    map: LoadedMap,
    lengths: Lengths,
    classes: Classes,
    pool: ThreadPool,
}

/// What a scan has found.
#[derive(Debug)]
pub struct Findings {
    /// The tables and how many records each has, sorted by name.
    pub tables: Vec<(String, u64)>,
    /// The places that hold IDs, sorted by table and path.
    pub places: Vec<Place>,
}

impl Findings {
    /// How many places hold IDs of the map that would be left alone.
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
    /// Whether they stand deeper than paths can lead, somewhere below.
    pub below: bool,
    /// What was found there.
    pub counts: Counts,
    /// The records of the table.
    pub of: u64,
    /// The path of the rule that covers it, as the rules spell it.
    pub covered: Option<String>,
    /// Whether that rule leaves some records or literals alone.
    pub partly: bool,
}

impl Place {
    /// The share of the table's records that hold an ID here.
    pub fn share(&self) -> f64 {
        self.counts.records as f64 / (self.of.max(1)) as f64
    }

    /// Its path, and whether something below it is meant.
    pub fn spelled(&self) -> String {
        format!("{}{}", self.path, if self.below { "…" } else { "" })
    }

    /// Whether IDs of the map would be left alone here.
    pub fn is_forgotten(&self) -> bool {
        self.covered.is_none() && self.counts.sources > 0
    }
}

impl Scan {
    /// Checks options and loads what they name.
    ///
    /// # Errors
    /// What cannot be read, and faults of the map.
    pub fn new(options: Options) -> Result<Self> {
        let export = Export::open(&options.export, options.table.as_deref())?;
        if export.tables.is_empty() {
            return Err(export.no_ruled_table(Vec::new()));
        }
        let pool = pipeline::pool(options.threads)?;
        let map = idmap::read(&options.map, &pool)?;
        let (classes, lengths) = (options.plan.ids.classes(map.map.forms), map.map.lengths());
        Ok(Self { options, export, map, lengths, classes, pool })
    }

    /// The forms of IDs that the map does not have.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The rules.
    pub fn plan(&self) -> &Plan {
        &self.options.plan
    }

    /// The files that are read.
    pub fn export(&self) -> &Export {
        &self.export
    }

    /// Reads all tables.
    ///
    /// # Errors
    /// The first invalid line, or what cannot be read.
    pub fn run(&self, watch: &dyn Watch) -> Result<Findings> {
        let mut stars = BTreeSet::new();
        loop {
            let (trees, records) = self.pass(&stars, watch)?;
            let crowded: Vec<Star> = trees.iter().enumerate().flat_map(Tree::crowded).collect();
            if crowded.is_empty() {
                self.check_places(&trees)?;
                return Ok(self.findings(&trees, &records));
            }
            if let Some(stream) = self.export.tables.iter().find(|table| !table.can_be_read_again())
            {
                return Err(Error::at(&stream.path, TWICE));
            }
            stars.extend(crowded);
        }
    }

    fn pass(&self, stars: &BTreeSet<Star>, watch: &dyn Watch) -> Result<(Vec<Tree>, Vec<u64>)> {
        let (feeds, total) = export::feeds(&self.export.tables, self.options.block_size, None)?;
        watch.begin(total);
        let finder = Finder::new(&self.map.map, &self.lengths, &self.classes);
        let job = Job::new(&self.export.tables, &self.options.plan, finder, stars);
        let workers = pipeline::run(&self.pool, &job, &feeds, &|bytes| watch.advance(bytes))?;
        Ok(job.join(workers))
    }

    fn check_places(&self, trees: &[Tree]) -> Result<()> {
        match self.export.tables.iter().zip(trees).find(|(_, tree)| tree.is_full()) {
            Some((table, _)) => Err(Error::at(&table.path, TOO_MANY)),
            None => Ok(()),
        }
    }

    fn findings(&self, trees: &[Tree], records: &[u64]) -> Findings {
        let mut places = Vec::new();
        for ((table, tree), &of) in self.export.tables.iter().zip(trees).zip(records) {
            let mut found = tree.places();
            found.sort_by(|a, b| (a.path.as_str(), a.matches).cmp(&(b.path.as_str(), b.matches)));
            places.extend(found.into_iter().map(|found| {
                let rule = self.covering(&table.name, &found);
                Place {
                    table: table.name.clone(),
                    covered: rule.map(|rule| rule.path.to_string()),
                    partly: rule.is_some_and(|rule| rule.when.is_some() || !rule.exempt.is_empty()),
                    path: found.path,
                    matches: found.matches,
                    below: found.below,
                    counts: found.counts,
                    of,
                }
            }));
        }
        let names = self.export.tables.iter().map(|table| table.name.clone());
        Findings { tables: names.zip(records.iter().copied()).collect(), places }
    }

    fn covering(&self, table: &str, found: &places::Found) -> Option<&FieldRule> {
        let fields = &self.options.plan.table(table)?.fields;
        let covers = |rule: &&FieldRule| {
            !found.below && rule.matches == found.matches && rule.path.covers(&found.path)
        };
        fields.iter().find(covers)
    }
}

/// Why a table cannot be looked at.
const TOO_MANY: RequestFault = RequestFault {
    what: "holds IDs at more than 100,000 places",
    advice: "Its member names are data of a kind that a scan cannot tell from fields; scan other tables on their own.",
};

/// Why a stream cannot be scanned to the end.
const TWICE: RequestFault = RequestFault {
    what: "member names are data here, so that it would have to be read twice",
    advice: "Scan it from a file.",
};
