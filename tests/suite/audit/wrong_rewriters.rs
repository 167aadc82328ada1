//! Rewriters that are wrong, each in one way: `verify` refuses what they
//! write, and accepts what they write without their fault.

use std::collections::HashMap;

use serde_json::Value;

use crate::models::oracle::{Text, fold};
use crate::models::places::{self, find};
use crate::models::ruled::{Condition, Rule, Step};
use crate::support::folder::Folder;

/// What a rewriter does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    RewritesUndeclaredFields,
    RewritesTextThatHoldsAnId,
    IgnoresConditions,
    RewritesExemptLiterals,
    ForgetsRepeatedMembers,
    IgnoresLetterCase,
    RenamesCollidingNames,
    ForgetsNames,
    RenamesOnly,
    StopsAtTheFirstElement,
    SerializesAnew,
    MapsByPrefix,
    DropsRecordsWithoutIds,
    MapsTwice,
    TrimsBlanks,
    MapsNullToTheFirstTarget,
    WritesOtherCase,
    ForgetsEscapedIds,
    RewritesOnlyTheLastRecord,
}

const FLAWS: &[(Flaw, &[&str])] = &[
    (Flaw::None, &[]),
    (Flaw::RewritesUndeclaredFields, &["t:3 \"c\" /free: changed"]),
    (Flaw::RewritesTextThatHoldsAnId, &["t:3 \"c\" /text: changed"]),
    (Flaw::IgnoresConditions, &["t:4 \"d\" /sender: changed"]),
    (Flaw::RewritesExemptLiterals, &["t:5 \"e\" /by: changed"]),
    (Flaw::ForgetsRepeatedMembers, &["t:6 \"f\" /by: "]),
    (Flaw::IgnoresLetterCase, &["t:7 \"g\" /by: "]),
    (Flaw::RenamesCollidingNames, &["t:8 \"h\" /votes/a1"]),
    (Flaw::ForgetsNames, &["t:9 \"i\" /votes/a1"]),
    (Flaw::RenamesOnly, &["t:2 \"b\" /by: "]),
    (Flaw::StopsAtTheFirstElement, &["t:10 \"j\" /list/1: "]),
    (Flaw::SerializesAnew, &["t:1 \"a\" /big: changed"]),
    (Flaw::MapsByPrefix, &["t:11 \"k\" /by: changed"]),
    (Flaw::DropsRecordsWithoutIds, &["t:1 \"a\": removed"]),
    (Flaw::MapsTwice, &["t:2 \"b\" /by: "]),
    (Flaw::TrimsBlanks, &["t:13 \"m\": formatting"]),
    (Flaw::MapsNullToTheFirstTarget, &["t:14 \"n\" /by: changed"]),
    (Flaw::WritesOtherCase, &["t:2 \"b\" /by: "]),
    (Flaw::ForgetsEscapedIds, &["t:15 \"o\" /by: "]),
    (Flaw::RewritesOnlyTheLastRecord, &["t:2 \"b\" /by: "]),
];

const UPPER: &str = "A11CE000-0000-4000-8000-000000000001";

/// In each record one flaw shows, at least.
const RECORDS: &[&str] = &[
    r#"{"_id":"a","n":1700000000000.0,"big":123456789012345678901234567890}"#,
    r#"{"_id":"b","by":"a1"}"#,
    r#"{"_id":"c","free":"a1","text":"ask a1 again","by":"b1"}"#,
    r#"{"_id":"d","sender":"a1","type":"bot"}"#,
    r#"{"_id":"e","by":"system"}"#,
    r#"{"_id":"f","by":"a1","by":"b1"}"#,
    r#"{"_id":"g","by":"A11CE000-0000-4000-8000-000000000001"}"#,
    r#"{"_id":"h","votes":{"a1":1,"a2":2}}"#,
    r#"{"_id":"i","votes":{"a1":{"a1":1}}}"#,
    r#"{"_id":"j","list":["a1","a1",null,"b1"]}"#,
    r#"{"_id":"k","by":"a1x"}"#,
    r#"{"_id":"l","by":"a2"}"#,
    r#" { "_id":"m" , "by" : "b1" } "#,
    r#"{"_id":"n","by":null}"#,
    r#"{"_id":"o","by":"\u0061\u0031"}"#,
    r#"{"_id":"p","sender":"a1","type":"user"}"#,
];

/// A chain is in it: a1 becomes a2, a2 becomes a3.
const ROWS: &[(&str, &str)] = &[
    ("a1", "a2"),
    ("a2", "a3"),
    ("b1", "b2"),
    ("system", "root"),
    ("a11ce000-0000-4000-8000-000000000001", "alice"),
];

const RULES: &str = r#"version = 1
[[field]]
table = "t"
path = "by"
optional = true
exempt = ["system"]
[[field]]
table = "t"
path = "sender"
optional = true
when = { path = "type", equals = "user" }
[[field]]
table = "t"
path = "list[*]"
[[field]]
table = "t"
path = "votes"
match = "keys"
"#;

fn rules() -> Vec<Rule> {
    let rule = |names: &[&str], all: bool| {
        let mut steps: Vec<_> = names.iter().map(|name| Step::Name((*name).to_owned())).collect();
        steps.extend(all.then_some(Step::All));
        let path = names.join(".");
        Rule { table: "t", steps, path, keys: false, optional: true, when: None, exempt: vec![] }
    };
    let when = Condition {
        steps: vec![Step::Name("type".to_owned())],
        path: "type".to_owned(),
        equals: "user".to_owned(),
    };
    vec![
        Rule { exempt: vec!["system".to_owned()], ..rule(&["by"], false) },
        Rule { when: Some(when), ..rule(&["sender"], false) },
        rule(&["list"], true),
        Rule { keys: true, ..rule(&["votes"], false) },
    ]
}

