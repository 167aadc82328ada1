//! A report as one page: the verdict first, then what changed, drawn to
//! scale, then all that it rests on. It holds its style, runs no script and
//! loads nothing, so that it can be sent, kept and printed.

mod decide;
mod fields;
mod files;
mod markup;
mod origin;
mod page;
mod verdict;
mod warnings;

pub use page::page;
