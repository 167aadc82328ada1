//! What a run with rules says: report, attention, words.

use serde_json::{Value, json};

use crate::support::folder::{Folder, Ran};
use crate::support::standard::*;

/// A run over a table `t` with a rule of each kind.
fn ran(rules: &str, records: &str, more: &str) -> (Ran, Value) {
    let folder = Folder::with(&[("ids.csv", MAP), ("rules.toml", rules)]);
    folder.write("export/t.jsonl", records);
    let args = format!("rewrite export --map ids.csv --rules rules.toml --out out{more}");
    let ran = run(&folder, &args);
    assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.stderr);
    (ran, report(&folder))
}

const EVERY_KIND: &str = r#"version = 1

[[field]]
table = "t"
path = "a.b"
optional = true
when = { path = "kind", equals = "user" }

[[field]]
table = "t"
path = "$.v"
match = "keys"
exempt = ["system", "\u001b[31m"]

[[field]]
table = "t"
path = "list[*]"
match = "value"
"#;

#[test]
fn the_report_carries_the_rules() {
    let (ran, report) = ran(EVERY_KIND, "{\"v\":{},\"list\":[]}\n", " -v");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let fields = json!([
        {"table": "t", "path": "a.b", "optional": true, "when": {"path": "kind", "equals": "user"}},
        {"table": "t", "path": "$.v", "optional": false, "match": "keys", "exempt": ["system", "\u{1b}[31m"]},
        {"table": "t", "path": "list[*]", "optional": false},
    ]);
    let digest = format!("blake3:{}", blake3::hash(EVERY_KIND.as_bytes()).to_hex());
    let rules = json!({"source": "rules.toml", "bytes": EVERY_KIND.len(), "digest": digest, "fields": fields});
    assert_eq!(report["rules"], rules);
    let names: Vec<_> =
        report["tables"]["t"]["fields"].as_object().expect("fields").keys().collect();
    assert_eq!(names, ["$.v", "a.b", "list[*]"]);
    assert!(!ran.stderr.contains('\u{1b}'), "{:?}", ran.stderr);
    for line in [
        "rules: rules.toml",
        "t.a.b (optional) where kind is \"user\"",
        "t.$.v (member names)",
        "t.list[*]",
    ] {
        assert!(ran.stderr.contains(line), "{line:?} is not in {}", ran.stderr);
    }
}

