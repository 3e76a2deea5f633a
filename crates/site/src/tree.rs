//! The documents of a checkout, and whether other files are there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The documents at the root; the first is the page that a site begins with.
const AT_THE_ROOT: [&str; 3] = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"];
/// The folder of all other documents.
pub(crate) const DOCUMENTS: &str = "docs";

/// A checkout with its documents.
#[derive(Clone, Debug)]
pub struct Tree {
    root: PathBuf,
    /// The texts by their paths from the root, with `/` between folders.
    pub(crate) documents: BTreeMap<String, String>,
}

impl Tree {
    /// Reads the documents of a checkout: those at its root and every Markdown file below `docs`.
    ///
    /// # Errors
    /// A folder or a document cannot be read.
    pub fn read(root: &Path) -> anyhow::Result<Tree> {
        let mut tree = Tree {
            root: root.to_owned(),
            documents: BTreeMap::new(),
        };
        for name in AT_THE_ROOT {
            if root.join(name).is_file() {
                tree.add(name)?;
            }
        }
        if root.join(DOCUMENTS).is_dir() {
            tree.add_folder(DOCUMENTS)?;
        }
        Ok(tree)
    }

    fn add(&mut self, path: &str) -> anyhow::Result<()> {
        let file = self.root.join(path);
        let text = fs::read_to_string(&file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        self.documents.insert(path.to_owned(), text);
        Ok(())
    }

    fn add_folder(&mut self, folder: &str) -> anyhow::Result<()> {
        let place = self.root.join(folder);
        let entries =
            fs::read_dir(&place).with_context(|| format!("{} cannot be read", place.display()))?;
        for found in entries {
            let entry = found.with_context(|| place.display().to_string())?;
            // A name that is no text cannot be in a link.
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let path = format!("{folder}/{name}");
            let kind = entry.file_type().with_context(|| path.clone())?;
            if kind.is_dir() {
                self.add_folder(&path)?;
            } else if kind.is_file() && Path::new(&name).extension().is_some_and(|end| end == "md")
            {
                self.add(&path)?;
            }
        }
        Ok(())
    }

    /// Whether there is a file of this path from the root.
    pub(crate) fn has_file(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }

    /// Whether there is a file or a folder of this path from the root.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// The bytes of a file of this path from the root.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn bytes(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let file = self.root.join(path);
        fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))
    }
}
