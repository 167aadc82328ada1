//! Rules: which fields of which tables hold user IDs.
//!
//! A [`Plan`] is made once, checked, and then trusted. This module knows what
//! to look for, not how to find it.

use std::collections::BTreeMap;

use crate::json::Names;

/// One declared field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRule {
    /// The table it belongs to.
    pub table: String,
    /// The name of the member that holds the ID.
    pub path: String,
    /// Whether a record may go without it: absent or null then need no
    /// attention.
    pub optional: bool,
}

impl FieldRule {
    /// A field that every record must have.
    pub fn required(table: &str, path: &str) -> Self {
        Self { table: table.to_owned(), path: path.to_owned(), optional: false }
    }

    /// A field that a record may go without.
    pub fn optional(table: &str, path: &str) -> Self {
        Self { optional: true, ..Self::required(table, path) }
    }

    /// Its path as a JSON Pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        format!("/{}", self.path.replace('~', "~0").replace('/', "~1"))
    }
}

/// The fields of one table, ready for the walk.
#[derive(Debug, Clone)]
pub struct TablePlan {
    /// The fields, in the order of the rules.
    pub fields: Vec<FieldRule>,
    /// Their names, numbered as in `fields`.
    pub names: Names,
    /// The same, and `_id` among them or after.
    pub names_and_id: Names,
    /// The number of `_id` among the names.
    pub id_name: usize,
}

impl TablePlan {
    fn new(fields: Vec<FieldRule>) -> Self {
        let names = fields.iter().map(|field| field.path.as_str());
        let id_name = names.clone().position(|name| name == "_id").unwrap_or(fields.len());
        Self {
            names: Names::new(names.clone()),
            names_and_id: Names::new(names.chain(["_id"])),
            id_name,
            fields,
        }
    }
}

/// All declared fields, by table.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where the rules come from, as reports say it.
    pub source: String,
    tables: BTreeMap<String, TablePlan>,
}

impl Plan {
    /// The four fields of the ticket tables.
    pub fn tickets() -> Self {
        Self::new(
            "built-in ticket fields",
            [
                FieldRule::required("tickets", "requester_id"),
                FieldRule::optional("tickets", "assigned_to"),
                FieldRule::required("ticketComments", "author_id"),
                FieldRule::required("ticketStatusHistory", "changed_by"),
            ],
        )
    }

    /// A plan of the given fields. A field given twice counts once.
    pub fn new(source: &str, fields: impl IntoIterator<Item = FieldRule>) -> Self {
        let mut tables: BTreeMap<String, Vec<FieldRule>> = BTreeMap::new();
        for field in fields {
            let known = tables.entry(field.table.clone()).or_default();
            if known.iter().all(|other| other.path != field.path) {
                known.push(field);
            }
        }
        let tables = tables.into_iter().map(|(table, fields)| (table, TablePlan::new(fields)));
        Self { source: source.to_owned(), tables: tables.collect() }
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
