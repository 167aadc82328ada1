//! The checked rules of a run.

use std::collections::BTreeMap;

use super::field::FieldRule;
use super::ids::IdRules;
use super::table::TablePlan;

/// All declared fields, by table.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where the rules come from, as in reports.
    pub source: String,
    /// The bytes of the rules file.
    pub file: Option<Vec<u8>>,
    /// The forms of IDs that the rules give.
    pub ids: IdRules,
    pub(crate) tables: BTreeMap<String, TablePlan>,
}

/// The name of the built-in rules in reports.
pub(crate) const BUILT_IN: &str = "built-in ticket fields";

/// Two rules that cannot be used together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clash {
    /// The index of the first rule.
    pub first: usize,
    /// The index of the later rule.
    pub second: usize,
    /// Whether both have the same path; otherwise there is a place to which
    /// both lead.
    pub same: bool,
}

impl Plan {
    /// The four fields of the ticket tables.
    pub fn tickets() -> Self {
        let fields = vec![
            FieldRule::required("tickets", "requester_id"),
            FieldRule::optional("tickets", "assigned_to"),
            FieldRule::required("ticketComments", "author_id"),
            FieldRule::required("ticketStatusHistory", "changed_by"),
        ];
        Self::of(BUILT_IN.to_owned(), fields, IdRules::default())
    }

    /// A plan with the given fields.
    ///
    /// # Errors
    /// Returns the first field that can lead to the same place as an earlier
    /// one.
    pub fn new(source: &str, fields: Vec<FieldRule>, ids: IdRules) -> Result<Self, Clash> {
        match clash(&fields) {
            Some(clash) => Err(clash),
            None => Ok(Self::of(source.to_owned(), fields, ids)),
        }
    }

    fn of(source: String, fields: Vec<FieldRule>, ids: IdRules) -> Self {
        let mut tables: BTreeMap<String, Vec<FieldRule>> = BTreeMap::new();
        for field in fields {
            tables.entry(field.table.clone()).or_default().push(field);
        }
        let tables = tables.into_iter().map(|(table, fields)| (table, TablePlan::new(fields)));
        Self { source, file: None, ids, tables: tables.collect() }
    }

    /// Whether these are the built-in rules.
    pub fn is_built_in(&self) -> bool {
        self.source == BUILT_IN
    }

    /// The plan of a table, if it has rules.
    pub fn table(&self, table: &str) -> Option<&TablePlan> {
        self.tables.get(table)
    }

    /// The tables with rules, sorted by name.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &TablePlan)> {
        self.tables.iter().map(|(name, plan)| (name.as_str(), plan))
    }
}

fn clash(fields: &[FieldRule]) -> Option<Clash> {
    let mut by_table: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (second, rule) in fields.iter().enumerate() {
        let earlier = by_table.entry(&rule.table).or_default();
        for &first in &*earlier {
            let other = &fields[first];
            let same = other.path.as_str() == rule.path.as_str();
            if same || other.matches == rule.matches && other.path.meets(&rule.path) {
                return Some(Clash { first, second, same });
            }
        }
        earlier.push(second);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::field::Match;
    use crate::rules::path::Path;

    fn field(path: &str, matches: Match) -> FieldRule {
        let path = Path::parse(path).expect("a path");
        FieldRule { path, matches, ..FieldRule::required("t", "x") }
    }

    #[test]
    fn no_two_rules_meet() {
        use Match::{Keys, Value};
        for (first, second, clashes) in [
            (("a", Value), ("a", Value), true),
            (("a", Value), ("a", Keys), true),
            (("a", Value), ("$.a", Value), true),
            (("a", Value), ("$.a", Keys), false),
            (("a.*", Value), ("a.b", Value), true),
            (("a.*", Keys), ("a.b", Keys), true),
            (("a.*", Value), ("a", Keys), false),
            (("a.b", Value), ("a", Value), false),
        ] {
            let fields = vec![field(first.0, first.1), field(second.0, second.1)];
            let plan = Plan::new("test", fields, IdRules::default());
            assert_eq!(plan.is_err(), clashes, "{first:?} {second:?}");
        }
        let other = FieldRule::required("other", "a");
        let fields = vec![field("a", Value), other];
        assert!(Plan::new("test", fields, IdRules::default()).is_ok());
    }
}
