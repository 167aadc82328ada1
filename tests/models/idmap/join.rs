//! The join of two user lists held against its definition.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn list() -> impl Strategy<Value = List> {
    let id = select(vec![
        "1",
        "2",
        "3",
        "a",
        "A",
        "a11ce000-0000-4000-8000-000000000001",
        "A11CE000-0000-4000-8000-000000000001",
    ]);
    let address =
        select(vec!["", " ", "x@y", "X@Y ", "ä@y", "Ä@y", "z@y", "\tz@Y", "q@y", "r@y", "s@y"]);
    vec((id, address), 0..9).prop_map(|rows| {
        let row = |(number, (id, address)): (usize, (&str, &str))| ListRow {
            cells: [id.to_owned(), address.to_owned()],
            line: number as u64 + 2,
        };
        let rows = rows.into_iter().enumerate().map(row).collect();
        List { path: "list.csv".into(), rows }
    })
}

/// IDs of the rows with an address, as they are compared.
fn holders(rows: &[ListRow], address: &str) -> BTreeSet<String> {
    let has = |row: &&ListRow| fold(&row.cells[1]) == address;
    rows.iter().filter(has).map(|row| same(&row.cells[0])).collect()
}

fn fold(address: &str) -> String {
    address.trim().to_lowercase()
}

fn same(id: &str) -> String {
    if id.len() == 36 { id.to_lowercase() } else { id.to_owned() }
}

/// The issue of a row, straight from the definition.
fn issue(row: &ListRow, own: &[ListRow], other: &[ListRow]) -> Option<JoinIssue> {
    let address = fold(&row.cells[1]);
    match (holders(own, &address).len(), holders(other, &address).len()) {
        _ if address.is_empty() => Some(JoinIssue::NoAddress),
        (2.., _) | (_, 2..) => Some(JoinIssue::Ambiguous),
        (_, 0) => Some(JoinIssue::NoMatch),
        _ => None,
    }
}

proptest! {
    #[test]
    fn joins_by_the_definition(old in list(), new in list()) {
        let joined = join(&old, &new).expect("no fault");
        let (old, new) = (&old.rows, &new.rows);
        let mut expected: Vec<(String, Option<String>)> = Vec::new();
        let mut firsts = Vec::new();
        let mut issues: BTreeSet<(ListSide, JoinIssue, u64)> = BTreeSet::new();
        for row in old {
            let id = same(&row.cells[0]);
            let rows: Vec<_> = old.iter().filter(|row| same(&row.cells[0]) == id).collect();
            let found: Vec<_> = rows.iter().map(|row| issue(row, old, new)).collect();
            let targets: BTreeSet<_> = rows
                .iter()
                .zip(&found)
                .filter(|(_, issue)| issue.is_none())
                .flat_map(|(row, _)| holders(new, &fold(&row.cells[1])))
                .collect();
            let torn = (targets.len() > 1).then_some(JoinIssue::SeveralMatches);
            if let Some(issue) = issue(row, old, new).or(torn) {
                issues.insert((ListSide::Old, issue, row.line));
            }
            let sure = targets.len() == 1 && !found.contains(&Some(JoinIssue::Ambiguous));
            if rows[0] == row {
                firsts.push(row.line);
                expected.push((id, targets.into_iter().next().filter(|_| sure)));
            }
        }
        for row in new {
            if let Some(issue) = issue(row, new, old) {
                issues.insert((ListSide::New, issue, row.line));
            }
        }
        prop_assert_eq!(joined.needs_review(), !issues.is_empty());
        for (line, (_, target)) in firsts.iter().zip(&expected) {
            let sharing = expected.iter().filter(|(_, other)| other == target).count();
            if target.is_some() && sharing > 1 {
                issues.insert((ListSide::Old, JoinIssue::Shared, *line));
            }
        }
        let undecided = expected.iter().filter(|(_, target)| target.is_none()).count();
        prop_assert_eq!((joined.users(), joined.undecided()), (expected.len(), undecided));
        let mut written = Vec::new();
        joined.write(&mut written).expect("written");
        let rows = csv::Reader::from_reader(written.as_slice()).into_deserialize();
        let rows: Vec<(String, String)> = rows.map(|row| row.expect("a row")).collect();
        let decision = |(old, new): (String, String)| {
            (same(&old), Some(same(&new)).filter(|new| !new.is_empty()))
        };
        prop_assert_eq!(rows.into_iter().map(decision).collect::<Vec<_>>(), expected);
        let listed: Vec<_> = joined
            .issues()
            .flat_map(|(list, issue, rows)| {
                rows.map(move |row| (list, issue, row.line))
            })
            .collect();
        prop_assert_eq!(listed, issues.into_iter().collect::<Vec<_>>());
    }
}
