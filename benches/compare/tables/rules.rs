//! Many paths in one table, beside a few.

use std::fs;
use std::io;

use crate::export::{Layout, Shape};
use crate::running::contender::Contender;
use crate::running::markdown::print;
use crate::running::rounds::{measure, median};
use crate::running::workplace::Workplace;

/// Paths into tickets: the first four of them are the few.
const PATHS: [&str; 20] = [
    "requester_id",
    "assigned_to",
    "owner_id",
    "closed_by",
    "metadata.watchers[*].user_id",
    "metadata.approvers[*]",
    "metadata.history[*].changes[*].by",
    "metadata.owner.id",
    "created_by",
    "updated_by",
    "reviewer_id",
    "escalated_to",
    "reporter",
    "team.lead_id",
    "team.members[*].user_id",
    "participants[*]",
    "followers[*].id",
    "merged_by",
    "requested_for",
    "custom.*.user",
];

pub fn twenty(place: &Workplace, megabytes: f64) -> io::Result<()> {
    let flat = Shape::of(megabytes);
    let shapes = [("flat", flat), ("nested", Shape { layout: Layout::Nested, ..flat })];
    let mut cells = Vec::new();
    for (name, shape) in shapes {
        place.generate(&shape)?;
        for count in [4, 20] {
            fs::write(place.path().join(format!("{count}.toml")), rules(&PATHS[..count]))?;
        }
        let contenders = [4, 20].map(|count| {
            Contender::idswap(&format!("--digest none --rules {count}.toml")).unjudged()
        });
        let rows = measure(place, &contenders)?;
        let rate = format!("{:.0} %", 100.0 / median(&rows[1].ratios));
        cells.push(vec![name.to_owned(), rows[1].ratio(), rows[1].range(), rate]);
    }
    let header = ["export", "times four paths", "min–max", "rate with twenty"];
    print(&format!("Twenty paths in one table: {megabytes} MB"), &header, &cells);
    Ok(())
}

fn rules(paths: &[&str]) -> String {
    let rule = |path: &&str| {
        format!("[[field]]\ntable = \"tickets\"\npath = \"{path}\"\noptional = true\n")
    };
    "version = 1\n".to_owned() + &paths.iter().map(rule).collect::<String>()
}
