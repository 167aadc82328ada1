//! Audits in this process, and what they find.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use idswap::BLOCK_SIZE;
use idswap::Digest;
use idswap::Stage;
use idswap::audit::{Allowed, Audit, AuditedTable, Finding, FindingFormat, FindingKind, Options};
use idswap::idmap::Reading;
use idswap::report::Report;
use idswap::rewrite::Request;
use idswap::rules;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::models::worlds::{Asked, Case, EXPORT, MAP, OUT, RULES};
use crate::rewrite::properties;

/// What an audit came to.
#[derive(Debug)]
pub struct Verdict {
    pub tables: Vec<AuditedTable>,
    /// What it printed, in order.
    pub found: Vec<Found>,
    /// The same as text.
    pub text: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub class: String,
    pub table: String,
    pub before: Option<u64>,
    pub after: Option<u64>,
    pub path: String,
    /// Whether it is about a member name.
    pub key: bool,
    /// The record's key, as it is written.
    pub id: Option<String>,
}

impl Found {
    fn read(line: &str) -> Self {
        let line: Value = serde_json::from_str(line).expect("a finding");
        let text = |name: &str| line[name].as_str().expect("text").to_owned();
        Self {
            class: text("class"),
            table: text("table"),
            before: line["before"].as_u64(),
            after: line["after"].as_u64(),
            path: text("path"),
            key: line["key"] == true,
            id: line["id"].as_str().map(str::to_owned),
        }
    }

    /// Whether it is about a line of a table, on either side.
    pub fn is_about(&self, table: &str, line: u64) -> bool {
        self.table == table && (self.before == Some(line) || self.after == Some(line))
    }
}

impl Verdict {
    /// Whether `idswap verify` would exit with 0, nothing besides the map
    /// being allowed.
    pub fn passes(&self) -> bool {
        let clean = |table: &AuditedTable| {
            let tally = &table.tally;
            let known = tally.unexpected + tally.removed + tally.added + tally.open();
            known == 0 && tally.found() == tally.count(FindingKind::Mapped)
        };
        let passes = self.tables.iter().all(clean);
        assert_eq!(passes, self.found.is_empty(), "{}", self.text);
        assert_eq!(passes, self.tables.iter().all(|table| Allowed::default().is_ok(table)));
        passes
    }
}

/// A line that `idswap diff --format jsonl` prints.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Line<'l> {
    pub class: String,
    pub table: String,
    #[serde(borrow, rename = "_id", default, deserialize_with = "there")]
    pub id: Option<&'l RawValue>,
    pub before_line: Option<usize>,
    pub after_line: Option<usize>,
    pub path: String,
    #[serde(default)]
    pub key: bool,
    #[serde(borrow, default, deserialize_with = "there")]
    pub before: Option<&'l RawValue>,
    #[serde(borrow, default, deserialize_with = "there")]
    pub after: Option<&'l RawValue>,
    pub message: Option<String>,
}

/// A value that is there, which can be null.
fn there<'l, D: Deserializer<'l>>(deserializer: D) -> Result<Option<&'l RawValue>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

/// One line of JSON a finding.
struct Lines;

impl FindingFormat for Lines {
    fn put(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        let line = json!({
            "class": finding.what.class(),
            "table": finding.table,
            "before": finding.before_line,
            "after": finding.after_line,
            "path": finding.path,
            "key": finding.key,
            "id": finding.id,
        });
        out.extend_from_slice(format!("{line}\n").as_bytes());
    }
}

/// Where findings are printed to.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("sound").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs an audit.
pub fn audit(options: Options) -> idswap::Result<Verdict> {
    let printed = Printed::default();
    let tables = Audit::new(options)?.run(&Lines, Box::new(printed.clone()), &())?;
    let text = String::from_utf8(printed.0.lock().expect("sound").clone()).expect("UTF-8");
    Ok(Verdict { tables, found: text.lines().map(Found::read).collect(), text })
}

/// How `idswap verify` asks whether `after` is what a run makes of a case
/// that is written in `folder`.
pub fn verification(case: &Case, folder: &Path, after: &str) -> Options {
    let rules = case.rules.from_file.then(|| folder.join(RULES));
    Options {
        before: folder.join(EXPORT),
        after: folder.join(after),
        table: None,
        map: Some(Reading {
            paths: vec![folder.join(MAP)],
            columns: None,
            no_header: false,
            chains: case.chains,
            digest: Digest::None,
        }),
        plan: Some(rules::read_or_default(rules.as_deref()).expect("rules")),
        key: rules::Path::name("_id"),
        ignored: Vec::new(),
        rejects: Some(folder.join(format!("{OUT}.rejects"))),
        allowed: Allowed::default(),
        limit: None,
        block_size: BLOCK_SIZE,
        threads: Some(1),
    }
}

/// A case of which a run makes an output whatever stands in it.
pub fn writing(case: &Case) -> Case {
    let asked = Asked { reject: true, all_tables: case.asked.all_tables, ..Asked::default() };
    Case { asked, ..case.clone() }
}

/// Writes a case into `folder` and runs it there.
pub fn rewritten(case: &Case, folder: &Path) -> Report {
    case.write(folder);
    let options = properties::options(case, folder, EXPORT, OUT);
    Request::new(options).and_then(|request| request.run(&Stage::default(), &())).expect("a run")
}
