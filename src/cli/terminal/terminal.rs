//! Messages for a person, on standard error.

use std::fmt::Display;
use std::io::Write;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use crate::error::Error;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print nothing but errors
    #[arg(short, long, global = true, help_heading = "Global", conflicts_with = "verbose")]
    quiet: bool,
    /// Explain what was inferred and decided
    #[arg(short, long, global = true, help_heading = "Global")]
    verbose: bool,
    /// When to use colours
    #[arg(
        long,
        global = true,
        help_heading = "Global",
        value_name = "WHEN",
        default_value = "auto"
    )]
    color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// Standard error, with the verbosity and colours that were asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    color: ColorChoice,
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const STRONG: Style = Style::new().bold();

impl Terminal {
    pub(crate) fn new(args: &Args) -> Self {
        let color = match args.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { quiet: args.quiet, verbose: args.verbose, color }
    }

    /// Prints an error with its advice, even when quiet.
    pub(crate) fn error(&self, error: &Error) {
        let advice = error.advice().map(|advice| format!("\n{advice}")).unwrap_or_default();
        self.print(format_args!("{ERROR}idswap:{ERROR:#} {error}{advice}"));
        if let Some(also) = error.also() {
            self.error(also);
        }
    }

    /// Prints a warning.
    pub(crate) fn warning(&self, text: impl Display) {
        self.say(format_args!("{WARNING}warning:{WARNING:#} {text}"));
    }

    /// Prints the line that sums up a run.
    pub(crate) fn headline(&self, text: impl Display) {
        self.say(format_args!("{STRONG}{text}{STRONG:#}"));
    }

    /// Prints a line if verbose.
    pub(crate) fn explain(&self, text: impl Display) {
        if self.verbose {
            self.print(text);
        }
    }

    /// Prints the rows of a table or a list, indented.
    pub(crate) fn rows(&self, rows: &[String]) {
        rows.iter().for_each(|row| self.say(format_args!("  {row}")));
    }

    /// Prints what to do next.
    pub(crate) fn next(&self, text: impl Display) {
        self.say(format_args!("next: {text}"));
    }

    /// Prints a line unless quiet.
    pub(crate) fn say(&self, text: impl Display) {
        if !self.quiet {
            self.print(text);
        }
    }

    /// Ignores failures: if standard error is closed, they cannot be reported.
    fn print(&self, text: impl Display) {
        let mut stream = AutoStream::new(std::io::stderr(), self.color);
        drop(stream.write_all(format!("{text}\n").as_bytes()));
    }
}
