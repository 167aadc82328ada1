//! Large maps, and next to nothing to rewrite.

use std::io;

use crate::export::Shape;
use crate::running::contender::Contender;
use crate::running::markdown::print;
use crate::running::rounds::{measure, median};
use crate::running::workplace::Workplace;

pub fn loads(place: &Workplace, rows: &[u64]) -> io::Result<()> {
    let place = place.with_runs(place.runs.min(3))?;
    let mut cells = Vec::new();
    for &users in rows {
        place.generate(&Shape { users, ..Shape::of(0.01) })?;
        let contenders = [
            Contender::step("`csv` into a `HashMap`", "load-map ids.csv")?,
            Contender::idswap("--digest none --dry-run"),
        ];
        cells.extend(measure(&place, &contenders)?.iter().map(|row| {
            let millions = format!("{} million", users as f64 / 1e6);
            let seconds = format!("{:.2}", median(&row.seconds));
            vec![row.name.clone(), millions, row.ratio(), row.range(), seconds, row.mebibytes()]
        }));
    }
    let header = ["command", "rows", "ratio", "min–max", "seconds", "peak MiB"];
    print("Loading a map", &header, &cells);
    Ok(())
}
