//! Source files as modules: what each defines, re-exports and names.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::Visit;
use syn::{Item, UseTree, Visibility};

/// The path of a module from the root of the crate.
pub type Module = Vec<String>;

/// A path as written, and made absolute: from the root of the crate.
pub type Named = Vec<String>;

/// One file.
#[derive(Debug, Default)]
pub struct Source {
    /// Its path below `src/`.
    pub file: String,
    /// The names that it defines.
    pub items: BTreeSet<String>,
    /// The names that it imports or re-exports, and what they refer to.
    pub imports: BTreeMap<String, Named>,
    /// Modules whose names it imports or re-exports all.
    pub globs: Vec<Named>,
    /// Everything that it names and that may be of this crate.
    pub named: Vec<Named>,
}

/// All files of a crate.
#[derive(Debug, Default)]
pub struct Sources(pub BTreeMap<Module, Source>);

impl Sources {
    /// Parses files, given by their paths below `src/`.
    pub fn parse(files: &BTreeMap<String, String>) -> Self {
        let modules = files.keys().map(|file| (module_of(file), file));
        let known: BTreeSet<Module> = modules.clone().map(|(module, _)| module).collect();
        let parse = |(module, file): (Module, &String)| {
            let text =
                syn::parse_file(&files[file]).unwrap_or_else(|error| panic!("{file}: {error}"));
            let mut reader = Reader { module: &module, known: &known, source: Source::default() };
            reader.source.file.clone_from(file);
            reader.read(&text.items);
            let source = reader.source;
            (module, source)
        };
        Self(modules.map(parse).collect())
    }

    /// The items that faces define, with the paths of the files.
    pub fn code_in_faces(&self) -> impl Iterator<Item = (String, String)> {
        let faces = self.0.values().filter(|source| source.file.ends_with("/mod.rs"));
        faces.flat_map(|face| face.items.iter().map(|item| (face.file.clone(), item.clone())))
    }
}

/// The module of a file: `a/mod.rs` and `a.rs` are both `a`.
fn module_of(file: &str) -> Module {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    match path {
        "lib" => Vec::new(),
        _ => path.split('/').map(str::to_owned).collect(),
    }
}

struct Reader<'r> {
    module: &'r Module,
    known: &'r BTreeSet<Module>,
    source: Source,
}

impl Reader<'_> {
    fn read(&mut self, items: &[Item]) {
        for item in items {
            if let Item::Use(item) = item {
                let is_face = !matches!(item.vis, Visibility::Inherited);
                self.import(&item.tree, &mut Vec::new(), is_face);
            } else if let Some(name) = name_of(item) {
                self.source.items.insert(name);
            }
        }
        items.iter().for_each(|item| self.visit_item(item));
    }

    fn import(&mut self, tree: &UseTree, prefix: &mut Vec<String>, is_face: bool) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.import(&path.tree, prefix, is_face);
                prefix.pop();
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(tree, prefix, is_face));
            }
            UseTree::Name(name) => self.leaf(prefix, &name.ident, &name.ident, is_face),
            UseTree::Rename(name) => self.leaf(prefix, &name.ident, &name.rename, is_face),
            UseTree::Glob(_) => {
                if let Some(path) = self.absolute(prefix) {
                    self.source.globs.push(path);
                }
            }
        }
    }

    fn leaf(&mut self, prefix: &[String], name: &syn::Ident, alias: &syn::Ident, is_face: bool) {
        let mut path = prefix.to_vec();
        if name != "self" {
            path.push(name.to_string());
        }
        let Some(path) = self.absolute(&path) else { return };
        let alias = if alias == "self" { path.last().cloned() } else { Some(alias.to_string()) };
        // A face imports nothing itself; the files that use it do.
        if !(is_face && self.source.file.ends_with("mod.rs")) {
            self.source.named.push(path.clone());
        }
        self.source.imports.insert(alias.unwrap_or_default(), path);
    }

    /// The path from the root; nothing if it leads out of the crate.
    fn absolute(&self, path: &[String]) -> Option<Named> {
        let (first, rest) = path.split_first()?;
        let mut base = self.module.clone();
        match first.as_str() {
            "crate" => return Some(rest.to_vec()),
            "self" => {}
            "super" => {
                base.pop();
                let ups = rest.iter().take_while(|segment| *segment == "super").count();
                base.truncate(base.len().saturating_sub(ups));
                base.extend_from_slice(&rest[ups..]);
                return Some(base);
            }
            name => {
                base.push(name.to_owned());
                if !self.known.contains(&base) {
                    let import = self.source.imports.get(name)?;
                    return Some([import.as_slice(), rest].concat());
                }
            }
        }
        base.extend_from_slice(rest);
        Some(base)
    }

    fn name(&mut self, path: &syn::Path) {
        if path.segments.len() > 1 {
            let segments: Vec<_> =
                path.segments.iter().map(|part| part.ident.to_string()).collect();
            self.source.named.extend(self.absolute(&segments));
        }
    }
}

impl<'a> Visit<'a> for Reader<'_> {
    fn visit_item(&mut self, item: &'a Item) {
        if !is_test(item) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        // Those within functions; the file's own have been read.
        if !self.source.file.ends_with("mod.rs") {
            self.import(&item.tree, &mut Vec::new(), false);
        }
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        self.name(path);
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, found: &'a syn::Macro) {
        type Arguments = syn::punctuated::Punctuated<syn::Expr, syn::Token![,]>;
        if let Ok(arguments) = found.parse_body_with(Arguments::parse_terminated) {
            arguments.iter().for_each(|argument| self.visit_expr(argument));
        }
    }
}

fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

fn is_test(item: &Item) -> bool {
    let Item::Mod(module) = item else { return false };
    module.attrs.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}
