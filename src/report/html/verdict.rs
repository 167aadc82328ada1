//! The verdict: what readers must know if they read nothing else.

use super::markup::Markup;
use crate::report::model::Report;
use crate::report::verdict::{Reason, Verdict};
use crate::report::words::{count, counted};

/// The verdict, why, and the run's totals.
pub(crate) fn draw(main: &mut Markup, report: &Report) {
    let verdict = report.verdict();
    main.element("section", &[("class", class(verdict))], |section| {
        section.leaf("h1", &[], &verdict.to_string());
        section.leaf("p", &[], &why(report));
        if let Some(error) = &report.error {
            section.element("p", &[], |line| line.leaf("code", &[], &error.to_string()));
        }
        inconsistencies(section, report);
        if verdict == Verdict::Clear {
            section.literal(
                "<p class=\"aside\">This is what the report says. <code>idswap report check</code> \
                 tells whether the files are still those of the run.</p>",
            );
        }
    });
    main.line();
    totals(main, report);
}

/// The inconsistencies of the report.
fn inconsistencies(section: &mut Markup, report: &Report) {
    let reasons = report.reasons();
    let inconsistencies: Vec<_> = reasons
        .iter()
        .filter_map(|reason| match reason {
            Reason::Inconsistency(inconsistency) => Some(inconsistency.to_string()),
            _ => None,
        })
        .collect();
    if inconsistencies.is_empty() {
        return;
    }
    section.leaf("p", &[], "No run writes such a report:");
    section.element("ul", &[], |list| {
        inconsistencies.iter().for_each(|inconsistency| list.leaf("li", &[], inconsistency));
    });
}

fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Clear => "verdict clear",
        Verdict::Open | Verdict::Shard => "verdict open",
        Verdict::Inconsistent => "verdict refused",
        Verdict::DryRun => "verdict dry",
        Verdict::Refused => "verdict refused",
    }
}

/// The reasons for the verdict, in a sentence or two.
fn why(report: &Report) -> String {
    let places = report.open_places();
    let open = match (report.attention, places) {
        (false, 0) => "nothing needs a decision".to_owned(),
        (true, 0) => "the run was strict, and there are warnings".to_owned(),
        (_, 1) => "1 place needs a decision".to_owned(),
        (_, places) => format!("{} places need a decision", count(places)),
    };
    match report.verdict() {
        Verdict::Clear => format!("Every value is accounted for, and {open}."),
        Verdict::Open => format!("The data was written. Before it is imported: {open}."),
        Verdict::Shard => format!(
            "The data of this shard was written, and {open} in it. An import takes all shards: \
             their reports have to be merged first."
        ),
        Verdict::Inconsistent => {
            "Something in the report does not add up. Run again, or get the report as it was \
             written."
                .to_owned()
        }
        Verdict::DryRun => format!("The run was to write no data. Of what it found, {open}."),
        Verdict::Refused => match (&report.error, report.summary) {
            (Some(_), _) => "A line is no record, and the run wrote no data:".to_owned(),
            (None, Some(all)) if all.total_unmapped > 0 => format!(
                "{} in the data but not in the map, and the run was told to write nothing then.",
                match all.total_unmapped {
                    1 => "1 ID is".to_owned(),
                    ids => format!("{} IDs are", count(ids)),
                }
            ),
            _ => "The run refused its data and wrote none.".to_owned(),
        },
    }
}

fn totals(main: &mut Markup, report: &Report) {
    let (Some(all), Some(tables)) = (report.summary, &report.tables) else { return };
    let tables = counted(tables.len() as u64, "table");
    let pairs = [
        ("records", all.total_records),
        ("updated", all.total_updated),
        ("skipped", all.total_skipped),
        ("rejected", all.total_rejected),
        ("distinct unmapped IDs", all.total_unmapped),
    ];
    main.leaf("p", &[("class", "lead")], &format!("{tables}, all of them together:"));
    main.list("totals", pairs.map(|(name, number)| (name, count(number))));
}
