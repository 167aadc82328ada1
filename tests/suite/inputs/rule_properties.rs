//! Random rules over random records agree with the oracle, and rules that
//! clash are refused where the oracle says.

use std::collections::BTreeMap;
use std::fs;

use idswap::rules;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};

use crate::models::oracle::expect;
use crate::models::rule_worlds::{self, WORDS, ruled_cases};
use crate::models::worlds::{RULES, WORLDS};
use crate::rewrite::properties::{
    BLOCK_SIZES, EVERYTHING, THREADS, agrees, changes_nothing_twice, check, holds_for, meets,
    quick_folder, root, run,
};

/// Every combination of threads and block size.
#[test]
fn ruled_runs_agree_with_the_oracle() {
    for world in WORLDS {
        holds_for(world, &ruled_cases(world), 10, agrees);
    }
}

/// Many more cases, each of one combination.
#[test]
fn one_run_of_each_of_many_ruled_cases_agrees_with_the_oracle() {
    for world in WORLDS {
        holds_for(world, &ruled_cases(world), 200, |case| {
            let folder = quick_folder();
            case.write(folder.path());
            let size = case.tables.values().map(|table| table.content.len()).sum::<usize>();
            let (threads, block_size) = (THREADS[size % 3], BLOCK_SIZES[size % 7]);
            check(&run(case, folder.path(), threads, block_size), &expect(case, &root(&folder)));
        });
    }
}

/// Unless there are chains, or a condition that holds only once its ID is
/// rewritten.
#[test]
fn a_ruled_run_over_its_own_output_changes_nothing() {
    for world in WORLDS {
        holds_for(world, &ruled_cases(world), 30, |case| {
            let mut conditions = case.rules.fields.iter().filter_map(|rule| rule.when.as_ref());
            if !case.chains && conditions.all(|one| WORDS.contains(&one.equals.as_str())) {
                changes_nothing_twice(case);
            }
        });
    }
}

/// Exactly the rules that can meet are refused, and at the first that does.
#[test]
fn rules_that_meet_are_refused() {
    let folder = quick_folder();
    let path = folder.path().join(RULES);
    let mut clashes = 0;
    let mut runner = TestRunner::new(Config::default());
    let strategy = rule_worlds::rules(WORLDS[0]);
    for _ in 0..2000 {
        let all = strategy.new_tree(&mut runner).expect("rules").current();
        fs::write(&path, all.toml()).expect("written");
        let read = rules::read(&path).err().map(|error| error.to_string());
        let place =
            all.clash().map(|number| format!("{}:{}:8: ", path.display(), all.line(number)));
        match (&read, &place) {
            (Some(error), Some(place)) if error.starts_with(place) => clashes += 1,
            (None, None) => {}
            _ => panic!("{read:?}, not {place:?}:\n{}", all.toml()),
        }
    }
    assert!((400..1600).contains(&clashes), "{clashes} of 2000 clash");
}

/// The cases are worth trying.
#[test]
fn random_ruled_cases_meet_everything() {
    let mut runner = TestRunner::deterministic();
    let mut met: BTreeMap<String, u32> = BTreeMap::new();
    for world in WORLDS {
        for _ in 0..100 {
            let case = ruled_cases(world).new_tree(&mut runner).expect("a case").current();
            for what in meets(&expect(&case, "")) {
                *met.entry(what).or_insert(0) += 1;
            }
        }
    }
    for what in EVERYTHING.iter().chain(&["exempt", "collided", "excluded"]) {
        let times = met.get(*what).copied().unwrap_or(0);
        assert!(times >= 10, "{what} is met {times} times: {met:?}");
    }
}
