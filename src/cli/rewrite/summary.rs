//! What a person reads at the end of a run.

use crate::cli::account;
use crate::cli::terminal::Terminal;
use crate::cli::words::written_to;
use crate::error::{printable, printable_path};
use crate::export::Target;
use crate::report::Report;
use crate::rewrite::Request;

/// Prints the summary: one line, one table, what deserves a look.
pub(super) fn print(report: &Report, request: &Request, terminal: &Terminal) {
    explain(report, terminal);
    terminal.headline(headline(report, request));
    for row in account::fields(report) {
        terminal.say(format_args!("  {row}"));
    }
    if let Some(target) = request.report_target().filter(|target| **target != Target::Stdout) {
        terminal.say(format_args!("report: {}", printable_path(target.given())));
    }
    let left_out = request.left_out();
    if !left_out.is_empty() {
        let shown = left_out.iter().take(10).copied().collect::<Vec<_>>().join(", ");
        let more = if left_out.len() > 10 { ", …" } else { "" };
        terminal.say(format_args!(
            "not included, for lack of rules: {}{more} (--all-tables passes them through)",
            printable(&shown)
        ));
    }
    for warning in &report.warnings {
        terminal.warning(account::warning(warning));
    }
    if report.attention {
        terminal.say("attention: something above needs a person's decision");
    }
}

fn headline(report: &Report, request: &Request) -> String {
    let done = match (report.dry_run, &request.options().out) {
        (false, Some(out)) => written_to(out),
        _ => "dry run, no data written".to_owned(),
    };
    account::headline(report, &done)
}

fn explain(report: &Report, terminal: &Terminal) {
    let map = &report.map;
    terminal.explain(format_args!(
        "map: {} entries, {} undecided, {} unused",
        map.entries,
        map.undecided,
        map.unused.unwrap_or_default()
    ));
    terminal.explain(account::ids(&report.ids));
    account::rules(report).into_iter().for_each(|line| terminal.explain(line));
    account::copied(report).for_each(|line| terminal.explain(line));
}
