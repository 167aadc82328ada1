//! Random hostile tables, by built-in and random rules, in a random number of
//! shards.

use std::collections::BTreeMap;

use idswap::rewrite::Options;
use proptest::prelude::*;
use proptest::sample::select;

use super::joined::check;
use super::trial::Trial;
use crate::models::rule_worlds::ruled_cases;
use crate::models::worlds::{Asked, Case, EXPORT, OUT, WORLDS, World, cases};
use crate::rewrite::properties::{BLOCK_SIZES, THREADS, holds_for, options};
use crate::support::folder::Folder;

/// Into how many shards, by how many threads, in blocks of how many bytes.
type Cut = (usize, usize, usize);

fn cut() -> impl Strategy<Value = Cut> {
    let of = prop_oneof![4 => 1..=5_usize, 2 => 6..=20_usize, 1 => 21..=90_usize];
    (of, select(&THREADS[..2]), select(&BLOCK_SIZES[..]))
}

/// Each table of an export is one to be cut.
fn trials(case: &Case) -> Vec<Trial> {
    let ruled = case.tables.iter().filter(|(name, _)| case.is_ruled(name));
    let trial = |(name, table): (&&'static str, &crate::models::worlds::Table)| {
        let asked = Asked { all_tables: false, ..case.asked };
        // What is set aside has room in each run.
        let case = Case { asked, tables: BTreeMap::new(), ..case.clone() };
        let folder = Folder::in_memory();
        case.write(&folder.path(""));
        let options = options(&case, &folder.path(""), EXPORT, OUT);
        let table_name = Some((*name).to_owned());
        let options = Options { table: table_name, patch_batch: 1, ..options };
        let trial = Trial::new(folder, &table.content, options);
        // Not every rule can be one of a patch.
        if case.rules.from_file || trial.refuses_unmapped() && trial.is_dry() {
            trial.without_patches()
        } else {
            trial
        }
    };
    ruled.map(trial).collect()
}

fn holds(world: World, usually: u32, cases: impl Strategy<Value = Case>) {
    holds_for(world, &(cases, cut()), usually, |(case, (of, threads, block_size))| {
        for trial in trials(case) {
            check(&trial, &trial.whole(), &trial.shards(*of, *threads, *block_size));
        }
    });
}

#[test]
fn shards_of_random_tables_are_the_tables() {
    for world in WORLDS {
        holds(world, 6, cases(world));
    }
}

#[test]
fn shards_by_random_rules_are_the_tables() {
    for world in WORLDS {
        holds(world, 6, ruled_cases(world));
    }
}
