//! What the machine is, and how busy it is, as far as the operating system tells.

use std::fs;
use std::process::Command;
use std::time::Instant;

use crate::process_tree::{stat_fields, tree};

/// Bounds of a processor time that is counted in steps, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub struct CpuRange {
    /// The least that it can have been.
    pub least_ns: u64,
    /// The most that it can have been.
    pub most_ns: u64,
}

/// Nanoseconds of a clock tick (`USER_HZ`), on every architecture that is built for.
const TICK_NS: u64 = 10_000_000;

/// The number of processors that this process may use; 1 where that is unknown.
pub fn processors() -> u64 {
    std::thread::available_parallelism().map_or(1, |count| count.get() as u64)
}

/// The number of processors on which processes of this tool may run at once; `None` where the system does
/// not tell. A quota makes [`processors`] less, and is no bound for short times.
pub fn processors_at_once() -> Option<u64> {
    #[cfg(target_os = "linux")]
    {
        use nix::sched::{CpuSet, sched_getaffinity};
        let allowed = sched_getaffinity(nix::unistd::Pid::from_raw(0)).ok()?;
        let count = (0..CpuSet::count()).filter(|cpu| allowed.is_set(*cpu) == Ok(true));
        Some(count.count() as u64)
    }
    #[cfg(not(target_os = "linux"))]
    {
        None
    }
}

/// The release of the kernel; `None` where the system does not tell.
pub fn kernel() -> Option<String> {
    first_line("/proc/sys/kernel/osrelease")
}

/// The load average of the last minute; `None` where the system does not tell.
pub fn load() -> Option<f64> {
    first_word("/proc/loadavg")?.parse().ok()
}

/// Processor time that a hypervisor has given to others since this machine's start (steal time), in
/// clock ticks of all processors together.
pub fn steal_ticks() -> Option<u64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    stat.lines().next()?.split_whitespace().nth(8)?.parse().ok()
}

/// The hypervisor under this machine, as its firmware names it; `None` where there is none, or the system does not tell.
pub fn hypervisor() -> Option<String> {
    if let Some(kind) = first_line("/sys/hypervisor/type") {
        return Some(kind);
    }
    let facts = fs::read_to_string("/proc/cpuinfo").ok()?;
    let is_guest = facts.split_whitespace().any(|flag| flag == "hypervisor");
    let named = first_line("/sys/class/dmi/id/sys_vendor");
    is_guest.then(|| named.unwrap_or_else(|| "unnamed".to_owned()))
}

/// Processor time of all living threads of a process, in nanoseconds; `None` where it is gone.
pub fn cpu_of(pid: u32) -> Option<u64> {
    // `schedstat` counts nanoseconds, where `stat` counts clock ticks of 10 ms.
    fs::read_dir(format!("/proc/{pid}/task"))
        .ok()?
        .flatten()
        .map(|thread| {
            let path = thread.path().join("schedstat");
            first_word(&path.to_string_lossy())?.parse::<u64>().ok()
        })
        .sum()
}

/// Processor time of a process and all its descendants, in nanoseconds; `None` where the process is
/// gone. The part of children that have ended is counted in steps of 10 ms.
pub fn cpu_of_tree(root: u32) -> Option<u64> {
    cpu_of(root)?;
    let processes = tree(root).into_iter();
    // A process that ends between being listed and being read counts as 0: it has had next to nothing
    // since the listing, and its parent counts what it had before.
    Some(
        processes
            .map(|pid| cpu_of(pid).unwrap_or(0) + cpu_of_ended_children(pid).unwrap_or(0))
            .sum(),
    )
}

/// Processor time of a process's children that have ended and were waited for, in nanoseconds:
/// `cutime` and `cstime`, fields 16 and 17 of `stat`, in clock ticks.
fn cpu_of_ended_children(pid: u32) -> Option<u64> {
    let ticks: u64 = stat_fields(pid)?
        .get(13..15)?
        .iter()
        .map_while(|field| field.parse::<u64>().ok())
        .sum();
    Some(ticks * TICK_NS)
}

/// Processor time of a process and all its descendants that has been counted so far, with the error of
/// counting it in steps; `None` where the process is gone. It reads one file a process, where
/// [`cpu_of_tree`] reads one a thread.
pub fn cpu_range_of_tree(root: u32) -> Option<CpuRange> {
    cpu_ticks(root)?;
    let mut range = CpuRange {
        least_ns: 0,
        most_ns: 0,
    };
    for ticks in tree(root).into_iter().filter_map(cpu_ticks) {
        range.least_ns += ticks * TICK_NS;
        range.most_ns += (ticks + CPU_FIELDS.len() as u64) * TICK_NS;
    }
    Some(range)
}

/// `utime`, `stime`, `cutime` and `cstime`: fields 14 to 17 of `stat`, of which each is rounded down.
const CPU_FIELDS: std::ops::Range<usize> = 11..15;

/// Clock ticks of a process and of its children that were waited for.
fn cpu_ticks(pid: u32) -> Option<u64> {
    let fields = stat_fields(pid)?;
    let ticks = fields.get(CPU_FIELDS)?.iter();
    Some(ticks.map_while(|field| field.parse::<u64>().ok()).sum())
}

/// Runs a fixed amount of computation, about 50 ms of it, and returns how long it took, in
/// nanoseconds. When this figure moves, the machine changed, and not a model.
pub fn control() -> u64 {
    let started = Instant::now();
    let mut value = 1_u64;
    // Each step needs the result of the one before, so that the time follows the clock frequency and
    // not what the compiler makes of the loop.
    for _ in 0..20_000_000_u32 {
        value = std::hint::black_box(value ^ (value >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) | 1;
    }
    std::hint::black_box(value);
    u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// The frequency governor of the first processor, where it has one.
pub fn governor() -> Option<String> {
    first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
}

/// The first line of what `program --version` prints; `None` where it cannot be run.
pub fn version_of(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output
        .status
        .success()
        .then(|| text.lines().next().unwrap_or_default().to_owned())
}

/// The first line of a file; `None` where it cannot be read or is empty.
pub fn first_line(path: &str) -> Option<String> {
    fs::read_to_string(path)
        .ok()?
        .lines()
        .next()
        .map(str::to_owned)
}

fn first_word(path: &str) -> Option<String> {
    first_line(path)?
        .split_whitespace()
        .next()
        .map(str::to_owned)
}

/// The model of the first processor; `None` where the system does not tell.
pub fn cpu_model() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    line.split(':').nth(1).map(str::to_owned)
}
