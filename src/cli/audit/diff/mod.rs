//! `idswap diff`.

mod args;
mod command;
mod summary;

pub(crate) use args::Args;
pub(crate) use command::run;
