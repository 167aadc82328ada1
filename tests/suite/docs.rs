//! The commands that the README shows print what it shows.

use std::path::Path;

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
