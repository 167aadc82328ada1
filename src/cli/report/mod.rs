//! `idswap report`: commands about the report of a run.

mod check;
mod command;
mod html;
mod merge;
mod reports;
mod show;

pub(crate) use command::{Command, run};
