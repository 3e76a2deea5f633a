//! The folders that the tool works in: the checkout, cargo's target folder, and the folder of results.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use cargo_metadata::MetadataCommand;
use protocol::{OwnWork, Workload};

use crate::executables;

/// The folders of one checkout, as absolute paths.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// The folder of the stored comparisons.
    pub results: PathBuf,
    /// Further folders in which models are looked for.
    pub more_models: Vec<PathBuf>,
}

impl Workspace {
    /// Finds the folders of the checkout around the current folder; where there is none, those of the
    /// checkout that this program was built in. Comparisons are stored in `results`, or in the target
    /// folder.
    ///
    /// # Errors
    /// Where neither is a checkout, or `cargo metadata` fails.
    pub fn find(results: Option<&Path>, more_models: &[PathBuf]) -> anyhow::Result<Workspace> {
        let here = std::env::current_dir().context("the current folder")?;
        // This crate lies two folders below the root.
        let built_in = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let Some(root) = checkout_around(&here).or_else(|| checkout_around(built_in)) else {
            bail!(
                "{}: no checkout of this project is here or above, and that of this program, {}, is gone",
                here.display(),
                built_in.display()
            );
        };
        // Cargo is asked, because a flag of its configuration, a variable or a default can set the
        // target folder.
        let mut command = MetadataCommand::new();
        command.no_deps().manifest_path(root.join("Cargo.toml"));
        let metadata = command.exec().context("cargo metadata")?;
        let target = metadata.target_directory.into_std_path_buf();
        Ok(Workspace {
            root: metadata.workspace_root.into_std_path_buf(),
            results: results.map_or_else(|| target.join("compare"), absolute),
            target,
            more_models: more_models.iter().map(|folder| absolute(folder)).collect(),
        })
    }

    /// Whether this process stands in the checkout, and not in a folder elsewhere.
    pub fn is_around_current_folder(&self) -> bool {
        std::env::current_dir().is_ok_and(|folder| folder.starts_with(&self.root))
    }

    /// The path of a program that cargo builds here in release mode: where it said that it put it, once it
    /// was built, and the usual place before that.
    pub fn program(&self, name: &str) -> PathBuf {
        executables::place(self.target.join("release").join(name))
    }

    /// The program that computes the right answers of a workload: own work has its own.
    pub fn expected(&self, workload: &Workload) -> PathBuf {
        match &workload.work {
            None => self.program("expected"),
            Some(work) => self.program(&format!("{}-expected", self.own_prefix(work))),
        }
    }

    /// What the names of the programs begin with that are built for own work.
    pub(crate) fn own_prefix(&self, work: &OwnWork) -> String {
        let mut hasher = DefaultHasher::new();
        (&self.root, &work.package, &work.type_name).hash(&mut hasher);
        format!("own-{:016x}", hasher.finish())
    }

    /// The folder of the data sets that services and runners share.
    pub fn data(&self) -> PathBuf {
        self.target.join("data")
    }

    /// What stands for a commit where git does not tell.
    pub const NO_COMMIT: &str = "nocommit";

    /// The first 12 digits of the checkout's commit, or [`Workspace::NO_COMMIT`].
    pub fn commit(&self) -> String {
        self.git(&["rev-parse", "--short=12", "HEAD"])
            .unwrap_or_else(|| Self::NO_COMMIT.to_owned())
    }

    /// Whether the checkout differs from its commit; `None` where git does not tell.
    pub fn is_changed(&self) -> Option<bool> {
        // Notes and results that lie about in a checkout change no program.
        self.git(&["status", "--porcelain", "--untracked-files=no"])
            .map(|text| !text.is_empty())
    }

    /// What git prints for a command; `None` where it fails.
    fn git(&self, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new("git");
        command
            .current_dir(&self.root)
            .args(arguments)
            .stderr(Stdio::null());
        // A git that started this tool, such as for a hook, sets variables that name its own repository.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(&name);
            }
        }
        let output = command.output().ok()?;
        let printed = String::from_utf8_lossy(&output.stdout);
        output.status.success().then(|| printed.trim().to_owned())
    }
}

/// The path from the root, because programs are started in other folders than the tool.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The nearest folder, from this one upwards, that is a checkout of this project.
fn checkout_around(folder: &Path) -> Option<PathBuf> {
    let nearest = folder.ancestors().find(|folder| is_checkout(folder));
    nearest.map(Path::to_owned)
}

fn is_checkout(folder: &Path) -> bool {
    [
        "Cargo.toml",
        "xtask/Cargo.toml",
        "crates/catalog/Cargo.toml",
    ]
    .iter()
    .all(|file| folder.join(file).is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn checkout(root: &Path) {
        for folder in ["xtask", "crates/catalog"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for file in [
            "Cargo.toml",
            "xtask/Cargo.toml",
            "crates/catalog/Cargo.toml",
        ] {
            fs::write(root.join(file), "").unwrap();
        }
    }

    #[test]
    fn the_checkout_is_the_nearest_one_around() {
        let folder = tempfile::tempdir().unwrap();
        let outer = folder.path();
        let inner = outer.join("target/ab/revision");
        let deep = inner.join("crates/catalog");
        assert_eq!(checkout_around(outer), None);
        checkout(outer);
        assert_eq!(checkout_around(&outer.join("xtask")).unwrap(), outer);
        checkout(&inner);
        assert_eq!(checkout_around(&deep).unwrap(), inner);
        // Another project's folders are passed over.
        fs::create_dir_all(outer.join("other/xtask")).unwrap();
        fs::write(outer.join("other/Cargo.toml"), "").unwrap();
        assert_eq!(checkout_around(&outer.join("other/xtask")).unwrap(), outer);
    }
}
