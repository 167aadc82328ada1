//! `idswap rewrite`.

mod args;
mod command;
mod import;
mod next;
mod summary;

pub(crate) use args::Args;
pub(crate) use command::run;
