//! Every report that a fixture leaves obeys the published schema and balances.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// All reports among the fixtures' expectations, on disk or on stdout.
fn reports() -> Vec<(String, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut reports = Vec::new();
    for entry in fs::read_dir(root).expect("fixtures") {
        let expected = entry.expect("an entry").path().join("expected");
        for name in ["out.report.json", "stdout"] {
            if let Ok(text) = fs::read_to_string(expected.join(name)) {
                let report = serde_json::from_str(&text).expect("JSON");
                reports.push((expected.join(name).display().to_string(), report));
            }
        }
    }
    reports
}

/// The published schema.
pub fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
    serde_json::from_str(&fs::read_to_string(path).expect("the schema")).expect("JSON")
}

#[test]
fn reports_obey_the_schema() {
    let validator = jsonschema::validator_for(&schema()).expect("a valid schema");
    let reports = reports();
    assert!(reports.len() >= 10);
    for (name, report) in reports {
        let faults: Vec<_> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let validator = jsonschema::validator_for(&schema()).expect("a valid schema");
    let (_, good) = reports().into_iter().find(|(_, r)| r.get("tables").is_some()).expect("one");
    for (pointer, wrong) in [
        ("/schemaVersion", Value::from(2)),
        ("/map/entries", Value::from(-1)),
        ("/map/files/0/digest", Value::from("md5:00")),
        ("/warnings", Value::from("none")),
        ("/tables", Value::from(vec![1])),
    ] {
        let mut report = good.clone();
        *report.pointer_mut(pointer).expect(pointer) = wrong;
        assert!(!validator.is_valid(&report), "{pointer}");
    }
    let (_, good) = reports().into_iter().find(|(name, _)| name.contains("nested")).expect("one");
    let rules = good["rules"]["fields"].as_array().expect("rules");
    let with = |member: &str| {
        let at = rules.iter().position(|rule| rule.get(member).is_some()).expect(member);
        format!("/rules/fields/{at}/{member}")
    };
    for (pointer, wrong) in [
        (with("match"), Value::from("value")),
        (with("when"), Value::from("user")),
        (with("when") + "/equals", Value::from(1)),
        (with("exempt"), Value::from("system")),
        (with("exempt") + "/0", Value::Null),
        ("/ids/source".to_owned(), Value::Null),
        ("/ids/target".to_owned(), Value::from(1)),
        ("/warnings/0/code".to_owned(), Value::from("collides")),
    ] {
        let mut report = good.clone();
        *report.pointer_mut(&pointer).expect(&pointer) = wrong;
        assert!(!validator.is_valid(&report), "{pointer}");
    }
    for member in ["summary", "tables", "ids"] {
        let mut report = good.clone();
        report.as_object_mut().expect("an object").remove(member);
        assert!(!validator.is_valid(&report), "without {member}");
    }
}

#[test]
fn counts_balance() {
    for (name, report) in reports() {
        let Some(tables) = report["tables"].as_object() else { continue };
        for (name_of_table, table) in tables {
            let n = |member: &str| table[member].as_u64().expect("a count");
            assert_eq!(n("total"), n("updated") + n("skipped") + n("rejected"), "{name}");
            for (path, field) in table["fields"].as_object().expect("fields") {
                let n = |member: &str| field[member].as_u64().expect("a count");
                let decided = ["exempt", "mapped", "kept", "already", "unmapped", "native"];
                let others = ["unrecognized", "collided", "null", "wrongType"];
                let sum: u64 = decided.iter().chain(&others).map(|member| n(member)).sum();
                assert_eq!(n("values"), sum, "{name}");
                if !is_single(&report["rules"], name_of_table, path) {
                    continue;
                }
                let repeated = report["warnings"].to_string().contains("repeatedField");
                let seen = n("values") + n("absent") + n("excluded");
                assert!(seen == n("records") || repeated && seen > n("records"), "{name}");
            }
        }
    }
}

/// Whether a rule leads to one place of a record, so that each record gives it
/// one value.
fn is_single(rules: &Value, table: &str, path: &str) -> bool {
    let fields = rules["fields"].as_array().expect("fields");
    let rule = fields.iter().find(|rule| rule["table"] == table && rule["path"] == path);
    rule.expect("a rule").get("match").is_none() && !path.contains('*')
}
