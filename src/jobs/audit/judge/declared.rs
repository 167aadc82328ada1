//! Which places the rules declare, found without the rewriter's code.

use std::collections::{HashMap, HashSet};

use crate::idmap::{IdMap, IdRole, shown};
use crate::jobs::audit::record::{Record, Step, Text};
use crate::rules::{Condition, FieldRule, Match, Path, Segment};

/// The declared fields of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Declared<'d> {
    pub(crate) rules: &'d [FieldRule],
    pub(crate) map: &'d IdMap,
}

/// What has been found out about one record.
#[derive(Debug, Default)]
pub(crate) struct RuleState {
    /// Whether the condition of each rule holds.
    holds: HashMap<usize, bool>,
    /// The member names of each object that cannot become their targets.
    collided: HashMap<usize, HashSet<usize>>,
}

impl RuleState {
    /// Begins another record.
    pub(crate) fn clear(&mut self) {
        if !self.holds.is_empty() {
            self.holds.clear();
        }
        if !self.collided.is_empty() {
            self.collided.clear();
        }
    }
}

impl Declared<'_> {
    /// Whether a source ID at a node should become its target.
    pub(crate) fn is_mapped(&self, record: Record<'_>, node: usize, known: &mut RuleState) -> bool {
        let Some((number, place)) = self.rule_of(record, node) else { return false };
        let rule = &self.rules[number];
        self.holds(record, number, known)
            && !is_exempt(rule, &record.string(node))
            && !(rule.matches == Match::Keys && self.collides(record, rule, (place, node), known))
    }

    /// Whether a node is a declared field of its record, whatever its value.
    pub(crate) fn covers(&self, record: Record<'_>, node: usize, known: &mut RuleState) -> bool {
        let rule = self.rule_of(record, node);
        rule.is_some_and(|(number, _)| self.holds(record, number, known))
    }

    /// The rule that declares a node, and the node to which its path leads.
    fn rule_of(&self, record: Record<'_>, node: usize) -> Option<(usize, usize)> {
        let (matches, place) = match record.is_name(node) {
            true => (Match::Keys, record.container(node)?),
            false => (Match::Value, node),
        };
        let leads = |rule: &FieldRule| rule.matches == matches && leads(&rule.path, record, place);
        Some((self.rules.iter().position(leads)?, place))
    }

    /// Whether the condition of a rule holds.
    fn holds(&self, record: Record<'_>, number: usize, known: &mut RuleState) -> bool {
        let Some(condition) = &self.rules[number].when else { return true };
        *known.holds.entry(number).or_insert_with(|| meets(record, condition))
    }

    /// Whether a member name cannot become its target.
    fn collides(
        &self,
        record: Record<'_>,
        rule: &FieldRule,
        (object, name): (usize, usize),
        known: &mut RuleState,
    ) -> bool {
        let collided = || self.collided(record, rule, object);
        known.collided.entry(object).or_insert_with(collided).contains(&name)
    }

    /// The names of an object that are sources and whose target would occur
    /// twice in it, or that occur twice themselves.
    fn collided(&self, record: Record<'_>, rule: &FieldRule, object: usize) -> HashSet<usize> {
        let mut stand: HashMap<String, usize> = HashMap::new();
        let mut mapped = Vec::new();
        for node in record.children(object) {
            let name = record.string(node);
            let Some(id) = name.id() else { continue };
            *stand.entry(shown(id).into_owned()).or_default() += 1;
            if let IdRole::Source(row) = self.map.role(id)
                && !is_exempt(rule, &name)
            {
                let target = shown(self.map.target(row)).into_owned();
                mapped.push((node, shown(id).into_owned(), target));
            }
        }
        let mut wanted: HashMap<&str, usize> = HashMap::new();
        for (_, _, target) in &mapped {
            *wanted.entry(target).or_default() += 1;
        }
        let collides = |(_, source, target): &&(usize, String, String)| {
            stand[source] > 1 || stand.contains_key(target) || wanted[&**target] > 1
        };
        mapped.iter().filter(collides).map(|(node, ..)| *node).collect()
    }

    /// Whether a change at these steps can affect a declared field: it is at
    /// the field, or around it.
    pub(crate) fn touches(&self, steps: &[Step<'_>], names: bool) -> bool {
        self.rules.iter().any(|rule| {
            let segments = rule.path.segments();
            let names = usize::from(names && rule.matches == Match::Keys);
            let reach = segments.len() + names;
            let below = rule.matches == Match::Value || steps.len() <= reach;
            below && steps.iter().zip(segments).all(|(step, segment)| step.follows(segment))
        })
    }

    /// Whether a change at these steps can affect a condition.
    pub(crate) fn decides(&self, steps: &[Step<'_>]) -> bool {
        self.rules.iter().filter_map(|rule| rule.when.as_ref()).any(|condition| {
            let segments = condition.path.segments();
            steps.iter().zip(segments).all(|(step, segment)| step.follows(segment))
        })
    }
}

/// Whether a path leads to a node.
fn leads(path: &Path, record: Record<'_>, mut node: usize) -> bool {
    for segment in path.segments().iter().rev() {
        let Some(parent) = record.tape.parent(node) else { return false };
        node = match (segment, record.first(parent)) {
            (Segment::Any, b'[') => parent,
            (Segment::Name(_), b'[') => return false,
            (Segment::Name(name), _) if !record.string(parent).is(name) => return false,
            _ => record.tape.parent(parent).unwrap_or_default(),
        };
    }
    node == 0
}

/// Whether the last value at a condition's path is its string.
fn meets(record: Record<'_>, condition: &Condition) -> bool {
    let mut nodes = vec![0];
    for segment in condition.path.segments() {
        let Segment::Name(name) = segment else { return false };
        let objects = nodes.into_iter().filter(|node| record.first(*node) == b'{');
        let members = objects.flat_map(|object| record.children(object));
        nodes = members.filter(|node| record.string(*node).is(name)).map(|node| node + 1).collect();
    }
    let last = nodes.last().copied();
    last.is_some_and(|node| record.is_string(node) && record.string(node).is(&condition.equals))
}

fn is_exempt(rule: &FieldRule, text: &Text<'_>) -> bool {
    let literals = &rule.exempt;
    let is_it = |id: &str| literals.iter().any(|literal| shown(literal) == shown(id));
    !literals.is_empty() && text.id().is_some_and(is_it)
}
