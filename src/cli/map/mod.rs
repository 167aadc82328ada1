//! `idswap map`: commands about ID maps.

mod check;
mod command;
mod convert;
mod files;
mod join;
mod output;

pub(crate) use command::{Command, run};
