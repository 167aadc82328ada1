//! Checks the readers of JSON maps and of run files against slow models, which
//! take values from `serde_json` one by one.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;
use tempfile::TempDir;

use super::built_rows::{BuiltRows, built_rows};
use crate::error::Result;
use crate::idmap::build::MapBuilder;
use crate::idmap::fault::{ColumnList, MapFault};
use crate::idmap::file::RowPlace;
use crate::idmap::ids::shown;
use crate::idmap::read::{MapReader, Reading, read_file};
use crate::pipeline;

const NO_LIMIT: usize = u32::MAX as usize;

/// The rows, or the error that there is no room. Faults found in all rows come
/// before those found row by row, so faults are sorted.
type Outcome = Result<BuiltRows, String>;

fn outcome(builder: &MapBuilder, done: Result<()>) -> Outcome {
    done.map_err(|error| format!("{error:?}"))?;
    let (rows, open, mut faults, counts) = built_rows(builder);
    faults.iter_mut().for_each(|(row, _)| *row = 0);
    faults.sort_by_key(|(_, fault)| fault.to_string());
    Ok((rows, open, faults, counts))
}

/// A map in a folder of its own.
fn map(name: &str, content: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

fn read(path: &Path, limit: usize) -> Outcome {
    let (reading, pool) = (Reading::default(), pipeline::pool(Some(2)).unwrap());
    let builder = MapBuilder::limited(limit);
    let mut reader = MapReader::new(&reading, &pool, builder, 8).unwrap();
    let done = read_file(&mut reader, path).map(|_| ());
    outcome(&reader.builder, done)
}

/// The slow way: a builder to which rows are added one by one.
struct Model<'m> {
    builder: MapBuilder,
    path: &'m Path,
    done: Result<()>,
}

impl<'m> Model<'m> {
    fn new(path: &'m Path, limit: usize) -> Self {
        Self { builder: MapBuilder::limited(limit), path, done: Ok(()) }
    }

    fn fault(&mut self, fault: fn(RowPlace) -> MapFault, line: u64) {
        self.builder.add_fault(fault(RowPlace { file: self.path.to_owned(), line }));
    }

    /// Adds a row of values; absent ones are null.
    fn row(&mut self, [source, target]: [&Value; 2], line: u64) {
        let bad = [source, target].into_iter().find_map(|value| match value {
            Value::Null => None,
            Value::String(text) if text == LONE => Some(MapFault::LoneSurrogate as fn(_) -> _),
            Value::String(_) => None,
            _ => Some(MapFault::NotAString as fn(_) -> _),
        });
        let [source, target] = [source, target].map(|value| value.as_str().unwrap_or_default());
        match bad {
            Some(fault) => self.fault(fault, line),
            None if self.done.is_err() => {}
            None => self.done = self.builder.add(source, target, self.path, line),
        }
    }

    fn outcome(self) -> Outcome {
        outcome(&self.builder, self.done)
    }
}

/// Replaces a lone surrogate, which `Value` does not accept.
const LONE: &str = "LONE";

fn value(json: &str) -> Value {
    serde_json::from_str(&json.replace("\\ud800", LONE)).unwrap()
}

fn id() -> impl Strategy<Value = &'static str> {
    select(vec![
        r#""a""#,
        r#""a""#,
        r#""\u0061""#,
        r#""b""#,
        r#""é\\\"""#,
        r#""user_2AliceAliceAliceAliceAlice0""#,
        r#""A11CE000-0000-4000-8000-000000000001""#,
        r#""a11ce000-0000-4000-8000-000000000001""#,
        r#""""#,
        r#"" a""#,
        r#""a\n""#,
        r#""\ud800""#,
    ])
}

fn any() -> impl Strategy<Value = &'static str> {
    let other = select(vec!["null", "1", "-0.0e9", "true", "{}", r#"[{"from":"a"}, "]"]"#]);
    prop_oneof![5 => id(), 1 => other]
}

fn blank() -> impl Strategy<Value = &'static str> {
    select(vec!["", "", " ", "\t "])
}

fn space() -> impl Strategy<Value = &'static str> {
    select(vec!["", "", " ", "\n", "\r\n\t", "\n\n"])
}

type Pair = (&'static str, &'static str, &'static str);

/// A row: members of one of four names, or a value of another kind.
fn row() -> impl Strategy<Value = Result<Vec<Pair>, &'static str>> {
    let pair = (select(vec!["n0", "n1", "n1", "n2", "n3"]), any(), blank());
    prop_oneof![
        9 => vec(pair, 0..5).prop_map(Ok),
        1 => select(vec!["7", "[]", "\"n0\"", "null"]).prop_map(Err),
    ]
}

