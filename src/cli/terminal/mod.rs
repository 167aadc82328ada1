//! Output and exit codes, for all commands: text, columns, progress, signals.

mod columns;
mod exit;
mod output;
mod progress;
mod shell_command;
mod signals;
mod terminal;
mod time;
mod words;

pub(crate) use columns::{align, table};
pub(crate) use exit::{EXIT_CODES, Exit};
pub(crate) use output::print;
pub(crate) use progress::Progress;
pub(crate) use shell_command::{ShellCommand, free_name, quote};
pub(crate) use signals::signal_safe_stage;
pub(crate) use terminal::{Args, Terminal};
pub(crate) use time::{creation_time, timestamp};
pub(crate) use words::{count_as, count_or_blank, first_names, more_lines, written_to};
