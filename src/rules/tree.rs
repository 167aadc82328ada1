//! The paths of a table as one tree, so that a record is walked once for all
//! of them.

use super::{FieldRule, Match, Segment};

/// The paths of a table's fields and conditions. Node 0 is the record itself.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// The nodes; a child stands after its parent.
    pub nodes: Vec<Node>,
}

/// A place to which paths lead.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The nodes of members by name, decoded.
    pub names: Vec<(Box<str>, usize)>,
    /// The node of every element or member.
    pub any: Option<usize>,
    /// The field whose IDs are the values here.
    pub value: Option<usize>,
    /// The field whose IDs are the member names here.
    pub keys: Option<usize>,
    /// The conditions that look at the value here.
    pub conditions: Vec<usize>,
    /// The fields that end here or further on.
    pub fields: Vec<usize>,
    /// The fields for which an object must stand here.
    pub in_object: Vec<usize>,
    /// The fields for which an object or an array must stand here.
    pub in_container: Vec<usize>,
}

impl Tree {
    /// The tree of `fields`; a condition has the number of its field.
    pub fn new(fields: &[FieldRule]) -> Self {
        let mut tree = Self { nodes: vec![Node::default()] };
        for (number, rule) in fields.iter().enumerate() {
            let end = tree.add(rule.path.segments(), Some(number));
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

    /// Adds a path, that of a field or of a condition; returns its last node.
    fn add(&mut self, segments: &[Segment], field: Option<usize>) -> usize {
        let mut node = 0;
        for segment in segments {
            let here = &mut self.nodes[node];
            match segment {
                Segment::Name(_) => here.in_object.extend(field),
                Segment::Any => here.in_container.extend(field),
            }
            node = self.child(node, segment);
            self.nodes[node].fields.extend(field);
        }
        node
    }

    fn child(&mut self, node: usize, segment: &Segment) -> usize {
        let new = self.nodes.len();
        let here = &mut self.nodes[node];
        let child = match segment {
            Segment::Any => *here.any.get_or_insert(new),
            Segment::Name(name) => match here.names.iter().find(|(known, _)| **known == **name) {
                Some((_, child)) => *child,
                None => {
                    here.names.push((name.as_str().into(), new));
                    new
                }
            },
        };
        if child == new {
            self.nodes.push(Node::default());
        }
        child
    }

    /// Whether paths begin with a wildcard or end at the record itself.
    pub fn takes_all(&self) -> bool {
        let record = &self.nodes[0];
        record.any.is_some() || record.keys.is_some()
    }
}
