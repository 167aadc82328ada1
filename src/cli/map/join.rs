//! `idswap map join`.

use std::path::{Path, PathBuf};

use super::output::{self, check_command};
use crate::cli::terminal::{
    EXIT_CODES, Exit, Terminal, more_lines, quote, signal_safe_stage, written_to,
};
use crate::error::{Result, excerpt, printable_path};
use crate::idmap::{self, JoinIssue, Joined, List, ListRequest, ListRow, ListSide, shown};
use crate::report::{count, counted};

const EXAMPLES: &str = "\
Examples:
  Two lists with the columns id and email:
    idswap map join supabase-users.csv clerk-users.csv --on email --out ids.csv
  Lists that name their columns otherwise:
    idswap map join old.csv new.csv --old-id uuid --new-id user --old-on mail --new-on email --out ids.csv

Addresses are compared trimmed and in lower case. Users without a certain match are listed
by line and ID, and stay undecided: fill in the empty targets. Only IDs are written.

";

/// How many rows with each issue are listed.
const LISTED: usize = 1000;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES.to_owned() + EXIT_CODES)]
pub(crate) struct Args {
    /// The users as they appear in the data
    old: PathBuf,
    /// The same users with their new IDs
    new: PathBuf,
    /// The column with the address, in both lists
    #[arg(
        long,
        value_name = "NAME",
        required_unless_present_all = ["old_on", "new_on"],
        help_heading = "Input"
    )]
    on: Option<String>,
    /// The column with the ID in OLD [default: id, else a well-known name]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    old_id: Option<String>,
    /// The column with the ID in NEW [default: id, else a well-known name]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    new_id: Option<String>,
    /// The column with the address in OLD [default: that of --on]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    old_on: Option<String>,
    /// The column with the address in NEW [default: that of --on]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    new_on: Option<String>,
    /// Where the map goes, - for standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: PathBuf,
    /// Replace an existing file, once the new one is complete
    #[arg(long, help_heading = "Output")]
    force: bool,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit> {
    let stage = signal_safe_stage(terminal)?;
    let out = output::open(&args.out, args.force, [&args.old, &args.new])?;
    let [old, new] = args.read()?;
    let joined = idmap::join(&old, &new)?;
    out.write(&stage, |out| joined.write(out))?;
    for (list, issue, rows) in joined.issues() {
        match list {
            ListSide::Old => args.print_rows(&old, &new, issue, rows, terminal),
            ListSide::New => args.print_rows(&new, &old, issue, rows, terminal),
        }
    }
    terminal.headline(args.summary(&joined));
    if args.out != Path::new("-") {
        terminal.next(args.next(&joined));
    }
    Ok(Exit::with(joined.needs_review()))
}

impl Args {
    fn read(&self) -> Result<[List; 2]> {
        let [old_ids, new_ids] = [(&self.old_id, ListSide::Old), (&self.new_id, ListSide::New)]
            .map(|(name, list)| name.as_ref().map_or_else(|| list.id_names(), |name| vec![name]));
        let [old_on, new_on] = [&self.old_on, &self.new_on]
            .map(|name| name.as_ref().or(self.on.as_ref()).map(String::as_str));
        idmap::read_lists([
            ListRequest { path: &self.old, columns: [&old_ids, old_on.as_slice()] },
            ListRequest { path: &self.new, columns: [&new_ids, new_on.as_slice()] },
        ])
    }

    /// Lists the rows with an issue. Never prints addresses, since logs are kept.
    fn print_rows<'l>(
        &self,
        list: &List,
        other: &List,
        issue: JoinIssue,
        rows: impl ExactSizeIterator<Item = &'l ListRow>,
        terminal: &Terminal,
    ) {
        let (total, other) = (rows.len() as u64, printable_path(&other.path));
        let have = if total == 1 { "has" } else { "have" };
        let what = match issue {
            JoinIssue::NoAddress => format!("{have} no address"),
            JoinIssue::Ambiguous => format!("{have} an address that occurs with several IDs"),
            JoinIssue::NoMatch => format!("{have} an address that {other} lacks"),
            JoinIssue::SeveralMatches => {
                format!("{have} an ID that leads to several IDs of {other}")
            }
            JoinIssue::Shared => format!("lead to the same ID of {other} as others"),
        };
        let path = printable_path(&list.path);
        terminal.warning(format_args!("{} of {path} {what}:", counted(total, "row")));
        for row in rows.take(LISTED) {
            terminal.say(format_args!("  {}: {}", list.place(row), excerpt(&shown(&row.cells[0]))));
        }
        more_lines(total, LISTED).iter().for_each(|line| terminal.say(line));
    }

    fn summary(&self, joined: &Joined<'_>) -> String {
        let (users, undecided) = (joined.users() as u64, joined.undecided() as u64);
        format!(
            "{} of {}: {} decided, {} undecided ({})",
            counted(users, "user"),
            printable_path(&self.old),
            count(users - undecided),
            count(undecided),
            written_to(&self.out)
        )
    }

    fn next(&self, joined: &Joined<'_>) -> String {
        let check = check_command(&self.out, false);
        match joined.undecided() {
            0 => check.to_string(),
            _ => format!("fill in the targets in {}, then {check}", quote(&self.out)),
        }
    }
}
