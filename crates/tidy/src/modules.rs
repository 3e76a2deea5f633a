//! The modules of one crate, and which file uses what of which other file.

use std::collections::BTreeMap;

use crate::project::Source;
use crate::tokens::{Facts, Import};

/// One file uses an item of another.
pub(crate) struct Arrow {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) item: String,
    pub(crate) line: usize,
}

/// The files of one crate by the path of their module; the root has an empty one.
pub(crate) struct Modules<'a> {
    by_path: BTreeMap<Vec<String>, Module<'a>>,
}

struct Module<'a> {
    file: &'a str,
    facts: Facts,
}

/// An import may name another import, and that one a third. No chain of the project is as long as
/// this, so a longer one is a name that leads back to itself and belongs to another crate.
const LONGEST_CHAIN: usize = 16;

impl<'a> Modules<'a> {
    /// Follows `mod` declarations from the root, which is the only way to know which files belong
    /// to a crate: a folder may hold a library and programs beside each other.
    pub(crate) fn read(root: &str, sources: &'a [Source]) -> Modules<'a> {
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut pending = vec![(Vec::new(), root.to_owned(), folder.to_owned())];
        let mut by_path = BTreeMap::new();
        while let Some((path, file, folder)) = pending.pop() {
            let Some(source) = sources.iter().find(|source| source.path == file) else {
                continue;
            };
            let facts = Facts::read(&source.text);
            for child in &facts.children {
                let below = format!("{folder}/{child}");
                // One of the two is there, and the other is skipped above.
                for file in [format!("{below}.rs"), format!("{below}/mod.rs")] {
                    pending.push((joined(&path, child), file, below.clone()));
                }
            }
            let file = source.path.as_str();
            by_path.insert(path, Module { file, facts });
        }
        Modules { by_path }
    }

    /// What each file uses of the others.
    pub(crate) fn arrows(&self) -> Vec<Arrow> {
        let mut arrows = Vec::new();
        for (module, Module { file, facts }) in &self.by_path {
            let imports = facts
                .imports
                .iter()
                .filter(|import| self.is_use(module, import))
                .map(|import| (&import.path, import.line));
            let mentions = facts
                .mentions
                .iter()
                .map(|mention| (&mention.path, mention.line));
            for (path, line) in imports.chain(mentions) {
                if let Some((definer, item)) = self.definition(module, path, LONGEST_CHAIN)
                    && definer != *module
                {
                    arrows.push(Arrow {
                        from: (*file).to_owned(),
                        to: self.by_path[&definer].file.to_owned(),
                        item,
                        line,
                    });
                }
            }
        }
        arrows
    }

    /// Whether an import alone says that the file uses the item. A parent's import of what a child
    /// defines, or one that others may import in turn, may be there only to offer the item: it
    /// counts once the file's own code mentions the name.
    fn is_use(&self, module: &[String], import: &Import) -> bool {
        let definition = self.definition(module, &import.path, LONGEST_CHAIN);
        let is_below = definition.is_some_and(|(definer, _)| definer.starts_with(module));
        !import.is_public && !is_below
    }

    /// The module that defines what a path means, and the item's name; none where the path leads to
    /// another crate, or to a module as a whole.
    fn definition(
        &self,
        module: &[String],
        path: &[String],
        chain: usize,
    ) -> Option<(Vec<String>, String)> {
        let (first, rest) = path.split_first()?;
        let (start, rest) = match first.as_str() {
            "crate" => (&[][..], rest),
            "self" => (module, rest),
            "super" => (parent(module), rest),
            name if self.by_path.get(module)?.facts.knows(name) => (module, path),
            _ => return None,
        };
        self.definition_below(start, rest, chain)
    }

    fn definition_below(
        &self,
        module: &[String],
        path: &[String],
        chain: usize,
    ) -> Option<(Vec<String>, String)> {
        let facts = &self.by_path.get(module)?.facts;
        let (first, rest) = path.split_first()?;
        let is_child = facts.children.contains(first);
        if first == "super" {
            return self.definition_below(parent(module), rest, chain);
        }
        if is_child && !rest.is_empty() {
            return self.definition_below(&joined(module, first), rest, chain);
        }
        if facts.defined.contains(first) {
            return Some((module.to_owned(), first.clone()));
        }
        if let Some(import) = facts.imports.iter().find(|import| import.name == *first) {
            let path = [import.path.as_slice(), rest].concat();
            return self.definition(module, &path, chain.checked_sub(1)?);
        }
        // A name that is not found was made by a macro, or is `*`: its module answers for it.
        (!is_child).then(|| (module.to_owned(), first.clone()))
    }
}

impl Facts {
    /// Whether a path may begin with this name without `crate`, `self` or `super`.
    fn knows(&self, name: &str) -> bool {
        self.children.iter().any(|child| child == name)
            || self.defined.contains(name)
            || self.imports.iter().any(|import| import.name == name)
    }
}

fn joined(module: &[String], child: &str) -> Vec<String> {
    [module, &[child.to_owned()]].concat()
}

fn parent(module: &[String]) -> &[String] {
    module.split_last().map_or(&[], |(_, parent)| parent)
}
