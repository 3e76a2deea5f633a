//! Removes the temporary folders that killed tools left: those that have the name of one, belong to this
//! user alone, and whose tool is gone.

use std::fs::{self, DirEntry};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use nix::fcntl::{Flock, FlockArg, OFlag};

use super::directory::chosen;
use super::folder::remove;
use super::names::tool_of;
use crate::ownership::{doubt, open_itself};

/// Removes what killed tools left in the directory for temporary files, and returns how many folders these
/// were.
#[must_use]
pub fn sweep_temporary_folders() -> usize {
    chosen().map_or(0, |directory| sweep(&directory))
}

fn sweep(directory: &Path) -> usize {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.filter(|entry| was_removed(entry).is_some()).count()
}

fn was_removed(entry: &DirEntry) -> Option<()> {
    let tool = tool_of(entry.file_name().to_str()?)?;
    if tool.is_alive() {
        return None;
    }
    let path = entry.path();
    let folder = open_itself(&path, OFlag::O_DIRECTORY).ok()?;
    let opened = folder.metadata().ok()?;
    if doubt(&opened).is_some() {
        return None;
    }
    // A tool in another container, whose process is not to be seen from here, holds the lock.
    let _lock = Flock::lock(folder, FlockArg::LockExclusiveNonblock).ok()?;
    // What has this name now must be what was looked at.
    let named = path.symlink_metadata().ok()?;
    let is_same = (named.dev(), named.ino()) == (opened.dev(), opened.ino());
    is_same.then(|| remove(&path).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
    use std::path::PathBuf;

    use super::*;
    use crate::ownership::own_user;
    use crate::temporary::folder::ToolFolder;
    use crate::temporary::names::own_name;

    /// A folder that a tool which is gone has left, of this number.
    fn left(directory: &Path, number: u32) -> PathBuf {
        let path = directory.join(format!("manyways-{}-{number}", u32::MAX));
        fs::create_dir_all(path.join("00/pymp-x")).unwrap();
        fs::write(path.join("00/pymp-x/file"), "").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
        path
    }

    #[test]
    fn what_a_killed_tool_left_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let path = left(directory.path(), 1);
        assert_eq!(sweep(directory.path()), 1);
        assert!(!path.exists());
        assert_eq!(sweep(directory.path()), 0);
    }

    /// Makes something in a directory, and says where.
    type Make = fn(&Path) -> PathBuf;

    #[test]
    fn what_is_used_or_somebody_elses_stays() {
        let directory = tempfile::tempdir().unwrap();
        let own = ToolFolder::make(directory.path()).unwrap();
        let others: [(&str, Make); 5] = [
            ("what others can write to", |directory| {
                let path = left(directory, 2);
                fs::set_permissions(&path, Permissions::from_mode(0o770)).unwrap();
                path
            }),
            ("another user's", |directory| {
                let path = left(directory, 3);
                // Only root may give it away; else it is one that others can write to.
                if chown(&path, Some(own_user() + 1), None).is_err() {
                    fs::set_permissions(&path, Permissions::from_mode(0o702)).unwrap();
                }
                path
            }),
            ("a link", |directory| {
                let elsewhere = directory.join("elsewhere");
                fs::create_dir(&elsewhere).unwrap();
                let path = directory.join(format!("manyways-{}-4", u32::MAX));
                symlink(elsewhere, &path).unwrap();
                path
            }),
            ("a file", |directory| {
                let path = directory.join(format!("manyways-{}-5", u32::MAX));
                fs::write(&path, "").unwrap();
                path
            }),
            ("another name", |directory| {
                let path = directory.join("manyways-pg-1-2");
                fs::create_dir(&path).unwrap();
                path
            }),
        ];
        let paths = others.map(|(what, make)| (what, make(directory.path())));
        assert_eq!(sweep(directory.path()), 0);
        for (what, path) in paths {
            assert!(path.symlink_metadata().is_ok(), "{what}");
        }
        assert!(own.path.ends_with(own_name()) && own.path.exists());
    }

    #[test]
    fn what_a_tool_in_another_container_holds_stays() {
        let directory = tempfile::tempdir().unwrap();
        let path = left(directory.path(), 1);
        let folder = open_itself(&path, OFlag::O_DIRECTORY).unwrap();
        let held = Flock::lock(folder, FlockArg::LockExclusiveNonblock).unwrap();
        assert_eq!(sweep(directory.path()), 0);
        drop(held);
        assert_eq!(sweep(directory.path()), 1);
    }
}
