//! Any difference: two records compared value by value.

use std::collections::{HashMap, HashSet};

use super::change::{Change, ChangeKind};
use super::renames::Renames;
use super::splice::same_scalar;
use super::tape::Record;
use super::text::Text;

/// Compares records; reuses its memory from one to the next.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Pairs of values to compare, the next one last. Nothing recurses, however
    /// deep the records are.
    open: Vec<(usize, usize)>,
    /// The pairs found in a container.
    pairs: Vec<(usize, usize)>,
}

/// Two records and the differences found so far.
struct Sides<'s> {
    before: Record<'s>,
    after: Record<'s>,
    renames: Renames<'s>,
    changes: &'s mut Vec<Change>,
}

impl Tree {
    /// Finds all differences.
    pub(crate) fn compare(
        &mut self,
        before: Record<'_>,
        after: Record<'_>,
        renames: Renames<'_>,
        changes: &mut Vec<Change>,
    ) {
        let mut sides = Sides { before, after, renames, changes };
        if sides.around(0, 0) {
            sides.layout(0, 0);
        }
        self.open.clear();
        self.open.push((0, 0));
        while let Some((old, new)) = self.open.pop() {
            self.pairs.clear();
            sides.values(old, new, &mut self.pairs);
            self.open.extend(self.pairs.iter().rev());
        }
        // Each container reports its own differences before those of its children.
        sides.changes.sort_by_key(|change| change.node);
    }
}

