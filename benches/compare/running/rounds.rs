//! Rounds: all commands in turn, again and again, so that whatever else the
//! machine does falls on all of them alike.

use std::fs;
use std::io;

use crate::running::contender::{Contender, Usage};
use crate::running::same::{self, Verdict};
use crate::running::workplace::{Workplace, remove};

/// What became of one command over all rounds.
pub struct Row {
    pub name: String,
    pub seconds: Vec<f64>,
    pub cpu_seconds: Vec<f64>,
    /// Seconds by those of the first command in the same round.
    pub ratios: Vec<f64>,
    /// The highest peak of memory, in bytes.
    pub peak: u64,
    /// The most bytes read, where they were counted.
    pub read: Option<u64>,
    pub verdict: Option<Verdict>,
}

impl Row {
    /// How many times as long as another row it took, round by round.
    pub fn beside(&self, other: &Self) -> f64 {
        let pairs = self.seconds.iter().zip(&other.seconds);
        median(&pairs.map(|(one, other)| one / other).collect::<Vec<_>>())
    }
}

/// Runs all commands in turn. The first is what the others are measured by.
pub fn measure(place: &Workplace, contenders: &[Contender]) -> io::Result<Vec<Row>> {
    eprint!("warming up  ");
    let verdicts = warm_up(place, contenders)?;
    let rounds = (0..place.runs).map(|round| {
        eprint!("\rround {} of {}", round + 1, place.runs);
        contenders.iter().map(|contender| run(place, contender)).collect()
    });
    let rounds: Vec<Vec<Usage>> = rounds.collect::<io::Result<_>>()?;
    eprintln!();
    let rows = contenders.iter().zip(verdicts).enumerate();
    Ok(rows
        .map(|(column, (contender, verdict))| row(&rounds, column, contender, verdict))
        .collect())
}

fn row(rounds: &[Vec<Usage>], column: usize, of: &Contender, verdict: Option<Verdict>) -> Row {
    let usages = || rounds.iter().map(|round| &round[column]);
    Row {
        name: of.name.clone(),
        cpu_seconds: usages().map(|usage| usage.cpu_seconds).collect(),
        seconds: usages().map(|usage| usage.seconds).collect(),
        ratios: rounds.iter().map(|round| round[column].seconds / round[0].seconds).collect(),
        peak: usages().map(|usage| usage.peak).max().unwrap_or_default(),
        read: usages().filter_map(|usage| usage.read).max(),
        verdict,
    }
}

/// One run, with what it left removed.
fn run(place: &Workplace, contender: &Contender) -> io::Result<Usage> {
    let usage = contender.run(place.path());
    place.check_interrupt()?;
    remove_outputs(place)?;
    usage
}

/// The first round: not timed, but judged by the output of the first idswap.
fn warm_up(place: &Workplace, contenders: &[Contender]) -> io::Result<Vec<Option<Verdict>>> {
    let (out, expected) = (place.join("out"), place.join("expected"));
    if contenders.iter().any(|contender| contender.judged) {
        Contender::idswap("").run(place.path())?;
        if out.exists() {
            fs::rename(&out, &expected)?;
        }
    }
    let judge = |contender: &Contender| {
        remove_outputs(place)?;
        contender.run(place.path())?;
        place.check_interrupt()?;
        contender.judged.then(|| same::compare(&expected, &out)).transpose()
    };
    let verdicts = contenders.iter().map(judge).collect();
    remove_outputs(place)?;
    remove(&expected)?;
    verdicts
}

pub fn remove_outputs(place: &Workplace) -> io::Result<()> {
    let outputs = ["out", "out.report.json", "out.reports", "out.zip", "out.zip.report.json"];
    outputs.iter().try_for_each(|output| remove(&place.join(output)))
}

/// The one in the middle.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) / 2.0
}