/// Rewrites records by rules and a map, but for its flaw.
struct Rewriter {
    flaw: Flaw,
    rules: Vec<Rule>,
    map: HashMap<String, String>,
}

impl Rewriter {
    fn new(flaw: Flaw) -> Self {
        let mut rules = rules();
        for rule in &mut rules {
            match flaw {
                Flaw::IgnoresConditions => rule.when = None,
                Flaw::RewritesExemptLiterals => rule.exempt.clear(),
                _ => {}
            }
        }
        if flaw == Flaw::RewritesUndeclaredFields {
            let steps = vec![Step::Name("free".to_owned())];
            let (path, exempt) = ("free".to_owned(), Vec::new());
            rules.push(Rule {
                table: "t",
                steps,
                path,
                keys: false,
                optional: true,
                when: None,
                exempt,
            });
        }
        let map = ROWS.iter().map(|(source, target)| ((*source).to_owned(), (*target).to_owned()));
        Self { flaw, rules, map: map.collect() }
    }

    /// The target of a string, where it has one.
    fn target(&self, text: &Text) -> Option<String> {
        let id = match self.flaw {
            Flaw::IgnoresLetterCase => text.shown.clone(),
            Flaw::MapsByPrefix => {
                self.map.keys().find(|source| text.shown.starts_with(*source)).cloned()?
            }
            _ => fold(&text.shown),
        };
        let mut target = self.map.get(&id)?.clone();
        if self.flaw == Flaw::MapsTwice {
            target = self.map.get(&target).cloned().unwrap_or(target);
        }
        Some(if self.flaw == Flaw::WritesOtherCase { target.to_uppercase() } else { target })
    }

    fn record(&self, record: &str, last: bool) -> Option<String> {
        let mut edits = Vec::new();
        for rule in &self.rules {
            let Some(mut found) = find(rule, record) else { continue };
            if self.flaw == Flaw::ForgetsRepeatedMembers && !rule.keys && rule.steps.len() == 1 {
                found.places.truncate(1);
            }
            for place in found.places {
                let token = &record[place.span.clone()];
                if token == "null" && self.flaw == Flaw::MapsNullToTheFirstTarget {
                    edits.push((place.span, "a2".to_owned()));
                    continue;
                }
                let text = Text::of(token);
                let known = text.is_string && !rule.exempts(&text);
                let Some(target) = self.target(&text).filter(|_| known) else { continue };
                let names = place.object.map(|object| places::names(record, object));
                let collides = names.iter().flatten().any(|name| name.shown == target);
                let keep = match self.flaw {
                    Flaw::RenamesCollidingNames => false,
                    Flaw::ForgetsNames => rule.keys || collides,
                    Flaw::RenamesOnly => !rule.keys || collides,
                    Flaw::StopsAtTheFirstElement => place.pointer.ends_with("/1") || collides,
                    Flaw::ForgetsEscapedIds => token.contains('\\') || collides,
                    Flaw::RewritesOnlyTheLastRecord => !last || collides,
                    _ => collides,
                };
                if !keep {
                    edits.push((place.span, target));
                }
            }
        }
        if edits.is_empty() && self.flaw == Flaw::DropsRecordsWithoutIds {
            return None;
        }
        edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let mut written = record.to_owned();
        for (span, target) in edits {
            written.replace_range(span, &serde_json::to_string(&target).expect("a string"));
        }
        Some(match self.flaw {
            Flaw::SerializesAnew => {
                serde_json::from_str::<Value>(&written).expect("JSON").to_string()
            }
            Flaw::RewritesTextThatHoldsAnId => written.replace("ask a1", "ask a2"),
            Flaw::TrimsBlanks => written.trim().to_owned(),
            _ => written,
        })
    }

    fn table(&self) -> String {
        let last = RECORDS.len() - 1;
        let all = RECORDS.iter().enumerate();
        let written = all.filter_map(|(at, record)| self.record(record, at == last));
        written.map(|record| record + "\n").collect()
    }
}

#[test]
fn wrong_rewriters_are_refused() {
    assert!(RECORDS.iter().any(|record| record.contains(UPPER)));
    let map: String = ROWS.iter().map(|(source, target)| format!("{source},{target}\n")).collect();
    let before: String = RECORDS.iter().map(|record| format!("{record}\n")).collect();
    let folder = Folder::with(&[("ids.csv", format!("source_id,target_id\n{map}"))]);
    folder.write("rules.toml", RULES);
    folder.write("before/t.jsonl", &before);
    let own = "rewrite before --map ids.csv --allow-chains --rules rules.toml --out own";
    crate::support::standard::run(&folder, own);
    for (flaw, told) in FLAWS {
        let written = Rewriter::new(*flaw).table();
        folder.write("after/t.jsonl", &written);
        let args =
            "verify before after --map ids.csv --allow-chains --rules rules.toml --limit 100";
        let ran = crate::support::standard::run(&folder, args);
        let stdout = String::from_utf8(ran.stdout).expect("UTF-8");
        match flaw {
            Flaw::None => {
                assert_eq!((ran.code, &*stdout), (Some(0), ""), "{}", ran.stderr);
                assert_eq!(written, folder.text("own/t.jsonl"));
            }
            _ => assert_eq!(ran.code, Some(1), "{flaw:?} passes:\n{written}{}", ran.stderr),
        }
        for words in *told {
            assert!(stdout.contains(words), "{flaw:?} is told as\n{stdout}and not {words}");
        }
    }
}
