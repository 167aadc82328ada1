//! A report as one page: the verdict first, then what changed, drawn to scale,
//! then the map, rules and files behind it. It contains its style, runs no
//! script and loads nothing, so it can be sent, kept and printed.

mod decide;
mod fields;
mod files;
mod markup;
mod origin;
mod page;
mod verdict;
mod warnings;

pub use page::page;
