//! How many more units the system has memory and address space for.

use std::fs;
use std::path::Path;

use super::groups::{groups_of, number};
use super::threads::Allowance;

/// Mappings that a program has besides those of its threads.
const MAPPINGS_OF_PROGRAM: u64 = 200;
/// Mappings of a thread of Rust's standard library: its stack, the stack for its signals, and a guard
/// before each.
const MAPPINGS_OF_THREAD: u64 = 4;

/// The files of a memory controller.
struct Files {
    limit: &'static str,
    used: &'static str,
    /// The line of `memory.stat` with the bytes of cached files that are given up where memory is short; they
    /// count as used.
    cached: &'static str,
}

/// Those of control groups of version 2 and of version 1, both with all groups below.
const VERSIONS: [Files; 2] = [
    Files {
        limit: "memory.max",
        used: "memory.current",
        cached: "inactive_file ",
    },
    Files {
        limit: "memory.limit_in_bytes",
        used: "memory.usage_in_bytes",
        cached: "total_inactive_file ",
    },
];

/// How many units of so many bytes there is memory for; `None` where the system does not tell.
pub fn allowed_by_memory(bytes_each: u64) -> Option<Allowance> {
    let cgroup = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let of_groups = groups_of(&cgroup, "memory")
        .into_iter()
        .filter_map(|folder| left_in(Path::new(&folder)));
    let of_system = fs::read_to_string("/proc/meminfo").ok();
    let available = of_system.and_then(|meminfo| available(&meminfo));
    let (bytes, by) = of_groups
        .chain(available.map(|bytes| (bytes, "the memory that is available".to_owned())))
        .min_by_key(|(bytes, _)| *bytes)?;
    Some(Allowance {
        free: bytes / bytes_each,
        by,
    })
}

/// How many threads of one process there are mappings for; `None` where the system does not tell.
pub fn allowed_by_mappings() -> Option<Allowance> {
    let limit = number(Path::new("/proc/sys/vm/max_map_count"))?;
    Some(Allowance {
        free: limit.saturating_sub(MAPPINGS_OF_PROGRAM) / MAPPINGS_OF_THREAD,
        by: format!("vm.max_map_count ({MAPPINGS_OF_THREAD} mappings a thread)"),
    })
}

/// The bytes that programs can have without swapping, by `/proc/meminfo`.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib.saturating_mul(1024))
}

/// The bytes that a control group leaves, and the file with its limit; `None` where it has none, which version
/// 2 calls `max` and version 1 a number beyond any memory.
fn left_in(folder: &Path) -> Option<(u64, String)> {
    VERSIONS.iter().find_map(|files| {
        let path = folder.join(files.limit);
        let limit = number(&path)?;
        let used = number(&folder.join(files.used))?;
        let stat = fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
        let cached = stat
            .lines()
            .find_map(|line| line.strip_prefix(files.cached)?.parse().ok())
            .unwrap_or(0);
        let left = limit.saturating_sub(used.saturating_sub(cached));
        Some((left, path.display().to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_leaves_what_is_neither_used_nor_cached() {
        let stat = "anon 100\ninactive_file 200\ntotal_inactive_file 250\n";
        for (files, cached) in VERSIONS.iter().zip([200, 250]) {
            let folder = tempfile::tempdir().unwrap();
            let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
            assert_eq!(left_in(folder.path()), None);
            write(files.used, "700\n");
            write(files.limit, "max\n");
            assert_eq!(left_in(folder.path()), None);
            write(files.limit, "1000\n");
            assert_eq!(left_in(folder.path()).unwrap().0, 300);
            write("memory.stat", stat);
            assert_eq!(left_in(folder.path()).unwrap().0, 300 + cached);
            let (_, by) = left_in(folder.path()).unwrap();
            assert!(by.ends_with(files.limit), "{by}");
        }
    }

    #[test]
    fn available_memory_is_read_in_bytes() {
        let meminfo = "MemTotal:       24609916 kB\nMemAvailable:   23594496 kB\n";
        assert_eq!(available(meminfo), Some(23_594_496 * 1024));
        assert_eq!(available("nonsense"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_system_has_room_for_one() {
        assert!(allowed_by_memory(4096).unwrap().free > 0);
        assert!(allowed_by_mappings().unwrap().free > 0);
    }
}
