//! The paths of a table as one tree, so that a record is walked once for all of
//! them.

use super::field::{FieldRule, Match};
use super::path::Segment;

/// The paths of a table's fields and conditions. Node 0 is the record itself.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// The nodes; a child comes after its parent.
    pub nodes: Vec<Node>,
}

/// A place to which paths lead.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The members to look for.
    pub names: Vec<Member>,
    /// The node for all elements or members.
    pub any: Option<usize>,
    /// The field whose IDs are the values at this place.
    pub value: Option<usize>,
    /// The field whose IDs are the member names at this place.
    pub keys: Option<usize>,
    /// The conditions on the value at this place.
    pub conditions: Vec<usize>,
    /// The fields that need an object at this place.
    pub in_object: Vec<usize>,
    /// The fields that need an object or an array at this place.
    pub in_container: Vec<usize>,
}

/// A member to look for.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name, decoded.
    pub name: Box<str>,
    /// The node of its value.
    pub node: usize,
    /// The unconditional fields at or below it.
    pub always: Vec<usize>,
    /// The conditional fields at or below it.
    pub sometimes: Vec<usize>,
}

impl Tree {
    /// The tree of `fields`; a condition has the index of its field.
    pub fn new(fields: &[FieldRule]) -> Self {
        let mut tree = Self { nodes: vec![Node::default()] };
        for (number, rule) in fields.iter().enumerate() {
            let end = tree.add(rule.path.segments(), Some((number, rule.when.is_some())));
            match rule.matches {
                Match::Value => tree.nodes[end].value = Some(number),
                Match::Keys => {
                    tree.nodes[end].keys = Some(number);
                    tree.nodes[end].in_object.push(number);
                }
            }
            if let Some(condition) = &rule.when {
                let end = tree.add(condition.path.segments(), None);
                tree.nodes[end].conditions.push(number);
            }
        }
        tree
    }

    /// Adds the path of a field or of a condition; returns its last node. For a
    /// field it is known whether it is conditional.
    fn add(&mut self, segments: &[Segment], field: Option<(usize, bool)>) -> usize {
        let mut node = 0;
        for segment in segments {
            let number = field.map(|(number, _)| number);
            node = match segment {
                Segment::Any => {
                    self.nodes[node].in_container.extend(number);
                    self.any(node)
                }
                Segment::Name(name) => {
                    self.nodes[node].in_object.extend(number);
                    let member = self.member(node, name);
                    match field {
                        Some((number, false)) => member.always.push(number),
                        Some((number, true)) => member.sometimes.push(number),
                        None => {}
                    }
                    member.node
                }
            };
        }
        node
    }

    /// The node for all elements or members of a node.
    fn any(&mut self, node: usize) -> usize {
        let new = self.nodes.len();
        let any = *self.nodes[node].any.get_or_insert(new);
        if any == new {
            self.nodes.push(Node::default());
        }
        any
    }

    /// The member of a node with this name.
    fn member(&mut self, node: usize, name: &str) -> &mut Member {
        let known = self.nodes[node].names.iter().position(|member| *member.name == *name);
        let number = known.unwrap_or_else(|| {
            let new = self.nodes.len();
            self.nodes.push(Node::default());
            let names = &mut self.nodes[node].names;
            names.push(Member {
                name: name.into(),
                node: new,
                always: Vec::new(),
                sometimes: Vec::new(),
            });
            names.len() - 1
        });
        &mut self.nodes[node].names[number]
    }

    /// Whether paths begin with a wildcard or end at the record itself.
    pub fn takes_all(&self) -> bool {
        let record = &self.nodes[0];
        record.any.is_some() || record.keys.is_some()
    }
}
