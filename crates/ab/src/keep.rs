//! How many built revisions are kept. Each is some hundred megabytes and saves a build, so the
//! newest stay; one that another tool holds stays too.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::side::LOCK;

/// Two revisions and what they were compared with lately.
const KEPT: usize = 6;

/// Removes all but the newest revisions, and says which.
pub(super) fn prune(folder: &Path) -> Vec<PathBuf> {
    let mut revisions = revisions(folder);
    revisions.sort();
    let too_many = revisions.len().saturating_sub(KEPT);
    let oldest = revisions.into_iter().take(too_many);
    oldest
        .filter_map(|(_, path)| remove(&path).then_some(path))
        .collect()
}

/// Folders that hold a revision, with the time at which each was last used.
fn revisions(folder: &Path) -> Vec<(SystemTime, PathBuf)> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    let used = |path: PathBuf| {
        let lock = fs::metadata(path.join(LOCK)).ok()?;
        Some((lock.modified().ok()?, path))
    };
    found.filter_map(|entry| used(entry.path())).collect()
}

/// Whether it is gone: what is at work there, or cannot be removed, stays until another time.
fn remove(path: &Path) -> bool {
    let Ok(lock) = File::open(path.join(LOCK)) else {
        return false;
    };
    lock.try_lock().is_ok() && fs::remove_dir_all(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

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
