//! What the machine is and how busy it is, as far as it tells. Judging that is left to `doctor` and
//! the report.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use nix::sys::resource::{Resource, getrlimit};

use super::memory;

/// Processors that this process may use.
pub fn processors() -> u64 {
    std::thread::available_parallelism().map_or(1, |count| count.get() as u64)
}

/// The load average of the last minute.
pub fn load() -> Option<f64> {
    first_word("/proc/loadavg")?.parse().ok()
}

/// Ticks that the hypervisor has kept from this machine since its start.
pub fn steal_ticks() -> Option<u64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    stat.lines().next()?.split_whitespace().nth(8)?.parse().ok()
}

/// Nanoseconds of processor that all threads of a process have had.
pub fn cpu_of(pid: u32) -> Option<u64> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?.flatten();
    let of_thread = |path: &Path| -> Option<u64> {
        first_word(&path.join("schedstat").to_string_lossy())?
            .parse()
            .ok()
    };
    threads.map(|thread| of_thread(&thread.path())).sum()
}

/// Nanoseconds of processor that a process and everything under it have had; of what has ended, in
/// steps of 10 ms.
pub fn cpu_of_tree(root: u32) -> Option<u64> {
    // Who ends between being found and being read has had next to nothing since.
    let of_process = |pid| cpu_of(pid).unwrap_or(0) + cpu_of_ended_children(pid).unwrap_or(0);
    cpu_of(root)?;
    Some(memory::tree(root).into_iter().map(of_process).sum())
}

/// Fields 16 and 17 of `stat`, in ticks; field 2 may hold anything, even spaces.
fn cpu_of_ended_children(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let behind_name = &stat[stat.rfind(')')? + 1..];
    let fields = behind_name.split_whitespace().skip(13).take(2);
    let ticks: u64 = fields.map_while(|field| field.parse::<u64>().ok()).sum();
    Some(ticks * 10_000_000)
}

/// A fixed amount of computation, about 50 ms of it: how long it took, in nanoseconds. When this
/// moves, the machine changed, and not a model.
pub fn control() -> u64 {
    let started = Instant::now();
    let mut value = 1_u64;
    for _ in 0..20_000_000_u32 {
        value = std::hint::black_box(value ^ (value >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) | 1;
    }
    std::hint::black_box(value);
    u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// What must be known to compare figures with those of another day or machine.
pub fn environment() -> BTreeMap<String, String> {
    let facts = [
        ("cpu", cpu_model()),
        ("processors", Some(processors().to_string())),
        ("os", Some(std::env::consts::OS.to_owned())),
        ("architecture", Some(std::env::consts::ARCH.to_owned())),
        ("kernel", first_line("/proc/sys/kernel/osrelease")),
        ("host", first_line("/proc/sys/kernel/hostname")),
        (
            "memory",
            first_line("/proc/meminfo").map(|line| line.replace("MemTotal:", "")),
        ),
        ("governor", governor()),
        ("rustc", version_of("rustc")),
        ("cargo", version_of("cargo")),
        ("open files", open_files().map(|limit| limit.to_string())),
        ("pid_max", first_line("/proc/sys/kernel/pid_max")),
        ("max_map_count", first_line("/proc/sys/vm/max_map_count")),
    ];
    let known = facts
        .into_iter()
        .filter_map(|(name, fact)| Some((name.to_owned(), fact?.trim().to_owned())));
    known.collect()
}

/// The soft limit of descriptors.
pub fn open_files() -> Option<u64> {
    getrlimit(Resource::RLIMIT_NOFILE)
        .ok()
        .map(|(soft, _)| soft)
}

/// How the first processor's frequency is chosen, where that can be chosen.
pub fn governor() -> Option<String> {
    first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
}

/// The first line of what `program --version` prints.
pub fn version_of(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output
        .status
        .success()
        .then(|| text.lines().next().unwrap_or_default().to_owned())
}

/// The first line of a file.
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

fn cpu_model() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    line.split(':').nth(1).map(str::to_owned)
}
