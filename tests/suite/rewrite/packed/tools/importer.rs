//! A model of what an import with `--replace` would do with a ZIP.
//!
//! It is made of the facts that are known of Convex's importer, and of none of
//! the product's code.

use std::collections::BTreeSet;

use serde_json::Value;

use super::listing::Entry;

/// What an import comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// Tables that get the documents of the ZIP.
    pub replaced: BTreeSet<String>,
    /// Tables that a list names and the ZIP lacks: nothing is left of them.
    pub emptied: BTreeSet<String>,
    /// Tables without a schema: each number becomes a float.
    pub floats: BTreeSet<String>,
    /// Components whose stored files are replaced; the root's name is empty.
    pub storage: BTreeSet<String>,
    /// What the importer would not take at all.
    pub refused: Vec<String>,
}

/// What a file of a ZIP is to the importer: component, folder, file. The
/// component's name is empty or ends in a slash.
///
/// Only the end of a name counts: whatever else stands before it is passed
/// over, so that `before/tickets/documents.jsonl` is the table `tickets`.
pub fn place(name: &str) -> Option<(String, &str, &str)> {
    let mut parts: Vec<&str> = name.split('/').collect();
    let file = parts.pop()?;
    let folder = parts.pop().filter(|folder| !folder.is_empty())?;
    let mut component = String::new();
    let mut rest = parts.iter();
    while let Some(part) = rest.next() {
        if *part == "_components" {
            component.push_str(rest.next()?);
            component.push('/');
        }
    }
    Some((component, folder, file))
}

/// The import of these entries.
pub fn import(entries: &[Entry]) -> Import {
    let mut import = Import::default();
    let (mut named, mut schemas) = (BTreeSet::new(), BTreeSet::new());
    for entry in entries {
        if !matches!(entry.method, 0 | 8) {
            import.refused.push(format!("{}: method {}", entry.name, entry.method));
        }
        let Some((component, folder, file)) = place(&entry.name) else { continue };
        let table = format!("{component}{folder}");
        match (folder, file) {
            ("_tables", "documents.jsonl") => named.extend(listed(&component, &entry.content)),
            ("_storage", "documents.jsonl") => drop(import.storage.insert(component)),
            (_, "documents.jsonl") if import.replaced.insert(table.clone()) => {}
            (_, "documents.jsonl") => {
                import.refused.push(format!("{}: a second time", entry.name));
            }
            (_, "generated_schema.jsonl") => drop(schemas.insert(table)),
            _ => {}
        }
    }
    import.emptied = named.difference(&import.replaced).cloned().collect();
    import.floats = import.replaced.difference(&schemas).cloned().collect();
    import
}

/// The tables that a list names.
pub fn listed(component: &str, list: &[u8]) -> Vec<String> {
    let text = str::from_utf8(list).expect("UTF-8");
    let name = |line| {
        let record: Value = serde_json::from_str(line).expect("a record");
        format!("{component}{}", record["name"].as_str().expect("a name"))
    };
    text.lines().map(name).collect()
}

/// An archive's entries, and the import that they make: what is replaced,
/// emptied, turned to floats, stored, refused.
type Case = (&'static str, &'static [(&'static str, u16, &'static str)], [&'static str; 5]);

const LIST: &str = "{\"name\":\"tickets\",\"id\":1}\n{\"name\":\"notes\",\"id\":2}\n";

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("all of them",
        &[("_tables/documents.jsonl", 8, LIST), ("tickets/documents.jsonl", 8, ""), ("tickets/generated_schema.jsonl", 0, ""),
            ("notes/documents.jsonl", 0, ""), ("notes/generated_schema.jsonl", 8, "")],
        ["notes tickets", "", "", "", ""]),
    ("a list that was not cut",
        &[("_tables/documents.jsonl", 8, LIST), ("tickets/documents.jsonl", 8, ""), ("tickets/generated_schema.jsonl", 8, "")],
        ["tickets", "notes", "", "", ""]),
    ("a component's list that was not cut",
        &[("_components/a/_tables/documents.jsonl", 8, LIST), ("_components/a/notes/documents.jsonl", 8, "")],
        ["a/notes", "a/tickets", "a/notes", "", ""]),
    ("a component in a component",
        &[("_components/a/_components/b/t/documents.jsonl", 8, "")], ["a/b/t", "", "a/b/t", "", ""]),
    ("anywhere", &[("before/tickets/documents.jsonl", 8, "")], ["tickets", "", "tickets", "", ""]),
    ("twice", &[("a/t/documents.jsonl", 8, ""), ("t/documents.jsonl", 8, "")],
        ["t", "", "t", "", "t/documents.jsonl: a second time"]),
    ("bzip2", &[("README.md", 12, "")], ["", "", "", "", "README.md: method 12"]),
    ("stored files", &[("_storage/documents.jsonl", 0, ""), ("_storage/x.png", 0, ""), ("_components/a/_storage/documents.jsonl", 0, "")],
        ["", "", "", " a/", ""]),
];

#[test]
fn the_model_knows_what_an_import_does() {
    for (name, entries, expected) in CASES {
        let entry = |(name, method, content): &(&str, u16, &str)| Entry {
            name: (*name).to_owned(),
            method: *method,
            content: content.as_bytes().to_vec(),
            flags: 0,
            crc: 0,
            packed: Vec::new(),
        };
        let entries: Vec<_> = entries.iter().map(entry).collect();
        let import = import(&entries);
        let words = |all: &BTreeSet<String>| all.iter().cloned().collect::<Vec<_>>().join(" ");
        let found = [
            words(&import.replaced),
            words(&import.emptied),
            words(&import.floats),
            words(&import.storage),
            import.refused.join(" "),
        ];
        assert_eq!(found, *expected, "{name}");
    }
}
