//! The commands and examples that the docs show do what they show.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::inputs::map_docs::blocks;
use crate::inputs::rule_records::tables_become;
use crate::support::folder::{Folder, tree};
use crate::support::standard::*;

#[test]
fn the_readme_shows_what_happens() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::new();
    folder.write("README.md", fs::read(root.join("README.md")).expect("the README"));
    for (path, content) in tree(&root.join("fixtures/tickets")) {
        folder.write(&format!("README.in/{path}"), content);
    }
    let cases = trycmd::TestCases::new();
    cases.case(folder.path("README.md"));
    cases.run();
    assert_eq!(
        tree(&folder.path("README.in/back")),
        tree(&root.join("fixtures/tickets/export")),
        "the way back holds the original"
    );
}

#[test]
fn the_page_about_packed_tables_shows_what_happens() {
    let tickets = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tickets");
    let folder = Folder::with(&[("packed.md", &page("packed"))]);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed
        .write_all(&fs::read(tickets.join("export/tickets.jsonl")).expect("a table"))
        .expect("memory");
    folder.write("packed.in/tickets.jsonl.gz", packed.finish().expect("memory"));
    folder.write("packed.in/ids.csv", fs::read(tickets.join("ids.csv")).expect("a map"));
    let cases = trycmd::TestCases::new();
    cases.case(folder.path("packed.md"));
    cases.run();
    let unpacked = fs::read(folder.path("packed.in/new.jsonl.zst")).expect("the output");
    let unpacked = zstd::decode_all(&*unpacked).expect("whole frames");
    assert_eq!(
        unpacked,
        fs::read(tickets.join("expected/out/tickets.jsonl")).expect("what is expected")
    );
}

#[test]
fn the_page_on_convex_shows_what_happens() {
    let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/convex");
    let folder = Folder::with(&[("convex.md", &page("convex"))]);
    for (from, to) in [
        ("ids.csv", "ids.csv"),
        ("snapshot_uniform.zip", "snapshot.zip"),
        ("snapshot_legacy.zip", "old.zip"),
    ] {
        let content = fs::read(snapshots.join(from)).expect("a file");
        folder.write(&format!("convex.in/{to}"), content);
    }
    let cases = trycmd::TestCases::new();
    cases.case(folder.path("convex.md"));
    cases.run();
    let ran = run(&folder, "rewrite convex.in/back.zip --map convex.in/ids.csv --out forth.zip");
    let read = |path| fs::read(folder.path(path)).expect("a ZIP");
    assert!(read("forth.zip") == read("convex.in/new.zip"), "the way back is one: {}", ran.stderr);
}

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/{name}.md"));
    fs::read_to_string(path).expect("the page")
}

/// Runs what a page shows beside the files that it shows. Files below `new`
/// are what a run has to write.
fn run_page(name: &str) -> Folder {
    let page = page(name);
    let folder = Folder::with(&[(format!("{name}.md").as_str(), &page)]);
    let mut files: Vec<_> = blocks(&page);
    files.retain(|(info, _)| info.len() == 2);
    let (written, given): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|(info, _)| info[1].starts_with("new/"));
    for (info, content) in given {
        folder.write(&format!("{name}.in/{}", info[1]), content);
    }
    let cases = trycmd::TestCases::new();
    cases.case(folder.path(&format!("{name}.md")));
    cases.run();
    for (info, content) in written {
        assert_eq!(folder.text(&format!("{name}.in/{}", info[1])), content);
    }
    folder
}

#[test]
fn the_page_about_rules_shows_what_happens() {
    let folder = run_page("rules");
    assert!(folder.path("rules.in/new").is_dir());
}

#[test]
fn the_page_on_map_commands_shows_what_happens() {
    let folder = run_page("map-commands");
    assert_eq!(
        folder.text("map-commands.in/ids.csv").lines().nth(1),
        folder.text("map-commands.in/filled.csv").lines().nth(1),
        "what is filled in was joined before"
    );
}

#[test]
fn the_page_on_reports_shows_what_happens() {
    let folder = run_page("report");
    assert!(folder.text("report.in/new.html").contains("<h1>Needs a decision</h1>"));
}

#[test]
fn the_page_on_the_audit_shows_what_happens() {
    let folder = run_page("audit");
    assert!(folder.text("audit.in/verdict.json").contains("\"edited\": 1"));
}

#[test]
fn the_page_on_scans_shows_what_happens() {
    let folder = run_page("scan");
    assert!(folder.text("scan.in/rules.toml").contains("watchers[*].user_id"));
}

#[test]
fn the_page_on_taking_runs_back_shows_what_happens() {
    let folder = run_page("undo");
    assert_eq!(tree(&folder.path("undo.in/back")), tree(&folder.path("undo.in/export")));
    let drifted = folder.text("undo.in/drifted.jsonl");
    assert!(page("undo").contains(&format!("```json\n{drifted}```")), "{drifted}");
}

#[test]
fn the_page_on_patches_shows_what_happens() {
    let folder = run_page("patches");
    let rest = folder.text("patches.in/new/ticketComments.patches.jsonl");
    assert!(rest.starts_with("{\"updates\":[{\"_id\":\"c1\","), "{rest}");
}

/// The rows of all tables with this header; each cell without its backticks.
fn rows<'p>(page: &'p str, header: &str) -> Vec<Vec<&'p str>> {
    let mut rows = Vec::new();
    for table in page.split(header).skip(1) {
        let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        rows.extend(lines.map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().trim_matches('`')).collect::<Vec<_>>()
        }));
    }
    rows
}

#[test]
fn records_on_the_page_about_rules_become_what_it_says() {
    let page = page("rules");
    let rows = rows(&page, "| rule | record | becomes | counts |");
    assert!(rows.len() > 30, "{rows:?}");
    let row = |row: &Vec<&str>| {
        let [rule, record, becomes, counts] = row[..] else { panic!("{row:?}") };
        let rule = format!("{{ table = \"@\", {rule} }}");
        [&rule, record, becomes, counts].map(str::to_owned)
    };
    tables_become(&rows.iter().map(row).collect::<Vec<_>>());
}

#[test]
fn rules_that_the_page_says_are_refused_are() {
    let page = page("rules");
    let rows = rows(&page, "| rules | message |");
    assert_eq!(rows.len(), 10);
    for row in rows {
        let [rules, message] = row[..] else { panic!("{row:?}") };
        let rules: Vec<_> = rules.split("` and `").collect();
        let rules = rules.join(" }, { table = \"t\", ");
        let rules = format!("version = 1\nfield = [{{ table = \"t\", {rules} }}]\n");
        let folder =
            Folder::with(&[("ids.csv", MAP), ("export/t.jsonl", ""), ("rules.toml", &rules)]);
        let ran = run(&folder, "rewrite export --map ids.csv --rules rules.toml --out out");
        assert_eq!(ran.code, Some(2), "{rules}: {}", ran.stderr);
        let message = message.replace('`', "");
        assert!(ran.stderr.replace('`', "").contains(&message), "{message:?}: {}", ran.stderr);
    }
}
