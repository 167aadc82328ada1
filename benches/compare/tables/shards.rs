//! Shards: one file, rewritten by many processes of one thread each. None may
//! read what another one reads, and twice the data may cost but twice as much.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};

use crate::export::{Shape, Table};
use crate::running::contender::Contender;
use crate::running::markdown::print;
use crate::running::rounds::{Row, measure, median, remove_outputs};
use crate::running::same;
use crate::running::workplace::{Workplace, remove};

/// A map that is small beside any file: every shard reads all of it.
const USERS: u64 = 1000;
/// A file, and pieces of it: how many times as large as the smallest.
const SIZES: [u64; 3] = [1, 4, 16];
/// How many reports are merged.
const REPORTS: [u64; 2] = [16, 256];

pub fn all(place: &Workplace, megabytes: f64, map_rows: &[u64]) -> io::Result<()> {
    place.generate(&Shape { users: USERS, ..Shape::of(megabytes) })?;
    // The largest table alone: shards are parts of one file.
    for table in [Table::Tickets, Table::History] {
        remove(&place.join(&file("export", table)))?;
    }
    let rate = numbers(place)?;
    sizes(place)?;
    reports(place)?;
    loads(place, map_rows, rate)
}

/// One file in more and more shards, beside a copy. Returns how many bytes one
/// shard alone rewrites in a second of a processor.
fn numbers(place: &Workplace) -> io::Result<f64> {
    let from = file("export", Table::Comments);
    let size = place.join(&from).metadata()?.len() as f64;
    let cores = place.threads as u64;
    let numbers = [1, 2, 4, 8];
    let mut contenders = vec![Contender::cp().named("`cp`")];
    for shards in numbers {
        let at_once = shards.min(cores);
        contenders.push(sharded(&from, shards, at_once)?.named(&count(shards, at_once)));
        judge(place, &from, contenders.last().expect("one was pushed"))?;
    }
    let rows = measure(place, &contenders)?;
    let (copy, shards) = rows.split_first().expect("a copy");
    let at_once = numbers.map(|shards| shards.min(cores) as f64);
    let mut cells = vec![cells(copy, size, ["–".to_owned(), "–".to_owned()])];
    cells.extend(shards.iter().zip(at_once).map(|(row, at_once)| {
        let rate = shards[0].beside(row) / at_once;
        let cpu = median(&row.cpu_seconds) / median(&shards[0].cpu_seconds);
        self::cells(row, size, [rate, cpu].map(|ratio| format!("{ratio:.2}")))
    }));
    let title = format!("Shards: {:.0} MB, a map of {USERS} users", size / 1e6);
    let header = [
        "shards, processes of one thread",
        "times `cp`",
        "min–max",
        "rate a core",
        "processor time",
        "read, times the file",
        "peak MiB",
    ];
    print(&title, &header, &cells);
    println!(
        "\nRate and processor time are beside one shard; a peak is that of the largest process."
    );
    Ok(size / median(&shards[0].cpu_seconds))
}

fn count(shards: u64, at_once: u64) -> String {
    match at_once {
        1 => format!("{shards}, one at a time"),
        at_once => format!("{shards}, {at_once} at a time"),
    }
}

fn cells(row: &Row, size: f64, [rate, cpu]: [String; 2]) -> Vec<String> {
    let (ratio, range) = (row.ratio(), row.range());
    vec![row.name.clone(), ratio, range, rate, cpu, times(row.read, size), row.mebibytes()]
}

/// More data in more shards of one size, one after the other.
fn sizes(place: &Workplace) -> io::Result<()> {
    let mut contenders = Vec::new();
    let mut bytes = Vec::new();
    for times in SIZES {
        let from = piece(place, times)?;
        bytes.push(place.join(&from).metadata()?.len() as f64);
        contenders.push(sharded(&from, times, 1)?.named(&times.to_string()));
        judge(place, &from, contenders.last().expect("one was pushed"))?;
    }
    let rows = measure(place, &contenders)?;
    let first = median(&rows[0].cpu_seconds);
    let cells = rows.into_iter().zip(&bytes).map(|(row, &size)| {
        let growth = size / bytes[0];
        let cpu = format!("{:.2}", median(&row.cpu_seconds) / first / growth);
        let megabytes = format!("{:.0}", size / 1e6);
        let ratios = row.ratios.iter().map(|ratio| ratio / growth).collect();
        let row = Row { ratios, ..row };
        vec![row.name.clone(), megabytes, row.ratio(), row.range(), cpu, times(row.read, size)]
    });
    let header = [
        "shards",
        "MB",
        "seconds a GB",
        "min–max",
        "processor seconds a GB",
        "read, times the file",
    ];
    let title = "More data in more shards, one at a time, beside the first";
    print(title, &header, &cells.collect::<Vec<_>>());
    Ok(())
}

