//! The two snapshots, against the counts that are known of them.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// Table, field, and its counts: mapped, already, unmapped, unrecognized, absent.
const COUNTS: [(&str, &str, [u64; 5]); 4] = [
    ("tickets", "requester_id", [48, 5, 6, 1, 0]),
    ("tickets", "assigned_to", [37, 2, 1, 0, 20]),
    ("ticketComments", "author_id", [80, 6, 4, 0, 0]),
    ("ticketStatusHistory", "changed_by", [90, 14, 4, 12, 0]),
];

/// Table, records, updated, distinct unmapped IDs.
const TABLES: [(&str, [u64; 3]); 3] = [
    ("tickets", [60, 54, 4]),
    ("ticketComments", [90, 80, 1]),
    ("ticketStatusHistory", [120, 90, 3]),
];

#[test]
fn snapshots_give_the_counts_known_of_them() {
    for encoding in ["uniform", "legacy"] {
        let fixture = format!("fixtures/snapshot_{encoding}/expected/out.report.json");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture);
        let report = fs::read_to_string(path).expect("a report");
        hold_known_counts(&serde_json::from_str(&report).expect("JSON"));
    }
}

/// Holds a report on one of them against what is known.
pub fn hold_known_counts(report: &Value) {
    for (table, field, counts) in COUNTS {
        let field = &report["tables"][table]["fields"][field];
        let names = ["mapped", "already", "unmapped", "unrecognized", "absent"];
        assert_eq!(names.map(|name| field[name].as_u64().expect(name)), counts, "{table}");
        assert_eq!(field["native"], 0);
    }
    for (table, counts) in TABLES {
        let table = &report["tables"][table];
        let names = ["total", "updated", "unmappedTotal"];
        assert_eq!(names.map(|name| table[name].as_u64().expect(name)), counts);
    }
    assert_eq!(report["summary"]["totalUnmapped"], 4);
    assert_eq!(report["map"]["unused"], 2);
}
