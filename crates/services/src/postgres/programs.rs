//! Where `initdb` and `postgres` are: on the path, or where packages put them without telling the
//! path. What does not run is passed over; a name on a path may be a wrapper around nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::owner::Owner;
use crate::error::{Error, Result};

/// Where packages of several versions put each: `/usr/lib/postgresql/15/bin`.
const BY_VERSION: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql@"),
    ("/usr/local/opt", "postgresql@"),
    ("/usr/lib", "postgresql"),
];
const ONLY_ONE: [&str; 2] = ["/usr/local/pgsql/bin", "/opt/homebrew/bin"];

/// Names the one folder to look into, where a machine has several versions.
const ONLY_HERE: &str = "MANYWAYS_POSTGRES";

/// The two programs that make a cluster and run it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Programs {
    pub(super) initdb: PathBuf,
    pub(super) postgres: PathBuf,
}

impl Programs {
    /// The first that this user can run.
    pub(super) fn find(owner: Owner) -> Result<Self> {
        if let Some(only) = std::env::var_os(ONLY_HERE) {
            let named = Self::within(only.as_ref());
            return Some(named)
                .filter(|programs| programs.run(owner))
                .ok_or(Error::NoPostgres);
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let on_path = std::env::split_paths(&path);
        let elsewhere = BY_VERSION
            .iter()
            .flat_map(|(folder, prefix)| newest(folder, prefix));
        on_path
            .chain(elsewhere)
            .chain(ONLY_ONE.map(PathBuf::from))
            .map(|folder| Self::within(&folder))
            .find(|programs| programs.run(owner))
            .ok_or(Error::NoPostgres)
    }

    fn within(folder: &Path) -> Self {
        Self {
            initdb: folder.join("initdb"),
            postgres: folder.join("postgres"),
        }
    }

    fn run(&self, owner: Owner) -> bool {
        [&self.initdb, &self.postgres].into_iter().all(|program| {
            let mut command = owner.command(program);
            command
                .arg("--version")
                .stdin(Stdio::null())
                .stderr(Stdio::null());
            let output = command.current_dir("/").output();
            output.is_ok_and(|output| {
                output.status.success()
                    && output.stdout.windows(10).any(|part| part == b"PostgreSQL")
            })
        })
    }
}

/// The `bin` folders of all versions in a folder, the newest first.
fn newest(folder: &str, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = version(name.to_str()?.strip_prefix(prefix)?)?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, bin)| bin).collect()
}

/// `15`, and `9.6` as 9: what is so old does not count among the new ones.
fn version(name: &str) -> Option<u32> {
    name.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_versions_come_first() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["pg-9.6", "pg-15", "pg-", "pg-x", "17", "pg-16"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let found = newest(folder.path().to_str().unwrap(), "pg-");
        let expected =
            ["pg-16", "pg-15", "pg-9.6"].map(|name| folder.path().join(name).join("bin"));
        assert_eq!(found, expected);
        assert!(newest("/nowhere/at/all", "").is_empty());
    }

    #[test]
    fn what_does_not_run_or_is_something_else_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!Programs::within(folder.path()).run(Owner::Same));
        for name in ["initdb", "postgres"] {
            std::os::unix::fs::symlink("/bin/true", folder.path().join(name)).unwrap();
        }
        assert!(!Programs::within(folder.path()).run(Owner::Same));
    }
}
