//! A rules file made of what a scan has found, to be reviewed.

use std::fmt::Write;

use super::{Findings, Place, Scan};
use crate::export::Table;
use crate::json;
use crate::rules::{FieldRule, IdForm, Match, Plan, Segment};

/// Writes the rules in effect and one more for each place that they forget.
/// Places without a source of the map follow as comments.
pub fn draft(scan: &Scan, findings: &Findings) -> String {
    let mut draft = Draft { text: HEAD.to_owned(), rules: Vec::new() };
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
    draft.text
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

struct Draft {
    text: String,
    /// The rules written so far.
    rules: Vec<FieldRule>,
}

impl Draft {
    /// The rules in effect; of the built-in ones those whose tables are there.
    fn known(&mut self, plan: &Plan, tables: &[Table], findings: &Findings) {
        let is_there = |name: &str| tables.iter().any(|table| table.name == name);
        let fields = plan.tables().filter(|(name, _)| !plan.is_built_in() || is_there(name));
        for rule in fields.flat_map(|(_, table)| &table.fields) {
            let covers = |place: &&Place| {
                place.table == rule.table && place.covered.as_deref() == Some(rule.path.as_str())
            };
            let found: Vec<_> = findings.places.iter().filter(covers).collect();
            self.text.push('\n');
            match found.as_slice() {
                [] => self.text += "# No ID was found here.\n",
                found => found.iter().for_each(|place| self.comment(place)),
            }
            self.rule(rule, "");
        }
    }

    fn forgotten(&mut self, place: &Place) {
        let rule = suggested(place);
        let meets = |other: &&FieldRule| {
            other.table == rule.table
                && other.matches == rule.matches
                && other.path.meets(&rule.path)
        };
        let clash = self.rules.iter().find(meets).map(|other| other.path.to_string());
        self.text.push('\n');
        self.comment(place);
        match clash {
            Some(other) => {
                let _ = writeln!(self.text, "# It would meet {other}: make one of them narrower.");
                self.rule(&rule, "# ");
            }
            None => self.rule(&rule, ""),
        }
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
        let same = |other: &FieldRule| {
            other.table == rule.table && other.path.as_str() == rule.path.as_str()
        };
        let path = match self.rules.iter().any(same) && !rule.path.as_str().starts_with('$') {
            true if rule.path.as_str().starts_with('[') => format!("${}", rule.path),
            true => format!("$.{}", rule.path),
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
            self.rules.push(rule.clone());
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
