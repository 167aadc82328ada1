//! The fields of one table, prepared for scanning.

use std::collections::HashSet;

use super::field::{FieldRule, Match};
use super::path::Segment;
use super::tree::Tree;
use crate::convex::{CREATION_TIME, ID};
use crate::idmap::shown;
use crate::json::Names;

/// The fields of one table, prepared for scanning.
#[derive(Debug, Clone)]
pub struct TablePlan {
    /// The fields, in the order of the rules.
    pub fields: Vec<FieldRule>,
    /// The top-level members with which paths begin.
    pub names: Names,
    /// The same names, with `_id`.
    pub names_and_id: Names,
    /// The same names, with `_id` and `_creationTime`.
    pub names_and_system: Names,
    /// The number of `_id` among these names.
    pub id_name: usize,
    /// The number of `_creationTime` among these names.
    pub time_name: usize,
    /// Where to look within these members; `None` if each of them is a field,
    /// with the same index as in `fields`.
    pub tree: Option<Tree>,
    /// The literals that each field exempts, as IDs are compared; empty if none
    /// exempts any.
    exempt: Vec<HashSet<String>>,
}

impl TablePlan {
    pub(crate) fn new(fields: Vec<FieldRule>) -> Self {
        let is_member = |rule: &FieldRule| {
            rule.when.is_none()
                && rule.matches == Match::Value
                && matches!(rule.path.segments(), [Segment::Name(_)])
        };
        let tree = Tree::new(&fields);
        // If everything is wanted, names do not say where to look.
        let heads = if tree.takes_all() { &[][..] } else { &tree.nodes[0].names };
        let names = heads.iter().map(|member| &*member.name);
        let with_system = names.clone().chain([ID, CREATION_TIME]);
        let number = |wanted, after| {
            names.clone().position(|name| name == wanted).unwrap_or(names.len() + after)
        };
        let literals = |field: &FieldRule| {
            field.exempt.iter().map(|literal| shown(literal).into_owned()).collect()
        };
        let exempts = fields.iter().any(|field| !field.exempt.is_empty());
        Self {
            exempt: fields.iter().filter(|_| exempts).map(literals).collect(),
            names: Names::new(names.clone()),
            names_and_id: Names::new(names.clone().chain([ID])),
            names_and_system: Names::new(with_system),
            id_name: number(ID, 0),
            time_name: number(CREATION_TIME, 1),
            tree: (!fields.iter().all(is_member)).then_some(tree),
            fields,
        }
    }

    /// Whether any field exempts literals.
    pub fn exempts(&self) -> bool {
        !self.exempt.is_empty()
    }

    /// The literals that a field exempts, as IDs are compared.
    pub fn exempt(&self, field: usize) -> Option<&HashSet<String>> {
        self.exempt.get(field).filter(|literals| !literals.is_empty())
    }
}