/// The four names: recognised by themselves, by their order, or not at all.
fn names() -> impl Strategy<Value = [&'static str; 4]> {
    select(vec![
        ["source_id", "target_id", "x", "y"],
        ["to", "from", "source_id", "y"],
        ["id", "external_id", "x", "clerk_id"],
        ["fr\\u006fm", "to", "from", "x"],
        ["one", "two", "two", "one"],
        ["one", "two", "two", "three"],
        ["clerk_id", "two", "two", "clerk_id"],
    ])
}

/// Returns members as they are written.
fn written(pairs: &[Pair], names: [&str; 4], space: &str) -> String {
    let name = |pair: &str| names[usize::from(pair.as_bytes()[1] - b'0')];
    let members: Vec<_> = pairs
        .iter()
        .map(|(pair, value, blank)| format!("\"{}\"{blank}:{value}{space}", name(pair)))
        .collect();
    format!("{{{space}{}}}", members.join(&format!(",{space}")))
}

/// Finds the names of the columns the slow way: all names, then the best.
fn columns(rows: &[(String, u64)]) -> Result<[String; 2], Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for (row, _) in rows {
        let Value::Object(members) = value(row) else { continue };
        let row = without_nested(row);
        let place = |name: &str| {
            let spellings =
                [format!("\"{name}\""), format!("\"{}\"", name.replace('o', "\\u006f"))];
            spellings.iter().filter_map(|name| row.find(name)).min()
        };
        let mut names: Vec<_> = members.keys().cloned().collect();
        names.sort_by_key(|name| place(name));
        all.extend(names);
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|name| seen.insert(name.clone()));
    let best = |names: &str| {
        names.split(' ').find(|name| all.iter().any(|known| known == name)).map(str::to_owned)
    };
    match (best(SOURCES), best(TARGETS), best("external_id"), best("id"), &*all) {
        (Some(source), Some(target), ..) => Ok([source, target]),
        (_, _, Some(source), Some(target), _) => Ok([source, target]),
        (_, _, _, _, [first, second]) => match orders(rows, [first, second]) {
            (true, false) => by_order([first, second]),
            (false, true) => by_order([second, first]),
            _ => None,
        }
        .ok_or(all),
        _ => Err(all),
    }
}

