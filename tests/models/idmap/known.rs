//! What tests compare readers by.

use crate::idmap::build::{Columns, MapBuilder};
use crate::idmap::fault::{MapFault, RowPlace};

/// All that is known of the rows of a map, before they are held against each
/// other: those decided, those undecided, the faults, the counts.
pub(crate) type Known =
    (Vec<(String, String, RowPlace)>, Vec<(String, u32, RowPlace)>, Vec<(u32, MapFault)>, String);

pub(crate) fn known(builder: &MapBuilder) -> Known {
    let Columns { decided, undecided, between, faults, counts, .. } = builder.columns();
    let row = |row| {
        (decided.source(row).into_owned(), decided.target(row).to_owned(), builder.place(row))
    };
    let decided = (0..decided.len() as u32).map(row).collect();
    let row = |row| {
        let place = builder.undecided_place(row);
        (undecided.source(row).into_owned(), between.before(row), place)
    };
    let open = (0..undecided.len() as u32).map(row);
    (decided, open.collect(), faults.clone(), format!("{counts:?}"))
}
