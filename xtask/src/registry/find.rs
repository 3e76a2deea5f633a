//! Looking for `model.toml`. A file that cannot be read as a model is kept beside the models, so
//! that it becomes a row and stops nobody.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{Model, file};
use crate::workspace::Workspace;

/// Everything that was found, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registry {
    pub(crate) models: Vec<Model>,
    pub(crate) broken: Vec<Broken>,
}

/// A `model.toml` that is none.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    /// The name that its folder or file gives it.
    pub(crate) name: String,
    /// `file:line:column: problem`.
    pub(crate) problem: String,
}

impl Registry {
    /// Looks through `crates/*/`, `peers/*/`, `benches/` and the folders given by hand.
    pub(crate) fn find(workspace: &Workspace) -> Registry {
        let root = &workspace.root;
        let mut folders = sub_folders(&root.join("crates"));
        folders.extend(sub_folders(&root.join("peers")));
        folders.push(root.join("benches"));
        for folder in &workspace.more_models {
            folders.push(folder.clone());
            folders.extend(sub_folders(folder));
        }
        let mut registry = Registry::default();
        for path in folders.iter().flat_map(|folder| model_files(folder)) {
            registry.add(&path, root);
        }
        registry.models.sort_by(|a, b| a.name.cmp(&b.name));
        registry
    }

    fn add(&mut self, path: &Path, root: &Path) {
        let name = name_of(path);
        let shown = path.strip_prefix(root).unwrap_or(path);
        match read(path, shown, &name) {
            Ok(model) if self.models.iter().any(|other| other.name == model.name) => {
                let problem = format!("{}:1:1: a second model is named `{name}`", shown.display());
                self.broken.push(Broken { name, problem });
            }
            Ok(model) => self.models.push(model),
            Err(problem) => self.broken.push(Broken { name, problem }),
        }
    }
}

fn read(path: &Path, shown: &Path, name: &str) -> Result<Model, String> {
    let mut bytes = Vec::new();
    let opened = fs::File::open(path).map(|file| file.take(file::MAX_BYTES + 1));
    opened
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .map_err(|error| format!("{}: {error}", shown.display()))?;
    if bytes.len() as u64 > file::MAX_BYTES {
        let most = file::MAX_BYTES;
        return Err(format!(
            "{}:1:1: larger than the {most} bytes allowed",
            shown.display()
        ));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| format!("{}:1:1: not UTF-8: a model file is text", shown.display()))?;
    let mut model = file::parse(&text, shown, name).map_err(|error| error.to_string())?;
    path.parent().unwrap_or(path).clone_into(&mut model.folder);
    Ok(model)
}

/// `model.toml` is named after its folder, `twin.model.toml` after itself.
fn name_of(path: &Path) -> String {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path
        .parent()
        .and_then(Path::file_name)
        .unwrap_or_default()
        .to_string_lossy();
    file.strip_suffix(".model.toml")
        .unwrap_or(&folder)
        .to_owned()
}

fn model_files(folder: &Path) -> Vec<PathBuf> {
    let is_model_file = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name == "model.toml" || name.ends_with(".model.toml")
    };
    entries(folder).into_iter().filter(is_model_file).collect()
}

fn sub_folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder)
        .into_iter()
        .filter(|path| path.is_dir())
        .collect()
}

/// What is in a folder, in order; nothing where there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = found.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
