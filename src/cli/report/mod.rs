//! `idswap report`: commands about the report of a run.

mod check;
mod command;
mod files;
mod html;
mod merge;
mod show;

pub(crate) use command::{Command, run};
