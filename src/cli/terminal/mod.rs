//! What all commands share: standard output and error, words, columns,
//! progress, signals, exit codes.

pub(crate) mod columns;
pub(crate) mod exit;
pub(crate) mod numbers;
mod output;
mod progress;
pub(crate) mod signals;
pub(crate) mod terminal;
mod time;
mod words;

pub(crate) use columns::align;
pub(crate) use exit::Exit;
pub(crate) use numbers::{block_size, shard};
pub(crate) use output::{EXIT_CODES, print};
pub(crate) use progress::Progress;
pub(crate) use terminal::Terminal;
pub(crate) use time::{creation_time, timestamp};
pub(crate) use words::{free_name, option, quote, written_to};
