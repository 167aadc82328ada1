//! Judging a run and showing what it changed, beside the run itself.

use std::io;

use crate::export::Shape;
use crate::running::contender::Contender;
use crate::running::markdown::print_rows;
use crate::running::rounds::measure;
use crate::running::workplace::Workplace;

/// The output of a run, and the same with its records in another order.
pub fn whole(place: &Workplace, megabytes: f64) -> io::Result<()> {
    place.generate(&Shape::of(megabytes))?;
    Contender::rewrite("new", "").run(place.path())?;
    Contender::step("shuffle", "shuffle new shuffled")?.run(place.path())?;
    let contenders = [
        Contender::idswap("").unjudged(),
        Contender::audit("verify", "new", "--limit 0"),
        Contender::audit("diff", "new", "--stat"),
        Contender::audit("diff", "new", "--format jsonl"),
        Contender::audit("verify", "shuffled", "--limit 0"),
        Contender::audit("diff", "shuffled", "--stat"),
    ];
    let rows = measure(place, &contenders)?;
    print_rows(&format!("The audit: {megabytes} MB before, and as much after"), place, &rows)
}
