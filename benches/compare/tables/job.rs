//! The main job: an export of three tables, a map of nearly all users.

use std::io;

use crate::export::Shape;
use crate::running::contender::Contender;
use crate::running::markdown::print_rows;
use crate::running::rounds::{Row, measure};
use crate::running::step::flush;
use crate::running::workplace::Workplace;

/// Beside a copy, in memory.
pub fn whole(place: &Workplace, megabytes: f64) -> io::Result<()> {
    place.generate(&Shape::of(megabytes))?;
    let threads = place.threads;
    let name = format!("plain copy, {threads} threads");
    let contenders = [
        Contender::cp(),
        Contender::step(&name, &format!("copy export out {threads}"))?,
        Contender::idswap("--digest none"),
        Contender::idswap("--digest none --threads 1"),
        Contender::idswap(""),
        Contender::idswap("--threads 1"),
        Contender::idswap("--digest sha256"),
        Contender::idswap("--dry-run --digest none"),
        Contender::idswap("--dry-run"),
    ];
    let rows = measure(place, &contenders)?;
    print_rows(&format!("The job: {megabytes} MB"), place, &rows)?;
    println!(
        "\nOne thread takes {} times as long as {threads} without digests, {} times with them.",
        gain(&rows[3], &rows[2]),
        gain(&rows[5], &rows[4])
    );
    Ok(())
}

/// How many times as long `slow` takes.
fn gain(slow: &Row, fast: &Row) -> String {
    format!("{:.2}", slow.beside(fast))
}

/// On a disk, with everything flushed: idswap does so by itself.
pub fn on_disk(place: &Workplace, megabytes: f64) -> io::Result<()> {
    place.generate(&Shape::of(megabytes))?;
    // What is still to be written would slow down whoever comes first.
    flush(place.path())?;
    let contenders = [
        Contender::step("`cp -r`, fsync", "copy-and-flush export out")?,
        Contender::idswap("--digest none"),
        Contender::idswap(""),
    ];
    let rows = measure(place, &contenders)?;
    print_rows(&format!("On a disk, flushed: {megabytes} MB"), place, &rows)
}
