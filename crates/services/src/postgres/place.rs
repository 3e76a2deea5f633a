//! The folder of a private cluster: short, because a socket's path is short; in a folder that the
//! server's user can reach and that has room; named by whose it is and locked while it is in use, so that
//! what a killed service left can be told from what is in use, and removed.

use std::fs::{DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::fs::{Access, access, statvfs};

use super::folders::{is_open, name_of_ours, other_names_of_ours, remove, temporary};
use super::lock;
use super::log::Log;
use super::owner::{LENT_TO, Owner};
use super::process::end_server;
use crate::error::{Error, Result};

/// The name that PostgreSQL gives a socket; the port is only a name here.
pub(super) const SOCKET: &str = ".s.PGSQL.5432";
/// A path of 108 bytes is too long for a socket on Linux, one of 104 elsewhere.
const MAX_SOCKET: usize = 103;
/// What an empty cluster takes on the disk, with its log of changes, generously.
const EMPTY_CLUSTER: u64 = 100 << 20;
/// What a row takes, with its index and what the log of changes has of it.
const ROW: u64 = 400;

/// The folder of this process's cluster. Dropping it removes it, with all that is in it.
#[derive(Debug)]
pub(super) struct Place {
    folder: PathBuf,
    lock: File,
    log: Log,
}

impl Place {
    /// Makes it, for this user alone, where a table of so many rows has room.
    pub(super) fn make(owner: Owner, rows: u64) -> Result<Self> {
        first_that_suits(|parent| Self::make_in(parent, owner, rows))
    }

    fn make_in(parent: &Path, owner: Owner, rows: u64) -> std::result::Result<Self, String> {
        suits(parent, owner, rows)?;
        let folder = make_private(parent)
            .map_err(|error| format!("a folder cannot be made in it ({error})"))?;
        Self::furnish(&folder, owner).inspect_err(|_| {
            // The refusal is what is told.
            let _ = remove(&folder);
        })
    }

    fn furnish(folder: &Path, owner: Owner) -> std::result::Result<Self, String> {
        let held = lock::hold(folder).map_err(|error| format!("it cannot be locked ({error})"))?;
        // Made while the folder is still ours: from here on its files are known by descriptor.
        let log = Log::make(folder).map_err(|error| format!("it cannot be written ({error})"))?;
        owner.take(folder).map_err(|error| error.to_string())?;
        Ok(Self {
            folder: folder.to_owned(),
            lock: held,
            log,
        })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.folder.join(SOCKET)
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    /// The lock, for a process that is to hold it too.
    pub(super) fn lock(&self) -> std::io::Result<Stdio> {
        self.lock.try_clone().map(Stdio::from)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Where the keeper did its work, there is no server any more.
        end_server(&self.folder);
        // What cannot be removed now is swept by the next one.
        let _ = remove(&self.folder);
    }
}

/// Makes the folder under the first name that nobody else has.
fn make_private(parent: &Path) -> io::Result<PathBuf> {
    let names = std::iter::once(name_of_ours()).chain(other_names_of_ours());
    for name in names {
        let folder = parent.join(name);
        // Made with its mode, not changed afterwards: nobody else gets a moment to open it.
        match DirBuilder::new().mode(0o700).create(&folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return made.map(|()| folder),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// The temporary folder that would be taken.
pub(super) fn would_be(owner: Owner, rows: u64) -> Result<PathBuf> {
    first_that_suits(|parent| suits(parent, owner, rows).map(|()| parent.to_owned()))
}

fn first_that_suits<T>(attempt: impl Fn(&Path) -> std::result::Result<T, String>) -> Result<T> {
    let mut refusals = Vec::new();
    for parent in temporary() {
        match attempt(&parent) {
            Ok(found) => return Ok(found),
            Err(why) => refusals.push(format!("{}: {why}", parent.display())),
        }
    }
    Err(Error::NoPlace {
        refusals: refusals.join("; "),
    })
}

/// What stands against a folder, as far as that shows without writing to it.
fn suits(parent: &Path, owner: Owner, rows: u64) -> std::result::Result<(), String> {
    let longest = other_names_of_ours().last().unwrap_or_default();
    let socket = parent.join(longest).join(SOCKET);
    if socket.as_os_str().len() > MAX_SOCKET {
        return Err("its path is too long for a socket".to_owned());
    }
    if owner != Owner::Same && !is_open(parent) {
        // It must be able to remove the folder, too: that is left to it where this process is killed.
        return Err(format!("the user `{LENT_TO}` cannot write it"));
    }
    access(parent, Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|error| format!("it cannot be written ({error})"))?;
    let room = statvfs(parent)
        .map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize))
        .map_err(|error| format!("how much room it has cannot be read ({error})"))?;
    let needed = EMPTY_CLUSTER + rows * ROW;
    if room < needed {
        let (room, needed) = (room >> 20, needed >> 20);
        return Err(format!(
            "it has room for {room} MiB, and {needed} MiB are needed"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_place_is_locked_and_removed_with_its_owner() {
        let parent = tempfile::tempdir_in("/tmp").unwrap();
        let place = Place::make_in(parent.path(), Owner::Same, 1).unwrap();
        let folder = place.folder().to_owned();
        let opened = super::super::guarded::open_folder(&folder).unwrap();
        assert!(matches!(lock::state(&opened), lock::LockState::Held));
        // Somebody has taken the name before us.
        let other = Place::make_in(parent.path(), Owner::Same, 1).unwrap();
        assert_ne!(other.folder(), folder);
        drop(other);
        assert!(folder.exists(), "that of another is left alone");
        drop(place);
        assert!(!folder.exists());
    }

    #[test]
    fn what_stands_against_a_folder_is_said() {
        let parent = tempfile::tempdir_in("/tmp").unwrap();
        let refusal = |path: &Path, owner, rows| suits(path, owner, rows).unwrap_err();
        let lent = Owner::Other { user: 1, group: 1 };
        std::fs::set_permissions(parent.path(), PermissionsExt::from_mode(0o755)).unwrap();
        assert!(refusal(parent.path(), lent, 1).contains("`postgres` cannot write"));
        let far_too_many = u64::MAX / ROW / 2;
        assert!(refusal(parent.path(), Owner::Same, far_too_many).contains("MiB are needed"));
        let deep = parent.path().join("x".repeat(100));
        assert!(refusal(&deep, Owner::Same, 1).contains("too long"));
        let missing = parent.path().join("none");
        assert!(refusal(&missing, Owner::Same, 1).contains("cannot be written"));
    }
}
