//! The summary of `idswap scan`.

use crate::cli::terminal::Terminal;
use crate::error::printable;
use crate::idmap::Form;
use crate::jobs::scan::{Findings, Place, Scan};
use crate::report::{count, counted};
use crate::rules::IdForm;

/// Prints the summary: one line, remarks and warnings.
pub(crate) fn print(scan: &Scan, findings: &Findings, terminal: &Terminal) {
    let source = &scan.classes().source;
    terminal.explain(format_args!("source form: {}", printable(source.spelled())));
    for (table, records) in &findings.tables {
        terminal.explain(format_args!("{}: {}", printable(table), counted(*records, "record")));
    }
    if let IdForm::Known(Form::Any) = source {
        terminal.say(
            "source IDs share no form, so IDs that the map lacks cannot be told from other text",
        );
    }
    let records: u64 = findings.tables.iter().map(|(_, records)| records).sum();
    let (places, tables) = (findings.places.len() as u64, findings.tables.len() as u64);
    terminal.headline(format_args!(
        "{}, {}: IDs in {}, {} with source IDs that no rule covers",
        counted(tables, "table"),
        counted(records, "record"),
        counted(places, "place"),
        match findings.forgotten() {
            0 => "none".to_owned(),
            some => count(some),
        },
    ));
    remarks(findings).for_each(|remark| terminal.say(remark));
    let plan = scan.plan();
    let has = |name: &str| findings.tables.iter().any(|(table, _)| table == name);
    for (table, _) in plan.tables().filter(|(name, _)| !plan.is_built_in() && !has(name)) {
        terminal.warning(format_args!(
            "{}: the rules name a table that the export lacks",
            printable(table)
        ));
    }
}

/// The remarks that some of the places warrant.
fn remarks(findings: &Findings) -> impl Iterator<Item = &'static str> {
    let any = |is: fn(&Place) -> bool| findings.places.iter().any(is);
    let remarks = [
        (
            any(|place| place.partly && place.counts.sources > 0),
            "partly: the rule leaves out some records or literals, whose IDs a run leaves alone",
        ),
        (any(|place| place.below), "no rule leads to IDs that stand more than 200 levels deep (…)"),
        (any(|place| place.counts.quoted > 0), "IDs within longer text are never rewritten"),
    ];
    remarks.into_iter().filter_map(|(is, remark)| is.then_some(remark))
}
