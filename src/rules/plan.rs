//! The checked rules of a run.

use std::collections::BTreeMap;

use super::field::FieldRule;
use super::ids::IdRules;
use super::table::TablePlan;

/// All declared fields, by table.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where the rules come from, as reports say it.
    pub source: String,
    /// The bytes of the file that they were read from.
    pub file: Option<Vec<u8>>,
    /// How IDs that the map does not know are classified, where the rules say
    /// so.
    pub ids: IdRules,
    pub(crate) tables: BTreeMap<String, TablePlan>,
}

/// What reports call the rules that come with the program.
pub(crate) const BUILT_IN: &str = "built-in ticket fields";

/// Two rules that cannot stand beside each other: their numbers, the later
/// one second, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clash {
    /// The rule that stands first.
    pub first: usize,
    /// The rule that runs into it.
    pub second: usize,
    /// Whether both have one spelling; else there is a place at which they
    /// meet.
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

    /// A plan of the given fields.
    ///
    /// # Errors
    /// The first field that can meet an earlier one.
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

    /// Whether nobody wrote these rules.
    pub fn is_built_in(&self) -> bool {
        self.source == BUILT_IN
    }

    /// The plan of a table, if it has rules.
    pub fn table(&self, table: &str) -> Option<&TablePlan> {
        self.tables.get(table)
    }

    /// The tables that have rules, sorted by name.
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
