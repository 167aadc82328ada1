//! Other records and other maps, each beside a copy of the same.

use std::io;

use crate::export::{Layout, Shape, Text};
use crate::running::contender::Contender;
use crate::running::markdown::print;
use crate::running::rounds::{measure, median};
use crate::running::workplace::Workplace;

pub fn all(place: &Workplace, megabytes: f64) -> io::Result<()> {
    let flat = Shape::of(megabytes);
    let shapes = [
        ("flat, ASCII, 99 % mapped", flat),
        ("flat, Unicode", Shape { text: Text::Unicode, ..flat }),
        ("nested", Shape { layout: Layout::Nested, ..flat }),
        ("spaced", Shape { layout: Layout::Spaced, ..flat }),
        ("flat, 50 % mapped", Shape { mapped: 0.5, ..flat }),
        ("flat, nothing mapped", Shape { mapped: 0.0, ..flat }),
    ];
    let mut first = None;
    let mut cells = Vec::new();
    for (name, shape) in shapes {
        place.generate(&shape)?;
        let rows = measure(place, &[Contender::cp(), Contender::idswap("--digest none")])?;
        let ratio = median(&rows[1].ratios);
        // Both by their own copies, since the machine may have changed its pace.
        let rate = format!("{:.0} %", 100.0 * *first.get_or_insert(ratio) / ratio);
        cells.push(vec![name.to_owned(), rows[1].ratio(), rows[1].range(), rate]);
    }
    let header = ["export", "times `cp -r`", "min–max", "rate beside the first"];
    print(&format!("Shapes: {megabytes} MB, `--digest none`"), &header, &cells);
    Ok(())
}
