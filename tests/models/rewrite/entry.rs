//! Entries of patches, record by record.

use super::*;
use crate::rules::{FieldRule, IdRules, Match, Path, Plan};

/// A rule by its path, with `?` if it is optional and `#` for member names.
fn rule(spelled: &str) -> FieldRule {
    let path = Path::parse(spelled.trim_end_matches(['?', '#'])).expect("a path");
    let matches = if spelled.contains('#') { Match::Keys } else { Match::Value };
    let optional = spelled.contains('?');
    FieldRule { path, matches, optional, ..FieldRule::required("t", "x") }
}

fn entry(rules: &str, before: &str, after: &str) -> String {
    let rules = rules.split(' ').map(rule).collect();
    let plan = Plan::new("test", rules, IdRules::default()).expect("a plan");
    let declared = Declared::of(plan.table("t").expect("a table"));
    let mut out = Vec::new();
    let done = Finder::default().entry(&declared, before.as_bytes(), after.as_bytes(), &mut out);
    match done {
        Ok(()) => String::from_utf8(out).expect("UTF-8"),
        Err(why) => format!("{why:?}"),
    }
}

#[test]
fn an_entry_has_what_rules_declare() {
    #[rustfmt::skip]
    let cases = [
        ("a b?", r#"{"a":1,"_id":"k","b":2.0,"c":3}"#, r#"{"_id":"k","a":1,"b":2.0}"#),
        ("a b?", r#"{"b":"x","_id":"k","a":"y"}"#, r#"{"_id":"k","b":"x","a":"y"}"#),
        ("a b?", " { \"_id\" : \"k\" ,\t\"a\" : [ 1 , { } ] } \r\n{\"a\":2}", r#"{"_id":"k","a":[ 1 , { } ]}"#),
        ("a b?", r#"{"_id":"k","a":1,"b":null}"#, r#"{"_id":"k","a":1}"#),
        ("a? b", r#"{"_id":"k","a":1,"b":null}"#, r#"Null("b")"#),
        ("a? b", r#"{"_id":"k","a":1}"#, r#"{"_id":"k","a":1}"#),
        ("a? a.b", r#"{"_id":"k","a":null}"#, r#"Null("a")"#),
        ("a", r#"{"_id":"k","a":1,"a":null,"a":2}"#, r#"{"_id":"k","a":2}"#),
        ("a b", r#"{"_id":"j","a":1,"b":0,"a":2,"_id":"k"}"#, r#"{"_id":"k","b":0,"a":2}"#),
        ("a", r#"{"\u005fid":"\u006b","\u0061":"\u00e9"}"#, r#"{"_id":"\u006b","\u0061":"\u00e9"}"#),
        ("a.b[*].c", r#"{"_id":"k","a":{"b":[{"c":"}\""}],"n":null}}"#, r#"{"_id":"k","a":{"b":[{"c":"}\""}],"n":null}}"#),
        ("a#? a.*.x?", r#"{"_id":"k","a":{"u":{"x":1}},"x":2}"#, r#"{"_id":"k","a":{"u":{"x":1}}}"#),
        ("a", r#"{"a":1}"#, "NoId"),
        ("a", r#"{"_id":7,"a":1}"#, "NoId"),
        ("a", r#"{"_id":"k","_id":null,"a":1}"#, "NoId"),
        ("a", r#"{"_id":{"_id":"k"},"a":1}"#, "NoId"),
        ("a", r#"{"A":{"_id":"k"},"a":1}"#, "NoId"),
        ("a _id", r#"{"_id":"k","a":1}"#, r#"{"_id":"k","a":1}"#),
        ("*.x?", r#"{"_creationTime":1.5,"a":{"x":1},"_id":"k","b":null,"a":2,"c":3}"#, r#"{"_id":"k","a":2,"c":3}"#),
        ("*.x", r#"{"_id":"k","a":{"x":1},"b":null}"#, r#"Null("b")"#),
        ("*.x? b", r#"{"_id":"k","b":null,"a":1}"#, r#"Null("b")"#),
        ("$#? a", r#"{"_id":"k","a":1,"b":2}"#, r#"{"_id":"k","a":1}"#),
    ];
    for (rules, record, expected) in cases {
        assert_eq!(entry(rules, record, record), expected, "{rules} {record}");
    }
}

#[test]
fn a_record_that_becomes_another_is_left_out() {
    let before = r#"{"_id":"k","a":1}"#;
    for (rules, after, expected) in [
        ("_id", r#"{"_id":"l","a":1}"#, "NewId"),
        ("*", r#"{"_id":"l","a":1}"#, "NewId"),
        ("$#", r#"{"_id":"k","b":1}"#, "Renamed"),
        ("$# a", r#"{"_id":"k","b":1}"#, "Renamed"),
        ("*", r#"{"_id":"k","a":2}"#, r#"{"_id":"k","a":2}"#),
    ] {
        assert_eq!(entry(rules, before, after), expected, "{rules} {after}");
    }
}
