//! A rules file made of what a scan has found, to be reviewed.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use super::scan::{Findings, Place, Scan};
use crate::error::printable;
use crate::json;
use crate::rules::{FieldRule, IdForm, Match, Path, Plan, Segment};
use crate::storage::Table;

/// Writes the rules in effect and one more for each place that they forget.
/// Places without a source of the map follow as comments. `None` where there
/// is no rule to be written.
pub fn draft(scan: &Scan, findings: &Findings) -> Option<String> {
    let mut draft = Draft { text: HEAD.to_owned(), ..Draft::default() };
    draft.known(scan.plan(), &scan.export().tables, findings);
    let (mut forgotten, others): (Vec<_>, Vec<_>) = findings
        .places
        .iter()
        .filter(|place| place.covered.is_none() && !place.below)
        .partition(|place| place.is_forgotten());
    forgotten.sort_by_key(|place| (&place.table, narrowness(place)));
    forgotten.into_iter().for_each(|place| draft.forgotten(place));
    let whole = |place: &&&Place| place.counts.targets + place.counts.source_form > 0;
    others.iter().filter(whole).for_each(|place| draft.other(place));
    draft.ids(scan.plan());
    (!draft.spelled.is_empty()).then_some(draft.text)
}

const HEAD: &str =
    "# Drafted by idswap scan from what stands in an export. Review it before use.\nversion = 1\n";

/// Wide paths come first, since they can cover others; but those that take
/// all members of a record last: they would cover whatever has a name.
fn narrowness(place: &Place) -> (bool, usize) {
    let segments = place.path.segments();
    let names = segments.iter().filter(|segment| **segment != Segment::Any).count();
    (segments.first() == Some(&Segment::Any), names)
}

#[derive(Default)]
struct Draft {
    text: String,
    /// The paths of the rules so far, by what can meet at all: table, what
    /// matches, and length.
    paths: HashMap<(String, Match, usize), Vec<Path>>,
    /// Tables and paths, as they are spelled.
    spelled: HashSet<(String, String)>,
}

impl Draft {
    /// The rules in effect; of the built-in ones those whose tables are there.
    fn known(&mut self, plan: &Plan, tables: &[Table], findings: &Findings) {
        let mut found: HashMap<(&str, &str), Vec<&Place>> = HashMap::new();
        for place in &findings.places {
            if let Some(rule) = &place.covered {
                found.entry((&place.table, rule)).or_default().push(place);
            }
        }
        let is_there = |name: &str| tables.iter().any(|table| table.name == name);
        let fields = plan.tables().filter(|(name, _)| !plan.is_built_in() || is_there(name));
        for rule in fields.flat_map(|(_, table)| &table.fields) {
            self.text.push('\n');
            match found.get(&(rule.table.as_str(), rule.path.as_str())) {
                None => self.text += "# No ID was found here.\n",
                Some(places) => places.iter().for_each(|place| self.comment(place)),
            }
            self.rule(rule, "");
        }
    }

    fn forgotten(&mut self, place: &Place) {
        let rule = suggested(place);
        let alike = self.paths.get(&alike(&rule)).map_or(&[][..], |paths| paths);
        let mut clashes = alike.iter().filter(|path| path.meets(&rule.path));
        let covers = clashes.clone().find(|path| path.covers(&rule.path));
        let remark = match (covers, clashes.next()) {
            (Some(wide), _) => format!("# {} covers this.\n", remarked(wide)),
            (None, Some(other)) => {
                format!("# It would meet {}: make one of them narrower.\n", remarked(other))
            }
            (None, None) => String::new(),
        };
        self.text.push('\n');
        self.comment(place);
        self.text += &remark;
        self.rule(&rule, if remark.is_empty() { "" } else { "# " });
    }

    fn other(&mut self, place: &Place) {
        self.text += "\n# No ID of the map to be rewritten.\n";
        self.comment(place);
        self.rule(&suggested(place), "# ");
    }

    fn comment(&mut self, place: &Place) {
        let counts = [
            (place.counts.sources, "of the map"),
            (place.counts.targets, "rewritten already"),
            (place.counts.source_form, "of source form, not in the map"),
            (place.counts.quoted, "within longer text"),
        ];
        let counts: Vec<_> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let (records, of) = (place.counts.records, place.of);
        let _ = writeln!(self.text, "# IDs in {records} of {of} records: {}.", counts.join(", "));
    }

    fn rule(&mut self, rule: &FieldRule, prefix: &str) {
        // Values and member names at one path need two spellings.
        let spelling = |path: String| (rule.table.clone(), path);
        let path = match self.spelled.contains(&spelling(rule.path.to_string())) {
            true => other_spelling(rule.path.as_str()),
            false => rule.path.to_string(),
        };
        let mut lines = vec![
            "[[field]]".to_owned(),
            format!("table = {}", quote(&rule.table)),
            format!("path = {}", quote(&path)),
        ];
        if rule.matches == Match::Keys {
            lines.push("match = \"keys\"".to_owned());
        }
        if rule.optional {
            lines.push("optional = true".to_owned());
        }
        if let Some(condition) = &rule.when {
            let (path, equals) = (quote(condition.path.as_str()), quote(&condition.equals));
            lines.push(format!("when = {{ path = {path}, equals = {equals} }}"));
        }
        if !rule.exempt.is_empty() {
            let literals: Vec<_> = rule.exempt.iter().map(|literal| quote(literal)).collect();
            lines.push(format!("exempt = [{}]", literals.join(", ")));
        }
        for line in lines {
            let _ = writeln!(self.text, "{prefix}{line}");
        }
        if prefix.is_empty() {
            self.paths.entry(alike(rule)).or_default().push(rule.path.clone());
            self.spelled.insert((rule.table.clone(), path));
        }
    }

    fn ids(&mut self, plan: &Plan) {
        let forms = [("source", &plan.ids.source), ("target", &plan.ids.target)];
        let line = |(name, form): (&str, &Option<IdForm>)| {
            let form = form.as_ref()?.spelled();
            Some(format!("{name} = {}\n", quote(form)))
        };
        let lines: String = forms.into_iter().filter_map(line).collect();
        if !lines.is_empty() {
            self.text += &format!("\n[ids]\n{lines}");
        }
    }
}

/// Rules that differ in this never meet.
fn alike(rule: &FieldRule) -> (String, Match, usize) {
    (rule.table.clone(), rule.matches, rule.path.segments().len())
}

/// A path, safe within a comment.
fn remarked(path: &Path) -> String {
    printable(path.as_str())
}

/// The same path with `$` or without.
fn other_spelling(path: &str) -> String {
    match path.strip_prefix('$') {
        Some(rest) => rest.strip_prefix('.').unwrap_or(rest).to_owned(),
        None if path.starts_with('[') => format!("${path}"),
        None => format!("$.{path}"),
    }
}

fn suggested(place: &Place) -> FieldRule {
    FieldRule {
        path: place.path.clone(),
        matches: place.matches,
        optional: place.counts.records < place.of,
        ..FieldRule::required(&place.table, "")
    }
}

/// A TOML string. It takes the escapes of JSON, and wants one more.
fn quote(text: &str) -> String {
    json::quote(text).replace('\u{7f}', "\\u007f")
}
