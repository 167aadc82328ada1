//! The examples of docs/maps.md say what they are said to.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::standard::*;

/// A fenced block: the words after its fence, and what it holds.
pub type Fenced = (Vec<String>, String);

pub fn blocks(page: &str) -> Vec<Fenced> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let content = lines.by_ref().take_while(|line| *line != "```");
            let content = content.map(|line| format!("{line}\n")).collect();
            blocks.push((info.split_whitespace().map(str::to_owned).collect(), content));
        }
    }
    blocks
}

/// Each file is written beside a small export, and each command maps both of
/// its users.
#[test]
fn every_example_of_a_map_says_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/maps.md")).expect("the page");
    let folder = standard(&[]);
    let mut maps = BTreeSet::new();
    let mut used = BTreeSet::new();
    for (info, content) in blocks(&page) {
        match &info.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["sh"] => {
                let command = content.strip_prefix("idswap ").expect("a command").trim();
                folder.write("export/tickets.jsonl", [A, B].map(ticket).concat());
                let ran = run(&folder, command);
                assert_eq!(ran.code, Some(0), "{command}: {}", ran.stderr);
                let expected = [ALICE, BOB].map(ticket).concat();
                assert_eq!(folder.text("new/tickets.jsonl"), expected, "{command}");
                std::fs::remove_dir_all(folder.path("new")).expect("removed");
                used.extend(command.split(' ').map(str::to_owned));
            }
            [_, file] => {
                folder.write(file, content);
                maps.insert((*file).to_owned());
            }
            other => panic!("neither a file nor a command: {other:?}"),
        }
    }
    assert!(maps.len() >= 9, "{maps:?}");
    assert!(maps.is_subset(&used), "not all of {maps:?} are used");
}
