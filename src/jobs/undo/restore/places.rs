//! The places that the lines of one record name, as the run left them.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::jobs::undo::log::{Change, pointer};

/// A tree of places. Pointers are spelled with the names from before the run;
/// a member that the run renamed is found by either name.
#[derive(Debug)]
pub(crate) struct Places<'g> {
    pub(crate) nodes: Vec<Node>,
    /// Sorted by where they lead from, and by name.
    steps: Vec<Step<'g>>,
}

/// A place.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// The lines about the value there, in the log's order.
    pub(crate) values: Vec<usize>,
    /// The lines about its own name.
    pub(crate) keys: Vec<usize>,
    /// Whether there is more within it.
    pub(crate) leads_on: bool,
}

/// A step from a place into one of its members or elements.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step<'g> {
    from: usize,
    name: Cow<'g, str>,
    pub(crate) to: usize,
}

impl<'g> Places<'g> {
    pub(crate) fn of(changes: &'g [Change]) -> Self {
        let mut nodes = vec![Node::default()];
        let mut known: HashMap<(usize, Cow<'g, str>), usize, RandomState> = HashMap::default();
        let mut steps = Vec::new();
        for (line, change) in changes.iter().enumerate() {
            let (mut place, mut above) = (0, 0);
            for name in pointer::tokens(&change.path) {
                nodes[place].leads_on = true;
                above = place;
                place = *known.entry((place, name)).or_insert_with(|| {
                    nodes.push(Node::default());
                    nodes.len() - 1
                });
            }
            match change.key {
                true => {
                    nodes[place].keys.push(line);
                    let name = Cow::Borrowed(&*change.new);
                    steps.push(Step { from: above, name, to: place });
                }
                false => nodes[place].values.push(line),
            }
        }
        steps.extend(known.into_iter().map(|((from, name), to)| Step { from, name, to }));
        steps.sort_unstable();
        steps.dedup();
        Self { nodes, steps }
    }

    /// The places to which a name or an index leads from one.
    pub(crate) fn steps(&self, from: usize, name: &str) -> impl Iterator<Item = usize> {
        let start = self.steps.partition_point(|step| (step.from, &*step.name) < (from, name));
        let rest = self.steps[start..].iter();
        rest.take_while(move |step| step.from == from && step.name == name).map(|step| step.to)
    }
}
