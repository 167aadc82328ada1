//! Which file imports which, and where that goes in circles.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Module, Named, Sources};

/// The imports among files.
#[derive(Debug)]
pub struct Graph(BTreeMap<Module, BTreeSet<Module>>);

/// What a name leads to.
enum Target {
    /// An item in this file.
    File(Module),
    /// A module, but no item in it: `use crate::json;` alone ties nothing.
    Module,
    /// Something outside of the crate, or an associated item.
    Unknown,
}

impl Graph {
    /// Follows every name to the file that defines it.
    pub fn of(sources: &Sources) -> Self {
        let mut arrows: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for (module, source) in &sources.0 {
            let own = arrows.entry(module.clone()).or_default();
            for name in source.named.iter().chain(&source.globs) {
                if let Target::File(file) = follow(sources, name, 0)
                    && file != *module
                {
                    own.insert(file);
                }
            }
        }
        Self(arrows)
    }

    /// Pairs of a file and one that it imports.
    pub fn arrows(&self) -> impl Iterator<Item = (&Module, &Module)> {
        self.0.iter().flat_map(|(from, all)| all.iter().map(move |to| (from, to)))
    }

    /// The circles among files.
    pub fn circles(&self) -> Vec<Vec<String>> {
        let arrows = self.arrows().map(|(from, to)| (from.join("/"), to.join("/")));
        circles(arrows)
    }

    /// The circles among the entries of each folder, the root's included.
    pub fn folder_circles(&self) -> Vec<Vec<String>> {
        let folders: BTreeSet<&[String]> =
            self.0.keys().flat_map(|module| (0..module.len()).map(|end| &module[..end])).collect();
        let of_folder = |folder: &&[String]| {
            let entry = |module: &Module| {
                let rest = module.strip_prefix(*folder)?;
                Some(folder.iter().chain(rest.first()).cloned().collect::<Vec<_>>().join("/"))
                    .filter(|_| !rest.is_empty())
            };
            let arrows = self.arrows().filter_map(|(from, to)| Some((entry(from)?, entry(to)?)));
            circles(arrows.filter(|(from, to)| from != to))
        };
        folders.iter().flat_map(of_folder).collect()
    }
}

fn follow(sources: &Sources, name: &Named, depth: usize) -> Target {
    assert!(depth < 20, "re-exports of {name:?} lead nowhere");
    let mut module = Vec::new();
    for (index, segment) in name.iter().enumerate() {
        let inner: Module = module.iter().chain([segment]).cloned().collect();
        if sources.0.contains_key(&inner) {
            module = inner;
            continue;
        }
        let Some(source) = sources.0.get(&module) else { return Target::Unknown };
        if source.items.contains(segment) {
            return Target::File(module);
        }
        let rest = &name[index + 1..];
        if let Some(import) = source.imports.get(segment) {
            return follow(sources, &[import.as_slice(), rest].concat(), depth + 1);
        }
        let through = source.globs.iter().map(|glob| [glob.as_slice(), &name[index..]].concat());
        let found = through.map(|name| follow(sources, &name, depth + 1));
        return found
            .into_iter()
            .find(|target| matches!(target, Target::File(_)))
            .unwrap_or(Target::Unknown);
    }
    Target::Module
}

/// The strongly connected components of more than one node, by taking away
/// whatever nothing leads to or from until all that is left is in circles.
fn circles(arrows: impl Iterator<Item = (String, String)>) -> Vec<Vec<String>> {
    let mut next: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (from, to) in arrows {
        next.entry(to.clone()).or_default();
        next.entry(from).or_default().insert(to);
    }
    let reach = |from: &String| {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(node) = open.pop() {
            open.extend(next[node].iter().filter(|to| seen.insert((*to).clone())));
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> =
        next.keys().map(|node| (node, reach(node))).collect();
    let mut found = BTreeSet::new();
    for (node, all) in &reached {
        let circle: Vec<String> =
            all.iter().filter(|other| reached[other].contains(*node)).cloned().collect();
        if circle.len() > 1 {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}
