//! Ends the servers and removes the folders of services that are gone.

use std::fs;
use std::os::fd::AsFd;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::{Stat, fstat};

use super::folders::{of_process, remove, temporary};
use super::guarded;
use super::lock::{self, LockState};
use super::owner::Owner;
use super::process::{end_server, is_alive};

/// A folder that has no lock may be one whose service is about to make it, in a container whose processes
/// cannot be seen; so much later it is none.
const TIME_TO_LOCK: Duration = Duration::from_secs(60 * 60);

/// Ends servers and removes folders of services that are gone; says how many folders there were.
#[must_use]
pub fn sweep() -> usize {
    let users = owners();
    temporary()
        .iter()
        .map(|folder| sweep_within(folder, &users))
        .sum()
}

/// The users whose folders are ours: this one, and the one that root lends servers to.
fn owners() -> Vec<u32> {
    let us = rustix::process::geteuid().as_raw();
    match Owner::find() {
        Ok(Owner::Other { user, .. }) => vec![us, user],
        _ => vec![us],
    }
}

fn sweep_within(parent: &Path, owners: &[u32]) -> usize {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            let name = entry.file_name();
            let process = name.to_str().and_then(of_process);
            process.is_some_and(|process| sweep_one(&entry.path(), process, owners))
        })
        .count()
}

/// Whether this was the folder of a service that is gone, and is now gone too.
fn sweep_one(path: &Path, process: (u32, u64), owners: &[u32]) -> bool {
    // Whatever anybody else named so is neither opened further nor removed.
    let Some(folder) = guarded::open_folder(path)
        .ok()
        .filter(|folder| is_of(folder, owners))
    else {
        return false;
    };
    let is_abandoned = match lock::state(&folder) {
        LockState::Held => false,
        LockState::Taken(_held) => return end_and_remove(path),
        LockState::Unknown => !is_alive(process.0, process.1) && is_old(&folder),
    };
    is_abandoned && end_and_remove(path)
}

fn end_and_remove(path: &Path) -> bool {
    end_server(path);
    remove(path).is_ok()
}

fn stat(folder: impl AsFd) -> Option<Stat> {
    fstat(folder).ok()
}

fn is_of(folder: impl AsFd, owners: &[u32]) -> bool {
    stat(folder).is_some_and(|stat| owners.contains(&stat.st_uid))
}

fn is_old(folder: impl AsFd) -> bool {
    let changed = stat(folder).and_then(|stat| u64::try_from(stat.st_mtime).ok());
    let age = changed.map(|seconds| {
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        then.elapsed().unwrap_or_default()
    });
    age.is_some_and(|age| age > TIME_TO_LOCK)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;
    use crate::postgres::folders::name_of_ours;

    /// Names whose process cannot live.
    fn dead(number: u32) -> String {
        format!("manyways-pg-{}-{number}", i32::MAX)
    }

    fn us() -> Vec<u32> {
        vec![rustix::process::geteuid().as_raw()]
    }

    fn let_grow_old(folder: &Path) {
        let long_ago = SystemTime::now() - 2 * TIME_TO_LOCK;
        File::open(folder).unwrap().set_modified(long_ago).unwrap();
    }

    #[test]
    fn only_what_is_abandoned_is_swept() {
        let parent = tempfile::tempdir().unwrap();
        let path = |name: &str| parent.path().join(name);
        let make = |name: &str| {
            fs::create_dir_all(path(name).join("data")).unwrap();
            path(name)
        };
        // The service is gone and its lock free; a file that names a process which works elsewhere, such
        // as this one, ends nobody.
        let free = make(&dead(1));
        drop(lock::hold(&free).unwrap());
        fs::write(
            free.join("data/postmaster.pid"),
            format!("{}\n", std::process::id()),
        )
        .unwrap();
        // The service cannot be seen, as in another container, but its lock is held.
        let held = make(&dead(2));
        let _lock = lock::hold(&held).unwrap();
        let_grow_old(&held);
        // No lock yet, and no lock for ever.
        let (young, old) = (make(&dead(3)), make(&dead(4)));
        let_grow_old(&old);
        // An old one of a service that lives.
        let (mine, other) = (make(&name_of_ours()), make("other"));
        let_grow_old(&mine);
        fs::write(path(&dead(5)), "a file").unwrap();

        assert_eq!(sweep_within(parent.path(), &[]), 0, "of nobody");
        assert_eq!(sweep_within(parent.path(), &us()), 2);
        for kept in [&held, &young, &mine, &other, &path(&dead(5))] {
            assert!(kept.exists(), "{}", kept.display());
        }
        assert!(!free.exists() && !old.exists());
    }

    /// What another user may have put there: nothing is waited for, read without end or followed.
    #[test]
    fn traps_in_a_folder_hold_nobody() {
        let parent = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("kept"), "").unwrap();
        let trap = |number: u32| {
            let data = parent.path().join(dead(number)).join("data");
            fs::create_dir_all(&data).unwrap();
            drop(lock::hold(data.parent().unwrap()).unwrap());
            data.join("postmaster.pid")
        };
        let fifo = Command::new("mkfifo").arg(trap(1)).status();
        assert!(fifo.unwrap().success());
        symlink("/dev/zero", trap(2)).unwrap();
        let linked = trap(3);
        fs::remove_dir(linked.parent().unwrap()).unwrap();
        symlink(outside.path(), linked.parent().unwrap()).unwrap();
        symlink(outside.path(), parent.path().join(dead(4))).unwrap();
        assert_eq!(sweep_within(parent.path(), &us()), 3);
        assert!(outside.path().join("kept").exists());
    }
}
