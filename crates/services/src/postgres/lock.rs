//! The lock on a cluster's folder, held as long as the service or the keeper of the cluster lives. Every
//! process of this kernel sees it, also from another container, where process ids mean nothing.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use super::guarded;

const NAME: &str = "lock";
const NOT_YET_LOCKED: &str = "lock.new";

/// What the lock of a folder says of its user.
#[derive(Debug)]
pub(super) enum LockState {
    /// Somebody holds it: the cluster is in use.
    Held,
    /// Nobody held it; now we do, so that nobody else sweeps at the same time.
    Taken(File),
    /// There is no lock file that could be tried.
    Unknown,
}

/// Makes the lock of a folder and holds it until the file and all its duplicates are closed.
pub(super) fn hold(folder: &Path) -> io::Result<File> {
    let new = folder.join(NOT_YET_LOCKED);
    let file = File::create_new(&new)?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    // It gets its name once it is locked: a free lock under this name has lost its holder.
    fs::rename(new, folder.join(NAME))?;
    Ok(file)
}

/// Tries the lock of an open folder.
pub(super) fn state(folder: impl AsFd) -> LockState {
    let Ok(file) = guarded::open_file_in(folder, NAME) else {
        return LockState::Unknown;
    };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => LockState::Taken(file),
        Err(rustix::io::Errno::WOULDBLOCK) => LockState::Held,
        Err(_) => LockState::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_until_its_last_duplicate_is_closed() {
        let made = tempfile::tempdir().unwrap();
        let folder = guarded::open_folder(made.path()).unwrap();
        assert!(matches!(state(&folder), LockState::Unknown));
        let lock = hold(made.path()).unwrap();
        let duplicate = lock.try_clone().unwrap();
        assert!(matches!(state(&folder), LockState::Held));
        drop(lock);
        assert!(matches!(state(&folder), LockState::Held));
        drop(duplicate);
        assert!(matches!(state(&folder), LockState::Taken(_)));
    }
}
