//! `idswap scan`.

mod args;
mod command;
mod json;
mod summary;
mod text;

pub(crate) use args::Args;
pub(crate) use command::run;
