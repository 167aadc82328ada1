//! Every way to scan agrees with the walker and with serde_json on records
//! that were broken at random, at every place of a block.
//!
//! `MUTANTS=10000000 cargo test --release --test mutants` takes ten million.

mod judge;
mod places;
mod records;

use std::sync::atomic::{AtomicU64, Ordering};

use fastrand::Rng;
use judge::Judge;

/// Mutants in one block, at least.
const BLOCK: u64 = 40;

fn mutants() -> u64 {
    let wanted = std::env::var("MUTANTS").ok().and_then(|count| count.parse().ok());
    wanted.unwrap_or(60_000)
}

#[test]
fn every_level_agrees_on_mutants() {
    let blocks = mutants().div_ceil(BLOCK);
    let next = AtomicU64::new(0);
    let (valid, lines) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut judges: Vec<_> =
                    judge::WANTED.iter().map(|names| Judge::new(names)).collect();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= blocks {
                        break;
                    }
                    let mut random = Rng::with_seed(seed);
                    let from = records::one_of(&mut random, &[0, 0, 3]);
                    let block = records::block(&mut random, BLOCK, from);
                    let judge = random.usize(..judges.len());
                    judges[judge].block(&block, from);
                }
                for judge in &judges {
                    valid.fetch_add(judge.valid, Ordering::Relaxed);
                    lines.fetch_add(judge.lines, Ordering::Relaxed);
                }
            });
        }
    });
    // Mutants that are all broken, or all whole, would prove little.
    let share = valid.into_inner() as f64 / lines.into_inner() as f64;
    assert!((0.2..0.8).contains(&share), "{share} of all mutants are valid");
}
