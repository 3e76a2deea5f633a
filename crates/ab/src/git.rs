//! The commits of a repository, and work trees of them.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail};
use terminal::Usage;

/// A checkout, and with it its repository.
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
        // Outside a repository every name is unknown, and the reason would mislead.
        self.git(&["rev-parse", "--git-dir"])?;
        let wanted = format!("{revision}^{{commit}}");
        let mut words = vec!["rev-parse", "--verify", "--quiet", "--end-of-options"];
        words.push(&wanted);
        self.git(&words)
            .map_err(|_| Usage::error(format!("no revision is named `{revision}`")))
    }

    /// A work tree of a commit. What a killed tool left in its place is removed.
    pub(super) fn tree(&self, commit: &str, path: &Path) -> anyhow::Result<Tree> {
        let tree = Tree {
            repository: self.clone(),
            path: path.to_owned(),
        };
        tree.remove();
        let shown = path.to_string_lossy();
        self.git(&["worktree", "add", "--detach", "--quiet", &shown, commit])?;
        // It only saves time: where it fails, more is built than must be.
        let _ = self.make_as_old_as_the_commit(commit, path);
        Ok(tree)
    }

    /// Sets the times of all files to that of their commit. Cargo builds anew what is younger than its
    /// outputs, and these are kept while the work tree is made again for each use.
    fn make_as_old_as_the_commit(&self, commit: &str, path: &Path) -> anyhow::Result<()> {
        let seconds = self.git(&["show", "--no-patch", "--format=%ct", commit])?;
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.parse()?);
        let files = self.git(&["ls-tree", "-r", "-z", "--full-tree", "--name-only", commit])?;
        for file in files.split('\0').filter(|file| !file.is_empty()) {
            let file_path = path.join(file);
            // A link may point out of the tree, to a file whose time is not ours to change.
            if file_path.symlink_metadata()?.is_file() {
                File::open(file_path)?.set_modified(time)?;
            }
        }
        Ok(())
    }

    /// The folder of this checkout relative to the root of its repository.
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

    /// Removes it, if it is there.
    fn remove(&self) {
        let shown = self.path.to_string_lossy();
        let removed = self
            .repository
            .git(&["worktree", "remove", "--force", &shown]);
        // A tree of which git knows nothing, or only half, is removed by hand.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_tree_are_as_old_as_their_commit() {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| {
            let who = ["-c", "user.name=a", "-c", "user.email=a@localhost"];
            let mut command = Command::new("git");
            command.current_dir(folder.path()).args(who).args(arguments);
            command.env("GIT_COMMITTER_DATE", "@1000000000 +0000");
            assert!(command.output().unwrap().status.success());
        };
        git(&["init", "--quiet"]);
        std::fs::write(folder.path().join("a file"), "text").unwrap();
        git(&["add", "."]);
        git(&[
            "-c",
            "commit.gpgsign=false",
            "commit",
            "--quiet",
            "-m",
            "one",
        ]);
        let repository = Repository::of(folder.path());
        let commit = repository.commit("HEAD").unwrap();
        let place = tempfile::tempdir().unwrap();
        let tree = repository
            .tree(&commit, &place.path().join("tree"))
            .unwrap();
        let file = std::fs::metadata(tree.path().join("a file")).unwrap();
        let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        assert_eq!(file.modified().unwrap(), expected);
    }
}
