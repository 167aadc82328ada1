//! `idswap verify`.

mod args;
mod command;
mod summary;
mod verdict;

pub(crate) use args::Args;
pub(crate) use command::run;
