//! Tables in Markdown.

use std::io;

use crate::running::rounds::{Row, median};
use crate::running::workplace::Workplace;

/// Prints a table; all columns but the first are aligned to the right.
pub fn print(title: &str, header: &[&str], rows: &[Vec<String>]) {
    let header: Vec<String> = header.iter().map(ToString::to_string).collect();
    let all = || std::iter::once(&header).chain(rows);
    let widths: Vec<usize> = (0..header.len())
        .map(|column| all().map(|row| row[column].chars().count()).max().unwrap_or_default())
        .collect();
    let dashes = widths.iter().map(|width| format!("{}:", "-".repeat(width - 1)));
    let mut rule: Vec<String> = dashes.collect();
    rule[0] = "-".repeat(widths[0]);
    println!("\n### {title}\n");
    for row in [&header, &rule].into_iter().chain(rows) {
        let (first, others) = row.split_first().expect("a column");
        print!("| {first:0$} |", widths[0]);
        for (cell, width) in others.iter().zip(&widths[1..]) {
            print!(" {cell:>width$} |");
        }
        println!();
    }
}

/// Prints what commands took beside the first one.
pub fn print_rows(title: &str, place: &Workplace, rows: &[Row]) -> io::Result<()> {
    let megabytes = place.megabytes()?;
    let cells = rows.iter().map(|row| {
        let rate = format!("{:.0}", megabytes / median(&row.seconds));
        let cpu = format!("{:.2}", median(&row.cpu_seconds));
        let verdict = row.verdict.map_or("–".to_owned(), |verdict| verdict.to_string());
        vec![row.name.clone(), row.ratio(), row.range(), rate, cpu, row.mebibytes(), verdict]
    });
    let by = format!("times {}", rows[0].name);
    let header = ["command", &by, "min–max", "MB/s", "CPU s", "peak MiB", "output as idswap's"];
    print(title, &header, &cells.collect::<Vec<_>>());
    Ok(())
}

impl Row {
    pub fn ratio(&self) -> String {
        format!("{:.2}", median(&self.ratios))
    }

    pub fn range(&self) -> String {
        let lowest = self.ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = self.ratios.iter().copied().fold(0.0, f64::max);
        format!("{lowest:.2}–{highest:.2}")
    }

    pub fn mebibytes(&self) -> String {
        format!("{:.1}", self.peak as f64 / f64::from(1 << 20))
    }
}
