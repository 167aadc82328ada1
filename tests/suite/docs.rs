//! The commands that the README and the pages show print what they show.

use std::path::Path;

use crate::map_docs::blocks;
use crate::support::{Folder, tree};

#[test]
fn the_readme_shows_what_happens() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::new();
    folder.write("README.md", std::fs::read(root.join("README.md")).expect("the README"));
    for (path, content) in tree(&root.join("fixtures/tickets")) {
        folder.write(&format!("README.in/{path}"), content);
    }
    folder.write("README.in/none.csv", "source_id,target_id\n");
    let cases = trycmd::TestCases::new();
    cases.case(folder.path("README.md"));
    cases.run();
    assert_eq!(
        tree(&folder.path("README.in/back")),
        tree(&root.join("fixtures/tickets/export")),
        "the way back holds the original"
    );
}

/// Runs what a page shows beside the files that it shows.
fn run_page(name: &str) -> Folder {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/{name}.md"));
    let page = std::fs::read_to_string(page).expect("the page");
    let folder = Folder::new();
    folder.write(&format!("{name}.md"), &page);
    for (info, content) in blocks(&page) {
        if let [_, path] = &info[..] {
            folder.write(&format!("{name}.in/{path}"), content);
        }
    }
    let cases = trycmd::TestCases::new();
    cases.case(folder.path(&format!("{name}.md")));
    cases.run();
    folder
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
fn the_page_on_scans_shows_what_happens() {
    let folder = run_page("scan");
    assert!(folder.text("scan.in/rules.toml").contains("watchers[*].user_id"));
}
