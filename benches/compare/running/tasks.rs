//! The shards of a file as a scheduler runs them: a process of one thread each,
//! so many at a time.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::running::contender::IDSWAP;

/// Rewrites a file in shards: `to` gets a part of each, named so that they sort
/// in their order, and `to` with `.reports` the reports.
pub fn run(from: &Path, to: &Path, shards: u64, at_once: u64) -> io::Result<()> {
    let reports = &to.with_extension("reports");
    fs::create_dir(to)?;
    fs::create_dir(reports)?;
    let next = &AtomicU64::new(1);
    let work = || loop {
        let shard = next.fetch_add(1, Ordering::Relaxed);
        if shard > shards {
            return Ok(());
        }
        let part = format!("{shard:06}");
        rewrite(from, &to.join(&part), &reports.join(part), &format!("{shard}/{shards}"))?;
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..at_once).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("no panic"))
    })
}

fn rewrite(from: &Path, to: &Path, report: &Path, shard: &str) -> io::Result<()> {
    let mut command = Command::new(IDSWAP);
    command.arg("rewrite").arg(from).arg("--out").arg(to).arg("--report").arg(report);
    command.args(["--shard", shard, "--threads", "1", "--map", "ids.csv"]);
    let ended = command.args(["--quiet", "--exit-zero"]).status()?;
    match ended.success() {
        true => Ok(()),
        false => Err(io::Error::other(format!("shard {shard}: {ended}"))),
    }
}