impl Sides<'_> {
    /// Whether the blanks around two records differ.
    fn around(&self, old: usize, new: usize) -> bool {
        let outside = |side: &Record<'_>, node| {
            let (start, end) = (side.tape.start(node), side.tape.end(node));
            (side.text[..start].to_vec(), side.text[end..].to_vec())
        };
        outside(&self.before, old) != outside(&self.after, new)
    }

    fn push(&mut self, kind: ChangeKind, node: usize, after: usize) {
        let after = self.after.tape.start(after)..self.after.tape.end(after);
        self.changes.push(Change { kind, node, after });
    }

    /// Notes, once, that the layout of a container differs; for the record
    /// itself that may be known already.
    fn layout(&mut self, old: usize, new: usize) {
        let known = |change: &Change| change.kind == ChangeKind::Layout && change.node == old;
        if !self.changes.first().is_some_and(known) {
            self.push(ChangeKind::Layout, old, new);
        }
    }

    /// Compares two values; adds the pairs to compare next.
    fn values(&mut self, old: usize, new: usize, pairs: &mut Vec<(usize, usize)>) {
        if self.before.bytes(old) == self.after.bytes(new) {
            return;
        }
        match (self.before.first(old), self.after.first(new)) {
            (b'{', b'{') => self.objects(old, new, pairs),
            (b'[', b'[') => self.arrays(old, new, pairs),
            (b'{' | b'[', _) | (_, b'{' | b'[') => self.push(ChangeKind::Value, old, new),
            _ => {
                let same = same_scalar(self.before.bytes(old), self.after.bytes(new));
                self.push(if same { ChangeKind::Spelling } else { ChangeKind::Value }, old, new);
            }
        }
    }

    fn arrays(&mut self, old: usize, new: usize, pairs: &mut Vec<(usize, usize)>) {
        let mut before = self.before.children(old);
        let mut after = self.after.children(new);
        loop {
            match (before.next(), after.next()) {
                (Some(old), Some(new)) => pairs.push((old, new)),
                (Some(gone), None) => self.removed(gone),
                (None, Some(value)) => self.added(old, value),
                (None, None) => break,
            }
        }
        if self.before.children(old).count() == self.after.children(new).count()
            && gaps_differ(self.before, self.after, (old, new), pairs)
        {
            self.layout(old, new);
        }
    }

    fn removed(&mut self, node: usize) {
        self.changes.push(Change { kind: ChangeKind::Removed, node, after: 0..0 });
    }

    fn added(&mut self, container: usize, after: usize) {
        self.push(ChangeKind::Added { after }, container, after);
    }

    fn objects(&mut self, old: usize, new: usize, pairs: &mut Vec<(usize, usize)>) {
        let mut found = self.members(old, new);
        self.rename(&mut found);
        let whole = found.gone.is_empty() && found.new.is_empty();
        found.gone.iter().for_each(|&name| self.removed(name));
        found.new.iter().for_each(|&name| self.added(old, name + 1));
        let in_order = found.pairs.is_sorted_by_key(|(_, name)| *name);
        // Names and values are between the gaps.
        let mut tokens = Vec::with_capacity(found.pairs.len() * 2);
        for &(old, new) in &found.pairs {
            self.names(old, new);
            tokens.extend([(old, new), (old + 1, new + 1)]);
            pairs.push((old + 1, new + 1));
        }
        let blanks = || gaps_differ(self.before, self.after, (old, new), &tokens);
        if !in_order || whole && blanks() {
            self.layout(old, new);
        }
    }

    fn names(&mut self, old: usize, new: usize) {
        if self.before.bytes(old) != self.after.bytes(new) {
            let same = self.before.string(old) == self.after.string(new);
            self.push(if same { ChangeKind::Spelling } else { ChangeKind::Name }, old, new);
        }
    }

    /// The member names of both objects: pairs of equal names, for each time
    /// they occur, and the others.
    fn members(&self, old: usize, new: usize) -> Members {
        let mut after: HashMap<Text<'_>, Vec<usize>> = HashMap::new();
        for name in self.after.children(new) {
            after.entry(self.after.string(name)).or_default().push(name);
        }
        // The first of each name comes last, because names are taken from the end.
        after.values_mut().for_each(|names| names.reverse());
        let mut found = Members::default();
        for name in self.before.children(old) {
            match after.get_mut(&self.before.string(name)).and_then(Vec::pop) {
                Some(same) => found.pairs.push((name, same)),
                None => found.gone.push(name),
            }
        }
        found.new = after.into_values().flatten().collect();
        found.new.sort_unstable();
        found
    }

    /// Pairs names that are gone with new ones that they may have become.
    fn rename(&self, found: &mut Members) {
        if found.gone.is_empty() || found.new.is_empty() {
            return;
        }
        let mut new: HashMap<Text<'_>, Vec<usize>> = HashMap::new();
        for &name in found.new.iter().rev() {
            new.entry(self.after.string(name)).or_default().push(name);
        }
        let pairs = &mut found.pairs;
        found.gone.retain(|&old| {
            let target = self.renames.of(&self.before.string(old));
            let taken = target.and_then(|target| new.get_mut(&Text::from(target))?.pop());
            pairs.extend(taken.map(|name| (old, name)));
            taken.is_none()
        });
        let taken: HashSet<usize> = pairs.iter().map(|(_, name)| *name).collect();
        found.new.retain(|name| !taken.contains(name));
        pairs.sort_unstable();
    }
}

/// The member names of two objects.
#[derive(Debug, Default)]
struct Members {
    /// Names that belong together, in the order of BEFORE.
    pairs: Vec<(usize, usize)>,
    gone: Vec<usize>,
    new: Vec<usize>,
}

/// Whether the bytes between the tokens of two containers differ: their blanks,
/// since everything else follows from the tokens.
fn gaps_differ(
    before: Record<'_>,
    after: Record<'_>,
    (old, new): (usize, usize),
    tokens: &[(usize, usize)],
) -> bool {
    let (mut at, mut at_after) = (before.tape.start(old), after.tape.start(new));
    for &(old, new) in tokens {
        let (start, start_after) = (before.tape.start(old), after.tape.start(new));
        if before.text.get(at..start) != after.text.get(at_after..start_after) {
            return true;
        }
        (at, at_after) = (before.tape.end(old), after.tape.end(new));
    }
    before.text[at..before.tape.end(old)] != after.text[at_after..after.tape.end(new)]
}
