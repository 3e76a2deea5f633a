//! Facts of the machine that change how fast its processors are: frequencies, threads of a core, quotas,
//! and versions of what every program runs on.

use std::fs;
use std::path::Path;

use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit};

use crate::machine::{first_line, version_of};

/// These facts by name, each `None` where the system does not tell.
pub(crate) fn facts() -> [(&'static str, Option<String>); 7] {
    [
        ("most frequency", most_frequency()),
        ("boost", boost()),
        ("SMT", first_line("/sys/devices/system/cpu/smt/control")),
        ("CPU quota", cpu_quota()),
        ("libc", version_of("ldd")),
        ("huge pages", huge_pages()),
        ("stack limit", stack_limit()),
    ]
}

fn most_frequency() -> Option<String> {
    let khz = first_line("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq")?;
    Some(format!("{khz} kHz"))
}

/// Whether processors may run above their nominal frequency.
fn boost() -> Option<String> {
    let boost = first_line("/sys/devices/system/cpu/cpufreq/boost").map(|value| value == "1");
    let turbo =
        first_line("/sys/devices/system/cpu/intel_pstate/no_turbo").map(|value| value == "0");
    let is_on = boost.or(turbo)?;
    Some((if is_on { "on" } else { "off" }).to_owned())
}

/// The quota of processor time of this process's control group, in microseconds a period; `None` where
/// there is none.
fn cpu_quota() -> Option<String> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::"))?;
    let mut folder = Path::new("/sys/fs/cgroup").join(own.trim_start_matches('/'));
    // A container sees its own group as the root, and a group is bound by all that it is in.
    loop {
        let file = folder.join("cpu.max");
        match first_line(&file.to_string_lossy()) {
            Some(quota) if !quota.starts_with("max") => return Some(quota),
            _ if folder == Path::new("/sys/fs/cgroup") => return None,
            _ => {}
        }
        if !folder.pop() {
            return None;
        }
    }
}

/// The mode in brackets: `always [madvise] never`.
fn huge_pages() -> Option<String> {
    let modes = first_line("/sys/kernel/mm/transparent_hugepage/enabled")?;
    let (_, rest) = modes.split_once('[')?;
    Some(rest.split_once(']')?.0.to_owned())
}

/// The soft limit of the stack of a program's first thread (`ulimit -s`), from which libc also takes the
/// size of the stacks of other threads.
fn stack_limit() -> Option<String> {
    let (soft, _) = getrlimit(Resource::RLIMIT_STACK).ok()?;
    Some(if soft == RLIM_INFINITY {
        "unlimited".to_owned()
    } else {
        format!("{} KiB", soft / 1024)
    })
}
