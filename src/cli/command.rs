//! The command `idswap` and its subcommands.

use std::io::Write;
use std::process::ExitCode;

use anstream::ColorChoice;
use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use rustix::process::{Resource, getrlimit, setrlimit};

use super::audit::{diff, verify};
use super::terminal::{self, EXIT_CODES, Exit, Terminal, print};
use super::{arguments, map, report, rewrite, scan, undo};
use crate::error::{Error, Result};

/// Rewrites user IDs in JSONL exports by an ID map: byte-exact, balanced to
/// the last value.
#[derive(Debug, Parser)]
#[command(name = "idswap", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    terminal: terminal::Args,
    /// Number of worker threads [default: all cores]
    #[arg(long, global = true, value_name = "N", value_parser = arguments::threads, help_heading = "Global")]
    threads: Option<usize>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Rewrite the IDs of an export: the main job
    Rewrite(Box<rewrite::Args>),
    /// Judge whether an export is another one with the map applied, and nothing else
    Verify(Box<verify::Args>),
    /// Show what differs between two exports, record by record, path by path
    Diff(Box<diff::Args>),
    /// Take back exactly what a run did, and keep all later edits
    Undo(Box<undo::Args>),
    /// Find where IDs live, and which fields the rules forgot
    Scan(Box<scan::Args>),
    /// Check, convert, invert or make an ID map
    #[command(subcommand)]
    Map(map::Command),
    /// Print, check, merge or draw reports of runs
    #[command(subcommand)]
    Report(report::Command),
    /// Print shell completions
    #[command(
        after_help = "Example:\n  idswap completions bash > ~/.local/share/bash-completion/completions/idswap"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    #[command(after_help = "Example:\n  idswap man | man -l -")]
    Man,
}

/// Runs the command line of this process and returns its exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(colored_args()) {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    let terminal = Terminal::new(&cli.terminal);
    allow_many_files();
    let done = match &cli.command {
        Command::Rewrite(args) => rewrite::run(args, cli.threads, &terminal),
        Command::Verify(args) => verify::run(args, cli.threads, &terminal),
        Command::Diff(args) => diff::run(args, cli.threads, &terminal),
        Command::Undo(args) => undo::run(args, cli.threads, &terminal),
        Command::Scan(args) => scan::run(args, cli.threads, &terminal),
        Command::Map(command) => map::run(command, cli.threads, &terminal),
        Command::Report(command) => report::run(command, cli.threads, &terminal),
        Command::Completions { shell } => completions(*shell),
        Command::Man => manual(),
    };
    done.unwrap_or_else(|error| {
        terminal.error(&error);
        Exit::from(&error)
    })
    .into()
}

/// Raises the limit of open files to the maximum: a run opens all tables at
/// once, and the default limit is often low.
fn allow_many_files() {
    let mut limits = getrlimit(Resource::Nofile);
    limits.current = limits.maximum;
    // If this fails, opening one file too many reports an error.
    let _ = setrlimit(Resource::Nofile, limits);
}

/// Prints help and versions to standard output, and faults of the arguments
/// like all other errors.
fn explain(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        error.exit();
    }
    let text = error.render().ansi().to_string().replacen("error:", "idswap:", 1);
    drop(anstream::stderr().write_all(text.as_bytes()));
    Exit::Usage.into()
}

/// Returns the arguments of this process. Applies `--color` first, so that it
/// also holds for what clap prints.
fn colored_args() -> Vec<std::ffi::OsString> {
    let args: Vec<_> = std::env::args_os().collect();
    let has = |word: &str| args.iter().any(|arg| arg.to_str() == Some(word));
    let after = |word: &str| {
        args.windows(2).any(|pair| pair[0] == "--color" && pair[1].to_str() == Some(word))
    };
    for (word, choice) in [("always", ColorChoice::Always), ("never", ColorChoice::Never)] {
        if has(&format!("--color={word}")) || after(word) {
            choice.write_global();
        }
    }
    args
}

fn completions(shell: Shell) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "idswap", &mut script);
    print(&script)
}

fn manual() -> Result<Exit> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    for part in pages(&command) {
        let name = part.get_bin_name().unwrap_or("idswap").replace(' ', "-");
        clap_mangen::Man::new(part.clone().name(name))
            .render(&mut page)
            .map_err(|error| Error::io("cannot write", "-", error))?;
    }
    print(&page)
}

/// A command and all of its subcommands.
fn pages(command: &clap::Command) -> Vec<&clap::Command> {
    let parts = command.get_subcommands().filter(|part| part.get_name() != "help");
    std::iter::once(command).chain(parts.flat_map(pages)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
