//! The commits of a repository, and work trees of them.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail};
use terminal::Usage;

/// Settings with which nothing of a repository runs: it is built as its `model.toml` says, and by nothing
/// else.
const SETTINGS: [&str; 6] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.sshCommand=false",
    "submodule.recurse=false",
    "log.showSignature=false",
    "protocol.ext.allow=never",
];
/// Variables for the same: a partial clone would fetch what it lacks, by commands of its configuration, and
/// a question would wait for an answer.
const VARIABLES: [(&str, &str); 2] = [("GIT_NO_LAZY_FETCH", "1"), ("GIT_TERMINAL_PROMPT", "0")];

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
        let filters = self.own_filters()?;
        self.run(&filters, arguments)
    }

    /// The settings that turn off each filter of the repository's own configuration: checking a file out
    /// would run its command. Filters of the user's configuration, such as Git LFS, stay.
    fn own_filters(&self) -> anyhow::Result<Vec<String>> {
        let listed = self.run(
            &[],
            &["config", "--list", "--show-scope", "--name-only", "-z"],
        );
        // Outside a repository there are none, and the command itself says what is wrong.
        Ok(listed.map_or_else(|_| Vec::new(), |listed| filters_turned_off(&listed)))
    }

    /// Runs git with the settings of the user and those of the repository that start no program.
    fn run(&self, settings: &[String], arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = Command::new("git");
        // A git that started this tool, such as for a hook, sets variables that name its own repository.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(&name);
            }
        }
        for (name, value) in VARIABLES {
            command.env(name, value);
        }
        for setting in SETTINGS
            .iter()
            .copied()
            .chain(settings.iter().map(String::as_str))
        {
            command.args(["-c", setting]);
        }
        command
            .current_dir(&self.folder)
            .args(arguments)
            .stdin(Stdio::null());
        let output = command.output().context("git")?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            bail!("`git {}`: {}", arguments.join(" "), why.trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// The settings that turn off the filters among names of settings, each after its scope; both end in a zero
/// byte.
fn filters_turned_off(listed: &str) -> Vec<String> {
    let words: Vec<&str> = listed.split('\0').collect();
    let names: BTreeSet<&str> = words
        .chunks_exact(2)
        .filter(|pair| matches!(pair[0], "local" | "worktree"))
        .filter_map(|pair| pair[1].strip_prefix("filter."))
        .filter_map(|rest| Some(rest.rsplit_once('.')?.0))
        .collect();
    names
        .into_iter()
        .flat_map(|name| {
            ["clean=", "smudge=", "process=", "required=false"]
                .map(|setting| format!("filter.{name}.{setting}"))
        })
        .collect()
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
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn git(folder: &Path, arguments: &[&str]) {
        let who = ["-c", "user.name=a", "-c", "user.email=a@localhost"];
        let mut command = Command::new("git");
        command
            .current_dir(folder)
            .args(who)
            .args(["-c", "commit.gpgsign=false"])
            .args(arguments)
            .env("GIT_COMMITTER_DATE", "@1000000000 +0000");
        assert!(command.output().unwrap().status.success(), "{arguments:?}");
    }

    /// A repository with one file, committed.
    fn repository() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "--quiet"]);
        fs::write(folder.path().join("a file"), "text").unwrap();
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "--quiet", "-m", "one"]);
        folder
    }

    fn checked_out(folder: &Path, place: &Path) -> Tree {
        let repository = Repository::of(folder);
        let commit = repository.commit("HEAD").unwrap();
        repository.tree(&commit, &place.join("tree")).unwrap()
    }

    #[test]
    fn files_of_a_tree_are_as_old_as_their_commit() {
        let folder = repository();
        let place = tempfile::tempdir().unwrap();
        let tree = checked_out(folder.path(), place.path());
        let file = fs::metadata(tree.path().join("a file")).unwrap();
        let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        assert_eq!(file.modified().unwrap(), expected);
    }

    #[test]
    fn nothing_of_a_repository_runs_when_it_is_checked_out() {
        let folder = repository();
        let ran = folder.path().join("ran");
        let writes = format!("echo \"$0\" >> '{}'; cat", ran.display());
        for hook in [
            "post-checkout",
            "reference-transaction",
            "post-index-change",
        ] {
            let path = folder.path().join(".git/hooks").join(hook);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("#!/bin/sh\n{writes} > /dev/null\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let attributes = folder.path().join(".gitattributes");
        fs::write(attributes, "* filter=evil.one\n").unwrap();
        git(
            folder.path(),
            &["-c", "core.hooksPath=/dev/null", "add", "."],
        );
        let message = [
            "-c",
            "core.hooksPath=/dev/null",
            "commit",
            "--quiet",
            "-m",
            "two",
        ];
        git(folder.path(), &message);
        let program = format!("sh -c {writes:?}");
        for name in [
            "filter.evil.one.smudge",
            "filter.evil.one.clean",
            "core.fsmonitor",
        ] {
            git(folder.path(), &["config", name, &program]);
        }
        git(
            folder.path(),
            &["config", "filter.evil.one.required", "true"],
        );
        let _ = fs::remove_file(&ran);
        let place = tempfile::tempdir().unwrap();
        let tree = checked_out(folder.path(), place.path());
        assert_eq!(
            fs::read_to_string(tree.path().join("a file")).unwrap(),
            "text"
        );
        drop(tree);
        let told = fs::read_to_string(&ran).unwrap_or_default();
        assert_eq!(told, "", "these ran");
    }

    #[test]
    fn only_filters_of_the_repository_are_turned_off() {
        let listed = "global\0filter.lfs.smudge\0local\0core.bare\0local\0filter.a.b.process\0";
        let expected = ["clean=", "smudge=", "process=", "required=false"]
            .map(|setting| format!("filter.a.b.{setting}"));
        assert_eq!(filters_turned_off(listed), expected);
    }
}
