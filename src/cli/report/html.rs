//! `idswap report html`.

use std::path::PathBuf;

use crate::cli::terminal::{EXIT_CODES, Exit, Terminal, signal_safe_stage, written_to};
use crate::error::{Result, printable_path};
use crate::report::{Report, html};
use crate::storage::{Claims, LoneFile};

const EXAMPLES: &str = "\
Examples:
  A page to look at, to print or to send:
    idswap report html new.report.json --out new.html

The page is one file: nothing is loaded from elsewhere, and no script runs. It shows what the
report holds; idswap report check tells whether the files are still what they were.

";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES.to_owned() + EXIT_CODES)]
pub(crate) struct Args {
    /// The report of a run, - for standard input
    report: PathBuf,
    /// Where the page goes, - for standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Replace an existing file, once the new one is complete
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit> {
    let stage = signal_safe_stage(terminal)?;
    let claims = Claims::default().files([&args.report])?;
    let out = LoneFile::new("--out", &args.out, args.force, claims)?;
    let report = Report::read(&args.report)?;
    let page = html::page(&report);
    out.write(&stage, |file| file.write_all(page.as_bytes()))?;
    let verdict = report.verdict().to_string().to_lowercase();
    let path = printable_path(&args.report);
    terminal.headline(format_args!("{path}: {verdict} ({})", written_to(&args.out)));
    Ok(Exit::Well)
}
