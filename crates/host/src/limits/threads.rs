//! How many more threads and processes the system allows, by whichever of its limits is the lowest. Linux
//! counts a process as its threads.

use std::fs;
use std::path::Path;

use nix::sys::resource::{Resource, getrlimit};

use super::groups::{groups_of, number};
use crate::ownership::own_user;
use crate::process_tree::processes;

/// What a limit leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many more units may be started.
    pub free: u64,
    /// The limit, as people find it.
    pub by: String,
}

/// What the lowest limit leaves; `None` where the system tells of none.
pub fn allowed_threads() -> Option<Allowance> {
    let cgroup = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let limits = [of_user(), of_system("threads-max"), of_system("pid_max")];
    let of_groups = groups_of(&cgroup, "pids")
        .into_iter()
        .map(|group| of_group(&group));
    limits
        .into_iter()
        .chain(of_groups)
        .flatten()
        .min_by_key(|allowance| allowance.free)
}

/// The limit of this user, which does not bind root.
fn of_user() -> Option<Allowance> {
    let (soft, _) = getrlimit(Resource::RLIMIT_NPROC).ok()?;
    if own_user() == 0 {
        return None;
    }
    Some(Allowance {
        free: soft.saturating_sub(processes().filter_map(threads_of_own).sum()),
        by: "`ulimit -u`".to_owned(),
    })
}

/// The threads of a process, if it is this user's.
fn threads_of_own(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let user = field(&status, "Uid:")?;
    (user == u64::from(own_user())).then(|| field(&status, "Threads:"))?
}

/// The first number of a line of `/proc/PID/status`.
fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// A limit of the whole system.
fn of_system(name: &str) -> Option<Allowance> {
    let limit = number(Path::new("/proc/sys/kernel").join(name).as_path())?;
    // `0.00 0.01 0.05 1/123 4567`: those that run, and all.
    let load = fs::read_to_string("/proc/loadavg").ok()?;
    let (_, all) = load.split_whitespace().nth(3)?.split_once('/')?;
    Some(Allowance {
        free: limit.saturating_sub(all.parse().ok()?),
        by: format!("kernel.{name}"),
    })
}

/// The limit of a control group; `None` where it has none, which it calls `max`.
fn of_group(folder: &str) -> Option<Allowance> {
    let folder = Path::new(folder);
    let limit = number(&folder.join("pids.max"))?;
    let used = number(&folder.join("pids.current"))?;
    Some(Allowance {
        free: limit.saturating_sub(used),
        by: folder.join("pids.max").display().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_leaves_what_it_does_not_use() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        assert_eq!(of_group(&path), None);
        fs::write(folder.path().join("pids.current"), "30\n").unwrap();
        fs::write(folder.path().join("pids.max"), "max\n").unwrap();
        assert_eq!(of_group(&path), None);
        fs::write(folder.path().join("pids.max"), "100\n").unwrap();
        assert_eq!(of_group(&path).unwrap().free, 70);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_system_has_room_for_this_process() {
        assert!(allowed_threads().unwrap().free > 0);
        let all = of_system("threads-max").unwrap();
        assert_eq!(all.by, "kernel.threads-max");
        assert!(threads_of_own(std::process::id()).unwrap() >= 1);
    }
}
