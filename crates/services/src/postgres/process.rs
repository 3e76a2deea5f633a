//! Other processes: whether the one that a folder is named by still lives, and the server that works in
//! it, which is ended where nobody else does it.

use std::fs;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::fstat;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::guarded;

/// How long a server may take to end when it is asked to, and then when it is killed.
const PATIENCE: Duration = Duration::from_secs(5);
/// The first line of `postmaster.pid`, a number, is shorter than this.
const PID_LINE: u64 = 64;

/// Whether a process lives, as far as it can be seen from this PID namespace.
pub(super) fn is_alive(pid: u32, start: u64) -> bool {
    match start_of(pid) {
        // The number alone proves nothing: the system gives it to another process later.
        Some(actual) => actual == start,
        None if cfg!(target_os = "linux") => false,
        None => as_pid(pid).is_some_and(|pid| test_kill_process(pid).is_ok()),
    }
}

/// When a process started, in ticks since the machine did; field 2 of the file may hold anything.
pub(super) fn start_of(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let behind_name = &stat[stat.rfind(')')? + 1..];
    behind_name.split_whitespace().nth(19)?.parse().ok()
}

/// Ends the server of a cluster, and nothing else: a number in a file proves nothing, but a server
/// works in its data folder, and is a process of the folder's owner.
pub(super) fn end_server(folder: &Path) {
    let Some(server) = server_of(folder) else {
        return;
    };
    let start = Instant::now();
    let data = folder.join("data");
    // Asked before every signal, because the process may end, and its number be given away, while
    // this loop sleeps.
    while server.works_in(&data) && start.elapsed() < 2 * PATIENCE {
        let signal = if start.elapsed() < PATIENCE {
            Signal::QUIT
        } else {
            Signal::KILL
        };
        if kill_process(server.pid, signal).is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// What the folder of a cluster says of its server.
#[derive(Debug)]
struct ServerProcess {
    pid: Pid,
    /// The user that the folder belongs to.
    user: u32,
}

impl ServerProcess {
    fn works_in(&self, folder: &Path) -> bool {
        let process = format!("/proc/{}", self.pid.as_raw_nonzero());
        let is_of_user = fs::metadata(&process).is_ok_and(|process| process.uid() == self.user);
        let current = fs::read_link(format!("{process}/cwd"));
        is_of_user && current.is_ok_and(|current| current == folder)
    }
}

fn server_of(folder: &Path) -> Option<ServerProcess> {
    let folder = guarded::open_folder(folder).ok()?;
    Some(ServerProcess {
        pid: as_pid(stated_pid(&folder)?)?,
        user: fstat(&folder).ok()?.st_uid,
    })
}

fn stated_pid(folder: impl AsFd) -> Option<u32> {
    let data = guarded::open_folder_in(folder, "data").ok()?;
    let file = guarded::open_file_in(data, "postmaster.pid").ok()?;
    let text = guarded::beginning(&file, PID_LINE).ok()?;
    text.lines().next()?.trim().parse().ok()
}

fn as_pid(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_told_by_its_start() {
        let me = std::process::id();
        let start = start_of(me).unwrap_or(0);
        assert!(is_alive(me, start));
        if cfg!(target_os = "linux") {
            assert!(!is_alive(me, start + 1), "another process had this number");
        }
    }

    /// Where the user is another one, a process that works in the data folder is not its server.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_server_works_in_its_data_folder_as_the_folders_owner() {
        let here = std::env::current_dir().unwrap();
        let me = as_pid(std::process::id()).unwrap();
        let user = rustix::process::geteuid().as_raw();
        assert!(ServerProcess { pid: me, user }.works_in(&here));
        let other = user + 1;
        assert!(
            !ServerProcess {
                pid: me,
                user: other
            }
            .works_in(&here)
        );
        assert!(!ServerProcess { pid: me, user }.works_in("/nowhere".as_ref()));
    }
}
