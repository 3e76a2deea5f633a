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
    /// The server's, without what follows the first point.
    pub(super) version: u32,
}

impl Programs {
    /// The first that this user can run.
    pub(super) fn find(owner: Owner) -> Result<Self> {
        if let Some(only) = std::env::var_os(ONLY_HERE) {
            return Self::within(only.as_ref(), owner).ok_or(Error::NoPostgres);
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let on_path = std::env::split_paths(&path);
        let elsewhere = BY_VERSION
            .iter()
            .flat_map(|(folder, prefix)| newest(folder, prefix));
        on_path
            .chain(elsewhere)
            .chain(ONLY_ONE.map(PathBuf::from))
            .find_map(|folder| Self::within(&folder, owner))
            .ok_or(Error::NoPostgres)
    }

    /// Those of a folder, where both run.
    fn within(folder: &Path, owner: Owner) -> Option<Self> {
        let (initdb, postgres) = (folder.join("initdb"), folder.join("postgres"));
        // Both are run, because either may be a wrapper for a version that is not installed.
        version_of(&initdb, owner)?;
        let version = version_of(&postgres, owner)?;
        Some(Self {
            initdb,
            postgres,
            version,
        })
    }
}

fn version_of(program: &Path, owner: Owner) -> Option<u32> {
    let mut command = owner.command(program);
    command
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    // The user may not be allowed into the folder that this program was started in.
    let output = command.current_dir("/").output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout);
    output.status.success().then(|| stated(&said)).flatten()
}

/// Out of `postgres (PostgreSQL) 15.3 (Debian 15.3-1)`, or of `… 18beta1`.
fn stated(said: &str) -> Option<u32> {
    let (_, version) = said.split_once("(PostgreSQL) ")?;
    let end = version.find(|letter: char| !letter.is_ascii_digit());
    version[..end.unwrap_or(version.len())].parse().ok()
}

/// The `bin` folders of all versions in a folder, the newest first.
fn newest(folder: &str, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name();
            let major = major_version(name.to_str()?.strip_prefix(prefix)?)?;
            Some((major, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    versions.into_iter().map(|(_, bin)| bin).collect()
}

/// `15`, and `9.6` as 9: what is so old does not count among the new ones.
fn major_version(name: &str) -> Option<u32> {
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
        assert_eq!(Programs::within(folder.path(), Owner::Same), None);
        for name in ["initdb", "postgres"] {
            std::os::unix::fs::symlink("/bin/true", folder.path().join(name)).unwrap();
        }
        assert_eq!(Programs::within(folder.path(), Owner::Same), None);
    }

    #[test]
    fn a_program_states_its_version() {
        let debian = "postgres (PostgreSQL) 15.3 (Debian 15.3-1)\n";
        assert_eq!(stated(debian), Some(15));
        assert_eq!(stated("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(stated("initdb (PostgreSQL) 9.6.24"), Some(9));
        assert_eq!(stated("postgres (PostgreSQL) devel"), None);
        assert_eq!(stated("true (GNU coreutils) 9.1"), None);
    }
}
