//! The paths that the changes of one record name, as a tree.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::jobs::undo::log::{Change, pointer_tokens};

/// A tree of paths; node 0 is the record. Pointers are spelled with the names
/// from before the run; a member that the run renamed is found by either name.
#[derive(Debug)]
pub(crate) struct PathTree<'g> {
    pub(crate) nodes: Vec<PathNode>,
    /// Sorted by parent and name.
    steps: Vec<Step<'g>>,
}

/// One path. Changes are named by their numbers within the record.
#[derive(Debug, Default)]
pub(crate) struct PathNode {
    /// The changes of the value there, in the log's order.
    pub(crate) values: Vec<usize>,
    /// The changes of the member name with which the path ends.
    pub(crate) names: Vec<usize>,
    /// Whether other paths go on from here.
    pub(crate) leads_on: bool,
}

/// A step from a node into one of its members or elements.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Step<'g> {
    from: usize,
    name: Cow<'g, str>,
    to: usize,
}

impl<'g> PathTree<'g> {
    /// The tree of the paths of `changes`.
    pub(crate) fn of(changes: &'g [Change]) -> Self {
        let mut nodes = vec![PathNode::default()];
        let mut known: HashMap<(usize, Cow<'g, str>), usize, RandomState> = HashMap::default();
        let mut steps = Vec::new();
        for (number, change) in changes.iter().enumerate() {
            let (mut node, mut parent) = (0, 0);
            for name in pointer_tokens(&change.path) {
                nodes[node].leads_on = true;
                parent = node;
                node = *known.entry((node, name)).or_insert_with(|| {
                    nodes.push(PathNode::default());
                    nodes.len() - 1
                });
            }
            match change.is_name {
                true => {
                    nodes[node].names.push(number);
                    let name = Cow::Borrowed(&*change.new);
                    steps.push(Step { from: parent, name, to: node });
                }
                false => nodes[node].values.push(number),
            }
        }
        steps.extend(known.into_iter().map(|((from, name), to)| Step { from, name, to }));
        steps.sort_unstable();
        steps.dedup();
        Self { nodes, steps }
    }

    /// The nodes to which a name or an index leads from a node.
    pub(crate) fn steps(&self, from: usize, name: &str) -> impl Iterator<Item = usize> {
        let start = self.steps.partition_point(|step| (step.from, &*step.name) < (from, name));
        let rest = self.steps[start..].iter();
        rest.take_while(move |step| step.from == from && step.name == name).map(|step| step.to)
    }
}
