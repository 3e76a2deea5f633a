//! The folder of a private cluster: short, because a socket's path is short; in a folder that the
//! server's user can reach; named by whose it is, so that what a killed service left can be told
//! from what is in use, and removed.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::owner::Owner;
use crate::error::{Error, Result};

/// What the names of our folders begin with; the process and when it started follow.
const PREFIX: &str = "manyways-pg-";
/// The name that PostgreSQL gives a socket; the port is only a name here.
pub(super) const SOCKET: &str = ".s.PGSQL.5432";
/// A path of 108 bytes is too long for a socket on Linux, one of 104 elsewhere.
const MAX_SOCKET: usize = 103;
/// How long a server that is swept may take to end when it is asked to.
const SWEEP: Duration = Duration::from_secs(5);

/// The folder of this process's cluster. Dropping it removes it, with all that is in it.
#[derive(Debug)]
pub(super) struct Place {
    folder: PathBuf,
}

impl Place {
    /// Makes it, for this user alone.
    pub(super) fn make(owner: Owner) -> Result<Self> {
        let me = std::process::id();
        let name = format!("{PREFIX}{me}-{}", start_of(me).unwrap_or(0));
        let folder = temporary()
            .into_iter()
            .filter(|parent| owner == Owner::Same || is_open(parent))
            .map(|parent| parent.join(&name))
            .find(|folder| folder.join(SOCKET).as_os_str().len() <= MAX_SOCKET)
            .ok_or(Error::NoPlace)?;
        // Made with its mode, not changed afterwards: nobody else gets a moment to open it.
        DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .map_err(Error::path("create the folder", &folder))?;
        // A `Place` from here on, so that the folder is removed where it cannot be given away.
        let place = Self { folder };
        owner.take(&place.folder)?;
        Ok(place)
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

    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("log")
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

/// Ends servers and removes folders of services that are gone; says how many folders there were.
#[must_use]
pub fn sweep() -> usize {
    temporary().iter().map(|folder| sweep_within(folder)).sum()
}

fn sweep_within(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let abandoned = entries.filter(|entry| {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let name = entry.file_name();
        let process = name.to_str().and_then(of_process);
        is_folder && process.is_some_and(|(pid, start)| !is_alive(pid, start))
    });
    abandoned
        .filter(|entry| {
            end_server(&entry.path());
            remove(&entry.path()).is_ok()
        })
        .count()
}

/// The process, and when it started, out of a folder's name.
fn of_process(name: &str) -> Option<(u32, u64)> {
    let (pid, start) = name.strip_prefix(PREFIX)?.split_once('-')?;
    Some((pid.parse().ok()?, start.parse().ok()?))
}

fn is_alive(pid: u32, start: u64) -> bool {
    match start_of(pid) {
        // The number alone proves nothing: the system gives it to another process later.
        Some(actual) => actual == start,
        None if cfg!(target_os = "linux") => false,
        None => as_pid(pid).is_some_and(|pid| test_kill_process(pid).is_ok()),
    }
}

/// When a process started, in ticks since the machine did; field 2 of the file may hold anything.
fn start_of(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let behind_name = &stat[stat.rfind(')')? + 1..];
    behind_name.split_whitespace().nth(19)?.parse().ok()
}

/// Ends the server of a cluster, and nothing else: a number in a file proves nothing, but a server
/// works in its data folder.
fn end_server(folder: &Path) {
    let data = folder.join("data");
    let Some(pid) = server_of(&data) else {
        return;
    };
    let Some(process) = as_pid(pid) else {
        return;
    };
    let deadline = Instant::now() + SWEEP;
    let mut signal = Signal::QUIT;
    // Asked before every signal, because the process may end, and its number be given away, while
    // this loop sleeps.
    while works_in(pid, &data) && kill_process(process, signal).is_ok() {
        if Instant::now() > deadline {
            signal = Signal::KILL;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether `folder` is the working folder of a process.
fn works_in(pid: u32, folder: &Path) -> bool {
    fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|current| current == folder)
}

fn server_of(data: &Path) -> Option<u32> {
    let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok()
}

fn as_pid(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

/// A server that was ended a moment ago may still write: then it is tried once more.
fn remove(folder: &Path) -> std::io::Result<()> {
    remove_once(folder).or_else(|_| {
        std::thread::sleep(Duration::from_millis(100));
        remove_once(folder)
    })
}

fn remove_once(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        // The keeper's shell removes it too, and may have been first.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Where folders may be made, without links in their paths.
fn temporary() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for folder in [std::env::temp_dir(), "/tmp".into(), "/var/tmp".into()] {
        if let Ok(canonical) = fs::canonicalize(folder)
            && !folders.contains(&canonical)
        {
            folders.push(canonical);
        }
    }
    folders
}

/// Whether everybody can go through it and all above it.
fn is_open(folder: &Path) -> bool {
    folder.ancestors().all(|above| {
        let mode = fs::metadata(above).map(|data| data.permissions().mode());
        mode.is_ok_and(|mode| mode & 0o001 != 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_whose_they_are() {
        let me = std::process::id();
        let start = start_of(me).unwrap_or(0);
        assert_eq!(of_process(&format!("{PREFIX}12-34")), Some((12, 34)));
        for name in [
            "manyways-pg-",
            "manyways-pg-12",
            "manyways-pg-12-",
            "manyways-pg-x-1",
            "pg-1-2",
        ] {
            assert_eq!(of_process(name), None, "{name}");
        }
        assert!(is_alive(me, start));
        if cfg!(target_os = "linux") {
            assert!(!is_alive(me, start + 1), "another process had this number");
        }
    }

    #[test]
    fn only_what_is_abandoned_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let me = std::process::id();
        let mine = format!("{PREFIX}{me}-{}", start_of(me).unwrap_or(0));
        let dead = format!("{PREFIX}{}-1", i32::MAX);
        for name in [mine.as_str(), dead.as_str(), "other"] {
            fs::create_dir_all(folder.path().join(name).join("data")).unwrap();
        }
        // A file that names a process which works elsewhere, such as this one, ends nobody.
        let pid = folder.path().join(&dead).join("data/postmaster.pid");
        fs::write(pid, format!("{me}\n")).unwrap();
        fs::write(folder.path().join(format!("{PREFIX}1-1")), "a file").unwrap();
        assert_eq!(sweep_within(folder.path()), 1);
        assert!(folder.path().join(&mine).exists());
        assert!(folder.path().join("other").exists());
        assert!(!folder.path().join(&dead).exists());
    }
}