/// What `[ids]` says, a value that the map lacks, and the report's source,
/// target, `inferred`, and what is counted.
type Forms = (&'static str, &'static str, &'static str, Option<&'static str>, bool, &'static str);

const CLERK: &str = "^user_[0-9A-Za-z]{27}$";

#[rustfmt::skip]
const FORMS: &[Forms] = &[
    ("", C, "uuid", Some(CLERK), true, "unmapped"),
    ("", "user_2CarolCarolCarolCarolCarol0", "uuid", Some(CLERK), true, "native"),
    ("", "7", "uuid", Some(CLERK), true, "unrecognized"),
    ("source = 'uuid'\ntarget = '^user_[0-9A-Za-z]{27}$'", "CA401000-0000-4000-8000-000000000003", "uuid", Some(CLERK), false, "unmapped"),
    ("source = 'any'", "7", "any", Some(CLERK), true, "unmapped"),
    ("source = 'any'", "", "any", Some(CLERK), true, "unrecognized"),
    ("source = '^[0-9]+$'", "7", "^[0-9]+$", Some(CLERK), true, "unmapped"),
    ("source = '^[0-9]+$'", C, "^[0-9]+$", Some(CLERK), true, "unrecognized"),
    ("source = '[0-9]'", "x7x", "[0-9]", Some(CLERK), true, "unmapped"),
    ("source = '^[0-9]'", "x7x", "^[0-9]", Some(CLERK), true, "unrecognized"),
    ("target = 'uuid'", C, "uuid", Some("uuid"), true, "unmapped"),
    ("target = 'any'", "x", "uuid", Some("any"), true, "native"),
    ("target = '^é$'", "\\u00e9", "uuid", Some("^é$"), true, "native"),
    ("source = '^x'\ntarget = 'y$'", "xy", "^x", Some("y$"), false, "unmapped"),
    ("source = '^x'\ntarget = 'y$'", "zy", "^x", Some("y$"), false, "native"),
    ("source = '^x'\ntarget = 'y$'", "zyz", "^x", Some("y$"), false, "unrecognized"),
    // Never what is rewritten.
    ("source = '^x'\ntarget = 'y$'", A, "^x", Some("y$"), false, "mapped"),
    ("source = '^user_'\ntarget = 'uuid'", ALICE, "^user_", Some("uuid"), false, "already"),
];

#[test]
fn forms_are_those_of_the_rules_or_of_the_map() {
    for (ids, value, source, target, inferred, counted) in FORMS {
        let rules = format!("version = 1\n[[field]]\ntable = \"t\"\npath = \"a\"\n[ids]\n{ids}\n");
        let (_, report) = ran(&rules, &format!("{{\"a\":\"{value}\"}}\n"), "");
        let expected = json!({"source": source, "target": target, "inferred": inferred});
        assert_eq!(report["ids"], expected, "{ids}");
        assert_eq!(report["tables"]["t"]["fields"]["a"][counted], 1, "{ids}: {value}");
    }
}

/// A map whose targets share no form: nothing is native.
#[test]
fn targets_without_a_form_are_said_to_have_none() {
    let folder =
        Folder::with(&[("ids.csv", "source_id,target_id\n1,x\n2,y\n"), ("export/t.jsonl", "")]);
    folder.write("rules.toml", "version = 1\n[[field]]\ntable = \"t\"\npath = \"a\"\n");
    let ran = run(&folder, "rewrite export --map ids.csv --rules rules.toml --out out");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(report(&folder)["ids"], json!({"source": "any", "target": null, "inferred": true}));
}

/// A rule, a record, and the warnings that need attention.
#[rustfmt::skip]
const ATTENTION: &[(&str, &str, &[&str])] = &[
    ("path = 'a.b'", "{\"a\":{\"b\":\"@\"}}", &[]),
    ("path = 'a.b'", "{\"a\":{}}", &["absent"]),
    ("path = 'a.b'", "{}", &["absent"]),
    ("path = 'a.b'", "{\"a\":null}", &["absent"]),
    ("path = 'a.b'", "{\"a\":{\"b\":null}}", &["null"]),
    ("path = 'a.b'", "{\"a\":[]}", &["wrongType"]),
    ("path = 'a.b'", "{\"a\":{\"b\":\"?\"}}", &["unrecognized"]),
    ("path = 'a.b'\noptional = true", "{\"a\":{}}", &[]),
    ("path = 'a.b'\noptional = true", "{\"a\":null}", &[]),
    ("path = 'a.b'\noptional = true", "{\"a\":{\"b\":null}}", &[]),
    ("path = 'a.b'\noptional = true", "{\"a\":1}", &["wrongType"]),
    ("path = 'a.b'\noptional = true", "{\"a\":{\"b\":\"?\"}}", &["unrecognized"]),
    ("path = 'a[*]'", "{\"a\":[]}", &[]),
    ("path = 'a[*]'", "{\"a\":{}}", &[]),
    ("path = 'a[*]'", "{}", &["absent"]),
    ("path = 'a[*]'\noptional = true", "{}", &[]),
    ("path = 'a[*]'\noptional = true", "{\"a\":[null]}", &[]),
    ("path = 'a[*].b'", "{\"a\":[{},{\"b\":\"@\"},{}]}", &["absent"]),
    ("path = 'a'\nmatch = 'keys'", "{\"a\":{\"@\":1}}", &[]),
    ("path = 'a'\nmatch = 'keys'", "{\"a\":{\"@\":1,\"user_2AliceAliceAliceAliceAlice0\":1}}", &["collided"]),
    ("path = 'a'\nmatch = 'keys'\noptional = true", "{\"a\":{\"@\":1,\"@\":1}}", &["collided"]),
    ("path = 'a'\nmatch = 'keys'", "{}", &["absent"]),
    ("path = 'a'\nmatch = 'keys'\noptional = true", "{\"a\":null}", &[]),
    ("path = 'a'\nmatch = 'keys'\noptional = true", "{\"a\":[]}", &["wrongType"]),
    ("path = 'a'\nmatch = 'keys'\nexempt = ['?']", "{\"a\":{\"?\":1}}", &[]),
    ("path = 'a'\nexempt = ['?']", "{\"a\":\"?\"}", &[]),
    ("path = 'a'\nexempt = ['']", "{\"a\":\"\"}", &[]),
    ("path = 'a'\nwhen = { path = 'k', equals = 'u' }", "{\"a\":7,\"k\":\"v\"}", &[]),
    ("path = 'a'\nwhen = { path = 'k', equals = 'u' }", "{\"a\":7,\"k\":\"u\"}", &["wrongType"]),
    ("path = 'a'\nwhen = { path = 'k', equals = 'u' }", "{\"k\":\"u\"}", &["absent"]),
    ("path = 'a'\nwhen = { path = 'k', equals = 'u' }", "{}", &[]),
];

#[test]
fn attention_is_asked_for_where_a_person_must_decide() {
    for (rule, record, codes) in ATTENTION {
        let rules = format!("version = 1\n[[field]]\ntable = \"t\"\n{rule}\n");
        let record = record.replace('@', A);
        let (ran, report) = ran(&rules, &(record.clone() + "\n"), "");
        let warned = report["warnings"].as_array().expect("warnings");
        let about_values = warned.iter().filter(|warning| warning.get("field").is_some());
        let found: Vec<_> =
            about_values.map(|warning| warning["code"].as_str().expect("a code")).collect();
        assert_eq!(found, *codes, "{rule}: {record}");
        assert_eq!(report["attention"], !codes.is_empty(), "{rule}: {record}");
        assert_eq!(ran.code, Some(i32::from(!codes.is_empty())), "{rule}: {record}");
    }
}

/// A field that stands twice is a warning, of the records and not the places.
#[test]
fn repeated_names_are_a_warning_a_record() {
    let rules = "version = 1\n[[field]]\ntable = \"t\"\npath = \"a[*].b\"\n";
    let record =
        "{\"a\":[{\"b\":\"@\",\"b\":\"@\"},{\"b\":\"@\",\"b\":\"@\"}],\"a\":[]}\n".replace('@', A);
    for (more, code) in [("", 0), (" --strict", 1)] {
        let (ran, report) = ran(rules, &format!("{{\"a\":[]}}\n{record}{record}"), more);
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
        let mut warning = report["warnings"]
            .as_array()
            .and_then(|all| all.iter().find(|warning| warning["code"] == "repeatedField"))
            .expect("a warning")
            .clone();
        warning["message"].take();
        let expected = json!({"code": "repeatedField", "message": null, "count": 2,
            "table": "t", "field": "a[*].b", "offset": 9});
        assert_eq!(warning, expected);
        assert_eq!(report["tables"]["t"]["fields"]["a[*].b"]["mapped"], 8);
    }
}

/// The list of the unmapped names the rule by which an ID stands first, by
/// bytes and not by rules.
#[test]
fn unmapped_ids_are_listed_by_where_they_stand_first() {
    let folder = Folder::with(&[("ids.csv", MAP)]);
    let rule = |path: &str| format!("[[field]]\ntable = \"t\"\npath = \"{path}\"\n");
    let rules = ["z", "a[*]"].map(rule).concat() + &rule("m") + "match = \"keys\"\n";
    folder.write("rules.toml", format!("version = 1\n{rules}"));
    let (first, second) = (C, "dada0000-0000-4000-8000-000000000004");
    folder.write(
        "export/t.jsonl",
        format!("{{\"m\":{{\"{second}\":1}},\"a\":[\"{first}\"],\"z\":\"{second}\"}}\n{{\"z\":\"{first}\"}}\n"),
    );
    let args = "rewrite export --map ids.csv --rules rules.toml --dry-run --unmapped open.csv";
    let ran = run(&folder, args);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let header = "source_id,target_id,count,table,field,line";
    let expected = format!("{header}\n{first},,2,t,a[*],1\n{second},,2,t,m,1\n");
    assert_eq!(folder.text("open.csv"), expected);
    let ran = run(&folder, &format!("{args} --force --on-unmapped fail"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
}

/// A rule for a table that the export lacks is a warning; one for a stream's
/// table is all that a stream needs.
#[test]
fn rules_may_name_more_tables_than_there_are() {
    let rules = ["t", "gone", "gone", "u"].iter().zip(["a", "b", "c", "$"]);
    let rule = |(table, path): (&&str, &str)| {
        let matches = if path == "$" { "keys" } else { "value" };
        format!("[[field]]\ntable = \"{table}\"\npath = \"{path}\"\nmatch = \"{matches}\"\n")
    };
    let rules = format!("version = 1\n{}", rules.map(rule).collect::<String>());
    let folder = Folder::with(&[("ids.csv", MAP), ("rules.toml", &rules)]);
    folder.write("export/t.jsonl", "");
    folder.write("export/u.jsonl", format!("{{\"{A}\":1,\"{B}\":2}}\n"));
    let ran = run(&folder, "rewrite export --map ids.csv --rules rules.toml --out out");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let report = report(&folder);
    let missing: Vec<_> = report["warnings"].as_array().expect("warnings").iter().collect();
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert_eq!(
        (&missing[0]["code"], &missing[0]["table"]),
        (&json!("missingTable"), &json!("gone"))
    );
    let args = "rewrite - --table u --map ids.csv --rules rules.toml --out - --report stream.json";
    let args: Vec<_> = args.split(' ').collect();
    let ran = folder.idswap_fed(&args, &folder.read("export/u.jsonl"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(String::from_utf8_lossy(&ran.stdout), folder.text("out/u.jsonl"));
    assert_eq!(folder.text("out/u.jsonl"), format!("{{\"{ALICE}\":1,\"{BOB}\":2}}\n"));
    assert_eq!(json(&folder.text("stream.json"))["warnings"], json!([]));
}
