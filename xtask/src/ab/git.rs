//! Revisions of a repository, and work trees of them. What is built there is left to `side`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::cli::Usage;

/// A checkout under git.
#[derive(Clone, Debug)]
pub(super) struct Repository {
    folder: PathBuf,
}

/// A work tree of one commit. Dropping it removes it.
#[derive(Debug)]
pub(super) struct Tree {
    repository: Repository,
    path: PathBuf,
}

impl Repository {
    pub(super) fn of(folder: &Path) -> Repository {
        Repository {
            folder: folder.to_owned(),
        }
    }

    /// The commit that a revision names, in full.
    pub(super) fn commit(&self, revision: &str) -> anyhow::Result<String> {
        self.git(&["rev-parse", "--git-dir"])?;
        let wanted = format!("{revision}^{{commit}}");
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        let words: Vec<&str> = words.into_iter().chain([wanted.as_str()]).collect();
        let unknown = |_| Usage::error(format!("no revision is named `{revision}`"));
        self.git(&words).map_err(unknown)
    }

    /// A work tree of a commit, in the place of whatever a killed tool left there.
    pub(super) fn tree(&self, commit: &str, path: &Path) -> anyhow::Result<Tree> {
        let tree = Tree {
            repository: self.clone(),
            path: path.to_owned(),
        };
        tree.remove();
        let shown = path.to_string_lossy();
        self.git(&["worktree", "add", "--detach", "--quiet", &shown, commit])?;
        Ok(tree)
    }

    /// The folder of the workspace within a tree.
    pub(super) fn prefix(&self) -> anyhow::Result<String> {
        self.git(&["rev-parse", "--show-prefix"])
    }

    fn git(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = Command::new("git");
        command.current_dir(&self.folder).args(arguments);
        let output = command.output().context("git")?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            bail!("`git {}`: {}", arguments.join(" "), why.trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

impl Tree {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Not there, or no longer: both are well.
    fn remove(&self) {
        let shown = self.path.to_string_lossy();
        let removed = self
            .repository
            .git(&["worktree", "remove", "--force", &shown]);
        if removed.is_err() {
            let _ = std::fs::remove_dir_all(&self.path);
            let _ = self.repository.git(&["worktree", "prune"]);
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.remove();
    }
}
