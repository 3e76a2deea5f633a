//! Removes old built revisions. Each takes some hundred megabytes and saves a build, so that the most
//! recently used are kept, and so is one that another tool uses.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::revision::LOCK;

/// The number of revisions that are kept: two in use, and some that they were compared with lately.
const KEPT: usize = 6;

/// Removes all but the most recently used revisions, and returns the folders that were removed.
pub(super) fn prune(folder: &Path) -> Vec<PathBuf> {
    let mut by_last_use = revisions(folder);
    by_last_use.sort();
    let too_many = by_last_use.len().saturating_sub(KEPT);
    by_last_use
        .into_iter()
        .take(too_many)
        .filter_map(|(_, path)| remove(&path).then_some(path))
        .collect()
}

/// Folders that hold a revision, with the time at which each was last used.
fn revisions(folder: &Path) -> Vec<(SystemTime, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let lock = fs::metadata(entry.path().join(LOCK)).ok()?;
            Some((lock.modified().ok()?, entry.path()))
        })
        .collect()
}

/// Removes a revision, and returns whether it is gone. One that is in use, or cannot be removed, stays
/// until another time.
fn remove(path: &Path) -> bool {
    let Ok(lock) = File::open(path.join(LOCK)) else {
        return false;
    };
    lock.try_lock().is_ok() && fs::remove_dir_all(path).is_ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_newest_stay_and_so_does_what_is_at_work() {
        let folder = tempfile::tempdir().unwrap();
        let held: Vec<File> = (0..KEPT as u64 + 3)
            .map(|age| {
                let path = folder.path().join(format!("revision-{age}"));
                fs::create_dir(&path).unwrap();
                let lock = File::create(path.join(LOCK)).unwrap();
                let used = SystemTime::now() - Duration::from_secs(100 * (age + 1));
                lock.set_modified(used).unwrap();
                lock
            })
            .collect();
        let oldest = held.len() - 1;
        held[oldest].lock().unwrap();
        fs::create_dir(folder.path().join("runs")).unwrap();
        let mut removed = prune(folder.path());
        removed.sort();
        let expected = [oldest - 2, oldest - 1].map(|age| {
            let name = format!("revision-{age}");
            folder.path().join(name)
        });
        assert_eq!(removed, expected);
        assert!(folder.path().join("runs").exists());
        assert!(folder.path().join("revision-0").exists());
    }
}
