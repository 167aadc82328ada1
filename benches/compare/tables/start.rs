//! Starting: three empty tables, a map of ten users.

use std::io;

use crate::export::Shape;
use crate::running::contender::Contender;
use crate::running::markdown::print;
use crate::running::rounds::{measure, median};
use crate::running::workplace::Workplace;
use crate::tables::peers::is_found;

const RUNS: u32 = 50;

pub fn empty(place: &Workplace) -> io::Result<()> {
    let place = place.with_runs(RUNS)?;
    place.generate(&Shape { users: 10, ..Shape::of(0.0) })?;
    let mut contenders = vec![
        Contender::new("`true`", "true"),
        Contender::idswap("--dry-run"),
        Contender::idswap(""),
    ];
    if is_found("jq") {
        contenders.insert(0, Contender::new("`jq -n 1`", "jq").words("-n 1"));
    }
    let rows = measure(&place, &contenders)?;
    let cells = rows.iter().map(|row| {
        let time = format!("{:.2}", median(&row.seconds) * 1000.0);
        vec![row.name.clone(), row.ratio(), row.range(), time, row.mebibytes()]
    });
    let by = format!("times {}", rows[0].name);
    let header = ["command", &by, "min–max", "milliseconds", "peak MiB"];
    print("Starting, on empty tables", &header, &cells.collect::<Vec<_>>());
    Ok(())
}
