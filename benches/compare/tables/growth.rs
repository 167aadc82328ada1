//! More of the same: neither memory nor the time for a byte may grow.

use std::io;

use crate::export::Shape;
use crate::running::contender::Contender;
use crate::running::markdown::print;
use crate::running::rounds::{measure, median};
use crate::running::workplace::{COPIES, Workplace};

pub fn sizes(place: &Workplace, megabytes: f64) -> io::Result<()> {
    let mut cells = Vec::new();
    for size in [megabytes / 4.0, megabytes, megabytes * 4.0] {
        place.clear()?;
        if place.room()? < size * COPIES {
            eprintln!("no room for {size} MB");
            continue;
        }
        place.generate(&Shape::of(size))?;
        let contenders =
            [Contender::cp(), Contender::idswap("--digest none"), Contender::idswap("")];
        let (rows, size) = (measure(place, &contenders)?, place.megabytes()?);
        cells.extend(rows.iter().map(|row| {
            let seconds = format!("{:.2}", median(&row.seconds) * 1000.0 / size);
            let export = format!("{size:.0} MB");
            vec![row.name.clone(), export, row.ratio(), row.range(), seconds, row.mebibytes()]
        }));
    }
    let header = ["command", "export", "times `cp -r`", "min–max", "seconds a GB", "peak MiB"];
    print("Growth", &header, &cells);
    Ok(())
}
