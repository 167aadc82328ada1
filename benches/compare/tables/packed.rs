//! Snapshots as they are exported and imported: ZIPs, read and written.

use std::io;

use crate::export::Shape;
use crate::running::contender::Contender;
use crate::running::markdown::print_rows;
use crate::running::rounds::measure;
use crate::running::workplace::Workplace;

/// Beside a program that unpacks and packs the same bytes, and nothing else.
pub fn snapshots(place: &Workplace, megabytes: f64) -> io::Result<()> {
    place.generate(&Shape::of(megabytes))?;
    Contender::step("pack", "pack export export.zip")?.run(place.path())?;
    for (out, ending) in [("gz", "gz"), ("zst", "zst")] {
        Contender::step("pack", &format!("pack-tables export {out} {ending}"))?
            .run(place.path())?;
    }
    let threads = place.threads;
    let rewrite = |from: &str, out: &str, options: &str| {
        let name = format!("{from} to {out} {options}");
        let words = format!(
            "rewrite {from} --map ids.csv --out {out} --quiet --exit-zero --all-tables {options}"
        );
        Contender::rewriter().words(&words).named(name.trim_end())
    };
    let contenders = [
        Contender::step(
            &format!("inflate and deflate, {threads} threads"),
            &format!("repack export.zip out.zip {threads}"),
        )?,
        rewrite("export.zip", "out.zip", ""),
        rewrite("export.zip", "out.zip", "--digest none"),
        rewrite("export.zip", "out.zip", "--threads 1"),
        rewrite("export", "out.zip", ""),
        rewrite("export.zip", "out", ""),
        rewrite("gz", "out", ""),
        rewrite("zst", "out", ""),
    ];
    let rows = measure(place, &contenders)?;
    print_rows(&format!("Packed: {megabytes} MB of tables"), place, &rows)
}