/// Returns a row without the one container in it, whose names are not members
/// of the row.
fn without_nested(row: &str) -> String {
    row.replace(r#"{"from":"a"}"#, "")
}

/// Returns two columns, unless their names say that the target comes first.
fn by_order([first, second]: [&String; 2]) -> Option<[String; 2]> {
    let turned = TARGETS.split(' ').any(|name| name == first)
        || SOURCES.split(' ').any(|name| name == second);
    (!turned).then(|| [first.clone(), second.clone()])
}

/// Whether any row has the first of two members before the second, and whether
/// any has them the other way round.
fn orders(rows: &[(String, u64)], names: [&String; 2]) -> (bool, bool) {
    let mut found = (false, false);
    for (row, _) in rows {
        let row = without_nested(row);
        let [ones, others] = names.map(|name| {
            let spellings = [name.clone(), name.replace('o', "\\u006f")];
            let places = |name: &String| {
                row.match_indices(&format!("\"{name}\"")).map(|(at, _)| at).collect::<Vec<_>>()
            };
            spellings.iter().flat_map(places).collect::<Vec<_>>()
        });
        for one in &ones {
            found.0 |= others.iter().any(|other| one < other);
            found.1 |= others.iter().any(|other| one > other);
        }
    }
    found
}

const SOURCES: &str = "source_id supabase_id old_id sourceId external_id from source";
const TARGETS: &str = "target_id clerk_id new_id clerkId to target";

/// Reads rows with their lines the slow way.
fn by_value(
    path: &Path,
    rows: &[(String, u64)],
    not_an_object: impl Fn(RowPlace) -> MapFault,
    limit: usize,
) -> Outcome {
    let mut model = Model::new(path, limit);
    let place = |line| RowPlace { file: path.to_owned(), line };
    let objects: Vec<_> = rows.iter().filter(|(row, _)| value(row).is_object()).collect();
    let others = rows.iter().filter(|(row, _)| !value(row).is_object());
    others.for_each(|(_, line)| model.builder.add_fault(not_an_object(place(*line))));
    match columns(rows) {
        _ if objects.is_empty() => {}
        Ok(names) => {
            for (row, line) in objects {
                let row = value(row);
                let cells = names.each_ref().map(|name| row.get(name).unwrap_or(&Value::Null));
                model.row(cells, *line);
            }
        }
        Err(columns) => {
            let place = place(rows[0].1);
            let columns = ColumnList::Named(columns);
            model.builder.add_fault(MapFault::UnknownColumns { place, columns });
        }
    }
    model.outcome()
}

fn line_of(text: &str) -> u64 {
    text.matches('\n').count() as u64 + 1
}

proptest! {
    #[test]
    fn arrays_are_what_serde_json_reads(
        rows in vec((row(), space()), 0..12),
        names in names(),
        mark: bool,
        limit in 0..200_usize,
    ) {
        let mut text = "[".to_owned();
        let mut lines = Vec::new();
        for (row, space) in &rows {
            text += if lines.is_empty() { space } else { "," };
            text += space;
            let row = row.as_ref().map_or_else(|&other| other.to_owned(), |pairs| written(pairs, names, space));
            lines.push((row.clone(), line_of(&text)));
            text += &row;
            text += space;
        }
        text += "]\r\n";
        prop_assert_eq!(value(&text).as_array().map(Vec::len), Some(rows.len()));
        let (_folder, path) = map("ids.json", &format!("{}{text}", if mark { "\u{feff}" } else { "" }));
        for limit in [NO_LIMIT, limit] {
            let expected = by_value(&path, &lines, MapFault::NotAnObject, limit);
            prop_assert_eq!(read(&path, limit), expected, "{}", text);
        }
    }

    #[test]
    fn lines_are_what_serde_json_reads(
        rows in vec((row(), blank(), select(vec!["\n", "\r\n", "\n \n\n"])), 1..12),
        names in names(),
        limit in 0..200_usize,
    ) {
        let mut text = String::new();
        let mut lines = Vec::new();
        for (row, blank, end) in &rows {
            // A row of another kind is at fault at its first byte.
            let row = row.as_ref().map_or_else(
                |&other| other.to_owned(),
                |pairs| format!("{blank}{}", written(pairs, names, blank)),
            );
            lines.push((row.clone(), line_of(&text)));
            text += &row;
            text += end;
        }
        let (_folder, path) = map("ids.jsonl", &text);
        let kind = crate::json::FaultKind::NotAnObject;
        let fault = |place| MapFault::InvalidLine { place, column: 1, kind };
        for limit in [NO_LIMIT, limit] {
            let expected = by_value(&path, &lines, fault, limit);
            prop_assert_eq!(read(&path, limit), expected, "{}", text);
        }
    }

    #[test]
    fn flat_objects_are_what_serde_json_reads(
        entries in vec((id(), any(), space()), 0..12),
        limit in 0..200_usize,
    ) {
        let mut text = "\n{".to_owned();
        let mut lines = Vec::new();
        for (name, target, space) in &entries {
            text += if lines.is_empty() { space } else { "," };
            text += space;
            lines.push(line_of(&text));
            text += &format!("{name}{space}:{space}{target}{space}");
        }
        text += "}";
        prop_assert!(value(&text).is_object());
        let (_folder, path) = map("ids.json", &text);
        for limit in [NO_LIMIT, limit] {
            let mut model = Model::new(&path, limit);
            for ((name, target, _), line) in entries.iter().zip(&lines) {
                match value(target) {
                    Value::Array(_) | Value::Object(_) => model.fault(MapFault::NestedTarget, *line),
                    target => model.row([&value(name), &target], *line),
                }
            }
            prop_assert_eq!(read(&path, limit), model.outcome(), "{}", text);
        }
    }

    #[test]
    fn the_last_line_of_a_run_file_counts(
        lines in vec((0..5_usize, 0..3_usize, select(vec!["created", "created", "failed", ""])), 0..20),
    ) {
        let sources = ["a", "A11CE000-0000-4000-8000-000000000001", "a11ce000-0000-4000-8000-000000000001", "B", "b"];
        let targets = ["t1", "t2", ""];
        let line = |&(source, target, status): &(usize, usize, &str)| [sources[source], targets[target], status].map(str::to_owned);
        let lines: Vec<_> = lines.iter().map(line).collect();
        let csv = lines.iter().map(|line| line.join(",") + "\n").collect::<String>();
        let json = lines.iter().map(|[source, target, status]| {
            format!(r#"{{"status":"{status}","sourceId":"{source}","clerkId":"{target}"}}"#)
        }).collect::<Vec<_>>();
        // In each file the rows begin on line 2.
        for (name, content) in [
            ("run.csv", format!("sourceId,clerkId,status\n{csv}")),
            ("run.json", format!("[\n{}\n]", json.join(",\n"))),
            ("run.jsonl", format!("\n{}\n", json.join("\n"))),
        ] {
            if lines.is_empty() && name == "run.jsonl" {
                continue;
            }
            let (_folder, path) = map(name, &content);
            let mut last = HashMap::new();
            for (number, line) in (2..).zip(&lines) {
                last.insert(shown(&line[0]).into_owned(), (number, line));
            }
            let mut last: Vec<_> = last.into_values().collect();
            last.sort();
            let mut model = Model::new(&path, NO_LIMIT);
            for (number, [source, target, status]) in last {
                let target = if status == "created" { target } else { "" };
                model.row([&source.as_str().into(), &target.into()], number);
            }
            prop_assert_eq!(read(&path, NO_LIMIT), model.outcome(), "{}", content);
        }
    }
}