/// Merging what more and more shards report.
fn reports(place: &Workplace) -> io::Result<()> {
    let from = piece(place, SIZES[0])?;
    let mut contenders = Vec::new();
    for shards in REPORTS {
        let step = format!("shards {from} {shards} {shards} {}", place.threads);
        Contender::step("shards", &step)?.run(place.path())?;
        let mut merge =
            Contender::rewriter().words("report merge --quiet").named(&shards.to_string());
        for report in fs::read_dir(place.join(&format!("{shards}.reports")))? {
            merge = merge.argument(report?.path());
        }
        contenders.push(merge);
    }
    let rows = measure(place, &contenders)?;
    let cells = rows.iter().map(|row| {
        let time = format!("{:.1}", median(&row.seconds) * 1000.0);
        vec![row.name.clone(), row.ratio(), row.range(), time, row.mebibytes()]
    });
    let header = ["`report merge` of", "times the first", "min–max", "milliseconds", "peak MiB"];
    print("Merging reports", &header, &cells.collect::<Vec<_>>());
    Ok(())
}

/// What a map costs every shard, however small, before it begins: as many
/// bytes as it could rewrite meanwhile.
fn loads(place: &Workplace, rows: &[u64], rate: f64) -> io::Result<()> {
    let place = place.with_runs(place.runs.min(3))?;
    let mut cells = Vec::new();
    for &users in [0, Shape::USUAL.users].iter().chain(rows) {
        place.generate(&Shape { users, ..Shape::of(0.01) })?;
        let shard = format!("rewrite {} --map ids.csv --out out", file("export", Table::Comments));
        let shard = Contender::rewriter()
            .words(&shard)
            .words("--shard 1/2 --threads 1 --quiet --exit-zero");
        let row = measure(&place, &[shard])?.remove(0);
        let cpu = median(&row.cpu_seconds);
        let meanwhile = format!("{:.0}", cpu * rate / 1e6);
        cells.push(vec![users.to_string(), format!("{cpu:.3}"), meanwhile, row.mebibytes()]);
    }
    let header = ["rows of the map", "processor seconds", "MB rewritten meanwhile", "peak MiB"];
    print("A shard of next to nothing", &header, &cells);
    Ok(())
}

/// Where a table stands.
fn file(folder: &str, table: Table) -> String {
    format!("{folder}/{}.jsonl", table.name())
}

/// All shards of a file.
fn sharded(from: &str, shards: u64, at_once: u64) -> io::Result<Contender> {
    Contender::step("shards", &format!("shards {from} out {shards} {at_once}"))
}

/// The beginning of the largest table, so many times as large as the smallest
/// piece, in a folder of its own.
fn piece(place: &Workplace, times: u64) -> io::Result<String> {
    let (whole, piece) = ("export", format!("{times}x"));
    let from = File::open(place.join(&file(whole, Table::Comments)))?;
    let bytes = from.metadata()?.len() * times / SIZES[SIZES.len() - 1];
    fs::create_dir_all(place.join(&piece))?;
    let piece = file(&piece, Table::Comments);
    let (mut from, mut to) = (BufReader::new(from), File::create(place.join(&piece))?);
    io::copy(&mut (&mut from).take(bytes), &mut to)?;
    let mut rest = Vec::new();
    from.read_until(b'\n', &mut rest)?;
    to.write_all(&rest)?;
    Ok(piece)
}

/// Holds what shards write, joined in their order, against one run.
fn judge(place: &Workplace, from: &str, shards: &Contender) -> io::Result<()> {
    let whole = format!("rewrite {from} --map ids.csv --out expected --quiet --exit-zero");
    Contender::rewriter().words(&whole).words("--report expected.json").run(place.path())?;
    shards.run(place.path())?;
    let expected = place.join("expected");
    let same = same::joined(&place.join("out"), &expected)?;
    for left in ["expected", "expected.json"] {
        remove(&place.join(left))?;
    }
    remove_outputs(place)?;
    match same {
        true => Ok(()),
        false => Err(io::Error::other(format!("{}: other bytes than one run", shards.name))),
    }
}

/// Bytes beside those of a file, where they were counted.
fn times(bytes: Option<u64>, size: f64) -> String {
    bytes.map_or("–".to_owned(), |bytes| format!("{:.3}", bytes as f64 / size))
}
