//! Drafts a rules file from the findings of a scan, for review.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use super::findings::{Findings, Place};
use super::scan::Scan;
use crate::error::printable;
use crate::json;
use crate::rules::{FieldRule, IdForm, Match, Path, Plan, Segment};
use crate::storage::Table;

/// Drafts a rules file: the rules in effect and one more for each place that
/// they forget. Places without a source ID of the map follow as comments.
/// Returns `None` if there is no rule to write.
pub fn draft(scan: &Scan, findings: &Findings) -> Option<String> {
    let mut draft = Draft { text: HEAD.to_owned(), ..Draft::default() };
    draft.add_known(scan.plan(), &scan.export().tables, findings);
    let (mut forgotten, others): (Vec<_>, Vec<_>) = findings
        .places
        .iter()
        .filter(|place| place.covered.is_none() && !place.below)
        .partition(|place| place.is_forgotten());
    forgotten.sort_by_key(|place| (&place.table, narrowness(place)));
    forgotten.into_iter().for_each(|place| draft.add_forgotten(place));
    let has_ids = |place: &&&Place| place.counts.targets + place.counts.source_form > 0;
    others.iter().filter(has_ids).for_each(|place| draft.add_other(place));
    draft.add_ids(scan.plan());
    (!draft.spelled.is_empty()).then_some(draft.text)
}

const HEAD: &str = "# Drafted by idswap scan from the IDs found in an export. Review it before use.\nversion = 1\n";

/// The sort key of a place. Wide paths come first, since they can cover others;
/// but paths that take all members of a record come last, since they would
/// cover every named one.
fn narrowness(place: &Place) -> (bool, usize) {
    let segments = place.path.segments();
    let names = segments.iter().filter(|segment| **segment != Segment::Any).count();
    (segments.first() == Some(&Segment::Any), names)
}

#[derive(Default)]
struct Draft {
    text: String,
    /// The paths of the rules so far, grouped so that rules of different groups
    /// never meet.
    paths: HashMap<RuleGroup, Vec<Path>>,
    /// The table and the path of each rule, as it is spelled.
    spelled: HashSet<(String, String)>,
}

impl Draft {
    /// Adds the rules in effect; of the built-in ones only those for tables of
    /// the export.
    fn add_known(&mut self, plan: &Plan, tables: &[Table], findings: &Findings) {
        let mut covered: HashMap<(&str, &str), Vec<&Place>> = HashMap::new();
        for place in &findings.places {
            if let Some(rule) = &place.covered {
                covered.entry((&place.table, rule)).or_default().push(place);
            }
        }
        let is_there = |name: &str| tables.iter().any(|table| table.name == name);
        let fields = plan.tables().filter(|(name, _)| !plan.is_built_in() || is_there(name));
        for rule in fields.flat_map(|(_, table)| &table.fields) {
            self.text.push('\n');
            match covered.get(&(rule.table.as_str(), rule.path.as_str())) {
                None => self.text += "# No ID was found here.\n",
                Some(places) => places.iter().for_each(|place| self.add_counts(place)),
            }
            self.add_rule(rule);
        }
    }

    /// Adds a rule for a place, as a comment if it would meet one before it.
    fn add_forgotten(&mut self, place: &Place) {
        let rule = suggested(place);
        let remark = self.clash(&rule);
        self.text.push('\n');
        self.add_counts(place);
        match remark {
            Some(remark) => {
                self.text += &remark;
                self.add_lines(&rule, "# ");
            }
            None => self.add_rule(&rule),
        }
    }

    /// The remark on a rule that would meet one before it.
    fn clash(&self, rule: &FieldRule) -> Option<String> {
        let paths = self.paths.get(&group(rule))?;
        let mut clashes = paths.iter().filter(|path| path.meets(&rule.path));
        let covers = clashes.clone().find(|path| path.covers(&rule.path));
        match (covers, clashes.next()) {
            (Some(wide), _) => Some(format!("# {} covers this.\n", remarked(wide))),
            (None, Some(other)) => {
                let other = remarked(other);
                Some(format!("# It would meet {other}: make one of them narrower.\n"))
            }
            (None, None) => None,
        }
    }

    /// Adds a place without a source ID of the map as a comment.
    fn add_other(&mut self, place: &Place) {
        self.text += "\n# No source ID of the map here.\n";
        self.add_counts(place);
        self.add_lines(&suggested(place), "# ");
    }

    fn add_counts(&mut self, place: &Place) {
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

    fn add_rule(&mut self, rule: &FieldRule) {
        let path = self.add_lines(rule, "");
        self.paths.entry(group(rule)).or_default().push(rule.path.clone());
        self.spelled.insert((rule.table.clone(), path));
    }

    /// Adds the lines of a rule; returns its path as spelled there. Rules for
    /// the values and the member names at one path need two spellings.
    fn add_lines(&mut self, rule: &FieldRule, prefix: &str) -> String {
        let path = rule.path.to_string();
        let path = match self.spelled.contains(&(rule.table.clone(), path.clone())) {
            true => other_spelling(&path),
            false => path,
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
        path
    }

    /// Adds the forms of IDs that the rules in effect name.
    fn add_ids(&mut self, plan: &Plan) {
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

/// The table, the kind of match and the length of a rule's path.
type RuleGroup = (String, Match, usize);

fn group(rule: &FieldRule) -> RuleGroup {
    (rule.table.clone(), rule.matches, rule.path.segments().len())
}

/// A path that is safe in a comment.
fn remarked(path: &Path) -> String {
    printable(path.as_str())
}

/// The same path with `$` if it has none, else without.
fn other_spelling(path: &str) -> String {
    match path.strip_prefix('$') {
        Some(rest) => rest.strip_prefix('.').unwrap_or(rest).to_owned(),
        None if path.starts_with('[') => format!("${path}"),
        None => format!("$.{path}"),
    }
}

/// The rule for the IDs at a place.
fn suggested(place: &Place) -> FieldRule {
    FieldRule {
        path: place.path.clone(),
        matches: place.matches,
        optional: place.counts.records < place.of,
        ..FieldRule::required(&place.table, "")
    }
}

/// A TOML string. It takes the escapes of JSON, and needs one more.
fn quote(text: &str) -> String {
    json::quote(text).replace('\u{7f}', "\\u007f")
}
