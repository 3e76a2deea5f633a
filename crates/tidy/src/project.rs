//! The facts that the rules judge: members from cargo's metadata, source files, descriptions of models
//! and workloads, documents. They are read here and once, so that the rules are pure functions.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use catalog::{Model, Registry, Workspace, workloads};
use protocol::Workload;

use crate::problem::Problem;

/// All that there is to judge. Paths are relative to the checkout.
pub(crate) struct Project {
    pub(crate) members: Vec<Member>,
    pub(crate) sources: Vec<Source>,
    /// The Python files of the peers.
    pub(crate) python: Vec<Source>,
    pub(crate) models: Vec<ModelFile>,
    pub(crate) workloads: Vec<WorkloadFile>,
    /// What is wrong with descriptions that could not be read.
    pub(crate) unreadable: Vec<Problem>,
    pub(crate) models_document: Source,
    pub(crate) workloads_document: Source,
    pub(crate) recipes_document: Source,
}

/// One package of the workspace.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) folder: String,
    /// The text of its `Cargo.toml`.
    pub(crate) manifest: String,
    pub(crate) is_model: bool,
    pub(crate) dependencies: Vec<Dependency>,
}

/// What a member imports.
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Only for its tests and benches.
    pub(crate) dev: bool,
    /// A package of this workspace.
    pub(crate) ours: bool,
}

/// A text file.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A model and the file that describes it.
pub(crate) struct ModelFile {
    pub(crate) source: Source,
    pub(crate) model: Model,
}

/// A workload of the catalogue and the file that describes it.
pub(crate) struct WorkloadFile {
    pub(crate) source: Source,
    pub(crate) workload: Workload,
}

impl Member {
    pub(crate) fn manifest_path(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }
}

impl Project {
    pub(crate) fn read(workspace: &Workspace) -> anyhow::Result<Project> {
        let root = &workspace.root;
        let (models, mut unreadable) = models(workspace);
        let (workloads, mistakes) = workloads(workspace);
        unreadable.extend(mistakes);
        Ok(Project {
            members: members(root)?,
            sources: files(root, root, ".rs")?,
            python: files(root, &root.join("peers"), ".py")?,
            models,
            workloads,
            unreadable,
            models_document: source(root, &root.join("docs/MODELS.md")),
            workloads_document: source(root, &root.join("docs/WORKLOADS.md")),
            recipes_document: source(root, &root.join("docs/RECIPES.md")),
        })
    }
}

fn members(root: &Path) -> anyhow::Result<Vec<Member>> {
    let mut command = MetadataCommand::new();
    // Cargo then resolves nothing, and needs neither the network nor a current lock file.
    command.no_deps().manifest_path(root.join("Cargo.toml"));
    let metadata = command.exec().context("cargo metadata")?;
    Ok(metadata
        .workspace_packages()
        .into_iter()
        .map(|package| member(root, package))
        .collect())
}

fn member(root: &Path, package: &Package) -> Member {
    let manifest = package.manifest_path.as_std_path();
    let folder = manifest.parent().unwrap_or(root);
    Member {
        name: package.name.to_string(),
        folder: relative(root, folder),
        manifest: source(root, manifest).text,
        is_model: folder.join("model.toml").is_file(),
        dependencies: package.dependencies.iter().map(Dependency::of).collect(),
    }
}

impl Dependency {
    fn of(dependency: &cargo_metadata::Dependency) -> Dependency {
        Dependency {
            name: dependency.name.clone(),
            dev: dependency.kind == DependencyKind::Development,
            // Crates of others come from a registry, and have no path.
            ours: dependency.path.is_some(),
        }
    }
}

fn models(workspace: &Workspace) -> (Vec<ModelFile>, Vec<Problem>) {
    // As written, and not as found on this machine: a model whose program is not installed must keep
    // its promises as well.
    let registry = Registry::as_written(workspace);
    let problems = registry
        .broken
        .iter()
        .map(|broken| placed(&broken.problem))
        .collect();
    let models = registry.models.into_iter();
    (
        models.map(|model| with_source(workspace, model)).collect(),
        problems,
    )
}

fn with_source(workspace: &Workspace, model: Model) -> ModelFile {
    // A folder of several models has a file for each, named after the model.
    let own = model.folder.join(format!("{}.model.toml", model.name));
    let path = if own.is_file() {
        own
    } else {
        model.folder.join("model.toml")
    };
    ModelFile {
        source: source(&workspace.root, &path),
        model,
    }
}

fn workloads(workspace: &Workspace) -> (Vec<WorkloadFile>, Vec<Problem>) {
    let (mut workloads, mut mistakes) = (Vec::new(), Vec::new());
    for name in workloads::names(workspace) {
        let path = workspace
            .root
            .join(format!("crates/workloads/catalog/{name}.toml"));
        match workloads::of_catalogue(workspace, &name) {
            Ok(chosen) => workloads.push(WorkloadFile {
                source: source(&workspace.root, &path),
                workload: chosen.workload,
            }),
            Err(error) => mistakes.push(placed(&error.to_string())),
        }
    }
    (workloads, mistakes)
}

/// A message of the form `file:line:column: problem` as a problem with a place. Any other message is
/// placed at the manifest of the workspace: a problem must have a place to be sorted and shown.
fn placed(message: &str) -> Problem {
    let (file, line, text) = place(message).unwrap_or(("Cargo.toml", 1, message));
    Problem::new(file, line, text.trim())
}

fn place(message: &str) -> Option<(&str, usize, &str)> {
    let mut parts = message.splitn(4, ':');
    let (file, line, _column) = (parts.next()?, parts.next()?, parts.next()?);
    Some((file, line.parse().ok()?, parts.next()?))
}

/// Every file in a folder that ends like this; cargo's target folder and hidden folders are not ours.
fn files(root: &Path, folder: &Path, ending: &str) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for entry in entries {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            // A link to a folder would be read twice, or without end.
            if path.is_dir() && !path.is_symlink() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if name.ends_with(ending) {
                sources.push(source(root, &path));
            }
        }
    }
    // The system lists a folder in any order, and problems ought to be the same each time.
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

/// A file that is absent or not text is judged as an empty one: the rules say what it lacks.
fn source(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap_or_default();
    Source {
        path: relative(root, path),
        text,
    }
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_in_a_description_keeps_its_place() {
        let problem = placed("crates/threads/model.toml:4:12: unknown variant `disk`: no");
        let expected = Problem::new("crates/threads/model.toml", 4, "unknown variant `disk`: no");
        assert_eq!(problem, expected);
        let whole = placed("crates/threads/model.toml: permission denied");
        assert_eq!((whole.file.as_str(), whole.line), ("Cargo.toml", 1));
        assert!(whole.text.contains("permission denied"));
    }
}
