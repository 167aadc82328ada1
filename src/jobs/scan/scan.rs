//! A scan, from its options to its findings.

use std::collections::BTreeSet;

use rayon::ThreadPool;

use super::classifier::Classifier;
use super::findings::{Findings, Place};
use super::job::Job;
use super::options::Options;
use super::place_tree::{PlaceTree, Wildcard};
use crate::error::{Error, RequestFault, Result};
use crate::idmap::{self, IdLengths, LoadedMap};
use crate::pipeline::{self, ProgressSink};
use crate::rules::{Classes, FieldRule, Plan};
use crate::storage::{Export, ExportFault, feeds};

/// A checked scan: its tables are found and its map is loaded.
#[derive(Debug)]
pub struct Scan {
    options: Options,
    export: Export,
    map: LoadedMap,
    lengths: IdLengths,
    classes: Classes,
    pool: ThreadPool,
}

impl Scan {
    /// Checks options and reads the map.
    ///
    /// # Errors
    /// Returns an error if the export has no tables or the map cannot be read.
    pub fn new(options: Options) -> Result<Self> {
        let export = Export::open(&options.export, options.table.as_deref())?;
        if export.tables.is_empty() {
            let kind = ExportFault::NoRuledTable { ruled: Vec::new(), found: Vec::new() };
            return Err(Error::at(&export.path, kind));
        }
        let pool = pipeline::pool(options.threads)?;
        let map = idmap::read(&options.map, &pool)?;
        let (classes, lengths) = (options.plan.ids.classes(map.map.forms), map.map.lengths());
        Ok(Self { options, export, map, lengths, classes, pool })
    }

    /// The forms by which IDs that are not in the map are recognised.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The rules.
    pub fn plan(&self) -> &Plan {
        &self.options.plan
    }

    /// The export that is read.
    pub fn export(&self) -> &Export {
        &self.export
    }

    /// Reads all tables.
    ///
    /// # Errors
    /// Returns the first invalid line, or an error if a table cannot be read.
    pub fn run(&self, watch: &dyn ProgressSink) -> Result<Findings> {
        let mut wildcards = BTreeSet::new();
        loop {
            let (trees, records) = self.pass(&wildcards, watch)?;
            let trees_by_number = trees.iter().enumerate();
            let crowded: Vec<Wildcard> = trees_by_number.flat_map(PlaceTree::crowded).collect();
            if crowded.is_empty() {
                self.check_places(&trees)?;
                return Ok(self.findings(&trees, records));
            }
            let stream = self.export.tables.iter().find(|table| !table.can_be_read_again());
            if let Some(stream) = stream {
                return Err(Error::at(&stream.path, TWICE));
            }
            wildcards.extend(crowded);
        }
    }

    fn pass(
        &self,
        wildcards: &BTreeSet<Wildcard>,
        watch: &dyn ProgressSink,
    ) -> Result<(Vec<PlaceTree>, Vec<u64>)> {
        let (feeds, total) = feeds(&self.export.tables, self.options.block_size, None)?;
        watch.begin(total);
        let classifier = Classifier::new(&self.map.map, &self.lengths, &self.classes);
        let job = Job::new(&self.export.tables, &self.options.plan, classifier, wildcards);
        let workers = pipeline::run(&self.pool, &job, &feeds, &|bytes| watch.advance(bytes))?;
        Ok(job.join(workers))
    }

    fn check_places(&self, trees: &[PlaceTree]) -> Result<()> {
        match self.export.tables.iter().zip(trees).find(|(_, tree)| tree.is_full()) {
            Some((table, _)) => Err(Error::at(&table.path, TOO_MANY)),
            None => Ok(()),
        }
    }

    fn findings(&self, trees: &[PlaceTree], records: Vec<u64>) -> Findings {
        let names = self.export.tables.iter().map(|table| table.name.clone());
        let tables: Vec<_> = names.zip(records).collect();
        let mut places = Vec::new();
        for ((table, records), tree) in tables.iter().zip(trees) {
            let mut found = tree.places(table, *records);
            found.sort_by(|a, b| (a.path.as_str(), a.matches).cmp(&(b.path.as_str(), b.matches)));
            places.extend(found.into_iter().map(|place| self.with_rule(place)));
        }
        Findings { tables, places }
    }

    /// Adds the rule that covers a place.
    fn with_rule(&self, place: Place) -> Place {
        let fields = self.options.plan.table(&place.table).map_or(&[][..], |plan| &plan.fields);
        let covers = |rule: &&FieldRule| {
            !place.below && rule.matches == place.matches && rule.path.covers(&place.path)
        };
        let rule = fields.iter().find(covers);
        Place {
            covered: rule.map(|rule| rule.path.to_string()),
            partly: rule.is_some_and(|rule| rule.when.is_some() || !rule.exempt.is_empty()),
            ..place
        }
    }
}

/// The fault of a table with too many places.
const TOO_MANY: RequestFault = RequestFault {
    what: "holds IDs at more than 100,000 places",
    advice: "Its member names are data of a kind that a scan cannot tell from fields; scan other tables on their own.",
};

/// The fault of a stream that would have to be read twice.
const TWICE: RequestFault = RequestFault {
    what: "member names are data here, so that it would have to be read twice",
    advice: "Scan it from a file.",
};
